//! `POST /v1/filings/{id}/withdraw`: takes a filing back from any state before the review (FIL-01).

use heyan_domain::decide::Action;

use crate::api::act::Look;
use crate::api::incoming::Incoming;
use crate::api::reply::Answer;

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let key = incoming.idempotency_key()?;
    let filing = incoming.own_filing(&provider).await?.id;
    incoming.query(&[])?;
    let bytes = incoming.nothing().await?;
    let route = format!("POST /v1/filings/{filing}/withdraw");
    let action = Action::Withdraw { provider, filing };
    incoming.act_once(&route, &key, &bytes, action, Look::Filing).await
}
