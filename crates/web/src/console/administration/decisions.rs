//! `/console/administration/decisions`: what this administration has decided, the newest first.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::review::Decided;
use heyan_domain::terms::Province;
use heyan_store::database::StoreError;
use heyan_store::tables::{DecisionPlace, Reader};
use heyan_store::views::FilingView;

use super::case::organiser;
use super::names::{Reviewers, term};
use super::queue::{Place, pager};
use crate::api::cursor;
use crate::app::App;
use crate::auth::OfAdministration;
use crate::console::parts::{Cell, Column, Empty, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::texts::Texts;

/// Decisions on a page.
const LIMIT: usize = 25;

/// A page of the decisions.
struct Listed {
    rows: Vec<(Decided, FilingView, Option<String>)>,
    next: Option<DecisionPlace>,
    reviewers: Reviewers,
}

impl Listed {
    fn read(reader: &Reader, province: Province, before: Option<DecisionPlace>) -> Result<Self, StoreError> {
        let page = reader.decisions(province, before, LIMIT)?;
        let mut rows = Vec::with_capacity(page.items.len());
        for decided in page.items {
            let Some(view) = reader.filing_view(decided.filing)? else { continue };
            let name = organiser(reader, &view)?;
            rows.push((decided, view, name));
        }
        let reviewers = Reviewers::of(reader, rows.iter().map(|(decided, _, _)| decided.reviewer.as_str()))?;
        Ok(Self { rows, next: page.next, reviewers })
    }
}

fn table(t: &Texts, listed: &Listed) -> Table {
    let text = |one| Column::text(term(t, "column", one));
    let columns = vec![
        text("organiser"),
        text("kind"),
        text("provider"),
        text("decision"),
        text("decided-at"),
        Column::number(term(t, "column", "working-days")),
        text("reviewer"),
    ];
    let empty =
        Empty { title: t.get("adm-decisions-empty"), hint: t.get("adm-decisions-empty-hint"), action: None };
    listed.rows.iter().fold(Table::new(t.get("adm-decisions-title"), columns, empty), |table, row| {
        let (decided, view, name) = row;
        let path = format!("{}/filings/{}", super::QUEUE, decided.filing);
        let name = name.clone().unwrap_or_else(|| decided.filing.to_string());
        let decision = if decided.approved {
            Cell::tag(Tone::Success, t.get("adm-state-approved"))
        } else {
            Cell::tag(Tone::Error, t.get("adm-state-rejected"))
        };
        table.row(vec![
            Cell::link(path, name),
            Cell::text(t.kind(view.filing.kind)),
            Cell::text(view.filing.provider.as_str()),
            decision,
            Cell::text(t.date_time(decided.at)),
            Cell::number(decided.working_days.into()),
            Cell::text(listed.reviewers.name(&decided.reviewer)),
        ])
    })
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfAdministration(staff, province): OfAdministration,
    place: Result<Query<Place>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let before = place.ok().and_then(|Query(place)| cursor::read_decision(&place.after?));
    let read = app.readers.read(move |reader| Listed::read(reader, province, before)).await;
    let Ok(listed) = read else { return Problem::System.into_response() };
    let shell = Shell::new(&app, &staff, "adm-decisions-title");
    let t = shell.t;
    let pager = pager(t, super::DECISIONS, before.is_none(), listed.next.map(cursor::behind_decision));
    Blocks::new(shell).intro("adm-decisions-intro").part(&table(t, &listed)).part(&pager).respond()
}
