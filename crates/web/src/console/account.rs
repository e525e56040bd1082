//! `/console/account`: the own account, and a new password for it.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::{AccountAction, AccountAnswer};
use heyan_domain::decide::{Action, Outcome};
use rand::RngExt as _;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::flash::Flash;
use super::parts::{Cards, Field, FormPart, Lines};
use super::problem::Problem;
use super::shell::{Blocks, Shell, see_other};
use super::table::{EVERYBODY, Route, action, page};
use crate::app::App;
use crate::auth::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, Staff, TOTP_PATH, WeakPassword, check_password};
use crate::texts::Texts;

const PATH: &str = "/console/account";

pub(super) fn routes() -> Vec<Route> {
    vec![
        page(PATH, EVERYBODY, show).in_menu("menu-account"),
        action("/console/account/password", EVERYBODY, change_password),
    ]
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    form(&app, &staff, None)
}

/// What is wrong, and with which field.
type Wrong = (&'static str, String);

fn form(app: &App, staff: &Staff, wrong: Option<&Wrong>) -> Response {
    let shell = Shell::new(app, staff, "account-title").with_error(wrong.is_some());
    let t = shell.t;
    let error = |name: &str| wrong.filter(|(field, _)| *field == name).map(|(_, text)| text.clone());
    let lengths = [("min", MIN_PASSWORD_CHARS.to_string()), ("max", MAX_PASSWORD_CHARS.to_string())];
    let lengths = lengths.each_ref().map(|(name, value)| (*name, value.as_str()));
    if staff.federated {
        let lines = Lines { lines: vec![t.get("account-elsewhere")] };
        return Blocks::new(shell).part(&lines).respond();
    }
    let part = FormPart::new("/console/account/password", &staff.csrf, t.get("account-submit"))
        .heading(t.get("account-password-title"))
        .summary(t.get("form-problems"))
        .field(
            Field::password("current", t.get("account-current"), "current-password").error(error("current")),
        )
        .field(
            Field::password("password", t.get("account-new"), "new-password")
                .hint(t.with("account-new-hint", &lengths))
                .error(error("password")),
        )
        .field(Field::password("again", t.get("account-again"), "new-password").error(error("again")));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let second = Cards::new().link(TOTP_PATH, t.get("account-totp"));
    Blocks::new(shell).intro("account-intro").part(&part).part(&second).respond_with(status)
}

#[derive(Deserialize)]
struct Typed {
    current: String,
    password: String,
    again: String,
}

fn weak(t: &Texts, weak: WeakPassword) -> String {
    t.get(match weak {
        WeakPassword::TooShort => "password-too-short",
        WeakPassword::TooLong => "password-too-long",
        WeakPassword::TooSimple => "password-too-simple",
    })
}

async fn change_password(
    State(app): State<Arc<App>>,
    staff: Staff,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    if staff.federated {
        return form(&app, &staff, None);
    }
    let t = super::texts(staff.visitor.language);
    if let Err(problem) = check_password(&typed.password, &staff.name) {
        return form(&app, &staff, Some(&("password", weak(t, problem))));
    }
    if typed.password != typed.again {
        return form(&app, &staff, Some(&("again", t.get("password-differs"))));
    }
    let account = staff.account;
    let Ok(Some(account)) = app.readers.read(move |reader| reader.account(account)).await else {
        return Problem::System.into_response();
    };
    let salt = app.draw(|rng| rng.random());
    let compared = app.passwords.compare(Zeroizing::new(typed.current), Some(account.password)).await;
    let password = app.passwords.hash(Zeroizing::new(typed.password), salt).await;
    let (Some(compared), Some(password)) = (compared, password) else {
        return Problem::System.into_response();
    };
    let change = AccountAction::ChangePassword { session: staff.session, compared, password };
    match app.engine.execute(Action::Account(Box::new(change))).await {
        Ok(Outcome::Account(AccountAnswer::Done(_))) => {
            Flash::success("account-changed").see_other(&app, PATH)
        }
        Ok(Outcome::Account(AccountAnswer::Wrong)) => {
            form(&app, &staff, Some(&("current", t.get("password-wrong"))))
        }
        Ok(Outcome::Account(AccountAnswer::NotFound)) => see_other("/console/sign-in"),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
