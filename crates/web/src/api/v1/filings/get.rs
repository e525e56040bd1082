//! `GET /v1/filings/{id}`: the detail, with `ETag`.

use axum::http::StatusCode;

use crate::api::incoming::Incoming;
use crate::api::reply::Answer;
use crate::api::shown;

pub(super) async fn handle(incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let filing = incoming.own_filing(&provider).await?;
    incoming.query(&[])?;
    shown::filing(&incoming, filing.id, StatusCode::OK).await
}
