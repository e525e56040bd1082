//! Leaving for the identity provider, coming back, and signing out there, too.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use heyan_domain::Timestamp;
use heyan_domain::accounts::{AccountAction, AccountAnswer, Federated};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::limits::AddressBlock;
use heyan_domain::time::MINUTE_MS;
use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::fault::code_of;
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
/// For how long somebody waits before the page while the identity provider is asked, all questions together.
const PATIENCE: Duration = Duration::from_secs(20);

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
        Err(fault) => return refuse(&app, &visitor, fault.told(), asked.next),
    };
    let next = sign_in::own_path(&asked.next).map(str::to_owned).unwrap_or_default();
    let word = || URL_SAFE_NO_PAD.encode(app.draw(|rng| rng.random::<[u8; 32]>()));
    let away = Away { state: word(), nonce: word(), verifier: word(), next };
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
    let mut response = match came_back(&app, oidc, (away, from), &answer).await {
        Ok(person) => let_in(&app, &visitor, person, &next).await,
        Err(NotIn::Refused(refused)) => refuse(&app, &visitor, refused, next),
        Err(NotIn::TooMany(until)) => too_many(&app, &visitor, until, next),
        Err(NotIn::System) => Problem::System.page(&app, &visitor, None),
    };
    keep(&mut response, "", 0);
    response
}

/// Why nobody gets in.
enum NotIn {
    Refused(Refused),
    TooMany(Timestamp),
    System,
}

impl From<Refused> for NotIn {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

async fn came_back(
    app: &App,
    oidc: &Oidc,
    (away, from): (Option<Away>, Option<AddressBlock>),
    answer: &Answer,
) -> Result<Federated, NotIn> {
    let away = away.ok_or(Refused::NotOnTheWay)?;
    if !bool::from(away.state.as_bytes().ct_eq(answer.state.as_bytes())) {
        return Err(Refused::NotOnTheWay.into());
    }
    if answer.iss.as_ref().is_some_and(|issuer| *issuer != oidc.settings.issuer) {
        return Err(Refused::NotAccepted.into());
    }
    if !answer.error.is_empty() {
        let code = code_of(&answer.error);
        tracing::info!(name: "oidc.denied", code, "somebody comes back from the identity provider with an error");
        return Err(Refused::Denied.into());
    }
    use_up(app, &away, from).await?;
    let claims = tokio::time::timeout(PATIENCE, oidc.redeem(&answer.code, &away.verifier, &away.nonce)).await;
    let claims = claims.map_err(|_| {
        tracing::warn!(name: "oidc.too_slow", time_s = PATIENCE.as_secs(), "the identity provider takes too long");
        Refused::Unreachable
    })??;
    let person = oidc.person(&claims);
    if let Err(Refused::NoRole | Refused::SeveralRoles) = person {
        // What was allowed at the last sign-in is so no more.
        account(app, AccountAction::LoseRole { name: oidc.name(&claims)? }).await?;
    }
    Ok(person?)
}

async fn account(app: &App, action: AccountAction) -> Result<AccountAnswer, NotIn> {
    match app.engine.execute(Action::Account(Box::new(action))).await {
        Ok(Outcome::Account(answer)) => Ok(answer),
        Ok(_) | Err(_) => Err(NotIn::System),
    }
}

/// Before anything is asked of the identity provider: who makes us ask is counted, and each way leads back once.
async fn use_up(app: &App, away: &Away, from: Option<AddressBlock>) -> Result<(), NotIn> {
    let digest = Sha256::digest(away.state.as_bytes());
    let way = digest.first_chunk::<16>().copied().ok_or(NotIn::System)?;
    match account(app, AccountAction::ReturnFederated { way, from }).await? {
        AccountAnswer::Onward => Ok(()),
        AccountAnswer::TooMany(until) => Err(NotIn::TooMany(until)),
        AccountAnswer::Wrong
        | AccountAnswer::SignedIn(_)
        | AccountAnswer::SecondNext { .. }
        | AccountAnswer::Disabled
        | AccountAnswer::Done(_)
        | AccountAnswer::NameTaken
        | AccountAnswer::NotFound
        | AccountAnswer::Elsewhere
        | AccountAnswer::OwnAccount => Err(Refused::NotOnTheWay.into()),
    }
}

fn too_many(app: &App, visitor: &Visitor, until: Timestamp, next: String) -> Response {
    let problem = Some(("sign-in-too-many", until.beijing_hh_mm()));
    SignInPage { next, problem, ..SignInPage::default() }.respond(app, visitor, StatusCode::TOO_MANY_REQUESTS)
}

async fn let_in(app: &App, visitor: &Visitor, person: Federated, next: &str) -> Response {
    let token = app.draw(Token::draw);
    let action = AccountAction::SignInFederated { person, session: token.tag() };
    let Ok(answer) = account(app, action).await else { return Problem::System.page(app, visitor, None) };
    tracing::info!(name: "account.sign_in_federated", ?answer, "somebody comes from the identity provider");
    let again = |key| {
        let page = SignInPage { problem: Some((key, String::new())), ..SignInPage::default() };
        page.respond(app, visitor, StatusCode::FORBIDDEN)
    };
    match answer {
        AccountAnswer::SignedIn(account) => opened(app, visitor, &token, account, next, ""),
        AccountAnswer::Disabled => again("oidc-disabled"),
        AccountAnswer::Wrong
        | AccountAnswer::TooMany(_)
        | AccountAnswer::Done(_)
        | AccountAnswer::SecondNext { .. }
        | AccountAnswer::NameTaken
        | AccountAnswer::NotFound
        | AccountAnswer::Elsewhere
        | AccountAnswer::Onward
        | AccountAnswer::OwnAccount => again(Refused::NotAccepted.key()),
    }
}

/// `GET /console/sign-in/oidc/leave`: signs out at the identity provider, too (RP-Initiated Logout 1.0), without telling it
/// in the address who it is that leaves: it knows by its own cookie, and asks.
pub(crate) async fn leave(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    let Some(oidc) = app.oidc.as_ref() else { return Problem::NotFound.page(&app, &visitor, None) };
    let known = match oidc.known().await {
        Ok(known) => known,
        Err(fault) => return refuse(&app, &visitor, fault.told(), String::new()),
    };
    let Some(endpoint) = &known.discovery.end_session_endpoint else { return see_other(sign_in::PATH) };
    let back = format!("{}{}", oidc.settings.public_url, sign_in::PATH);
    let asked =
        query(&[("client_id", oidc.settings.client_id.as_str()), ("post_logout_redirect_uri", &back)]);
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    elsewhere(&format!("{endpoint}{joint}{asked}"))
}
