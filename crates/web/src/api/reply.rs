//! Answers to what was done.

use axum::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;

use super::problem::Problem;

/// What a handler answers.
pub(super) type Answer = Result<Reply, Problem>;

/// A JSON answer, still as bytes, so that it can be kept for repetitions.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub status: StatusCode,
    pub body: Arc<[u8]>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Reply {
    pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|_| Problem::internal())?;
        Ok(Self { status, body: body.into(), headers: Vec::new() })
    }

    pub fn ok(value: &impl Serialize) -> Answer {
        Self::json(StatusCode::OK, value)
    }

    /// The answer to a repetition. The headers are those of the first answer as far as its body tells them.
    pub fn replayed(status: u16, body: Arc<[u8]>) -> Self {
        #[derive(serde::Deserialize)]
        struct Told {
            id: Option<String>,
            etag: Option<String>,
        }
        let told: Option<Told> = serde_json::from_slice(&body).ok();
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        let mut reply = Self { status, body, headers: Vec::new() };
        if let Some(told) = told {
            if let Some(etag) = told.etag {
                reply = reply.etag(&etag);
            }
            if let Some(id) = told.id {
                reply = match status {
                    StatusCode::CREATED | StatusCode::ACCEPTED => reply.location(&id),
                    _ => reply,
                };
            }
        }
        reply.marked_replayed()
    }

    /// An answer that says everything with its status.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, body: Arc::new([]), headers: Vec::new() }
    }

    pub fn marked_replayed(self) -> Self {
        self.header(HeaderName::from_static("idempotent-replayed"), "true")
    }

    pub fn etag(self, etag: &str) -> Self {
        self.header(ETAG, etag)
    }

    /// The address of what has an id.
    pub fn location(self, id: &str) -> Self {
        let noun = match id.split_once('_') {
            Some(("blk", _)) => "bulk",
            Some(("whe", _)) => "webhook-endpoints",
            _ => "filings",
        };
        self.header(LOCATION, &format!("/v1/{noun}/{id}"))
    }

    pub fn language(self, tag: &'static str) -> Self {
        self.header(CONTENT_LANGUAGE, tag)
    }

    fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body.to_vec()).into_response();
        let headers = response.headers_mut();
        if self.status != StatusCode::NO_CONTENT {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        response
    }
}
