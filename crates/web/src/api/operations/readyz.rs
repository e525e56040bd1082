//! `GET /readyz`: requests can be served. The database is open and migrated since the start; here is whether it
//! answers, and whether the last commands could be written.

use std::sync::Arc;

use axum::extract::State;
use heyan_store::engine::EngineError;
use heyan_store::tables::Reader;
use serde_json::json;

use crate::api::Shared;
use crate::api::reply::{Answer, Reply};

/// 200, or 503 `Unavailable.Storage`.
pub(super) async fn handle(State(api): State<Arc<Shared>>) -> Answer {
    let answers = api.app.readers.read(Reader::ping).await.is_ok();
    if answers && api.app.engine.is_healthy() {
        Reply::ok(&json!({ "status": "ready" }))
    } else {
        Err(EngineError::Storage.into())
    }
}
