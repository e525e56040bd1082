//! The gate before every route of the consoles: a session that counts, a form of our own, a role that may.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use heyan_domain::accounts::{Account, AccountAction, Session};
use heyan_domain::decide::Action;
use heyan_domain::mark;
use heyan_store::database::StoreError;

use super::csrf::{first_part, is_foreign};
use super::resume::{FORM, Kept, fields};
use super::sign_in::{self, SignInPage};
use super::staff::{Staff, Visitor};
use super::token::Token;
use crate::api::{ReadError, collect};
use crate::app::App;
use crate::console::{Flash, Problem, Who, see_other};

/// The largest form that is read.
pub const MAX_FORM_BYTES: usize = 64 * 1024;
/// The largest upload (`multipart/form-data`) that is read: a file, and the form around it.
pub const MAX_UPLOAD_BYTES: usize = crate::bulk::MAX_FILE_BYTES + MAX_FORM_BYTES;

/// Where the second factor is set up.
pub(crate) const TOTP_PATH: &str = "/console/account/totp";

/// Whether somebody has to set up the second factor first, and asks for another page than where that is done. A sandbox's
/// accounts need none: their passwords are public. Whom an identity provider vouches for shows it there.
fn must_set_up(app: &App, account: &Account) -> bool {
    app.sandbox.is_none()
        && !account.is_federated()
        && account.role.kind().needs_second_factor()
        && !account.totp.is_on()
}

fn is_set_up_there(path: &str) -> bool {
    path == TOTP_PATH || path.starts_with("/console/account/totp/") || path == "/console/sign-out"
}

/// A session that counts, or what is left of one.
enum Standing {
    Live(Box<(Session, Account)>),
    /// Over, but known: whose it was.
    Over(Account),
    None,
}

async fn standing(app: &App, token: Option<&Token>) -> Result<Standing, StoreError> {
    let Some(token) = token else { return Ok(Standing::None) };
    let tag = token.tag();
    let found = app.readers.read(move |reader| reader.session(tag)).await?;
    Ok(match found {
        Some((session, account)) if session.is_live(&account, app.clock.now()) => {
            Standing::Live(Box::new((session, account)))
        }
        Some((_, account)) => Standing::Over(account),
        None => Standing::None,
    })
}

/// What the sign-in page wants to know of whoever asks for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SignedIn {
    /// The session counts.
    Yes,
    /// It did; signing out would have taken it away.
    NoLonger,
    /// There is none.
    No,
}

/// Whether a request carries a session that counts.
pub(super) async fn signed_in(app: &App, headers: &HeaderMap) -> SignedIn {
    match standing(app, Token::of(headers).as_ref()).await {
        Ok(Standing::Live(_)) => SignedIn::Yes,
        Ok(Standing::Over(_)) => SignedIn::NoLonger,
        Ok(Standing::None) | Err(_) => SignedIn::No,
    }
}

/// Whether the page's script asks, not a person: that is no use of the session, and takes no message from the next page.
fn is_polled(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
}

/// Has the script load the whole page, which leads to signing in: the session is over.
fn look_again() -> Response {
    let headers = [("hx-refresh", "true"), (header::CACHE_CONTROL.as_str(), "no-store")];
    (StatusCode::UNAUTHORIZED, headers).into_response()
}

