//! `POST /v1/deliveries/{delivery}/replay`: sends it once more, under the same `webhook-id`, whatever came of it before.

use heyan_domain::webhooks::WebhookAction;

use super::{Look, Once};
use crate::api::incoming::Incoming;
use crate::api::reply::Answer;

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let key = incoming.idempotency_key()?;
    incoming.query(&[])?;
    let id = incoming.own_delivery(&provider).await?.delivery.id;
    let bytes = incoming.nothing().await?;
    let route = format!("POST /v1/deliveries/{id}/replay");
    let once = Once::new(&incoming, provider, &route, &key, &bytes);
    once.act(WebhookAction::Replay(vec![id]), Look::Delivery).await
}
