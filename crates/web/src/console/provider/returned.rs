//! `/console/provider/returned`: filings that came back, each with what can be done.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::terms::FilingId;
use heyan_store::tables::PlaceFilter;
use serde::Deserialize;

use super::{PAGE_ROWS, RETURNED, list, own, remedies, terms};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Cell, Empty, Facts, Heading, Pager};
use crate::console::{Blocks, Problem, Shell};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Before {
    before: String,
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    before: Result<Query<Before>, QueryRejection>,
) -> Response {
    let Ok(Query(before)) = before else { return Problem::Unreadable.into_response() };
    let before = FilingId::parse(&before.before);
    let rule = match own::initial_review_rule(&app, &provider).await {
        Ok(rule) => rule,
        Err(problem) => return problem.into_response(),
    };
    let filter = PlaceFilter { state: Some("returned"), ..PlaceFilter::default() };
    let found = list::found(&app, provider, move |standings| standings.page(filter, before, PAGE_ROWS));
    let page = match found.await {
        Ok(page) => page,
        Err(error) => return own::failed(&error).into_response(),
    };
    let shell = Shell::new(&app, &staff, "provider-returned-title");
    let (t, now) = (shell.t, shell.now);
    let mut blocks = Blocks::new(shell).intro("provider-returned-intro");
    if page.items.is_empty() {
        let (title, hint) = (t.get("provider-none-returned"), t.get("provider-none-returned-hint"));
        blocks = blocks.part(&Empty { title, hint, action: None });
    }
    for view in &page.items {
        let number = terms::number(view);
        let heading = format!("{number} · {}", terms::subject(view));
        let mut facts = Facts::new()
            .cell(t.get("provider-number"), Cell::link(terms::path(view), number))
            .text(t.get("provider-kind"), terms::kind(t, view.filing.kind));
        if let Some((reason, at)) = view.filing.state.returned() {
            facts = facts
                .text(t.get("provider-reason"), terms::reason(t, reason))
                .text(t.get("provider-returned-at"), t.date_time(at));
        }
        if let Some(due) = view.filing.report_due {
            facts = facts.cell(t.get("provider-report-due"), terms::report_due(t, now, due));
        }
        let ways = remedies::ways(&app, &staff, t, view, rule);
        blocks = blocks
            .part(&Heading { text: heading })
            .part(&facts)
            .part(&remedies::Ways { recorded: t.get("provider-recorded-phone"), ways });
    }
    let pager = Pager {
        label: t.get("provider-pages"),
        first: before.map(|_| (RETURNED.to_owned(), t.get("provider-first-page"))),
        next: page.next.map(|id| (format!("{RETURNED}?before={id}"), t.get("provider-next-page"))),
    };
    blocks.part(&pager).respond()
}
