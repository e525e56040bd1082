//! `GET /v1/webhook-endpoints`, `GET /v1/webhook-endpoints/{endpoint}`.

use serde_json::json;

use super::EndpointShown;
use crate::api::incoming::Incoming;
use crate::api::reply::{Answer, Reply};

/// All of them: there are ten at most, so there is one page.
pub(super) async fn list(incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    incoming.query(&[])?;
    let all = incoming.api.app.readers.read(move |reader| reader.webhooks_of(&provider)).await?;
    let items: Vec<EndpointShown<'_>> = all.iter().map(EndpointShown::of).collect();
    Reply::ok(&json!({ "items": items, "next_cursor": null }))
}

pub(super) async fn one(incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    incoming.query(&[])?;
    let endpoint = incoming.own_endpoint(&provider, incoming.endpoint_id()?).await?;
    Reply::ok(&EndpointShown::of(&endpoint))
}
