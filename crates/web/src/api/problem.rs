//! Answers to what cannot be done: `application/problem+json` (RFC 9457).

use std::borrow::Cow;

use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use heyan_domain::Timestamp;
use heyan_domain::filing::raw::{self, FieldError};
use heyan_domain::terms::FilingId;
use heyan_store::database::StoreError;
use heyan_store::engine::EngineError;
use serde::Serialize;

use super::code::ErrorCode;
use super::etag;
use crate::app::SandboxError;
use crate::texts::{Language, Texts};

/// A sentence of `errors.ftl`, and the values in it.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    key: &'static str,
    values: Vec<(&'static str, String)>,
}

impl Sentence {
    pub(super) const fn new(key: &'static str) -> Self {
        Self { key, values: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    fn render(&self, language: Language) -> String {
        let values: Vec<(&str, &str)> =
            self.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Texts::of_problems(language).with(self.key, &values)
    }
}

/// One member at fault.
#[derive(Clone, Debug)]
struct MemberError {
    pointer: String,
    code: ErrorCode,
    sentence: Sentence,
    /// The row of a file that it stands in.
    row: Option<u32>,
}

/// Why a request is not carried out. Rendered at the very end, where language and request id are known.
#[derive(Clone, Debug)]
pub struct Problem {
    code: ErrorCode,
    sentence: Sentence,
    errors: Vec<MemberError>,
    /// The filing in the way, if the caller may know it.
    filing: Option<FilingId>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Serialize)]
struct Shown<'p> {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    code: &'static str,
    request_id: &'p str,
    errors: Vec<ShownError<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filing_id: Option<FilingId>,
}

#[derive(Serialize)]
struct ShownError<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    pointer: &'p str,
    code: &'static str,
    detail: String,
}

/// What is wrong with one member, in a language.
pub(crate) struct Told {
    /// Which; empty for the whole.
    pub pointer: String,
    /// The public code.
    pub code: ErrorCode,
    /// In words.
    pub text: String,
}

impl Problem {
    /// A problem with the whole request.
    pub(super) fn new(code: ErrorCode, sentence: Sentence) -> Self {
        Self { code, sentence, errors: Vec::new(), filing: None, headers: Vec::new() }
    }

    /// A problem with one member.
    pub(super) fn member(code: ErrorCode, pointer: impl Into<String>, sentence: Sentence) -> Self {
        let error = MemberError { pointer: pointer.into(), code, sentence: sentence.clone(), row: None };
        Self { errors: vec![error], ..Self::new(code, sentence) }
    }

    /// All members that the domain found wrong; the code on top is that of the first.
    pub(crate) fn members(errors: &[FieldError]) -> Self {
        let errors: Vec<MemberError> = errors.iter().map(member_error).collect();
        let Some(first) = errors.first() else { return Self::internal() };
        let sentence = match errors.len() {
            1 => first.sentence.clone(),
            count => Sentence::new("several").with("count", count),
        };
        Self { errors: errors.clone(), ..Self::new(first.code, sentence) }
    }

    pub(crate) fn no_route() -> Self {
        Self::new(ErrorCode::RouteNotFound, Sentence::new("no-route"))
    }

    /// The host that was named is none of ours.
    pub(crate) fn misdirected() -> Self {
        Self::new(ErrorCode::Misdirected, Sentence::new("misdirected"))
    }

    pub(super) fn internal() -> Self {
        Self::new(ErrorCode::Internal, Sentence::new("internal"))
    }

    pub(super) fn filing_not_found() -> Self {
        Self::new(ErrorCode::FilingNotFound, Sentence::new("filing-not-found"))
    }

    pub(super) fn endpoint_not_found() -> Self {
        Self::new(ErrorCode::EndpointNotFound, Sentence::new("endpoint-not-found"))
    }

    pub(super) fn delivery_not_found() -> Self {
        Self::new(ErrorCode::DeliveryNotFound, Sentence::new("delivery-not-found"))
    }

    pub(super) fn version_unsaid() -> Self {
        Self::new(ErrorCode::IfMatch, Sentence::new("if-match"))
    }

    pub(super) fn version(now: u32) -> Self {
        Self::new(ErrorCode::Version, Sentence::new("version")).header(ETAG, &etag::of(now))
    }

    pub(super) fn key() -> Self {
        Self::new(ErrorCode::Key, Sentence::new("key")).header(WWW_AUTHENTICATE, "Bearer realm=\"heyan\"")
    }

    pub(super) fn role() -> Self {
        Self::new(ErrorCode::Role, Sentence::new("role"))
    }

    pub(super) fn about(mut self, filing: Option<FilingId>) -> Self {
        self.filing = filing;
        self
    }

    pub(super) fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// Too many requests from one address; possible again at an instant.
    pub(crate) fn too_many(now: Timestamp, until: Timestamp) -> Self {
        let seconds = (until.since_ms(now).max(0) + 999) / 1_000;
        let sentence = Sentence::new("rate").with("until", until);
        Self::new(ErrorCode::Rate, sentence).header(RETRY_AFTER, &seconds.to_string())
    }

