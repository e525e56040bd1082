//! `/console/provider/audit`: what has been decided over the provider's own filings and accounts, and who has looked at them
//! (SEC-12). Others' entries are not there (SEC-09), and of people elsewhere it says what they are, not who.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::time::DAY_MS;
use heyan_store::tables::AuditFilter;
use serde::Deserialize;

use super::PAGE_ROWS;
use super::own::failed;
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::entries::{Viewer, actions, own_accounts};
use crate::console::operator::day;
use crate::console::parts::{Empty, Field, Filters, Pager};
use crate::console::{Blocks, Problem, Shell};

/// The page.
pub(super) const PATH: &str = "/console/provider/audit";

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
    day: String,
    before: String,
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return Problem::Unreadable.into_response() };
    // What stands for nothing asks for everything.
    let (kind, from) = (asked.kind.parse().ok(), day(&asked.day));
    let filter = AuditFilter {
        action: kind,
        since: from,
        until: from.map(|from| from.plus_ms(DAY_MS)),
        provider: Some(provider.clone()),
        ..AuditFilter::default()
    };
    let before: Option<i64> = asked.before.parse().ok();
    let read = app.readers.read(move |reader| {
        let page = reader.audit(&filter, before, PAGE_ROWS)?;
        let own = own_accounts(reader, &page.items, &provider)?;
        Ok((page, own))
    });
    let (page, own) = match read.await {
        Ok(found) => found,
        Err(error) => return failed(&error).into_response(),
    };
    let shell = Shell::new(&app, &staff, "provider-audit-title");
    let t = shell.t;
    let day = from.map(|_| asked.day.as_str()).unwrap_or_default();
    let kind = kind.map_or("", heyan_domain::audit::AuditAction::as_str);
    let path = |before: &str| format!("{PATH}?kind={kind}&day={day}&before={before}");
    let pager = Pager {
        label: t.get("pager-label"),
        first: before.map(|_| (path(""), t.get("pager-first"))),
        next: page.next.map(|no| (path(&no.to_string()), t.get("pager-next"))),
    };
    let filters = Filters {
        path: PATH.to_owned(),
        fields: vec![
            Field::select("kind", t.get("audit-what"), kind, actions(t)),
            Field::date("day", t.get("audit-day"), day),
        ],
        submit: t.get("filter-submit"),
        reset: (!kind.is_empty() || !day.is_empty()).then(|| t.get("filter-reset")),
    };
    let empty = Empty { title: t.get("audit-none"), hint: t.get("audit-none-hint"), action: None };
    Blocks::new(shell)
        .intro("provider-audit-intro")
        .part(&filters)
        .part(&Viewer::Provider(own).table(t, &page.items, empty))
        .part(&pager)
        .respond()
}
