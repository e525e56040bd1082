//! `GET /v1/deliveries?endpoint_id=&state=failed&limit=&cursor=`: what was sent, the latest first.
//! `GET /v1/deliveries/{delivery}`.

use heyan_domain::terms::{DeliveryId, EndpointId};
use serde_json::json;

use super::DeliveryShown;
use crate::api::incoming::Incoming;
use crate::api::reply::{Answer, Reply};

/// Deliveries in one answer, unless asked otherwise.
const DEFAULT_LIMIT: usize = 50;
/// The most deliveries in one answer.
const MAX_LIMIT: usize = 200;

pub(super) async fn list(incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let query = incoming.query(&["endpoint_id", "state", "limit", "cursor"])?;
    let endpoint = query.cursor("endpoint_id", EndpointId::parse)?;
    let failed = query.one_of("state", &["failed"])?.is_some();
    let limit = query.number("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let before = query.cursor("cursor", DeliveryId::parse)?;
    let read = incoming
        .api
        .app
        .readers
        .read(move |reader| reader.webhook_deliveries(&provider, endpoint, failed, before, limit));
    let page = read.await?;
    let items: Vec<DeliveryShown> = page.items.iter().map(DeliveryShown::of).collect();
    Reply::ok(&json!({ "items": items, "next_cursor": page.next }))
}

pub(super) async fn one(incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    incoming.query(&[])?;
    Reply::ok(&DeliveryShown::of(&incoming.own_delivery(&provider).await?))
}
