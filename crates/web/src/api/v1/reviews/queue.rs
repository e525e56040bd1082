//! `GET /v1/reviews?province=`: what waits for a decision, the oldest first.

use heyan_domain::filing::RoundWarning;
use heyan_domain::terms::{FilingId, FilingKind, ProviderId, Province};
use heyan_store::views::FilingView;
use serde::Serialize;
use serde_json::json;

use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::reply::{Answer, Reply};
use crate::api::shown::QueuePlace;
use crate::api::{cursor, etag};

/// Filings on a page, unless asked otherwise.
const DEFAULT_LIMIT: usize = 50;
/// The most filings on a page.
const MAX_LIMIT: usize = 200;

#[derive(Serialize)]
struct Item<'v> {
    filing_id: FilingId,
    kind: FilingKind,
    province: Province,
    provider: &'v ProviderId,
    #[serde(flatten)]
    place: QueuePlace,
    etag: String,
    shell: bool,
    warnings: &'v [RoundWarning],
}

impl<'v> Item<'v> {
    fn of(view: &'v FilingView, incoming: &Incoming) -> Option<Self> {
        let filing = &view.filing;
        Some(Self {
            filing_id: filing.id,
            kind: filing.kind,
            province: filing.province,
            provider: &filing.provider,
            place: QueuePlace::of(view.review.as_ref()?, incoming.now()),
            etag: etag::of(filing.version),
            shell: view.body.draft.shell,
            warnings: view.body.rounds.last().map(|round| round.warnings.as_slice()).unwrap_or_default(),
        })
    }
}

pub(super) async fn handle(incoming: Incoming) -> Answer {
    let own = incoming.administration()?;
    let query = incoming.query(&["province", "limit", "cursor"])?;
    if query.province()?.is_some_and(|asked| asked != own) {
        return Err(Problem::role());
    }
    let after = query.cursor("cursor", cursor::read_place)?;
    let limit = query.number("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let read = incoming.api.app.readers.read(move |reader| {
        let page = reader.reviews(own, after, limit)?;
        let mut views = Vec::with_capacity(page.items.len());
        for review in page.items {
            views.extend(reader.filing_view(review.filing)?);
        }
        Ok((views, page.next))
    });
    let (views, next) = read.await?;
    let items: Vec<Item<'_>> = views.iter().filter_map(|view| Item::of(view, &incoming)).collect();
    Reply::ok(&json!({ "items": items, "next_cursor": next.map(cursor::behind_place) }))
}
