//! `POST /v1/webhook-endpoints/{endpoint}/enable`: an endpoint that was switched off gets events again, those of meanwhile
//! among them, as far as they are not older than seven days.

use heyan_domain::webhooks::WebhookAction;

use super::{Look, Once};
use crate::api::incoming::Incoming;
use crate::api::reply::Answer;

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let key = incoming.idempotency_key()?;
    incoming.query(&[])?;
    let id = incoming.endpoint_id()?;
    incoming.own_endpoint(&provider, id).await?;
    let bytes = incoming.nothing().await?;
    let route = format!("POST /v1/webhook-endpoints/{id}/enable");
    let once = Once::new(&incoming, provider, &route, &key, &bytes);
    once.act(WebhookAction::Switch(id, true), Look::Endpoint(id)).await
}
