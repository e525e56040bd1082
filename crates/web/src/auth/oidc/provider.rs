//! Speaking with the identity provider: what it publishes of itself, codes for tokens, the page of a person.

use std::time::Duration;

use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use heyan_domain::Timestamp;
use heyan_domain::time::{HOUR_MS, SECOND_MS};
use heyan_outbound::{Asked, Bounds, Method, StatusCode, header};
use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::id_token::{self, Claims, Expected, Wrong};
use super::settings::is_safe;
use super::{Oidc, Refused};
use crate::auth::sign_in::encoded;

/// Somebody is waiting before a page.
const BOUNDS: Bounds = Bounds { time: Duration::from_secs(10), size: 256 * 1024 };
/// How long what was published is believed without asking again.
const BELIEVED_MS: i64 = HOUR_MS;
/// How often keys are asked for because of a token that names an unknown one; tokens of strangers must not set a pace.
const KEYS_AGAIN_MS: i64 = 10 * SECOND_MS;

/// The identity provider's description of itself (Discovery 1.0).
#[derive(Clone, Deserialize)]
pub(super) struct Discovery {
    issuer: String,
    pub authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    pub end_session_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

impl Discovery {
    fn is_safe(&self) -> bool {
        let required = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        let optional = [&self.userinfo_endpoint, &self.end_session_endpoint];
        required.into_iter().chain(optional.into_iter().flatten()).all(|address| is_safe(address))
    }
}

/// What is known of it.
#[derive(Clone)]
pub(super) struct Known {
    pub discovery: Discovery,
    keys: JwkSet,
    asked_at: Timestamp,
    keys_asked_at: Timestamp,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    id_token: String,
}

/// `a=b&c=d` with values as they may stand in an address or a form.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

impl Oidc {
    async fn ask<T: DeserializeOwned>(&self, asked: Asked) -> Result<T, Refused> {
        let answer = self.client.send(asked, BOUNDS).await.map_err(|error| {
            tracing::warn!(name: "oidc.unreachable", error = %error, "the identity provider does not answer");
            Refused::Unreachable
        })?;
        let status = answer.status();
        if status != StatusCode::OK {
            tracing::warn!(name: "oidc.refused", status = status.as_u16(), "the identity provider refuses");
            return Err(if status.is_client_error() { Refused::NotAccepted } else { Refused::Unreachable });
        }
        serde_json::from_slice(answer.body()).map_err(|_| {
            tracing::warn!(name: "oidc.unreadable", "the identity provider's answer cannot be read");
            Refused::Unreachable
        })
    }

    async fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, Refused> {
        let asked =
            Request::builder().method(Method::GET).uri(address).header(header::ACCEPT, "application/json");
        self.ask(asked.body(Vec::new().into()).map_err(|_| Refused::Unreachable)?).await
    }

    /// What the identity provider publishes; asked once an hour, and by one at a time.
    pub(super) async fn known(&self) -> Result<Known, Refused> {
        let now = self.clock.now();
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|known| now.since_ms(known.asked_at) < BELIEVED_MS) {
            return Ok(known.clone());
        }
        let issuer = &self.settings.issuer;
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let discovery: Discovery = self.get(&address).await.map_err(|_| Refused::Unreachable)?;
        if discovery.issuer != *issuer || !discovery.is_safe() {
            tracing::error!(name: "oidc.other", "what answers there calls itself otherwise, or is reached without TLS");
            return Err(Refused::Unreachable);
        }
        let keys = self.get(&discovery.jwks_uri).await.map_err(|_| Refused::Unreachable)?;
        let found = Known { discovery, keys, asked_at: now, keys_asked_at: now };
        *known = Some(found.clone());
        Ok(found)
    }

    /// The keys again, because a token names one that is new; not more often than strangers may make us.
    async fn keys_again(&self) -> Result<Option<JwkSet>, Refused> {
        let now = self.clock.now();
        let mut known = self.known.lock().await;
        let Some(known) = known.as_mut() else { return Ok(None) };
        if now.since_ms(known.keys_asked_at) < KEYS_AGAIN_MS {
            return Ok(None);
        }
        known.keys_asked_at = now;
        known.keys = self.get(&known.discovery.jwks_uri).await?;
        Ok(Some(known.keys.clone()))
    }

    /// A code for what it stands for: who has signed in.
    pub(super) async fn redeem(&self, code: &str, verifier: &str, nonce: &str) -> Result<Claims, Refused> {
        let known = self.known().await?;
        let redirect_uri = self.settings.redirect_uri();
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri.as_str()),
            ("code_verifier", verifier),
        ];
        let (id, secret) = (self.settings.client_id.as_str(), self.settings.client_secret.as_str());
        let methods = &known.discovery.token_endpoint_auth_methods_supported;
        let has = |method: &str| methods.iter().any(|one| one == method);
        let mut asked = Request::builder()
            .method(Method::POST)
            .uri(&known.discovery.token_endpoint)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if has("client_secret_post") && !has("client_secret_basic") {
            form.extend([("client_id", id), ("client_secret", secret)]);
        } else {
            let pair = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
            asked = asked.header(header::AUTHORIZATION, format!("Basic {pair}"));
        }
        let asked = asked.body(query(&form).into_bytes().into()).map_err(|_| Refused::Unreachable)?;
        let tokens: Tokens = self.ask(asked).await?;
        let claims = self.believe(&tokens.id_token, &known, nonce).await?;
        self.with_page(claims, &tokens.access_token, &known.discovery).await
    }

    async fn believe(&self, token: &str, known: &Known, nonce: &str) -> Result<Claims, Refused> {
        let expected = Expected {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            nonce,
            now: self.clock.now(),
        };
        let mut checked = id_token::check(token, &known.keys, &expected);
        if checked == Err(Wrong::UnknownKey)
            && let Some(keys) = self.keys_again().await?
        {
            checked = id_token::check(token, &keys, &expected);
        }
        checked.map_err(|wrong| {
            tracing::warn!(name: "oidc.token_refused", reason = %wrong, "an ID token is not believed");
            Refused::NotAccepted
        })
    }

    /// Many keep roles and names out of the token and on the person's page (Core 1.0, 5.3). It must be the same person's.
    async fn with_page(
        &self,
        mut claims: Claims,
        access: &str,
        discovery: &Discovery,
    ) -> Result<Claims, Refused> {
        let Some(address) = &discovery.userinfo_endpoint else { return Ok(claims) };
        if claims.rest.contains_key(&self.settings.role_claim) && claims.text("name").is_some() {
            return Ok(claims);
        }
        let asked = Request::builder()
            .uri(address)
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {access}"));
        let asked = asked.body(Vec::new().into()).map_err(|_| Refused::NotAccepted)?;
        let page: Map<String, Value> = self.ask(asked).await?;
        if page.get("sub").and_then(Value::as_str) != Some(claims.subject.as_str()) {
            tracing::warn!(name: "oidc.other_person", "the page of a person is another person's");
            return Err(Refused::NotAccepted);
        }
        for (name, value) in page {
            // What was signed goes before what was only sent.
            claims.rest.entry(name).or_insert(value);
        }
        Ok(claims)
    }
}
