//! `/console/provider/initial-review`: what waits for 初审, by the time promised, then the longest waiting first.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::filing::initial_review::InitialReviewRule;
use heyan_domain::terms::FilingId;
use heyan_store::tables::InitialPlace;
use heyan_store::views::FilingView;
use serde::Deserialize;

use super::super::{PAGE_ROWS, list, own, terms};
use super::INITIAL_REVIEW;
use super::case::standing;
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Alert, Cell, Column, Empty, Pager, Table, Tone};
use crate::console::{Blocks, Problem, Shell};
use crate::texts::Texts;

/// Where a page begins, as it stands in the address: the key of the last row before it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(in super::super) struct After {
    after: String,
}

impl After {
    fn place(&self) -> Option<InitialPlace> {
        let mut parts = self.after.split('.');
        let mut instant = || parts.next()?.parse().ok().map(Timestamp::from_ms);
        let (due_at, submitted_at) = (instant()?, instant()?);
        Some(InitialPlace { due_at, submitted_at, filing: FilingId::parse(parts.next()?)? })
    }

    fn path(place: InitialPlace) -> String {
        let (due, submitted) = (place.due_at.as_ms(), place.submitted_at.as_ms());
        format!("{INITIAL_REVIEW}?after={due}.{submitted}.{}", place.filing)
    }
}

fn row(t: &Texts, view: &FilingView, now: Timestamp) -> Option<Vec<Cell>> {
    // One that was decided between the two reads has left the queue.
    let review = view.initial_review.as_ref()?;
    let filing = &view.filing;
    let number = filing.order_no.clone().unwrap_or_else(|| filing.id.to_string());
    let due = filing
        .report_due
        .map_or_else(|| Cell::text(t.get("provider-none")), |due| terms::report_due(t, now, due));
    let lease = if review.passed.is_some() {
        Cell::tag(Tone::Success, t.get("initial-passed-waits"))
    } else {
        Cell::text(standing(t, review, now))
    };
    Some(vec![
        Cell::link(format!("{INITIAL_REVIEW}/{}", filing.id), number),
        Cell::text(terms::subject(view)),
        Cell::text(terms::kind(t, filing.kind)),
        Cell::text(terms::province(t, filing.province)),
        Cell::lines(vec![t.date_time(review.submitted_at), review.submitted_by.name.clone()]),
        due,
        lease,
    ])
}

pub(in super::super) async fn queue(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    after: Result<Query<After>, QueryRejection>,
) -> Response {
    let Ok(Query(after)) = after else { return Problem::Unreadable.into_response() };
    let place = after.place();
    let rule = match own::initial_review_rule(&app, &provider).await {
        Ok(rule) => rule,
        Err(problem) => return problem.into_response(),
    };
    let read = app
        .readers
        .standings(provider, move |standings, _| Ok(standings.page_in_initial_review(place, PAGE_ROWS)));
    let page = match read.await {
        Ok(page) => page,
        Err(error) => return own::failed(&error).into_response(),
    };
    let page = match list::views(&app, page).await {
        Ok(page) => page,
        Err(error) => return own::failed(&error).into_response(),
    };
    let shell = Shell::new(&app, &staff, "initial-title");
    let (t, now) = (shell.t, shell.now);
    let columns = [
        "provider-number",
        "provider-subject",
        "provider-kind",
        "provider-province",
        "initial-submitted-at",
        "provider-report-due",
        "initial-lease",
    ];
    let columns = columns.map(|key| Column::text(t.get(key))).to_vec();
    let empty = Empty { title: t.get("initial-none"), hint: t.get("initial-none-hint"), action: None };
    let rows = page.items.iter().filter_map(|view| row(t, view, now));
    let table = rows.fold(Table::new(t.get("initial-title"), columns, empty), Table::row);
    let pager = Pager {
        label: t.get("provider-pages"),
        first: place.map(|_| (INITIAL_REVIEW.to_owned(), t.get("provider-first-page"))),
        next: page.next.map(|place| (After::path(place), t.get("provider-next-page"))),
    };
    let mut blocks = Blocks::new(shell).intro("initial-intro");
    if rule == InitialReviewRule::Skipped {
        blocks = blocks.part(&Alert::new(Tone::Info, t.get("initial-is-skipped")));
    }
    blocks.part(&table).part(&pager).respond()
}
