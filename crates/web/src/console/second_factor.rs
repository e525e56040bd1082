//! `/console/account/totp`: setting up the second factor, other recovery codes, doing without it.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::{AccountAction, AccountAnswer, SecondFactor, Totp, TotpCode};
use heyan_domain::decide::{Action, Outcome};
use serde::Deserialize;

use super::flash::Flash;
use super::parts::{Alert, Cards, Facts, Field, FormPart, Tone};
use super::problem::Problem;
use super::qr;
use super::shell::{Blocks, Shell, see_other};
use super::table::{EVERYBODY, Route, action, page};
use crate::app::App;
use crate::auth::{Staff, TOTP_PATH, draw_recovery_codes, grouped, second_factor};
use crate::texts::Texts;

/// With so few recovery codes left the page warns.
const FEW: usize = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page(TOTP_PATH, EVERYBODY, show),
        page("/console/account/totp/qr", EVERYBODY, picture),
        action("/console/account/totp/offer", EVERYBODY, offer),
        action("/console/account/totp/confirm", EVERYBODY, confirm),
        action("/console/account/totp/recovery", EVERYBODY, renew),
        action("/console/account/totp/remove", EVERYBODY, remove),
    ]
}

/// The field that is wrong, and the key of what is wrong with it.
type Wrong = (&'static str, &'static str);

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    // Whom an identity provider vouches for shows the second factor there.
    if staff.federated {
        return see_other("/console/account");
    }
    form(&app, &staff, None).await
}

async fn totp_of(app: &App, staff: &Staff) -> Option<Totp> {
    let account = staff.account;
    Some(app.readers.read(move |reader| reader.account(account)).await.ok()??.totp)
}

/// The page, as the account stands.
async fn form(app: &App, staff: &Staff, wrong: Option<Wrong>) -> Response {
    let Some(totp) = totp_of(app, staff).await else { return Problem::System.into_response() };
    let shell = Shell::new(app, staff, "totp-title").with_error(wrong.is_some());
    let t = shell.t;
    let mut blocks = Blocks::new(shell).intro("totp-intro");
    if staff.must_set_up {
        blocks = blocks.part(&Alert::new(Tone::Warning, t.get("totp-must")));
    }
    let blocks = match &totp {
        Totp::Off => {
            let offer = FormPart::new("/console/account/totp/offer", &staff.csrf, t.get("totp-offer"));
            blocks.part(&offer.heading(t.get("totp-off")))
        }
        Totp::Offered(secret) => {
            let link = qr::link(&staff.name, secret, app.sandbox.is_some());
            let offered = Offered { t, link, secret: grouped(&secret.base32(), ' ') };
            blocks.part(&offered).part(&confirm_part(t, staff, wrong))
        }
        Totp::On { recovery, .. } => on(blocks, t, staff, recovery.len(), wrong),
    };
    blocks.respond_with(if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
}

/// What is scanned or typed into the app.
#[derive(Template)]
#[template(path = "console/totp_offered.html")]
struct Offered {
    t: &'static Texts,
    link: String,
    secret: String,
}

fn error(t: &Texts, wrong: Option<Wrong>, name: &str) -> Option<String> {
    wrong.filter(|(field, _)| *field == name).map(|(_, key)| t.get(key))
}

fn confirm_part(t: &Texts, staff: &Staff, wrong: Option<Wrong>) -> FormPart {
    let code = Field::code("code", t.get("totp-code")).hint(t.get("totp-code-hint"));
    FormPart::new("/console/account/totp/confirm", &staff.csrf, t.get("totp-confirm"))
        .heading(t.get("totp-confirm-title"))
        .summary(t.get("form-problems"))
        .field(code.error(error(t, wrong, "code")))
}

/// The page of an account that has a second factor.
fn on<'a>(mut blocks: Blocks<'a>, t: &Texts, staff: &Staff, left: usize, wrong: Option<Wrong>) -> Blocks<'a> {
    if left <= FEW {
        blocks = blocks.part(&Alert::new(Tone::Warning, t.get("totp-few")));
    }
    let field = |name: &str| {
        let field = Field::code(name, t.get("second-code")).hint(t.get("second-code-hint"));
        field.error(error(t, wrong, name))
    };
    let renew = FormPart::new("/console/account/totp/recovery", &staff.csrf, t.get("totp-renew"))
        .heading(t.get("totp-renew-title"))
        .summary(t.get("form-problems"))
        .field(field("code"));
    let remove = FormPart::new("/console/account/totp/remove", &staff.csrf, t.get("totp-remove"))
        .heading(t.get("totp-remove-title"))
        .summary(t.get("form-problems"))
        .field(field("removal"));
    let facts =
        Facts::new().text(t.get("totp-state"), t.get("totp-on")).text(t.get("totp-left"), left.to_string());
    blocks.part(&facts).part(&renew).part(&remove)
}

