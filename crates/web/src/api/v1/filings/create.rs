//! `POST /v1/filings`: makes a filing; with `"report": true` hands it over in the same transaction.
//!
//! 201 with the detail, `Location` and `ETag`. If the report is refused, there is no draft either.

use heyan_domain::decide::Action;
use heyan_domain::filing::raw::RawDraft;

use super::parsed;
use crate::api::act::Look;
use crate::api::incoming::Incoming;
use crate::api::reply::Answer;

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let key = incoming.idempotency_key()?;
    incoming.query(&[])?;
    let (raw, bytes) = incoming.json::<RawDraft>().await?;
    let action = Action::Create { provider, draft: parsed(&raw)?, report: raw.report };
    incoming.act_once("POST /v1/filings", &key, &bytes, action, Look::Created).await
}
