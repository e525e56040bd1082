//! Every version, the newest first, and which of them holds.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_store::tables::VersionPlace;
use serde::Deserialize;

use super::{PATH, Standing, path, proposed};
use crate::api::cursor;
use crate::app::App;
use crate::auth::Staff;
use crate::console::operator::{may_change, read_only, time_or};
use crate::console::parts::{Alert, Cards, Cell, Column, Empty, Pager, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};

/// Versions on a page.
const PAGE: usize = 25;

pub(super) fn routes() -> Vec<Route> {
    vec![page(PATH, OVERSEERS, show)]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    after: String,
}

async fn show(State(app): State<Arc<App>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let before = cursor::read_version(&asked.after);
    let now = app.clock.now();
    let read =
        app.readers.read(move |reader| Ok((reader.rule_versions(before, PAGE + 1)?, proposed(reader, now)?)));
    let Ok((mut versions, proposed)) = read.await else { return Problem::System.into_response() };
    let more = versions.len() > PAGE;
    versions.truncate(PAGE);

    let shell = Shell::new(&app, &staff, "versions-title");
    let t = shell.t;
    let rules = app.rules.current();
    let heads = ["versions-set", "versions-standing", "versions-start", "versions-by", "versions-added"];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("versions-none"), hint: t.get("versions-none-hint"), action: None };
    let table = versions.iter().fold(Table::new(t.get("versions-title"), columns, empty), |table, one| {
        let standing = Standing::of(one, &rules, &proposed, now);
        table.row(vec![
            Cell::link(path(one.id), one.set.as_str()),
            standing.cell(t),
            Cell::text(time_or(t, standing.from(), "operator-none")),
            Cell::text(one.added.by.name.as_str()),
            Cell::text(t.date_time(one.added.at)),
        ])
    });
    let next = versions.last().filter(|_| more).map(VersionPlace::of);
    let pager = Pager {
        label: t.get("pager-label"),
        first: before.is_some().then(|| (PATH.to_owned(), t.get("pager-first"))),
        next: next
            .map(|place| (format!("{PATH}?after={}", cursor::behind_version(place)), t.get("pager-next"))),
    };
    let blocks =
        Blocks::new(shell).intro("versions-intro").part(&Alert::new(Tone::Info, t.get("versions-wins")));
    let ways = Cards::new().link(super::super::PATH, t.get("rules-title"));
    let blocks = if may_change(&staff) {
        blocks.part(&ways.link(format!("{PATH}/new"), t.get("versions-add")))
    } else {
        blocks.part(&read_only(t)).part(&ways)
    };
    blocks.part(&table).part(&pager).respond()
}
