//! `/console/administration`: what waits for a decision, the oldest first (REV-01, REV-02).

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::review::Review;
use heyan_domain::terms::Province;
use heyan_store::database::StoreError;
use heyan_store::tables::{QueueFigures, QueuePlace, Reader};
use heyan_store::views::FilingView;
use serde::Deserialize;

use super::case::organiser;
use super::detail::{due_lines, due_tag};
use super::names::{Reviewers, term, warnings};
use crate::api::cursor;
use crate::app::App;
use crate::auth::{OfAdministration, Staff};
use crate::console::parts::{Cell, Column, Empty, Pager, Statistics, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::texts::Texts;

/// Filings on a page.
const LIMIT: usize = 25;

/// Where a page of a list begins.
#[derive(Deserialize)]
pub(super) struct Place {
    pub after: Option<String>,
}

/// A page of the queue.
struct Waiting {
    rows: Vec<(Review, FilingView, Option<String>)>,
    next: Option<QueuePlace>,
    reviewers: Reviewers,
    figures: QueueFigures,
}

impl Waiting {
    fn read(
        reader: &Reader,
        province: Province,
        after: Option<QueuePlace>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let page = reader.reviews(province, after, LIMIT)?;
        let mut rows = Vec::with_capacity(page.items.len());
        for review in page.items {
            // One that was decided between the two reads has left the queue.
            let Some(view) = reader.filing_view(review.filing)?.filter(|view| view.review.is_some()) else {
                continue;
            };
            let name = organiser(reader, &view)?;
            rows.push((review, view, name));
        }
        let claims = rows.iter().filter_map(|(review, _, _)| review.claim.as_ref());
        let reviewers = Reviewers::of(reader, claims.map(|claim| claim.reviewer.as_str()))?;
        let figures = reader.queue_figures(province, now)?;
        Ok(Self { rows, next: page.next, reviewers, figures })
    }
}

fn notes(t: &Texts, view: &FilingView) -> Vec<String> {
    let round = view.body.rounds.last();
    round.map(|round| warnings(t, &round.warnings)).unwrap_or_default()
}

fn table(t: &Texts, waiting: &Waiting, staff: &Staff, now: Timestamp) -> Table {
    let columns = ["organiser", "kind", "provider", "arrived", "due", "time-limit", "lease", "notes"];
    let columns = columns.map(|one| Column::text(term(t, "column", one))).to_vec();
    let empty = Empty { title: t.get("adm-queue-empty"), hint: t.get("adm-queue-empty-hint"), action: None };
    waiting.rows.iter().fold(Table::new(t.get("adm-queue-title"), columns, empty), |table, row| {
        let (review, view, name) = row;
        let path = format!("{}/filings/{}", super::QUEUE, review.filing);
        let name = name.clone().unwrap_or_else(|| review.filing.to_string());
        let lease = match review.held(now) {
            Some(claim) => {
                let own = claim.reviewer == staff.name.as_str();
                let who =
                    if own { t.get("adm-you") } else { waiting.reviewers.name(&claim.reviewer).to_owned() };
                vec![who, t.one("adm-until", "time", t.time_from(now, claim.until))]
            }
            None => vec![t.get("adm-free")],
        };
        table.row(vec![
            Cell::link(path, name),
            Cell::text(t.kind(view.filing.kind)),
            Cell::text(view.filing.provider.as_str()),
            Cell::text(t.date_time(review.arrived_at)),
            Cell::lines(due_lines(t, review)),
            due_tag(t, review, now),
            Cell::lines(lease),
            Cell::lines(notes(t, view)),
        ])
    })
}

/// The ways to the other pages of a list.
pub(super) fn pager(t: &Texts, path: &str, first: bool, next: Option<String>) -> Pager {
    Pager {
        label: t.get("adm-pages"),
        first: (!first).then(|| (path.to_owned(), t.get("adm-first-page"))),
        next: next.map(|next| (format!("{path}?after={next}"), t.get("adm-next-page"))),
    }
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfAdministration(staff, province): OfAdministration,
    place: Result<Query<Place>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let after = place.ok().and_then(|Query(place)| cursor::read_place(&place.after?));
    let now = app.clock.now();
    let read = app.readers.read(move |reader| Waiting::read(reader, province, after, now)).await;
    let Ok(waiting) = read else { return Problem::System.into_response() };
    let shell = Shell::new(&app, &staff, "adm-queue-title");
    let t = shell.t;
    let figures = &waiting.figures;
    let overdue = if figures.overdue > 0 { Tone::Error } else { Tone::Plain };
    let statistics = Statistics::new()
        .item(t.get("adm-waiting"), figures.waiting.to_string(), None, Tone::Plain)
        .item(t.get("adm-overdue"), figures.overdue.to_string(), None, overdue);
    let pager = pager(t, super::QUEUE, after.is_none(), waiting.next.map(cursor::behind_place));
    Blocks::new(shell)
        .intro("adm-queue-intro")
        .part(&statistics)
        .part(&table(t, &waiting, &staff, now))
        .part(&pager)
        .respond()
}
