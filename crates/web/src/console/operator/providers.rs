//! `/console/operator/providers`: the access providers, and whom their applicants are told to ask (PRO-06).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Cell, Column, Empty, Table};
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/console/operator/providers", OVERSEERS, show).in_menu("menu-providers")]
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let shell = Shell::new(&app, &staff, "providers-title");
    let t = shell.t;
    let heads = [
        "providers-id",
        "providers-name",
        "providers-phone",
        "providers-link",
        "providers-hours",
        "providers-people",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("providers-none"), hint: t.get("providers-none-hint"), action: None };
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| t.get("operator-none"));
    let table =
        app.providers.iter().fold(Table::new(t.get("providers-title"), columns, empty), |table, one| {
            let people = format!("/console/operator/accounts?provider={}", one.id);
            table.row(vec![
                Cell::text(one.id.as_str()),
                Cell::text(one.support.name.as_str()),
                Cell::text(or_none(&one.support.phone)),
                Cell::text(or_none(&one.support.link)),
                Cell::text(or_none(&one.support.hours)),
                Cell::link(people, t.get("providers-accounts")),
            ])
        });
    Blocks::new(shell).intro("providers-intro").part(&table).respond()
}
