//! Entries as a table for a spreadsheet, and the head as a file to be published.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_store::audit::{AuditRow, PublicKeys, statement};
use heyan_store::tables::Reader;

use super::filter::Asked;
use super::understood;
use crate::app::App;
use crate::auth::Staff;
use crate::console::problem::Problem;
use crate::console::sheet::{Sheet, file};

/// The most entries of one file, the newest.
const MAX_ROWS: usize = 10_000;
/// Names as in the log itself, for whoever compares the file with it.
const HEAD: [&str; 12] = [
    "no",
    "at",
    "actor",
    "action",
    "subject",
    "provider",
    "account",
    "role",
    "requester",
    "until",
    "reason",
    "hash",
];

fn cells(row: &AuditRow) -> [String; 12] {
    let (entry, data) = (&row.entry, &row.entry.data);
    let text = |value: Option<String>| value.unwrap_or_default();
    [
        row.no.to_string(),
        entry.at.to_string(),
        entry.actor.to_string(),
        entry.action.to_string(),
        entry.subject.to_string(),
        text(data.provider.as_ref().map(|provider| provider.as_str().to_owned())),
        text(data.account.clone()),
        text(data.role.clone()),
        text(data.requester.as_ref().map(|staff| staff.name.clone())),
        text(data.until.map(|until| until.to_string())),
        text(entry.reason.as_ref().map(ToString::to_string)),
        row.hash_text(),
    ]
}

pub(super) async fn entries(
    State(app): State<Arc<App>>,
    _staff: Staff,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return Problem::Unreadable.into_response() };
    let filter = match understood(&app, &asked).await {
        Ok(Ok(filter)) => filter,
        Ok(Err(_)) => return Problem::Unreadable.into_response(),
        Err(problem) => return problem.into_response(),
    };
    let Ok(page) = app.readers.read(move |reader| reader.audit(&filter, None, MAX_ROWS)).await else {
        return Problem::System.into_response();
    };
    let sheet = Sheet::new(&HEAD.map(str::to_owned));
    page.items.iter().fold(sheet, |sheet, row| sheet.row(&cells(row))).respond("audit.csv")
}

/// The head with the last checkpoint and the public keys: what `heyan audit head` prints, and what the signature is of.
pub(super) async fn head(State(app): State<Arc<App>>, _staff: Staff) -> Response {
    let Ok(state) = app.readers.read(Reader::audit_state).await else {
        return Problem::System.into_response();
    };
    let mut lines = vec![format!("head {}", state.head)];
    lines.extend(PublicKeys::of(&app.ring.current()).texts().map(|key| format!("public key {key}")));
    if let Some(last) = &state.last_checkpoint {
        lines.push(format!("checkpoint {} signed {} with key {}", last.head, last.at, last.key.0));
        lines.push(format!("signature {}", last.signature_text()));
        lines.push(format!("of these lines:\n{}", statement(&last.head, last.at)));
    }
    let text = lines.join("\n") + "\n";
    file("audit-head.txt", "text/plain; charset=utf-8", text)
}
