//! Request bodies: size, media type, JSON, and where in it something is wrong.

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use heyan_domain::mark;
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use super::code::ErrorCode;
use super::problem::{Problem, Sentence};
use super::strict::Strict;

/// The largest body that is taken.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// So much of a body that is too large is read before the refusal, so that the client gets to see it.
pub const MAX_DRAINED_BYTES: usize = 16 << 20;

/// Why a body was not read to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ReadError {
    /// Larger than it may be.
    TooLarge,
    /// Its end has not come.
    Cut,
}

/// Reads a whole body, up to the limit.
pub(super) async fn read(body: Body) -> Result<Bytes, Problem> {
    read_within(body, MAX_BODY_BYTES, MAX_DRAINED_BYTES).await
}

/// The same with other limits.
pub(super) async fn read_within(body: Body, limit: usize, drained: usize) -> Result<Bytes, Problem> {
    collect(body, limit, drained).await.map_err(|error| match error {
        ReadError::TooLarge => {
            Problem::new(ErrorCode::BodySize, Sentence::new("body-size").with("limit", limit))
        }
        ReadError::Cut => Problem::new(ErrorCode::Body, Sentence::new("body-cut")),
    })
}

/// Reads a whole body up to a limit, and on to another one so that the client gets to see the refusal.
pub(crate) async fn collect(mut body: Body, limit: usize, drained: usize) -> Result<Bytes, ReadError> {
    mark!("SEC-15");
    let mut taken = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ReadError::Cut)?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length > drained {
            return Err(ReadError::TooLarge);
        }
        if length <= limit {
            taken.extend_from_slice(&data);
        }
    }
    if length > limit { Err(ReadError::TooLarge) } else { Ok(taken.into()) }
}

/// Refuses any media type but JSON; `charset` may be said, but only UTF-8.
fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let value = value.to_ascii_lowercase();
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|essence| {
        let suffixed = essence.strip_prefix("application/").is_some_and(|name| name.ends_with("+json"));
        essence == "application/json" || suffixed
    });
    let charset = parts.find_map(|part| part.strip_prefix("charset="));
    let is_utf8 = charset.is_none_or(|charset| charset.trim_matches('"') == "utf-8");
    if is_json && is_utf8 {
        Ok(())
    } else {
        Err(Problem::new(ErrorCode::MediaType, Sentence::new("media-type")))
    }
}

/// The media type of a workbook.
pub(crate) const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Refuses any media type but those of a file of filings. What the file is, its bytes say.
pub(super) fn check_sheet_type(headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "text/csv" || essence == WORKBOOK {
        Ok(())
    } else {
        Err(Problem::new(ErrorCode::MediaType, Sentence::new("bulk-media-type")))
    }
}

/// Line and column, from 1, of a byte.
fn place(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = bytes.get(..at).unwrap_or(bytes);
    let line = before.split(|byte| *byte == b'\n').count();
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    (line, column)
}

fn at_place(key: &'static str, (line, column): (usize, usize)) -> Problem {
    Problem::new(ErrorCode::Body, Sentence::new(key).with("line", line).with("column", column))
}

/// A JSON document with nothing unknown in it.
pub(super) fn json<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Problem> {
    check_media_type(headers)?;
    let text = std::str::from_utf8(bytes)
        .map_err(|error| at_place("body-utf8", place(bytes, error.valid_up_to())))?;
    // Some editors put the mark of the byte order in front; it belongs to no JSON text but harms nobody.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value =
        serde_path_to_error::deserialize(Strict(&mut deserializer)).map_err(|error| refused(&error))?;
    deserializer.end().map_err(|error| at_place("body-syntax", (error.line(), error.column())))?;
    Ok(value)
}

/// Where nothing needs to be said: an empty body, or an empty object.
pub(super) fn nothing(headers: &HeaderMap, bytes: &[u8]) -> Result<(), Problem> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(());
    }
    json::<Nothing>(headers, bytes).map(|Nothing {}| ())
}

fn refused(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    match inner.classify() {
        serde_json::error::Category::Data => wrong_member(&pointer(error.path()), inner),
        serde_json::error::Category::Syntax
        | serde_json::error::Category::Eof
        | serde_json::error::Category::Io => at_place("body-syntax", (inner.line(), inner.column())),
    }
}

/// Tells the errors of `serde` apart by their beginnings, which are its own fixed phrases.
fn wrong_member(pointer: &str, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    // These two are found in the object as a whole, so the place does not name the member.
    let inside = || format!("{pointer}/{}", escaped(message.split('`').nth(1).unwrap_or_default()));
    if message.starts_with("unknown field") {
        Problem::member(ErrorCode::UnknownMember, pointer, Sentence::new("unknown-member"))
    } else if message.starts_with("duplicate field") {
        Problem::member(ErrorCode::Body, inside(), Sentence::new("duplicate-member"))
    } else if message.starts_with("missing field") {
        Problem::member(ErrorCode::Missing, inside(), Sentence::new("missing"))
    } else {
        Problem::member(ErrorCode::Type, pointer, Sentence::new("type"))
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The JSON pointer (RFC 6901) of a place.
fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |mut pointer, segment| {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            Segment::Map { key } => pointer.push_str(&escaped(key)),
            Segment::Enum { variant } => pointer.push_str(&escaped(variant)),
            Segment::Unknown => {}
        }
        pointer
    })
}