/// `GET /console/account/totp/qr`: the offered secret as a picture. Once an app has it, nobody sees it again.
async fn picture(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let Some(Totp::Offered(secret)) = totp_of(&app, &staff).await else {
        return Problem::NotFound.into_response();
    };
    let Some(svg) = qr::svg(&qr::link(&staff.name, &secret, app.sandbox.is_some())) else {
        return Problem::System.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, svg).into_response()
}

async fn execute(app: &App, action: AccountAction) -> Option<AccountAnswer> {
    match app.engine.execute(Action::Account(Box::new(action))).await {
        Ok(Outcome::Account(answer)) => Some(answer),
        Ok(_) | Err(_) => None,
    }
}

async fn offer(State(app): State<Arc<App>>, staff: Staff) -> Response {
    match execute(&app, AccountAction::OfferTotp { session: staff.session }).await {
        // Where there is nothing to offer, the page says how it stands.
        Some(_) => see_other(TOTP_PATH),
        None => Problem::System.into_response(),
    }
}

#[derive(Deserialize)]
struct Typed {
    code: String,
}

async fn confirm(
    State(app): State<Arc<App>>,
    staff: Staff,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let Some(code) = TotpCode::parse(&typed.code) else {
        return form(&app, &staff, Some(("code", "totp-malformed"))).await;
    };
    let (codes, recovery) = app.draw(draw_recovery_codes);
    let action = AccountAction::ConfirmTotp { session: staff.session, code, recovery };
    match execute(&app, action).await {
        Some(AccountAnswer::Done(_)) => recovery_codes(&app, staff, codes),
        Some(AccountAnswer::Wrong) => form(&app, &staff, Some(("code", "totp-wrong"))).await,
        Some(_) => see_other(TOTP_PATH),
        None => Problem::System.into_response(),
    }
}

/// The recovery codes in clear, this once.
#[derive(Template)]
#[template(path = "console/recovery_codes.html")]
struct Codes {
    codes: Vec<String>,
}

fn recovery_codes(app: &App, staff: Staff, codes: Vec<String>) -> Response {
    let staff = Staff { must_set_up: false, ..staff };
    let shell = Shell::new(app, &staff, "recovery-title");
    let t = shell.t;
    Blocks::new(shell)
        .part(&Alert::new(Tone::Success, t.get("recovery-done")).more(t.get("recovery-once")))
        .part(&Codes { codes })
        .part(&Cards::new().link("/console", t.get("recovery-kept")))
        .respond()
}

async fn renew(
    State(app): State<Arc<App>>,
    staff: Staff,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let Some(shown) = second_factor(&typed.code) else {
        return form(&app, &staff, Some(("code", "second-malformed"))).await;
    };
    let (codes, recovery) = app.draw(draw_recovery_codes);
    let session = staff.session;
    match execute(&app, AccountAction::RenewRecovery { session, shown, recovery }).await {
        Some(AccountAnswer::Done(_)) => recovery_codes(&app, staff, codes),
        Some(AccountAnswer::Wrong) => form(&app, &staff, Some(("code", "second-wrong"))).await,
        Some(_) => see_other(TOTP_PATH),
        None => Problem::System.into_response(),
    }
}

#[derive(Deserialize)]
struct Removal {
    removal: String,
}

async fn remove(
    State(app): State<Arc<App>>,
    staff: Staff,
    typed: Result<Form<Removal>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let shown: Option<SecondFactor> = second_factor(&typed.removal);
    let Some(shown) = shown else { return form(&app, &staff, Some(("removal", "second-malformed"))).await };
    match execute(&app, AccountAction::RemoveTotp { session: staff.session, shown }).await {
        Some(AccountAnswer::Done(_)) => Flash::success("totp-removed").see_other(&app, TOTP_PATH),
        Some(AccountAnswer::Wrong) => form(&app, &staff, Some(("removal", "second-wrong"))).await,
        Some(_) => see_other(TOTP_PATH),
        None => Problem::System.into_response(),
    }
}
