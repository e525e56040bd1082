//! The list, the newest first.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_store::tables::ProposalPlace;
use serde::Deserialize;

use super::{PATH, kinds, path, standing};
use crate::api::cursor;
use crate::app::App;
use crate::auth::Staff;
use crate::console::operator::{may_change, read_only};
use crate::console::parts::{Cell, Column, Empty, Pager, Table};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};

/// Proposals on a page.
const PAGE: usize = 25;

pub(super) fn routes() -> Vec<Route> {
    vec![page(PATH, OVERSEERS, show).in_menu("menu-proposals")]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    after: String,
}

async fn show(State(app): State<Arc<App>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let before = cursor::read_proposal(&asked.after);
    let found = app.readers.read(move |reader| reader.proposals(before, PAGE + 1)).await;
    let Ok(mut proposals) = found else { return Problem::System.into_response() };
    let more = proposals.len() > PAGE;
    proposals.truncate(PAGE);

    let shell = Shell::new(&app, &staff, "proposals-title");
    let (t, now) = (shell.t, shell.now);
    let heads = ["proposals-what", "proposals-stage", "proposals-by", "proposals-at", "proposals-reason"];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("proposals-none"), hint: t.get("proposals-none-hint"), action: None };
    let table = proposals.iter().fold(Table::new(t.get("proposals-title"), columns, empty), |table, one| {
        table.row(vec![
            Cell::link(path(one.id), kinds::title(t, &one.payload)),
            standing(t, one, now),
            Cell::text(one.proposed.by.name.as_str()),
            Cell::text(t.date_time(one.proposed.at)),
            Cell::text(one.reason.as_str()),
        ])
    });
    let next = proposals.last().filter(|_| more).map(ProposalPlace::of);
    let pager = Pager {
        label: t.get("pager-label"),
        first: before.is_some().then(|| (PATH.to_owned(), t.get("pager-first"))),
        next: next
            .map(|place| (format!("{PATH}?after={}", cursor::behind_proposal(place)), t.get("pager-next"))),
    };
    let blocks = Blocks::new(shell).intro("proposals-intro");
    let blocks = if may_change(&staff) { blocks } else { blocks.part(&read_only(t)) };
    blocks.part(&table).part(&pager).respond()
}
