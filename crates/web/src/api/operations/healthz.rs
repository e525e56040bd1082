//! `GET /healthz`: the process is alive.

use serde_json::json;

use crate::api::reply::{Answer, Reply};

/// Always 200.
pub(super) async fn handle() -> Answer {
    Reply::ok(&json!({ "status": "ok" }))
}
