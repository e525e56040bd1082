//! `GET /v1/reviews/{filing}`: the filing with its verifications and who passed them when. `ETag` is the filing's
//! version, the same as for its provider.

use crate::api::incoming::Incoming;
use crate::api::reply::Answer;
use crate::api::shown;

pub(super) async fn handle(incoming: Incoming) -> Answer {
    let province = incoming.administration()?;
    let id = incoming.filing_id()?;
    incoming.query(&[])?;
    shown::review(&incoming, id, province).await
}
