//! Leaving for the identity provider, coming back, and signing out there, too.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use heyan_domain::accounts::{AccountAction, AccountAnswer, Federated};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::limits::AddressBlock;
use heyan_domain::time::MINUTE_MS;
use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::provider::query;
use super::{Oidc, Refused};
use crate::app::App;
use crate::auth::cookie::cookie;
use crate::auth::sealed::{open, seal};
use crate::auth::sign_in::{self, SignInPage, opened};
use crate::auth::staff::Visitor;
use crate::auth::token::Token;
use crate::console::{Problem, see_other};
use crate::people::Source;

/// Where people come back to.
pub(super) const CALLBACK: &str = "/console/sign-in/oidc/callback";

const COOKIE: &str = "__Host-heyan-oidc";
const PLACE: &[u8] = b"on the way to an identity provider";
/// As long as somebody may take to sign in there.
const LIFE_MS: i64 = 10 * MINUTE_MS;

/// What is remembered while somebody is away.
#[derive(Serialize, Deserialize)]
struct Away {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Asked {
    next: String,
}

/// What the identity provider sends people back with.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Answer {
    code: String,
    state: String,
    error: String,
    /// Who answers (RFC 9207), where it says so.
    iss: Option<String>,
}

fn refuse(app: &App, visitor: &Visitor, refused: Refused, next: String) -> Response {
    let problem = Some((refused.key(), String::new()));
    let status = match refused {
        Refused::Unreachable => StatusCode::BAD_GATEWAY,
        Refused::Denied
        | Refused::NotOnTheWay
        | Refused::NotAccepted
        | Refused::NoRole
        | Refused::SeveralRoles => StatusCode::FORBIDDEN,
    };
    SignInPage { next, problem, ..SignInPage::default() }.respond(app, visitor, status)
}

fn elsewhere(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers =
        [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn keep(response: &mut Response, value: &str, seconds: i64) {
    let cookie = format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// `GET /console/sign-in/oidc`.
pub(crate) async fn start(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Response {
    let Some(oidc) = app.oidc.as_ref() else { return Problem::NotFound.page(&app, &visitor, None) };
    let known = match oidc.known().await {
        Ok(known) => known,
        Err(refused) => return refuse(&app, &visitor, refused, asked.next),
    };
    let word = || URL_SAFE_NO_PAD.encode(app.draw(|rng| rng.random::<[u8; 32]>()));
    let away = Away { state: word(), nonce: word(), verifier: word(), next: asked.next };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(away.verifier.as_bytes()));
    let redirect_uri = oidc.settings.redirect_uri();
    let asked = query(&[
        ("response_type", "code"),
        ("client_id", &oidc.settings.client_id),
        ("redirect_uri", &redirect_uri),
        ("scope", "openid profile email"),
        ("state", &away.state),
        ("nonce", &away.nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("ui_locales", visitor.language.tag()),
    ]);
    let endpoint = &known.discovery.authorization_endpoint;
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    let mut response = elsewhere(&format!("{endpoint}{joint}{asked}"));
    match seal(&app, PLACE, away, LIFE_MS) {
        Some(sealed) => keep(&mut response, &sealed, LIFE_MS / 1_000),
        None => return Problem::System.page(&app, &visitor, None),
    }
    response
}

/// `GET /console/sign-in/oidc/callback`. Whatever comes of it, the way there is used up.
pub(crate) async fn callback(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Source(from): Source,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Response {
    let Some(oidc) = app.oidc.as_ref() else { return Problem::NotFound.page(&app, &visitor, None) };
    let away: Option<Away> = cookie(&headers, COOKIE).and_then(|sealed| open(&app, PLACE, sealed));
    let next = away.as_ref().map(|away| away.next.clone()).unwrap_or_default();
    let mut response = match came_back(oidc, away, &answer).await {
        Ok(person) => let_in(&app, &visitor, person, from, &next).await,
        Err(refused) => refuse(&app, &visitor, refused, next),
    };
    keep(&mut response, "", 0);
    response
}

async fn came_back(oidc: &Oidc, away: Option<Away>, answer: &Answer) -> Result<Federated, Refused> {
    let away = away.ok_or(Refused::NotOnTheWay)?;
    if !bool::from(away.state.as_bytes().ct_eq(answer.state.as_bytes())) {
        return Err(Refused::NotOnTheWay);
    }
    if answer.iss.as_ref().is_some_and(|issuer| *issuer != oidc.settings.issuer) {
        return Err(Refused::NotAccepted);
    }
    if !answer.error.is_empty() {
        return Err(Refused::Denied);
    }
    let claims = oidc.redeem(&answer.code, &away.verifier, &away.nonce).await?;
    oidc.person(&claims)
}

async fn let_in(
    app: &App,
    visitor: &Visitor,
    person: Federated,
    from: Option<AddressBlock>,
    next: &str,
) -> Response {
    let token = app.draw(Token::draw);
    let action = AccountAction::SignInFederated { person, session: token.tag(), from };
    let done = app.engine.execute(Action::Account(Box::new(action))).await;
    let Ok(Outcome::Account(answer)) = done else { return Problem::System.page(app, visitor, None) };
    tracing::info!(name: "account.sign_in_federated", ?answer, "somebody comes from the identity provider");
    let again = |key, time| {
        let page = SignInPage { problem: Some((key, time)), ..SignInPage::default() };
        page.respond(app, visitor, StatusCode::FORBIDDEN)
    };
    match answer {
        AccountAnswer::SignedIn(account) => opened(app, visitor, &token, account, next, ""),
        AccountAnswer::Disabled => again("oidc-disabled", String::new()),
        AccountAnswer::TooMany(until) => again("sign-in-too-many", until.beijing_hh_mm()),
        AccountAnswer::Wrong
        | AccountAnswer::Done(_)
        | AccountAnswer::SecondNext { .. }
        | AccountAnswer::NameTaken
        | AccountAnswer::NotFound
        | AccountAnswer::Elsewhere
        | AccountAnswer::OwnAccount => again(Refused::NotAccepted.key(), String::new()),
    }
}

/// `GET /console/sign-in/oidc/leave`: signs out at the identity provider, too (RP-Initiated Logout 1.0), without telling it
/// in the address who it is that leaves: it knows by its own cookie, and asks.
pub(crate) async fn leave(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    let Some(oidc) = app.oidc.as_ref() else { return Problem::NotFound.page(&app, &visitor, None) };
    let known = match oidc.known().await {
        Ok(known) => known,
        Err(refused) => return refuse(&app, &visitor, refused, String::new()),
    };
    let Some(endpoint) = known.discovery.end_session_endpoint else { return see_other(sign_in::PATH) };
    let back = format!("{}{}", oidc.settings.public_url, sign_in::PATH);
    let asked =
        query(&[("client_id", oidc.settings.client_id.as_str()), ("post_logout_redirect_uri", &back)]);
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    elsewhere(&format!("{endpoint}{joint}{asked}"))
}
