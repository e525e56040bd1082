//! `POST /v1/reviews/{filing}/claim`: takes a filing for half an hour; again by the same key renews. The reviewer is the
//! key.

use heyan_domain::decide::Action;

use super::handed_over;
use crate::api::act::Look;
use crate::api::incoming::Incoming;
use crate::api::reply::Answer;

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let province = incoming.administration()?;
    let key = incoming.idempotency_key()?;
    let filing = handed_over(&incoming, province).await?.id;
    incoming.query(&[])?;
    let bytes = incoming.nothing().await?;
    let route = format!("POST /v1/reviews/{filing}/claim");
    let action = Action::Claim { province, reviewer: incoming.caller_name(), filing };
    incoming.act_once(&route, &key, &bytes, action, Look::Review(province)).await
}
