//! The list, in the order of the names.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::SignInName;
use heyan_domain::terms::ProviderId;
use serde::Deserialize;

use super::{PATH, standing};
use crate::app::App;
use crate::auth::Staff;
use crate::console::operator::{may_change, read_only};
use crate::console::parts::{Cards, Cell, Choice, Column, Empty, Field, Filters, Pager, Table};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell, role_name};
use crate::console::table::{OVERSEERS, Route, page};

/// Accounts on a page.
const PAGE: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![page(PATH, OVERSEERS, show).in_menu("menu-accounts")]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    provider: String,
    after: String,
}

async fn show(State(app): State<Arc<App>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let provider = ProviderId::parse(&asked.provider);
    let (of, after) = (provider.clone(), SignInName::parse(&asked.after));
    let found = app.readers.read(move |reader| reader.accounts(of.as_ref(), after.as_ref(), PAGE + 1)).await;
    let Ok(mut accounts) = found else { return Problem::System.into_response() };
    let more = accounts.len() > PAGE;
    accounts.truncate(PAGE);

    let shell = Shell::new(&app, &staff, "accounts-title");
    let (t, now) = (shell.t, shell.now);
    let narrowed = provider.as_ref().map_or("", ProviderId::as_str).to_owned();
    let heads =
        ["accounts-name", "accounts-display-name", "accounts-role", "accounts-standing", "accounts-created"];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("accounts-none"), hint: t.get("accounts-none-hint"), action: None };
    let table =
        accounts.iter().fold(Table::new(t.get("accounts-title"), columns, empty), |table, account| {
            table.row(vec![
                Cell::link(format!("{PATH}/{}", account.id), account.name.as_str()),
                Cell::text(account.display_name.as_str()),
                Cell::text(role_name(t, &account.role)),
                standing(t, account, now),
                Cell::text(t.date_time(account.created_at)),
            ])
        });
    let with = |after: &str| format!("{PATH}?provider={narrowed}&after={after}");
    let last = accounts.last().filter(|_| more).map(|account| with(account.name.as_str()));
    let pager = Pager {
        label: t.get("pager-label"),
        first: (!asked.after.is_empty()).then(|| (with(""), t.get("pager-first"))),
        next: last.map(|path| (path, t.get("pager-next"))),
    };
    let every = Choice { value: String::new(), label: t.get("operator-all") };
    let named =
        app.providers.iter().map(|one| Choice { value: one.id.to_string(), label: one.support.name.clone() });
    let filters = Filters {
        path: PATH.to_owned(),
        fields: vec![Field::select(
            "provider",
            t.get("accounts-provider"),
            &narrowed,
            std::iter::once(every).chain(named).collect(),
        )],
        submit: t.get("filter-submit"),
        reset: (!narrowed.is_empty()).then(|| t.get("filter-reset")),
    };
    let blocks = Blocks::new(shell);
    let blocks = if may_change(&staff) {
        blocks.part(&Cards::new().link(format!("{PATH}/new"), t.get("accounts-add")))
    } else {
        blocks.part(&read_only(t))
    };
    blocks.part(&filters).part(&table).part(&pager).respond()
}
