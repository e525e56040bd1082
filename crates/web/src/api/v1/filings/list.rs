//! `GET /v1/filings`: the provider's filings, the newest first, a page at a time, without what was filed.

use heyan_store::tables::FilingFilter;
use serde_json::json;

use crate::api::cursor;
use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::{Answer, Reply};
use crate::api::shown::Summary;

/// Filings on a page, unless asked otherwise.
const DEFAULT_LIMIT: usize = 50;
/// The most filings on a page.
const MAX_LIMIT: usize = 200;

/// The states of FIL-01; `reported` is passed through within one transaction, so no filing is found in it.
pub(crate) const STATES: &[&str] = &[
    "draft",
    "initial_review",
    "reported",
    "verifying",
    "in_review",
    "returned",
    "approved",
    "rejected",
    "withdrawn",
];

fn filter(query: &Query) -> Result<FilingFilter, Problem> {
    Ok(FilingFilter {
        state: query.one_of("state", STATES)?.map(str::to_owned),
        kind: query.kind()?,
        province: query.province()?,
        deadline_before: query.time("deadline_before")?,
        provider_order_no: query.text("provider_order_no").map(str::to_owned),
    })
}

pub(super) async fn handle(incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let query = incoming.query(&[
        "state",
        "kind",
        "province",
        "deadline_before",
        "provider_order_no",
        "limit",
        "cursor",
    ])?;
    let before = query.cursor("cursor", cursor::read)?;
    let limit = query.number("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let filter = filter(&query)?;
    let read = incoming.api.app.readers.read(move |reader| reader.filings(&provider, &filter, before, limit));
    let page = read.await?;
    let showing = incoming.showing();
    let items: Vec<Summary<'_>> = page.items.iter().map(|view| Summary::of(view, &showing)).collect();
    Reply::ok(&json!({ "items": items, "next_cursor": page.next.map(cursor::behind) }))
}
