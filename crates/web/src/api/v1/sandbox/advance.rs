//! `POST /v1/sandbox/clock/advance {"seconds":n}`: moves the one clock. What is due is carried out in order, each at its
//! own time, before the answer comes.

use serde::Deserialize;
use serde_json::json;

use super::sandbox;
use crate::api::code::ErrorCode;
use crate::api::incoming::Incoming;
use crate::api::problem::{Problem, Sentence};
use crate::api::reply::{Answer, Reply};

/// The furthest step: 400 days, enough for every deadline of the rulebook several times over.
pub const MAX_SECONDS: u64 = 400 * 24 * 3_600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: i64,
}

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    incoming.anyone()?;
    incoming.query(&[])?;
    let (Advance { seconds }, _) = incoming.json().await?;
    let sentence = || Sentence::new("number").with("least", 0).with("most", MAX_SECONDS);
    let seconds = u64::try_from(seconds)
        .ok()
        .filter(|seconds| *seconds <= MAX_SECONDS)
        .ok_or_else(|| Problem::member(ErrorCode::Value, "/seconds", sentence()))?;
    let now = sandbox(&incoming)?.advance(seconds).await?;
    Reply::ok(&json!({ "now": now }))
}
