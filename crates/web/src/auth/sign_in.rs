//! The sign-in page, signing in, signing out.

use std::fmt::Write as _;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::{AccountAction, AccountAnswer, SignInName};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::AccountId;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::csrf::is_foreign;
use super::gate::{MAX_FORM_BYTES, SignedIn, signed_in};
use super::password::MAX_PASSWORD_CHARS;
use super::resume::{Kept, fields};
use super::second_step::SecondPage;
use super::staff::{Staff, Visitor};
use super::token::Token;
use crate::app::{App, DEMO_ACCOUNTS, DemoAccount};
use crate::console::{Problem, Shell, html, see_other};
use crate::people::Source;

pub(super) const PATH: &str = "/console/sign-in";
const HOME: &str = "/console";
/// The longest way back that is carried in the address.
const MAX_NEXT_CHARS: usize = 512;

/// A path of the consoles, and nothing that leads elsewhere.
pub(super) fn own_path(path: &str) -> Option<&str> {
    let below = path == HOME || path.starts_with("/console/") || path.starts_with("/console?");
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') && !path.contains("//");
    (below && plain && path.len() <= MAX_NEXT_CHARS && !path.starts_with(PATH)).then_some(path)
}

pub(super) fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~');
    path.bytes().fold(String::new(), |mut text, byte| {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// To the sign-in page, and from there back to a path.
pub(super) fn redirect(next: &str) -> Response {
    match own_path(next).filter(|path| *path != HOME) {
        Some(next) => see_other(&format!("{PATH}?next={}", encoded(next))),
        None => see_other(PATH),
    }
}

/// What the sign-in page shows.
#[derive(Default)]
pub(super) struct SignInPage {
    /// The session is over.
    pub over: bool,
    /// That form, sealed.
    pub resume: Option<String>,
    /// Where to go then.
    pub next: String,
    /// The name typed.
    pub name: String,
    /// Somebody has just signed out who came from the identity provider.
    pub left: bool,
    /// Key of what went wrong, and the time that belongs to it.
    pub problem: Option<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignInView<'a> {
    shell: Shell<'a>,
    page: &'a SignInPage,
    problem: Option<String>,
    /// The id of what that is about: the way through the identity provider, or the form.
    problem_at: &'static str,
    /// Through whom one can sign in, too: the words of the button and where it leads.
    provider: Option<(String, String)>,
    demo: &'static [DemoAccount],
}

impl SignInPage {
    pub fn respond(&self, app: &App, visitor: &Visitor, status: StatusCode) -> Response {
        let shell = Shell::of_visitor(app, visitor, "sign-in-title").with_error(self.problem.is_some());
        let problem = self.problem.as_ref().map(|(key, time)| shell.t.one(key, "time", time));
        let demo = if app.sandbox.is_some() { DEMO_ACCOUNTS } else { &[] };
        let provider = app.oidc.as_ref().map(|oidc| {
            let next = own_path(&self.next).filter(|path| *path != HOME);
            let next = next.map(|next| format!("?next={}", encoded(next))).unwrap_or_default();
            (oidc.label(visitor.language).to_owned(), format!("{PATH}/oidc{next}"))
        });
        let of_provider = self.problem.as_ref().is_some_and(|(key, _)| key.starts_with("oidc-"));
        let problem_at = if of_provider { "provider" } else { "name" };
        html(status, &SignInView { shell, page: self, problem, problem_at, provider, demo })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Asked {
    next: String,
    /// Set by our own redirect after a sign-in: if there is no session then, the browser has not kept the cookie.
    opened: String,
    /// Set by our own redirect after a sign-out.
    left: String,
}

/// `GET /console/sign-in`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let signed_in = signed_in(&app, &headers).await;
    if signed_in == SignedIn::Yes {
        return see_other(own_path(&asked.next).unwrap_or(HOME));
    }
    let problem = (asked.opened == "1").then(|| ("sign-in-no-cookie", String::new()));
    let left = asked.left == "1" && app.oidc.is_some();
    let over = signed_in == SignedIn::NoLonger;
    let page = SignInPage { over, next: asked.next, problem, left, ..SignInPage::default() };
    page.respond(&app, &visitor, StatusCode::OK)
}

#[derive(Default)]
struct Typed {
    name: String,
    password: Zeroizing<String>,
    next: String,
    resume: String,
}

/// Sealed forms are twice as long as they were, and written in the form of a form.
const MAX_SIGN_IN_BYTES: usize = 3 * MAX_FORM_BYTES;

/// The fields of a form before there is a session.
pub(super) async fn posted(
    headers: &HeaderMap,
    body: axum::body::Body,
) -> Result<Vec<(String, String)>, Problem> {
    if is_foreign(headers) {
        return Err(Problem::ForeignForm);
    }
    let bytes = axum::body::to_bytes(body, MAX_SIGN_IN_BYTES).await.map_err(|_| Problem::TooLarge)?;
    fields(bytes.to_vec()).await.ok_or(Problem::Unreadable)
}

/// `POST /console/sign-in`.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Source(from): Source,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Response {
    let posted = match posted(&headers, body).await {
        Ok(posted) => posted,
        Err(problem) => return problem.page(&app, &visitor, None),
    };
    let mut typed = Typed::default();
    for (name, value) in posted {
        match name.as_str() {
            "name" => typed.name = value,
            "password" => typed.password = Zeroizing::new(value),
            "next" => typed.next = value,
            "resume" => typed.resume = value,
            _ => {}
        }
    }
    let token = app.draw(Token::draw);
    let answer = match attempt(&app, &mut typed, &token, from).await {
        Ok(answer) => answer,
        Err(problem) => return problem.page(&app, &visitor, None),
    };
    match answer {
        AccountAnswer::SignedIn(account) => {
            opened(&app, &visitor, &token, account, &typed.next, &typed.resume)
        }
        AccountAnswer::SecondNext { account, generation } => {
            match SecondPage::after(&app, account, generation, typed.next, typed.resume) {
                Some(page) => page.respond(&app, &visitor),
                None => Problem::System.page(&app, &visitor, None),
            }
        }
        AccountAnswer::Disabled => again(&app, &visitor, typed, ("sign-in-disabled", String::new())),
        AccountAnswer::TooMany(until) => {
            again(&app, &visitor, typed, ("sign-in-too-many", until.beijing_hh_mm()))
        }
        AccountAnswer::Wrong
        | AccountAnswer::Done(_)
        | AccountAnswer::NameTaken
        | AccountAnswer::NotFound
        | AccountAnswer::Elsewhere
        | AccountAnswer::Onward
        | AccountAnswer::OwnAccount => again(&app, &visitor, typed, ("sign-in-wrong", String::new())),
    }
}

/// Compares the password outside of the engine, whoever it is, and lets the engine decide.
async fn attempt(
    app: &App,
    typed: &mut Typed,
    token: &Token,
    from: Option<heyan_domain::limits::AddressBlock>,
) -> Result<AccountAnswer, Problem> {
    let password = std::mem::take(&mut typed.password);
    if password.chars().count() > MAX_PASSWORD_CHARS {
        return Ok(AccountAnswer::Wrong);
    }
    let name = SignInName::parse(&typed.name);
    let asked = name.clone();
    let account = app
        .readers
        .read(move |reader| asked.map_or(Ok(None), |name| reader.account_by_name(&name)))
        .await
        .map_err(|_| Problem::System)?;
    // Whose password is kept elsewhere has none here, which must not show in how long it takes.
    let account = account.filter(|account| !account.is_federated());
    let compared = app.passwords.compare(password, account.map(|account| account.password)).await;
    // What can be nobody's name has taken as long as any other, and has nothing to be counted under.
    let Some(name) = name else { return Ok(AccountAnswer::Wrong) };
    let action = AccountAction::SignIn { name, compared, session: token.tag(), from };
    match app.engine.execute(Action::Account(Box::new(action))).await {
        Ok(Outcome::Account(answer)) => {
            tracing::info!(name: "account.sign_in", ?answer, "somebody on the staff signs in");
            Ok(answer)
        }
        Ok(_) | Err(_) => Err(Problem::System),
    }
}

fn again(app: &App, visitor: &Visitor, typed: Typed, problem: (&'static str, String)) -> Response {
    let page = SignInPage {
        name: typed.name.chars().take(SignInName::MAX_CHARS).collect(),
        next: typed.next,
        over: false,
        left: false,
        resume: Some(typed.resume).filter(|resume| !resume.is_empty()),
        problem: Some(problem),
    };
    page.respond(app, visitor, StatusCode::UNPROCESSABLE_ENTITY)
}

#[derive(Template)]
#[template(path = "console/resume.html")]
struct ResumeView<'a> {
    shell: Shell<'a>,
    csrf: String,
    kept: Kept,
}

/// On to where somebody wanted to go: with the form that came too late, as the page from which it is sent again.
pub(super) fn opened(
    app: &App,
    visitor: &Visitor,
    token: &Token,
    account: AccountId,
    next: &str,
    resume: &str,
) -> Response {
    let mut response = if let Some(kept) = Kept::open(app, resume, account) {
        let shell = Shell::of_visitor(app, visitor, "resume-title");
        html(StatusCode::OK, &ResumeView { shell, csrf: token.csrf(), kept })
    } else {
        let next = own_path(next).unwrap_or(HOME);
        see_other(&format!("{PATH}?opened=1&next={}", encoded(next)))
    };
    match token.cookie() {
        Some(cookie) => {
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        None => Problem::System.page(app, visitor, None),
    }
}

/// `POST /console/sign-out`.
pub(crate) async fn sign_out(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let action = AccountAction::SignOut { session: staff.session };
    if app.engine.execute(Action::Account(Box::new(action))).await.is_err() {
        return Problem::System.into_response();
    }
    let mut response = if staff.federated { see_other(&format!("{PATH}?left=1")) } else { see_other(PATH) };
    let gone =
        HeaderValue::from_static("__Host-heyan-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    response.headers_mut().append(header::SET_COOKIE, gone);
    response
}
