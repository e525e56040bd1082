//! Who calls, by a signed request. Everything that is signed stands in the head of the request, so that it is judged before
//! a byte of the body is read; the body is compared with its signed hash when it is.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, OriginalUri};
use axum::http::header::{AUTHORIZATION, HOST, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use heyan_domain::Timestamp;
use heyan_domain::api_keys::{ApiKey, ApiKeyAction, ApiKeyAnswer, KeyOwner, Scope};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::{ApiKeyId, ProviderId};
use heyan_signing::{
    ALWAYS, Authorization, CONTENT_SHA256, MAX_SKEW_S, Message, NONCE, SCHEME, TIMESTAMP, WHERE_PRESENT,
};
use sha2::{Digest as _, Sha256};

use super::code::ErrorCode;
use super::problem::{Problem, Sentence};
use crate::app::{App, Caller};

/// A request whose signature holds.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub caller: Caller,
    pub key: ApiKeyId,
    /// The hash that the body must have.
    content_sha256: String,
}

impl Signed {
    /// Whether this is the body that was signed.
    pub fn check(&self, body: &[u8]) -> Result<(), Problem> {
        if heyan_signing::content_sha256(body) == self.content_sha256 {
            Ok(())
        } else {
            Err(refused(ErrorCode::Signature, Sentence::new("signature-body")))
        }
    }
}

fn refused(code: ErrorCode, sentence: Sentence) -> Problem {
    Problem::new(code, sentence).header(WWW_AUTHENTICATE, SCHEME)
}

fn malformed(what: &'static str) -> Problem {
    refused(ErrorCode::Signature, Sentence::new("signature-malformed").with("what", what))
}

fn unclear(name: &str) -> Problem {
    refused(ErrorCode::Signature, Sentence::new("signature-header").with("name", name))
}

/// The one value of a header, without white space around it; nothing if it is not there. Given twice it could mean either.
fn value<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let text = first.to_str().map_err(|_| unclear(name))?;
    if values.next().is_some() { Err(unclear(name)) } else { Ok(Some(text.trim())) }
}

/// Which scope an address needs; none is needed for what every key may ask.
fn needed(method: &Method, path: &str) -> Option<Scope> {
    let below =
        |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if below("/v1/rules") || below("/v1/sandbox") {
        None
    } else if below("/v1/events") || below("/v1/webhook-endpoints") || below("/v1/deliveries") {
        Some(Scope::Events)
    } else if below("/v1/reviews") && *method != Method::GET {
        Some(Scope::Review)
    } else if *method == Method::GET {
        Some(Scope::Read)
    } else {
        Some(Scope::Write)
    }
}

/// A request as its head says it is signed.
struct Head<'p> {
    authorization: &'p Authorization,
    message: Message<'p>,
    nonce: &'p str,
    signed_at: Timestamp,
}

