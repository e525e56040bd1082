//! What an identity provider publishes of itself (Discovery 1.0), and how often it is asked for it.

use std::sync::{Arc, Mutex, PoisonError};

use heyan_domain::Timestamp;
use heyan_domain::time::{HOUR_MS, SECOND_MS};
use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use tokio::sync::OnceCell;

use super::Oidc;
use super::fault::Fault;
use super::id_token;
use super::settings::is_safe;

/// How long what was published is believed without asking again.
const BELIEVED_MS: i64 = HOUR_MS;
/// How long a failure is remembered: whoever comes then is told at once, and nobody is asked.
const FAILED_MS: i64 = 5 * SECOND_MS;
/// How often keys are asked for because of a token that names an unknown one.
const KEYS_AGAIN_MS: i64 = 10 * SECOND_MS;

/// The identity provider's description of itself.
#[derive(Clone, Deserialize)]
pub(super) struct Discovery {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    jwks_uri: String,
    pub userinfo_endpoint: Option<String>,
    pub end_session_endpoint: Option<String>,
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
}

impl Discovery {
    fn is_safe(&self) -> bool {
        let required = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        let optional = [&self.userinfo_endpoint, &self.end_session_endpoint];
        required.into_iter().chain(optional.into_iter().flatten()).all(|address| is_safe(address))
    }
}

/// What is known of it.
pub(super) struct Known {
    pub discovery: Discovery,
    pub keys: JwkSet,
}

/// One time of asking, shared by all who come meanwhile: nobody queues for a turn, and nobody asks what is being asked.
struct Asking {
    at: Timestamp,
    answer: OnceCell<Option<Arc<Known>>>,
}

/// What the last time of asking came to. The lock is held to look at it, never while anybody is asked.
#[derive(Default)]
pub(super) struct Memory(Mutex<Option<Arc<Asking>>>);

impl Memory {
    /// The last time of asking, or a new one where `is_over` says so of its time and its answer, if it has one.
    fn asking(
        &self,
        now: Timestamp,
        is_over: impl Fn(i64, Option<&Option<Arc<Known>>>) -> bool,
    ) -> Arc<Asking> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match last.as_ref().filter(|asking| !is_over(now.since_ms(asking.at), asking.answer.get())) {
            Some(asking) => Arc::clone(asking),
            None => Arc::clone(last.insert(Arc::new(Asking { at: now, answer: OnceCell::new() }))),
        }
    }
}

fn is_over(age_ms: i64, answer: Option<&Option<Arc<Known>>>) -> bool {
    match answer {
        Some(Some(_)) => age_ms >= BELIEVED_MS,
        Some(None) => age_ms >= FAILED_MS,
        None => false,
    }
}

impl Oidc {
    /// What the identity provider publishes; asked once an hour.
    pub(super) async fn known(&self) -> Result<Arc<Known>, Fault> {
        self.answer_of(self.memory.asking(self.clock.now(), is_over)).await
    }

    /// The same, because a token names a key that is new.
    pub(super) async fn known_again(&self) -> Result<Arc<Known>, Fault> {
        let again = |age_ms, answer: Option<&Option<Arc<Known>>>| match answer {
            Some(Some(_)) => age_ms >= KEYS_AGAIN_MS,
            Some(None) | None => is_over(age_ms, answer),
        };
        self.answer_of(self.memory.asking(self.clock.now(), again)).await
    }

    async fn answer_of(&self, asking: Arc<Asking>) -> Result<Arc<Known>, Fault> {
        let mut fault = None;
        let answer = asking.answer.get_or_init(async || match self.publish().await {
            Ok(known) => Some(Arc::new(known)),
            Err(failed) => {
                fault = Some(failed);
                None
            }
        });
        let answer = answer.await.clone();
        answer.ok_or_else(|| fault.unwrap_or(Fault::JustFailed))
    }

    async fn publish(&self) -> Result<Known, Fault> {
        let issuer = &self.settings.issuer;
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let discovery: Discovery = self.fetch("the metadata", &address).await?;
        if discovery.issuer != *issuer {
            return Err(Fault::OtherIssuer { said: discovery.issuer });
        }
        if !discovery.is_safe() {
            return Err(Fault::Unsafe);
        }
        let keys: JwkSet = self.fetch("the list of keys", &discovery.jwks_uri).await?;
        if keys.keys.iter().any(id_token::is_usable) {
            Ok(Known { discovery, keys })
        } else {
            Err(Fault::NoKey)
        }
    }

    /// Whether somebody could sign in now, as far as that can be seen without signing in: the number of usable keys.
    pub async fn probe(&self) -> Result<usize, Fault> {
        let known = self.known().await?;
        Ok(known.keys.keys.iter().filter(|key| id_token::is_usable(key)).count())
    }
}
