//! `POST /v1/reviews/{filing}/approve`: 审核通过. Writes the registry and gives numbers (REV-03); needs `If-Match`.

use heyan_domain::decide::Action;

use super::handed_over;
use crate::api::act::Look;
use crate::api::incoming::Incoming;
use crate::api::reply::Answer;

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let province = incoming.administration()?;
    let key = incoming.idempotency_key()?;
    let filing = handed_over(&incoming, province).await?;
    let expected = incoming.expected(filing.version);
    incoming.query(&[])?;
    let bytes = incoming.nothing().await?;
    let route = format!("POST /v1/reviews/{}/approve", filing.id);
    let action = Action::Approve { province, reviewer: incoming.caller_name(), filing: filing.id, expected };
    incoming.act_once(&route, &key, &bytes, action, Look::Review(province)).await
}