impl<'p> Head<'p> {
    fn read(parts: &'p Parts, authorization: &'p Authorization) -> Result<Self, Problem> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let signed = |name: &&str| authorization.signed_headers.iter().any(|one| one == *name);
        let present = WHERE_PRESENT.iter().filter(|name| parts.headers.contains_key(**name));
        if let Some(missing) = ALWAYS.iter().chain(present).find(|name| !signed(name)) {
            return Err(refused(
                ErrorCode::Signature,
                Sentence::new("signature-unsigned").with("name", missing),
            ));
        }
        let mut headers = Vec::with_capacity(authorization.signed_headers.len());
        for name in &authorization.signed_headers {
            // HTTP/2 has the host elsewhere.
            let host = uri.authority().map(axum::http::uri::Authority::as_str);
            let text = value(&parts.headers, name)?.or(host.filter(|_| name == HOST.as_str()));
            headers.push((name.as_str(), text.ok_or_else(|| unclear(name))?));
        }
        let of = |name: &str| value(&parts.headers, name).map(Option::unwrap_or_default);
        let nonce = of(NONCE)?;
        if !heyan_signing::is_nonce(nonce) {
            return Err(malformed(NONCE));
        }
        let seconds: i64 = of(TIMESTAMP)?.parse().map_err(|_| malformed(TIMESTAMP))?;
        let signed_at = Timestamp::from_ms(seconds.saturating_mul(1_000));
        let (method, path, query) = (parts.method.as_str(), uri.path(), uri.query().unwrap_or_default());
        let message = Message { method, path, query, headers };
        Ok(Self { authorization, message, nonce, signed_at })
    }

    fn check_time(&self, now: Timestamp) -> Result<(), Problem> {
        if self.signed_at.since_ms(now).abs() <= MAX_SKEW_S * 1_000 {
            return Ok(());
        }
        Err(refused(ErrorCode::Timestamp, Sentence::new("timestamp").with("now", now)))
    }

    /// Every secret is tried, so that the time does not say which of two it was.
    fn check_signature(&self, key: &ApiKey) -> Result<(), Problem> {
        let signature = &self.authorization.signature;
        let tries = key
            .secrets
            .iter()
            .filter(|one| heyan_signing::is_signed(one.secret.expose(), &self.message, signature));
        if tries.count() > 0 {
            return Ok(());
        }
        // The hash of what was sent tells its sender where the two sides differ, and nobody anything else.
        Err(refused(ErrorCode::Signature, Sentence::new("signature").with("digest", self.message.digest())))
    }

    fn check_scope(&self, key: &ApiKey) -> Result<(), Problem> {
        match needed(self.message.method.parse().as_ref().unwrap_or(&Method::POST), self.message.path) {
            Some(scope) if !key.scopes.contains(&scope) => {
                Err(Problem::new(ErrorCode::Scope, Sentence::new("scope").with("scope", scope)))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn content_sha256(&self) -> String {
        let found = self.message.headers.iter().find(|(name, _)| *name == CONTENT_SHA256);
        found.map(|(_, value)| (*value).to_owned()).unwrap_or_default()
    }

    /// The first half of the nonce's hash.
    fn nonce(&self) -> [u8; 16] {
        let hash = Sha256::digest(self.nonce.as_bytes());
        hash.first_chunk::<16>().copied().unwrap_or_default()
    }
}

fn address(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

/// Judges a request that means to be signed; nothing if it does not.
pub(super) async fn signed(app: &App, parts: &Parts) -> Option<Result<Signed, Problem>> {
    let given = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok())?;
    if !Authorization::is_meant(given) {
        return None;
    }
    Some(judge(app, parts, given).await)
}

async fn judge(app: &App, parts: &Parts, given: &str) -> Result<Signed, Problem> {
    let authorization = Authorization::parse(given).ok_or_else(|| malformed("Authorization"))?;
    let head = Head::read(parts, &authorization)?;
    head.check_time(app.clock.now())?;
    let id = ApiKeyId::parse(&authorization.credential).ok_or_else(Problem::key)?;
    let key = app.readers.read(move |reader| reader.api_key(id)).await?;
    let key = key.filter(|key| key.revoked_at.is_none()).ok_or_else(Problem::key)?;
    head.check_signature(&key)?;
    if !key.may_come_from(address(parts)) {
        return Err(Problem::new(ErrorCode::Address, Sentence::new("address")));
    }
    head.check_scope(&key)?;
    let content_sha256 = head.content_sha256();
    // Used up last, so that nobody else's request uses up a nonce, and in the database, so that it holds over restarts.
    let use_nonce = ApiKeyAction::UseNonce { key: id, nonce: head.nonce() };
    match app.engine.execute(Action::ApiKey(Box::new(use_nonce))).await? {
        Outcome::ApiKey(ApiKeyAnswer::Nonce(true)) => {}
        Outcome::ApiKey(ApiKeyAnswer::Nonce(false)) => {
            return Err(refused(ErrorCode::Nonce, Sentence::new("nonce")));
        }
        _ => return Err(Problem::internal()),
    }
    let caller = match key.owner {
        KeyOwner::Provider(provider) => Caller::Provider(provider),
        KeyOwner::Administration(province) => Caller::Administration(province),
    };
    Ok(Signed { caller, key: id, content_sha256 })
}

/// How a request is judged, for whoever looks for a mistake in signing.
pub(crate) struct Explained {
    /// The canonical request, and what is signed, as far as the head can be read.
    pub texts: Option<(String, String)>,
    /// Why it would be refused; the address that it comes from, and whether its nonce was used, are not looked at.
    pub problem: Option<Problem>,
}

/// Judges a request of a provider that was not sent. Nothing is used up.
pub(crate) async fn explain(app: &App, provider: &ProviderId, parts: &Parts, body: &[u8]) -> Explained {
    let given = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(authorization) = Authorization::parse(given) else {
        return Explained { texts: None, problem: Some(malformed("Authorization")) };
    };
    let head = match Head::read(parts, &authorization) {
        Ok(head) => head,
        Err(problem) => return Explained { texts: None, problem: Some(problem) },
    };
    let judged = async {
        head.check_time(app.clock.now())?;
        let id = ApiKeyId::parse(&authorization.credential).ok_or_else(Problem::key)?;
        let key = app.readers.read(move |reader| reader.api_key(id)).await?;
        // Another's key is not there.
        let own = |key: &ApiKey| key.revoked_at.is_none() && key.owner.provider() == Some(provider);
        let key = key.filter(own).ok_or_else(Problem::key)?;
        head.check_signature(&key)?;
        head.check_scope(&key)?;
        if heyan_signing::content_sha256(body) == head.content_sha256() {
            Ok(())
        } else {
            Err(refused(ErrorCode::Signature, Sentence::new("signature-body")))
        }
    };
    let problem: Result<(), Problem> = judged.await;
    Explained { texts: Some((head.message.canonical(), head.message.to_sign())), problem: problem.err() }
}
