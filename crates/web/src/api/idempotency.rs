//! `Idempotency-Key`: a request that is repeated is answered as the first time and not carried out again.
//!
//! What was done is remembered in the transaction of the command itself; here is only what this process must know
//! while a request runs and until its answer is on disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use heyan_domain::decide::{Action, Request, RequestKey};
use heyan_store::engine::Engine;
use sha2::{Digest as _, Sha256};

use super::code::ErrorCode;
use super::problem::{Problem, Sentence};
use super::reply::Reply;

/// The longest key.
pub const MAX_KEY_CHARS: usize = 255;

fn first_16(digest: &[u8]) -> [u8; 16] {
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(digest) {
        *slot = *byte;
    }
    bytes
}

/// The key of a request, which every POST that creates or acts must have: 1 to 255 visible ASCII characters.
pub(super) fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let problem = |key| Problem::new(ErrorCode::IdempotencyKey, Sentence::new(key));
    let mut values = headers.get_all("idempotency-key").iter();
    let value = values.next().ok_or_else(|| problem("idempotency-missing"))?;
    let plain = value.to_str().ok().filter(|text| {
        (1..=MAX_KEY_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    });
    match plain {
        Some(text) if values.next().is_none() => Ok(text.to_owned()),
        _ => Err(problem("idempotency-malformed")),
    }
}

/// The request as the engine remembers it: scoped to caller and route, with a hash of the body.
pub(crate) fn request(caller: &str, route: &str, key: &str, body: &[u8]) -> Request {
    let mut hash = Sha256::new();
    for part in [caller, route, key] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let key = RequestKey(first_16(&hash.finalize()));
    Request { key, body: first_16(&Sha256::digest(body)) }
}

enum Entry {
    /// Being carried out.
    Running,
    /// Carried out and answered; the answer is on its way to the disk.
    Saving { body: [u8; 16], reply: Reply },
}

/// The requests that run in this process.
#[derive(Clone, Default)]
pub(super) struct Running(Arc<Mutex<HashMap<RequestKey, Entry>>>);

/// How a request begins.
pub(super) enum Begun {
    /// It is the only one of its key; the guard holds the key.
    First(Guard),
    /// Another one of its key has just been answered.
    Answered(Reply),
}

/// Holds a key until it is dropped.
pub(super) struct Guard {
    running: Running,
    key: RequestKey,
}

impl Running {
    fn with<T>(&self, change: impl FnOnce(&mut HashMap<RequestKey, Entry>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the key, unless another request holds it.
    pub fn begin(&self, request: Request) -> Result<Begun, Problem> {
        self.with(|entries| match entries.get(&request.key) {
            Some(Entry::Running) => {
                Err(Problem::new(ErrorCode::IdempotencyRunning, Sentence::new("idempotency-running")))
            }
            Some(Entry::Saving { body, .. }) if *body != request.body => Err(reused()),
            Some(Entry::Saving { reply, .. }) => Ok(Begun::Answered(reply.clone().marked_replayed())),
            None => {
                entries.insert(request.key, Entry::Running);
                Ok(Begun::First(Guard { running: self.clone(), key: request.key }))
            }
        })
    }
}

impl Guard {
    /// Keeps the answer for repetitions: at once here, and in the background on disk, after which the key is free.
    pub fn save(self, engine: Arc<Engine>, body: [u8; 16], reply: &Reply) {
        let key = self.key;
        let entry = Entry::Saving { body, reply: reply.clone() };
        self.running.with(|entries| entries.insert(key, entry));
        let action =
            Action::SaveReply { key: self.key, status: reply.status.as_u16(), body: Arc::clone(&reply.body) };
        tokio::spawn(async move {
            // If it cannot be kept, a repetition is answered from the filing as it then is.
            if let Err(error) = engine.execute(action).await {
                tracing::warn!(name: "api.reply_not_kept", error = %error, "a reply could not be kept");
            }
            drop(self);
        });
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.running.with(|entries| entries.remove(&self.key));
    }
}

/// The key was used with another body.
pub(super) fn reused() -> Problem {
    Problem::new(ErrorCode::IdempotencyReused, Sentence::new("idempotency-reused"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn with(value: &[u8]) -> Result<String, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert("idempotency-key", HeaderValue::from_bytes(value).unwrap());
        key_of(&headers)
    }

    #[test]
    fn a_key_is_1_to_255_visible_characters() {
        assert!(key_of(&HeaderMap::new()).is_err());
        assert!(with(b"").is_err());
        assert!(with(b"two words").is_err());
        assert!(with("钥".as_bytes()).is_err());
        assert!(with(&[b'k'; MAX_KEY_CHARS]).is_ok());
        assert!(with(&[b'k'; MAX_KEY_CHARS + 1]).is_err());
    }

    #[test]
    fn a_request_is_bound_to_caller_route_key_and_body() {
        let first = request("a", "POST /x", "k", b"body");
        assert_eq!(first, request("a", "POST /x", "k", b"body"));
        assert_ne!(first.key, request("b", "POST /x", "k", b"body").key);
        assert_ne!(first.key, request("a", "POST /y", "k", b"body").key);
        assert_ne!(first.key, request("a", "POST /x", "l", b"body").key);
        assert_ne!(first.body, request("a", "POST /x", "k", b"Body").body);
    }
}
