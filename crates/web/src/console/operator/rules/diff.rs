//! Two sets side by side, as `heyan rules diff` shows them.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::rulebook::show;
use serde::Deserialize;

use super::{PATH, choices};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Cell, Column, Empty, Field, Filters, Table};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/console/operator/rules/diff", OVERSEERS, show_diff)]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    a: String,
    b: String,
}

async fn show_diff(State(app): State<Arc<App>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let shell = Shell::new(&app, &staff, "diff-title");
    let t = shell.t;
    let book = app.rules.book_at(shell.now);
    let choose = |name: &str, label: &str, value: &str| {
        Field::select(name, t.get(label), value, choices(&book, staff.visitor.language))
    };
    let filters = Filters {
        path: format!("{PATH}/diff"),
        fields: vec![choose("a", "diff-one", &asked.a), choose("b", "diff-other", &asked.b)],
        submit: t.get("filter-submit"),
        reset: None,
    };
    if asked.a.is_empty() && asked.b.is_empty() {
        return Blocks::new(shell).intro("diff-intro").part(&filters).respond();
    }
    let (Some(one), Some(other)) = (book.set(&asked.a), book.set(&asked.b)) else {
        return Problem::NotFound.into_response();
    };
    let columns = vec![
        Column::text(t.get("rules-value")),
        Column::text(one.id.to_string()),
        Column::text(other.id.to_string()),
    ];
    let empty = Empty { title: t.get("diff-same"), hint: t.get("diff-same-hint"), action: None };
    let table = Table::new(t.get("diff-title"), columns, empty);
    let table = show::differences(one, other)
        .into_iter()
        .fold(table, |table, cells| table.row(cells.into_iter().map(Cell::text).collect()));
    Blocks::new(shell).intro("diff-intro").part(&filters).part(&table).respond()
}
