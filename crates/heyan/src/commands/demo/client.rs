//! What the doors answer, as stories look at it.

use serde_json::Value;

use crate::failure::Failure;

/// An answer.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Reply {
    /// Status code.
    pub status: u16,
    /// The ETag, if it came with one.
    pub etag: Option<String>,
    /// The JSON body; null if there was none.
    pub body: Value,
}

impl Reply {
    /// The answer of the provider API, be it yes or no.
    pub fn of(answered: Result<heyan_client::Reply, heyan_client::Error>) -> Result<Self, Failure> {
        match answered {
            Ok(heyan_client::Reply { status, etag, body }) => Ok(Self { status, etag, body }),
            Err(heyan_client::Error::Problem(problem)) => {
                Ok(Self { status: problem.status, etag: None, body: serde_json::to_value(&problem)? })
            }
            Err(error) => Err(Failure::plain(error.to_string())),
        }
    }

    /// A text in the body, or an empty one.
    pub fn text(&self, pointer: &str) -> &str {
        text(&self.body, pointer)
    }

    /// The answer, if its status is one of 2xx; else what the problem says.
    pub fn ok(self, what: &str) -> Result<Self, Failure> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let (code, detail) = (self.text("/code"), self.text("/detail"));
        let errors = self.body.get("errors").map(Value::to_string).unwrap_or_default();
        Err(Failure::plain(
            format!("{what}: answered {} {code} {detail} {errors}", self.status).trim().to_owned(),
        ))
    }
}

/// A text in a JSON value, or an empty one.
pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The items of an array in a JSON value, or none.
pub(super) fn items<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
