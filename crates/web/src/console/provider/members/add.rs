//! A new member. The password is drawn here and shown once.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::{AccountAction, AccountAnswer, Authority, DisplayName, Role, SignInName};
use heyan_domain::decide::{Action, Outcome};
use rand::RngExt as _;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::PATH;
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::operator::draw_password;
use crate::console::parts::{Choice, Field, FormPart};
use crate::console::table::{PROVIDER_ADMIN, Route, action, page};
use crate::console::{Blocks, Flash, Problem, Shell};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/provider/members/new", PROVIDER_ADMIN, show),
        action("/console/provider/members/new", PROVIDER_ADMIN, create),
    ]
}

#[derive(Deserialize)]
struct Typed {
    name: String,
    display_name: String,
    #[serde(default)]
    role: String,
}

const CLERK: &str = "provider_clerk";
const ADMIN: &str = "provider_admin";

async fn show(State(app): State<Arc<App>>, OfProvider(staff, _): OfProvider) -> Response {
    let typed = Typed { name: String::new(), display_name: String::new(), role: CLERK.to_owned() };
    form(&app, &staff, &typed, None)
}

/// `wrong` is a field with the key of what is wrong with it.
fn form(app: &App, staff: &Staff, typed: &Typed, wrong: Option<(&str, &str)>) -> Response {
    let shell = Shell::new(app, staff, "members-add").with_error(wrong.is_some());
    let t = shell.t;
    let judged = |field: Field| {
        let error = wrong.filter(|(name, _)| *name == field.name()).map(|(_, key)| t.get(key));
        field.error(error)
    };
    let choice = |value: &str, key: &str| Choice { value: value.to_owned(), label: t.get(key) };
    let roles = vec![choice(CLERK, "role-provider-clerk"), choice(ADMIN, "role-provider-admin")];
    let part = FormPart::new(format!("{PATH}/new"), &staff.csrf, t.get("members-add"))
        .summary(t.get("form-problems"))
        .field(judged(
            Field::text("name", t.get("accounts-name"), &typed.name).hint(t.get("accounts-name-hint")),
        ))
        .field(judged(
            Field::text("display_name", t.get("accounts-display-name"), &typed.display_name)
                .hint(t.get("accounts-display-name-hint")),
        ))
        .field(judged(
            Field::radios("role", t.get("accounts-role"), &typed.role, roles)
                .hint(t.get("members-role-hint")),
        ))
        .back(PATH, t.get("provider-back"));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Blocks::new(shell).intro("accounts-add-intro").part(&part).respond_with(status)
}

async fn create(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let Some(name) = SignInName::parse(&typed.name) else {
        return form(&app, &staff, &typed, Some(("name", "accounts-name-wrong")));
    };
    let Some(display_name) = DisplayName::parse(&typed.display_name) else {
        return form(&app, &staff, &typed, Some(("display_name", "accounts-display-name-wrong")));
    };
    let role = match typed.role.as_str() {
        CLERK => Role::ProviderClerk(provider),
        ADMIN => Role::ProviderAdmin(provider),
        _ => return form(&app, &staff, &typed, Some(("role", "accounts-role-wrong"))),
    };
    let clear = draw_password(&app);
    let salt = app.draw(|rng| rng.random());
    let Some(password) = app.passwords.hash(Zeroizing::new(clear.clone()), salt).await else {
        return Problem::System.into_response();
    };
    let by = Authority::Staff(staff.account);
    let wanted = AccountAction::Create { by, name: name.clone(), display_name, role, password };
    match app.engine.execute(Action::Account(Box::new(wanted))).await {
        Ok(Outcome::Account(AccountAnswer::Done(id))) => Flash::success("accounts-added")
            .with("name", name.as_str())
            .with("password", clear)
            .see_other(&app, &format!("{PATH}/{id}")),
        Ok(Outcome::Account(AccountAnswer::NameTaken)) => {
            form(&app, &staff, &typed, Some(("name", "accounts-name-taken")))
        }
        Ok(Outcome::Account(AccountAnswer::NotFound)) => Problem::Forbidden.into_response(),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
