//! The list, the oldest first.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use super::super::links::Links;
use super::{PATH, kinds, path, standing};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Cell, Column, Empty, Table};
use crate::console::table::{PROVIDER_ADMIN, Route, page};
use crate::console::{Blocks, Problem, Shell};

pub(super) fn routes() -> Vec<Route> {
    vec![page(PATH, PROVIDER_ADMIN, show).in_menu("menu-provider-webhooks")]
}

async fn show(State(app): State<Arc<App>>, OfProvider(staff, provider): OfProvider) -> Response {
    let Ok(endpoints) = app.readers.read(move |reader| reader.webhooks_of(&provider)).await else {
        return Problem::System.into_response();
    };
    let shell = Shell::new(&app, &staff, "webhooks-title");
    let t = shell.t;
    let heads = ["webhooks-url", "webhooks-standing", "webhooks-kinds", "webhooks-made-at"];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("webhooks-none"), hint: t.get("webhooks-none-hint"), action: None };
    let table = endpoints.iter().fold(Table::new(t.get("webhooks-title"), columns, empty), |table, one| {
        table.row(vec![
            Cell::link(path(one.id), one.terms.url.as_str()),
            standing(t, one),
            Cell::lines(kinds(t, one)),
            Cell::text(t.date_time(one.made_at)),
        ])
    });
    Blocks::new(shell)
        .intro("webhooks-intro")
        .part(&Links::default().main(format!("{PATH}/new"), t.get("webhooks-add")))
        .part(&table)
        .respond()
}