    /// To be tried again at an instant: `Retry-After` and `RateLimit`.
    pub(super) fn retry_at(self, now: Timestamp, at: Timestamp) -> Self {
        let seconds = (at.since_ms(now).max(0) + 999) / 1_000;
        let limit = HeaderName::from_static("ratelimit");
        self.header(RETRY_AFTER, &seconds.to_string()).header(limit, &format!("\"phone\";r=0;t={seconds}"))
    }

    /// What is wrong, for a page: with each member at fault by its pointer, else with the whole; each with its code.
    pub(crate) fn told_with_codes(&self, language: Language) -> Vec<Told> {
        if self.errors.is_empty() {
            let (code, text) = (self.code, self.sentence.render(language));
            return vec![Told { pointer: String::new(), code, text }];
        }
        let of_member = |error: &MemberError| Told {
            pointer: error.pointer.clone(),
            code: error.code,
            text: error.sentence.render(language),
        };
        self.errors.iter().map(of_member).collect()
    }

    /// Takes over what is wrong with a row of a file.
    pub(super) fn and_row(mut self, row: u32, problem: Self) -> Self {
        if problem.errors.is_empty() {
            let (code, sentence) = (problem.code, problem.sentence);
            self.errors.push(MemberError { pointer: String::new(), code, sentence, row: Some(row) });
        } else {
            let of_row = problem.errors.into_iter().map(|error| MemberError { row: Some(row), ..error });
            self.errors.extend(of_row);
        }
        self
    }

    /// The body and headers, in a language.
    pub(super) fn render(&self, language: Language, request_id: &str) -> Response {
        let shown = Shown {
            r#type: format!("/docs/errors/{}", self.code.as_str()),
            title: Texts::of_problems(language).get(&self.code.title_key()),
            status: self.code.status().as_u16(),
            detail: self.sentence.render(language),
            code: self.code.as_str(),
            request_id,
            errors: self.errors.iter().map(|error| shown_error(error, language)).collect(),
            filing_id: self.filing,
        };
        let body = serde_json::to_vec(&shown).unwrap_or_default();
        let mut response = (self.code.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        response
    }
}

fn shown_error(error: &MemberError, language: Language) -> ShownError<'_> {
    let column = error.row.and_then(|_| crate::bulk::of_pointer(&error.pointer));
    ShownError {
        row: error.row,
        column: column.map(|column| column.name(language)),
        pointer: &error.pointer,
        code: error.code.as_str(),
        detail: error.sentence.render(language),
    }
}

fn member_error(error: &FieldError) -> MemberError {
    let code = ErrorCode::parse(error.problem.code()).unwrap_or(ErrorCode::Value);
    MemberError { pointer: error.pointer.clone(), code, sentence: sentence_of(&error.problem), row: None }
}

fn sentence_of(problem: &raw::Problem) -> Sentence {
    match problem {
        raw::Problem::Missing => Sentence::new("missing"),
        raw::Problem::Phone => Sentence::new("phone"),
        raw::Problem::Document => Sentence::new("document"),
        raw::Problem::DocumentOfPerson => Sentence::new("document-of-person"),
        raw::Problem::BackNumber => Sentence::new("back-number"),
        raw::Problem::Word(words) => Sentence::new("word").with("words", words.join(", ")),
        raw::Problem::Province => Sentence::new("province"),
        raw::Problem::Kind => Sentence::new("kind"),
        raw::Problem::Domain => Sentence::new("domain"),
        raw::Problem::Reference => Sentence::new("reference"),
        raw::Problem::TooLong(limit) => Sentence::new("too-long").with("limit", limit),
        raw::Problem::TooMany(limit) => Sentence::new("too-many").with("limit", limit),
        raw::Problem::Empty => Sentence::new("empty"),
        raw::Problem::NotExpected => Sentence::new("not-expected"),
        raw::Problem::NothingChanged => Sentence::new("nothing-changed"),
        raw::Problem::NotPermitted => Sentence::new("not-permitted"),
        raw::Problem::Characters => Sentence::new("characters"),
    }
}

/// Leaves the rendering to `observe`, which knows language and request id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        *response.status_mut() = self.code.status();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Busy | EngineError::Stopped | EngineError::Fenced => {
                Self::new(ErrorCode::Busy, Sentence::new("busy")).header(RETRY_AFTER, "1")
            }
            EngineError::Storage => {
                Self::new(ErrorCode::Storage, Sentence::new("storage")).header(RETRY_AFTER, "5")
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(name: "api.read_failed", error = chain(&error).as_ref(), "a read failed");
        if error.is_storage() { EngineError::Storage.into() } else { Self::internal() }
    }
}

impl From<SandboxError> for Problem {
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::Store(error) => error.into(),
            SandboxError::Engine(error) => error.into(),
            SandboxError::Inbox(_) => {
                tracing::error!(name: "api.inbox_failed", error = chain(&error).as_ref(), "the inbox failed");
                Self::internal()
            }
        }
    }
}

/// An error with its causes, one line. Errors of the store hold no personal data.
fn chain(error: &dyn std::error::Error) -> Cow<'static, str> {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ").into()
}
