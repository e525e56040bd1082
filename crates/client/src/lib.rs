//! A client of the provider API (`/v1`): typed calls, signed requests, and repetitions that do a thing once.
//!
//! A call that makes or does something takes a key (`Idempotency-Key`): the caller's own order number, or
//! [`Client::new_key`]. Whatever happens on the way, the same call with the same key is the same deed, so this client
//! repeats it by itself where that can help, and a caller can after a crash.
//!
//! ```no_run
//! # async fn example() -> Result<(), heyan_client::Error> {
//! use heyan_client::{Auth, Client, Nature};
//! let nature = Nature::new(|| 1_772_413_200, || [7; 16]); // the system's clock and generator
//! let client = Client::new("http://127.0.0.1:8080", Auth::Sandbox("other".to_owned()), nature)?;
//! let filing = client.filing("fil_0000000000001").await?;
//! println!("{}", filing.state);
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod calls;
#[cfg(test)]
mod tests;
mod types;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use heyan_outbound::header::{CONTENT_TYPE, ETAG, HOST, RETRY_AFTER};
use heyan_outbound::{Answered, Asked, Bounds, Failed, Method, NoClient, Request, Uri};
use heyan_signing::{Authorization, CONTENT_SHA256, Message, NONCE, TIMESTAMP, WHERE_PRESENT, hex};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

pub use calls::FilingFilter;
pub use types::*;

/// How long an answer may take, and how much of one is read. A long poll takes up to a minute.
const BOUNDS: Bounds = Bounds { time: Duration::from_secs(90), size: 16 << 20 };

/// Who calls.
#[derive(Clone)]
pub enum Auth {
    /// A key of a sandbox: `other`, `admin_zhejiang`.
    Sandbox(String),
    /// A key and one of its secrets.
    Key {
        /// `key_…`.
        id: String,
        /// What requests are signed with.
        secret: Zeroizing<String>,
    },
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sandbox(name) => write!(f, "Sandbox({name})"),
            Self::Key { id, .. } => write!(f, "Key({id})"),
        }
    }
}

/// Time and randomness, for signatures, keys and the jitter of waits.
#[derive(Clone)]
pub struct Nature {
    seconds: Arc<dyn Fn() -> i64 + Send + Sync>,
    random: Arc<dyn Fn() -> [u8; 16] + Send + Sync>,
}

impl Nature {
    /// Seconds since 1970, and sixteen random octets.
    pub fn new(
        seconds: impl Fn() -> i64 + Send + Sync + 'static,
        random: impl Fn() -> [u8; 16] + Send + Sync + 'static,
    ) -> Self {
        Self { seconds: Arc::new(seconds), random: Arc::new(random) }
    }
}

impl fmt::Debug for Nature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nature")
    }
}

/// How often a call is repeated, and how long is waited before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retries {
    /// Tries in all; one is none more.
    pub tries: u32,
    /// Before the second try; twice as long before each further one.
    pub first_wait: Duration,
    /// The longest wait, whatever the server asks for.
    pub longest_wait: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { tries: 4, first_wait: Duration::from_millis(250), longest_wait: Duration::from_secs(30) }
    }
}

/// Why a call did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The API says no.
    #[error("{} {}: {}", .0.status, .0.code, .0.detail)]
    Problem(Box<Problem>),
    /// There is no answer. What was asked for under a key is found out by asking again under it.
    #[error("no answer")]
    Unanswered(#[from] Failed),
    /// The answer is not one of this API.
    #[error("an answer {status} that cannot be read")]
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// What was to be asked cannot be written.
    #[error("what was to be asked cannot be written: {0}")]
    Unwritable(String),
    /// There is no client.
    #[error(transparent)]
    NoClient(#[from] NoClient),
}

/// An answer before it is typed.
#[derive(Clone, PartialEq, Debug)]
pub struct Reply {
    /// The HTTP status; one of 2xx.
    pub status: u16,
    /// The version of what it shows.
    pub etag: Option<String>,
    /// The body; null if there is none.
    pub body: serde_json::Value,
}

/// One call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Call<'c> {
    /// Below `/v1`, with its query, encoded.
    pub path: &'c str,
    /// Under which `Idempotency-Key`.
    pub key: Option<&'c str>,
    /// `If-Match`.
    pub etag: Option<&'c str>,
}

/// See the module. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: heyan_outbound::Client,
    base: String,
    host: String,
    auth: Auth,
    nature: Nature,
    retries: Retries,
    language: &'static str,
}

