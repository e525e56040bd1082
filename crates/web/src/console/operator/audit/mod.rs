//! `/console/operator/audit`: the audit log (SEC-12), the newest entry first, with the state of its chain on top.

mod chain;
mod export;
mod filter;

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_store::tables::AuditFilter;

use crate::app::App;
use crate::auth::Staff;
use crate::console::entries::Viewer;
use crate::console::parts::{Cards, Empty, Heading, Pager};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, action, page};
pub(in crate::console) use filter::day;
use filter::{Asked, Wrong};

const PATH: &str = "/console/operator/audit";
/// Entries on a page.
const PAGE: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page(PATH, OVERSEERS, show).in_menu("menu-audit"),
        action("/console/operator/audit/check", OVERSEERS, chain::check),
        page("/console/operator/audit/entries.csv", OVERSEERS, export::entries),
        page("/console/operator/audit/head.txt", OVERSEERS, export::head),
    ]
}

/// What was asked for, as the store understands it; what it does not understand finds nothing and is said.
async fn understood(app: &App, asked: &Asked) -> Result<Result<AuditFilter, Wrong>, Problem> {
    let asked = asked.clone();
    app.readers.read(move |reader| asked.filter(reader)).await.map_err(|_| Problem::System)
}

async fn show(
    State(app): State<Arc<App>>,
    staff: Staff,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return Problem::Unreadable.into_response() };
    let filter = match understood(&app, &asked).await {
        Ok(filter) => filter,
        Err(problem) => return problem.into_response(),
    };
    let (filter, wrong) = match filter {
        Ok(filter) => (Some(filter), None),
        Err(wrong) => (None, Some(wrong)),
    };
    let before = asked.before();
    let read = app.readers.read(move |reader| {
        let state = reader.audit_state()?;
        let rows = match filter {
            Some(filter) => Some(reader.audit(&filter, before, PAGE)?),
            None => None,
        };
        Ok((state, rows))
    });
    let Ok((state, rows)) = read.await else { return Problem::System.into_response() };
    let shell = Shell::new(&app, &staff, "audit-title").with_error(wrong.is_some());
    let t = shell.t;
    let (items, next) = rows.map_or((Vec::new(), None), |page| (page.items, page.next));
    let empty = Empty { title: t.get("audit-none"), hint: t.get("audit-none-hint"), action: None };
    let pager = Pager {
        label: t.get("pager-label"),
        first: before.map(|_| (asked.path(None), t.get("pager-first"))),
        next: next.map(|no| (asked.path(Some(no)), t.get("pager-next"))),
    };
    let files = if items.is_empty() {
        Cards::new()
    } else {
        Cards::new().link(asked.export_path(), t.get("audit-export"))
    };
    chain::show(Blocks::new(shell).intro("audit-intro"), &staff, &state)
        .part(&Heading { text: t.get("audit-entries") })
        .part(&asked.filters(t, wrong))
        .part(&Viewer::Overseer.table(t, &items, empty))
        .part(&pager)
        .part(&files)
        .respond()
}
