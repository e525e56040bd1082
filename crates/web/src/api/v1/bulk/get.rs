//! `GET /v1/bulk/{id}`: how far a file has come, and a page of what is wrong with rows that were not filed.

use heyan_domain::bulk::BulkResult;
use serde::Serialize;

use super::Shown;
use crate::api::cursor;
use crate::api::incoming::Incoming;
use crate::api::reply::{Answer, Reply};
use crate::api::row_problem;
use crate::bulk::of_pointer;

/// Rows on a page, unless asked otherwise.
const DEFAULT_LIMIT: usize = 50;
/// The most rows on a page.
const MAX_LIMIT: usize = 200;

/// What is wrong with a row.
#[derive(Serialize)]
struct ShownError {
    row: u32,
    provider_order_no: Option<String>,
    column: Option<String>,
    pointer: String,
    code: &'static str,
    detail: String,
}

/// The job, and a page of its errors.
#[derive(Serialize)]
struct Page {
    #[serde(flatten)]
    job: Shown,
    errors: Vec<ShownError>,
    next_cursor: Option<String>,
}

fn errors_of(incoming: &Incoming, result: &BulkResult) -> Vec<ShownError> {
    let (now, language) = (incoming.now(), incoming.language);
    let errors = result.outcome.as_ref().err().into_iter().flatten();
    let told = errors.flat_map(|error| row_problem(error, now).told_with_codes(language));
    told.map(|told| ShownError {
        row: result.row,
        provider_order_no: result.order_no.clone(),
        column: of_pointer(&told.pointer).map(|column| column.name(language)),
        pointer: told.pointer,
        code: told.code.as_str(),
        detail: told.text,
    })
    .collect()
}

pub(super) async fn handle(incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let job = incoming.own_job(&provider).await?;
    let query = incoming.query(&["limit", "cursor"])?;
    let after = query.cursor("cursor", cursor::read_row)?.unwrap_or(0);
    let limit = query.number("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let id = job.id;
    let found = incoming.api.app.readers.read(move |reader| reader.bulk_errors(id, after, limit)).await?;
    let errors = found.items.iter().flat_map(|result| errors_of(&incoming, result)).collect();
    let next_cursor = found.next.map(cursor::behind_row);
    Ok(Reply::ok(&Page { job: Shown::from(&job), errors, next_cursor })?.language(incoming.language.tag()))
}
