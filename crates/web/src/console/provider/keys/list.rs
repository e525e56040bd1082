//! The list, the newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use super::super::links::Links;
use super::{PATH, networks, scopes, standing};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Cell, Column, Empty, Table};
use crate::console::table::{PROVIDER_ADMIN, Route, page};
use crate::console::{Blocks, Problem, Shell};

/// Keys on the page. A provider has a few; of those long revoked the audit log tells.
const MOST: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![page(PATH, PROVIDER_ADMIN, show).in_menu("menu-provider-keys")]
}

async fn show(State(app): State<Arc<App>>, OfProvider(staff, provider): OfProvider) -> Response {
    let Ok(keys) = app.readers.read(move |reader| reader.api_keys_of(&provider, MOST)).await else {
        return Problem::System.into_response();
    };
    let shell = Shell::new(&app, &staff, "api-keys-title");
    let t = shell.t;
    let heads = [
        "api-keys-label",
        "api-keys-id",
        "api-keys-standing",
        "api-keys-scopes",
        "api-keys-networks",
        "api-keys-made-at",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("api-keys-none"), hint: t.get("api-keys-none-hint"), action: None };
    let table = keys.iter().fold(Table::new(t.get("api-keys-title"), columns, empty), |table, key| {
        table.row(vec![
            Cell::link(format!("{PATH}/{}", key.id), key.label.as_str()),
            Cell::text(key.id.to_string()),
            standing(t, key),
            Cell::text(scopes(t, key)),
            Cell::lines(networks(t, key)),
            Cell::text(t.date_time(key.made_at)),
        ])
    });
    Blocks::new(shell)
        .intro("api-keys-intro")
        .part(
            &Links::default()
                .main(format!("{PATH}/new"), t.get("api-keys-add"))
                .link(format!("{PATH}/debug"), t.get("api-keys-debug")),
        )
        .part(&table)
        .respond()
}
