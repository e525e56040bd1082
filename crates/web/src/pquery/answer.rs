//! The shape of every answer, and reading a body.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyan_domain::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::MAX_BODY_BYTES;
use crate::api::Strict;
use crate::app::App;
use crate::people::{Challenge, Verdict, Words};
use crate::texts::Language;

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct Params {
    valid_status: u16,
    valid_flag: bool,
}

#[derive(Serialize)]
struct Data {
    params: Params,
}

#[derive(Serialize)]
struct Reply<'a> {
    code: u16,
    msg: &'a str,
    success: bool,
    params: Params,
    data: Data,
}

/// A number that may be written as one or as text.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum NumberOrText {
    Number(u64),
    Text(String),
}

impl NumberOrText {
    pub fn into_text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

fn reply(status: StatusCode, valid_status: u16, msg: &str) -> Response {
    // True for what the person may be content with: complete, waiting for others, done before, resent.
    let valid_flag = matches!(valid_status, 3 | 31 | 20 | 101);
    let params = Params { valid_status, valid_flag };
    let success = status == StatusCode::OK;
    let reply = Reply { code: status.as_u16(), msg, success, params, data: Data { params } };
    let body = serde_json::to_vec(&reply).unwrap_or_default();
    let headers =
        [(header::CONTENT_TYPE, "application/json;charset=UTF-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

/// An outcome: HTTP 200, whatever it is.
pub(super) fn outcome(valid_status: u16, msg: &str) -> Response {
    reply(StatusCode::OK, valid_status, msg)
}

/// Too many requests: wait until then.
pub(super) fn too_many(app: &App, until: Timestamp, msg: &str) -> Response {
    let mut response = reply(StatusCode::TOO_MANY_REQUESTS, 0, msg);
    let seconds = until.since_ms(app.clock.now()).max(0) / 1_000 + 1;
    if let Ok(value) = seconds.to_string().parse() {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// So many seconds after an answer that says only that there is none.
const RETRY_AFTER_S: &str = "5";

/// The engine gave no outcome: nothing is known to have changed, try again.
pub(super) fn unavailable(words: &Words) -> Response {
    let mut response = reply(StatusCode::SERVICE_UNAVAILABLE, 0, &words.text("system_error"));
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_S));
    response
}

/// A body that cannot be read: 400.
pub(super) fn unreadable(words: &Words) -> Response {
    reply(StatusCode::BAD_REQUEST, 0, &words.text("malformed"))
}

pub(super) fn words(app: &App) -> Words {
    Words::of(app, None, Language::ZhCn)
}

/// Reads a JSON body of bounded size.
pub(super) async fn read<T: DeserializeOwned>(body: Body) -> Option<T> {
    heyan_domain::mark!("SEC-15");
    let bytes: Bytes = axum::body::to_bytes(body, MAX_BODY_BYTES).await.ok()?;
    let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
    let body = T::deserialize(Strict(&mut deserializer)).ok()?;
    deserializer.end().ok().map(|()| body)
}

/// The captcha's proof in the headers `uuid` and `sign`, where the portal asks for one; the answer if it is not right.
pub(super) async fn captcha(app: &App, headers: &HeaderMap, words: &Words) -> Result<(), Response> {
    if !app.captcha {
        return Ok(());
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let answer = text("sign");
    if answer.trim().is_empty() {
        // Nothing was answered, so the captcha stays good.
        return Err(outcome(0, &words.text("captcha_wrong")));
    }
    match Challenge::answer(app, text("uuid"), answer).await {
        Ok(Verdict::Right) => Ok(()),
        Ok(Verdict::Wrong | Verdict::Expired) => Err(outcome(0, &words.text("captcha_wrong"))),
        Err(_) => Err(unavailable(words)),
    }
}
