//! `GET /v1/sandbox/clock`: the time in the sandbox, which runs on from there.

use serde_json::json;

use crate::api::incoming::Incoming;
use crate::api::reply::{Answer, Reply};

pub(super) async fn handle(incoming: Incoming) -> Answer {
    incoming.anyone()?;
    incoming.query(&[])?;
    Reply::ok(&json!({ "now": incoming.now() }))
}
