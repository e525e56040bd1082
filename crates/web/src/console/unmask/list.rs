//! The requests, the newest first.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::terms::FilingId;
use serde::Deserialize;

use super::{PATH, can_decide, shown, standing};
use crate::api::cursor;
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Alert, Cell, Column, Empty, Field, Filters, Heading, Pager, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell, role_name, see_other};

/// Requests on a page.
const PAGE_ROWS: usize = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    filing: String,
    after: Option<String>,
}

pub(super) async fn show(State(app): State<Arc<App>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let typed = asked.filing.trim();
    if let Some(id) = FilingId::parse(typed) {
        return see_other(&format!("{PATH}/{id}"));
    }
    let (whose, before) = (shown(&staff), asked.after.as_deref().and_then(cursor::read_unmasking));
    let Ok(page) = app.readers.read(move |reader| reader.unmaskings(&whose, before, PAGE_ROWS)).await else {
        return Problem::System.into_response();
    };
    let requests = page.items;
    let wrong = !typed.is_empty();
    let shell = Shell::new(&app, &staff, "unmask-title").with_error(wrong);
    let (t, now) = (shell.t, shell.now);
    let mine = requests.iter().filter(|request| can_decide(&staff, request, now)).count();
    let heads = [
        "unmask-filing",
        "unmask-requester",
        "unmask-reason",
        "unmask-asked-at",
        "unmask-standing",
        "unmask-by",
        "unmask-looks",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("unmask-none"), hint: t.get("unmask-none-hint"), action: None };
    let table = requests.iter().fold(Table::new(t.get("unmask-requests"), columns, empty), |table, one| {
        let (state, _) = standing(t, one, now);
        let who = vec![one.requester.staff.name.clone(), role_name(t, &one.requester.role)];
        let by = one.verdict.as_ref().map(|verdict| verdict.by.name.clone()).unwrap_or_default();
        table.row(vec![
            Cell::link(format!("{PATH}/{}", one.filing), one.filing.to_string()),
            Cell::lines(who),
            Cell::text(one.reason.as_str()),
            Cell::text(t.date_time(one.requested_at)),
            state,
            Cell::text(by),
            Cell::number(one.looks.into()),
        ])
    });
    let find = Filters {
        path: PATH.to_owned(),
        fields: vec![
            Field::text("filing", t.get("unmask-filing"), typed)
                .hint(t.get("unmask-filing-hint"))
                .error(wrong.then(|| t.get("unmask-filing-wrong"))),
        ],
        submit: t.get("unmask-find"),
        reset: None,
    };
    let blocks = Blocks::new(shell).intro("unmask-intro");
    let blocks = if mine > 0 {
        blocks.part(&Alert::new(Tone::Warning, t.one("unmask-waits-for-you", "count", mine)))
    } else {
        blocks
    };
    let pager = Pager {
        label: t.get("pager-label"),
        first: before.map(|_| (PATH.to_owned(), t.get("pager-first"))),
        next: page
            .next
            .map(|place| (format!("{PATH}?after={}", cursor::behind_unmasking(place)), t.get("pager-next"))),
    };
    blocks.part(&find).part(&Heading { text: t.get("unmask-requests") }).part(&table).part(&pager).respond()
}