impl Client {
    /// Of the API at an address such as `https://api.example`.
    ///
    /// # Errors
    /// The address is none, or TLS cannot be set up.
    pub fn new(base: &str, auth: Auth, nature: Nature) -> Result<Self, Error> {
        let uri: Uri = base.parse().map_err(|_| Error::Unwritable(format!("{base} is no address")))?;
        let host = uri.authority().map(ToString::to_string);
        let host = host.ok_or_else(|| Error::Unwritable(format!("{base} names no host")))?;
        let http = heyan_outbound::Client::new(None)?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { http, base, host, auth, nature, retries: Retries::default(), language: "zh-CN" })
    }

    /// The same, which repeats calls in another way.
    #[must_use]
    pub fn retrying(self, retries: Retries) -> Self {
        Self { retries, ..self }
    }

    /// The same, which is told what is wrong in English.
    #[must_use]
    pub fn in_english(self) -> Self {
        Self { language: "en", ..self }
    }

    /// The same for another caller.
    #[must_use]
    pub fn by(&self, auth: Auth) -> Self {
        Self { auth, ..self.clone() }
    }

    /// An `Idempotency-Key` that nobody has used.
    pub fn new_key(&self) -> String {
        hex(&(self.nature.random)())
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        typed(self.send(Method::GET, Call { path, ..Call::default() }, None::<&()>).await?)
    }

    async fn post<T: DeserializeOwned>(
        &self,
        call: Call<'_>,
        body: Option<&impl Serialize>,
    ) -> Result<T, Error> {
        typed(self.send(Method::POST, call, body).await?)
    }

    /// Sends a call that this crate has no types for.
    ///
    /// # Errors
    /// As every call.
    pub async fn send(
        &self,
        method: Method,
        call: Call<'_>,
        body: Option<&impl Serialize>,
    ) -> Result<Reply, Error> {
        let body = body.map(serde_json::to_vec).transpose();
        let body = body.map_err(|error| Error::Unwritable(error.to_string()))?.unwrap_or_default();
        // Without a key nobody knows whether what was asked for has been done.
        let may_repeat = method == Method::GET || call.key.is_some();
        let mut tried = 0;
        loop {
            tried += 1;
            let asked = self.request(&method, call, &body)?;
            let answered = self.http.send(asked, BOUNDS).await;
            let wait = match &answered {
                Ok(answer) if is_busy(answer) => Some(asked_for(answer)),
                Ok(_) => None,
                Err(_) => may_repeat.then_some(None),
            };
            match wait {
                Some(asked) if tried < self.retries.tries => self.wait(tried, asked).await,
                Some(_) | None => return reply(&answered?),
            }
        }
    }

    /// Waits for as long as the server asks for, else twice as long each time and up to a half more.
    async fn wait(&self, tried: u32, asked: Option<Duration>) {
        let longer = self.retries.first_wait.saturating_mul(1 << (tried - 1).min(16));
        let [random, ..] = (self.nature.random)();
        let longer = longer + longer.mul_f64(f64::from(random) / 512.0);
        tokio::time::sleep(asked.unwrap_or(longer).min(self.retries.longest_wait)).await;
    }

    /// A request with everything that goes into its head. A signed one has another nonce each time.
    fn request(&self, method: &Method, call: Call<'_>, body: &[u8]) -> Result<Asked, Error> {
        let address = format!("{}/v1{}", self.base, call.path);
        let uri: Uri = address.parse().map_err(|_| Error::Unwritable(format!("{} is no path", call.path)))?;
        let mut headers: Vec<(String, String)> =
            vec![("accept-language".to_owned(), self.language.to_owned())];
        let mut add = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
        if !body.is_empty() {
            add(CONTENT_TYPE.as_str(), "application/json");
        }
        if let Some(key) = call.key {
            add("idempotency-key", key);
        }
        if let Some(etag) = call.etag {
            add("if-match", etag);
        }
        match &self.auth {
            Auth::Sandbox(name) => add("authorization", &format!("Bearer test_{name}")),
            Auth::Key { id, secret } => {
                let nonce = hex(&(self.nature.random)());
                add(TIMESTAMP, &(self.nature.seconds)().to_string());
                add(NONCE, &nonce);
                add(CONTENT_SHA256, &heyan_signing::content_sha256(body));
                add(HOST.as_str(), &self.host);
                let signed = signed(id, secret, method, &uri, &headers);
                headers.push(("authorization".to_owned(), signed));
            }
        }
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        request.body(body.to_vec().into()).map_err(|error| Error::Unwritable(error.to_string()))
    }
}

/// The header `Authorization` over everything that has to be signed.
fn signed(id: &str, secret: &str, method: &Method, uri: &Uri, headers: &[(String, String)]) -> String {
    let is_signed = |name: &str| heyan_signing::ALWAYS.contains(&name) || WHERE_PRESENT.contains(&name);
    let mut signed: Vec<(&str, &str)> = headers
        .iter()
        .filter(|(name, _)| is_signed(name))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    signed.sort_unstable();
    let query = uri.query().unwrap_or_default();
    let message = Message { method: method.as_str(), path: uri.path(), query, headers: signed };
    let signature = heyan_signing::sign(secret, &message);
    let signed_headers = message.headers.iter().map(|(name, _)| (*name).to_owned()).collect();
    Authorization { credential: id.to_owned(), signed_headers, signature }.to_string()
}

/// Whether the server says that it will do later what it does not now.
fn is_busy(answer: &Answered) -> bool {
    match answer.status().as_u16() {
        429 | 503 => true,
        // The first request with the key is still running.
        409 => problem(answer).is_some_and(|problem| problem.code == "Conflict.IdempotencyRunning"),
        _ => false,
    }
}

fn asked_for(answer: &Answered) -> Option<Duration> {
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn problem(answer: &Answered) -> Option<Problem> {
    serde_json::from_slice(answer.body()).ok()
}

fn reply(answer: &Answered) -> Result<Reply, Error> {
    let status = answer.status().as_u16();
    let unreadable = |source| Error::Unreadable { status, source };
    if !answer.status().is_success() {
        let problem = serde_json::from_slice(answer.body()).map_err(unreadable)?;
        return Err(Error::Problem(Box::new(problem)));
    }
    let etag = answer.headers().get(ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
    let body = if answer.body().is_empty() {
        serde_json::Value::Null
    } else {
        serde_json::from_slice(answer.body()).map_err(unreadable)?
    };
    Ok(Reply { status, etag, body })
}

fn typed<T: DeserializeOwned>(reply: Reply) -> Result<T, Error> {
    let status = reply.status;
    serde_json::from_value(reply.body).map_err(|source| Error::Unreadable { status, source })
}
