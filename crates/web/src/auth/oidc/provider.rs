//! Asking the identity provider: codes for tokens, the page of a person.

use std::time::Duration;

use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use heyan_outbound::{Asked, Bounds, Method, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::fault::Fault;
use super::id_token::{self, Claims, Expected, Wrong};
use super::known::{Discovery, Known};
use super::{Oidc, Refused};
use crate::auth::sign_in::encoded;

/// Somebody is waiting before a page.
const BOUNDS: Bounds = Bounds { time: Duration::from_secs(10), size: 256 * 1024 };

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
    async fn ask<T: DeserializeOwned>(&self, what: &'static str, asked: Asked) -> Result<T, Fault> {
        let answer = self.client.send(asked, BOUNDS).await;
        let answer = answer.map_err(|source| Fault::Unanswered { what, source })?;
        if answer.status() != StatusCode::OK {
            return Err(Fault::refused(what, answer.status(), answer.body()));
        }
        serde_json::from_slice(answer.body()).map_err(|error| Fault::unreadable(what, &error))
    }

    pub(super) async fn fetch<T: DeserializeOwned>(
        &self,
        what: &'static str,
        address: &str,
    ) -> Result<T, Fault> {
        let asked =
            Request::builder().method(Method::GET).uri(address).header(header::ACCEPT, "application/json");
        self.ask(what, asked.body(Vec::new().into()).map_err(|_| Fault::Address { what })?).await
    }

    /// A code for what it stands for: who has signed in.
    pub(super) async fn redeem(&self, code: &str, verifier: &str, nonce: &str) -> Result<Claims, Refused> {
        let known = self.known().await.map_err(|fault| fault.told())?;
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
        let what = "a token";
        let asked =
            asked.body(query(&form).into_bytes().into()).map_err(|_| Fault::Address { what }.told())?;
        let tokens: Tokens = self.ask(what, asked).await.map_err(|fault| fault.told())?;
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
            && let Ok(known) = self.known_again().await.inspect_err(|fault| _ = fault.told())
        {
            checked = id_token::check(token, &known.keys, &expected);
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
        let what = "the page of a person";
        let asked = asked.body(Vec::new().into()).map_err(|_| Fault::Address { what }.told())?;
        let page: Map<String, Value> = self.ask(what, asked).await.map_err(|fault| fault.told())?;
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