/// Lets through who may, with a [`Staff`] for the handler; answers all others itself.
pub(crate) async fn gate(
    State((app, who)): State<(Arc<App>, Who)>,
    OriginalUri(uri): OriginalUri,
    request: Request,
    next: Next,
) -> Response {
    let visitor = Visitor::of(request.method(), request.headers(), &uri);
    let token = Token::of(request.headers());
    let posted = visitor.posted;
    let polled = is_polled(request.headers());
    if posted && is_foreign(request.headers()) {
        return Problem::ForeignForm.page(&app, &visitor, None);
    }
    let found = standing(&app, token.as_ref()).await;
    // What nobody known sends is not read: an upload is large, and nothing would come of it.
    let (request, form) = if posted && !matches!(found, Ok(Standing::None)) {
        match read(request).await {
            Ok((request, form)) => (request, Some(form)),
            Err(problem) => return problem.page(&app, &visitor, None),
        }
    } else {
        (request, None)
    };
    let carried = |token: &Token| form.as_ref().is_none_or(|form| token.is_csrf(&form.csrf));
    let (session, account) = match found {
        Ok(Standing::Live(live)) => *live,
        Ok(Standing::Over(account)) => {
            if polled {
                return look_again();
            }
            let own = token.as_ref().is_some_and(carried);
            let kept = form.filter(|_| own).and_then(|form| form.kept(&account, &visitor));
            return sign_in_again(&app, &visitor, posted, kept.as_ref());
        }
        Ok(Standing::None) if polled => return look_again(),
        Ok(Standing::None) => return sign_in_again(&app, &visitor, posted, None),
        Err(error) => {
            tracing::error!(name: "console.session_failed", error = %error, "a session could not be read");
            return Problem::System.page(&app, &visitor, None);
        }
    };
    let Some(token) = token else { return sign_in_again(&app, &visitor, posted, None) };
    let flash = Flash::of(&app, request.headers());
    let must_set_up = must_set_up(&app, &account);
    let staff = Staff {
        federated: account.is_federated(),
        account: account.id,
        name: account.name,
        display_name: account.display_name,
        role: account.role,
        csrf: token.csrf(),
        session: token.tag(),
        visitor,
        flash: flash.filter(|_| !posted && !polled),
        must_set_up,
    };
    mark!("SEC-10");
    if !carried(&token) {
        return Problem::StaleForm.page(&app, &staff.visitor, Some(&staff));
    }
    mark!("SEC-09");
    if !who.may(staff.role.kind()) {
        return Problem::Forbidden.page(&app, &staff.visitor, Some(&staff));
    }
    if staff.must_set_up && !is_set_up_there(uri.path()) {
        return see_other(TOTP_PATH);
    }
    if !polled && session.wants_touch(app.clock.now()) {
        let touch = AccountAction::Touch { session: token.tag() };
        if let Err(error) = app.engine.execute(Action::Account(Box::new(touch))).await {
            // The session then ends a little earlier; the page is shown all the same.
            tracing::warn!(name: "console.touch_failed", error = %error, "the use of a session could not be noted");
        }
    }
    pass(&app, staff, request, next).await
}

/// Hands on, and makes a page of what a handler left to the gate.
async fn pass(app: &App, staff: Staff, mut request: Request, next: Next) -> Response {
    let shown = staff.flash.is_some();
    request.extensions_mut().insert(staff.clone());
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions().get::<Problem>().copied() {
        response = problem.page(app, &staff.visitor, Some(&staff));
    }
    let headers = response.headers_mut();
    if shown && !headers.contains_key(header::SET_COOKIE) {
        headers.append(header::SET_COOKIE, Flash::forget());
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// To the sign-in page: by redirect with the way back, or, for a form, at once with the form sealed in it.
fn sign_in_again(app: &App, visitor: &Visitor, posted: bool, kept: Option<&Kept>) -> Response {
    if !posted {
        return sign_in::redirect(&visitor.path);
    }
    let page =
        SignInPage { over: true, resume: kept.and_then(|kept| kept.seal(app)), ..SignInPage::default() };
    page.respond(app, visitor, StatusCode::UNAUTHORIZED)
}

/// A form as it came in.
struct Posted {
    csrf: String,
    /// Empty for an upload, which is not kept.
    fields: Vec<(String, String)>,
    upload: bool,
}

impl Posted {
    fn kept(self, account: &Account, visitor: &Visitor) -> Option<Kept> {
        (!self.upload).then(|| Kept { account: account.id, path: visitor.path.clone(), fields: self.fields })
    }
}

/// Reads the body, finds the token, and puts the body back for the handler.
async fn read(request: Request) -> Result<(Request, Posted), Problem> {
    let (parts, body) = request.into_parts();
    let kind =
        parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let upload = kind.starts_with("multipart/form-data");
    if !upload && !kind.starts_with(FORM) {
        return Err(Problem::Unreadable);
    }
    let limit = if upload { MAX_UPLOAD_BYTES } else { MAX_FORM_BYTES };
    let bytes = collect(body, limit, 2 * MAX_UPLOAD_BYTES).await.map_err(|error| match error {
        ReadError::TooLarge => Problem::TooLarge,
        ReadError::Cut => Problem::Unreadable,
    })?;
    let posted = if upload {
        let csrf = first_part(&bytes, "csrf").unwrap_or_default().to_owned();
        Posted { csrf, fields: Vec::new(), upload }
    } else {
        let mut fields = fields(bytes.to_vec()).await.ok_or(Problem::Unreadable)?;
        let csrf = fields.iter().find(|(name, _)| name == "csrf").map(|(_, value)| value.clone());
        fields.retain(|(name, _)| name != "csrf");
        Posted { csrf: csrf.unwrap_or_default(), fields, upload }
    };
    Ok((Request::from_parts(parts, Body::from(bytes)), posted))
}

impl IntoResponse for Problem {
    /// Leaves the page to the gate, which knows the language and who asks.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
