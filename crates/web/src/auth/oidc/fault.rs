//! What can be wrong with an identity provider: in words for the log and for `heyan doctor`, without anything that a
//! person, a code or a token could be known by.

use heyan_outbound::{Failed, StatusCode};
use serde_json::Value;

use super::Refused;

/// The longest error code that is taken for one.
const MAX_CODE_CHARS: usize = 64;

/// Why an identity provider cannot be used, now or at all.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It does not answer.
    #[error("{what} cannot be had: {}", chain(source))]
    Unanswered {
        /// What was asked for.
        what: &'static str,
        /// Why there is no answer.
        source: Failed,
    },
    /// It answers with an error.
    #[error("{what} is refused with {} ({code})", status.as_u16())]
    Refused {
        /// What was asked for.
        what: &'static str,
        /// The status.
        status: StatusCode,
        /// The error's code (RFC 6749, 5.2), or `no code`.
        code: String,
    },
    /// The answer is not what the standard says.
    #[error("{what} cannot be read: {kind} in line {line}, column {column}")]
    Unreadable {
        /// What was asked for.
        what: &'static str,
        /// `Syntax`, `Data`, `Eof`.
        kind: String,
        /// Where.
        line: usize,
        /// Where in it.
        column: usize,
    },
    /// An address is none that can be asked.
    #[error("{what} has an address that cannot be asked")]
    Address {
        /// What was asked for.
        what: &'static str,
    },
    /// What answers calls itself otherwise than it was configured.
    #[error("the metadata is by the issuer {said}, which is not the one of the configuration")]
    OtherIssuer {
        /// What it calls itself.
        said: String,
    },
    /// An address that it names is reached without TLS.
    #[error("the metadata names addresses that are reached without TLS")]
    Unsafe,
    /// No key of it can check a signature that is taken here.
    #[error("none of the published keys can check a signature that is accepted (RS256, PS256, ES256, EdDSA)")]
    NoKey,
    /// It was asked a moment ago, in vain.
    #[error("it failed a moment ago and is not asked again at once")]
    JustFailed,
}

impl Fault {
    /// Of an answer that is no JSON of the expected shape. The words of the parser are left out: they may quote it.
    pub(super) fn unreadable(what: &'static str, error: &serde_json::Error) -> Self {
        let kind = format!("{:?}", error.classify());
        Self::Unreadable { what, kind, line: error.line(), column: error.column() }
    }

    /// Of an answer with another status than 200.
    pub(super) fn refused(what: &'static str, status: StatusCode, body: &[u8]) -> Self {
        let body: Option<Value> = serde_json::from_slice(body).ok();
        let code = body.as_ref().and_then(|body| body.get("error")).and_then(Value::as_str);
        Self::Refused { what, status, code: code_of(code.unwrap_or_default()) }
    }

    /// Notes it, and gives what people are told.
    pub(super) fn told(&self) -> Refused {
        match self {
            // Everybody who comes in those seconds would write the same line.
            Self::JustFailed => {}
            Self::Unanswered { .. }
            | Self::Refused { .. }
            | Self::Unreadable { .. }
            | Self::Address { .. }
            | Self::OtherIssuer { .. }
            | Self::Unsafe
            | Self::NoKey => {
                tracing::warn!(name: "oidc.fault", error = %self, "the identity provider cannot be used");
            }
        }
        match self {
            Self::Refused { status, .. } if status.is_client_error() => Refused::NotAccepted,
            Self::Unanswered { .. }
            | Self::Refused { .. }
            | Self::Unreadable { .. }
            | Self::Address { .. }
            | Self::OtherIssuer { .. }
            | Self::Unsafe
            | Self::NoKey
            | Self::JustFailed => Refused::Unreachable,
        }
    }
}

/// An error's code as it may stand in a log: others write it, so only what codes are made of is taken.
pub(super) fn code_of(said: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let is_code = !said.is_empty() && said.len() <= MAX_CODE_CHARS && said.bytes().all(plain);
    if is_code { said.to_owned() } else { "no code".to_owned() }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
