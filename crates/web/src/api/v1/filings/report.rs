//! `POST /v1/filings/{id}/report`: 提交管局, opens a round of a draft or a returned filing, edited or not (FIL-07); needs
//! `If-Match`.

use heyan_domain::decide::Action;

use crate::api::act::Look;
use crate::api::incoming::Incoming;
use crate::api::reply::Answer;

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let key = incoming.idempotency_key()?;
    let filing = incoming.own_filing(&provider).await?;
    let expected = incoming.expected(filing.version);
    incoming.query(&[])?;
    let bytes = incoming.nothing().await?;
    let route = format!("POST /v1/filings/{}/report", filing.id);
    let action = Action::Report { provider, filing: filing.id, expected };
    incoming.act_once(&route, &key, &bytes, action, Look::Filing).await
}
