//! A new account. Its password is drawn here and shown once.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::{
    AccountAction, AccountAnswer, Authority, DisplayName, Role, RoleKind, SignInName,
};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::{ProviderId, Province};
use rand::RngExt as _;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{PATH, draw_password};
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::parts::{Choice, Field, FormPart};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OPERATOR, Route, action, page};
use crate::texts::Texts;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/operator/accounts/new", OPERATOR, show),
        action("/console/operator/accounts/new", OPERATOR, create),
    ]
}

#[derive(Deserialize, Default)]
struct Typed {
    name: String,
    display_name: String,
    role: String,
    province: String,
    provider: String,
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    form(&app, &staff, &Typed::default(), None)
}

/// What is wrong, and with which field.
type Wrong = (&'static str, &'static str);

fn form(app: &App, staff: &Staff, typed: &Typed, wrong: Option<Wrong>) -> Response {
    let shell = Shell::new(app, staff, "accounts-add").with_error(wrong.is_some());
    let t = shell.t;
    let error = |name: &str| wrong.filter(|(field, _)| *field == name).map(|(_, key)| t.get(key));
    let part = FormPart::new("/console/operator/accounts/new", &staff.csrf, t.get("accounts-add"))
        .summary(t.get("form-problems"))
        .field(
            Field::text("name", t.get("accounts-name"), &typed.name)
                .hint(t.get("accounts-name-hint"))
                .error(error("name")),
        )
        .field(
            Field::text("display_name", t.get("accounts-display-name"), &typed.display_name)
                .hint(t.get("accounts-display-name-hint"))
                .error(error("display_name")),
        )
        .field(Field::select("role", t.get("accounts-role"), &typed.role, roles(t)).error(error("role")))
        .field(
            Field::select("province", t.get("accounts-province"), &typed.province, provinces(t))
                .hint(t.get("accounts-province-hint"))
                .error(error("province")),
        )
        .field(
            Field::select("provider", t.get("accounts-provider"), &typed.provider, providers(app, t))
                .hint(t.get("accounts-provider-hint"))
                .error(error("provider")),
        )
        .back(PATH, t.get("operator-back"));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Blocks::new(shell).intro("accounts-add-intro").part(&part).respond_with(status)
}

fn roles(t: &Texts) -> Vec<Choice> {
    let choice = |kind: &RoleKind| {
        let label = t.get(&format!("role-{}", kind.as_str().replace('_', "-")));
        Choice { value: kind.as_str().to_owned(), label }
    };
    RoleKind::ALL.iter().map(choice).collect()
}

fn none(t: &Texts) -> Choice {
    Choice { value: String::new(), label: t.get("operator-none") }
}

fn provinces(t: &Texts) -> Vec<Choice> {
    let named =
        Province::ALL.iter().map(|one| Choice { value: one.pinyin().to_owned(), label: t.province(*one) });
    std::iter::once(none(t)).chain(named).collect()
}

fn providers(app: &App, t: &Texts) -> Vec<Choice> {
    let named =
        app.providers.iter().map(|one| Choice { value: one.id.to_string(), label: one.support.name.clone() });
    std::iter::once(none(t)).chain(named).collect()
}

/// The role with its scope, or the field to be looked at.
fn role(app: &App, typed: &Typed) -> Result<Role, Wrong> {
    let kind: RoleKind = typed.role.parse().map_err(|_| ("role", "accounts-role-wrong"))?;
    let province = Province::from_pinyin(&typed.province);
    let provider = ProviderId::parse(&typed.provider).filter(|id| app.provider(id).is_some());
    Role::of(kind, province, provider).ok_or(match kind {
        RoleKind::Administration => ("province", "accounts-province-wrong"),
        RoleKind::ProviderAdmin | RoleKind::ProviderClerk => ("provider", "accounts-provider-wrong"),
        RoleKind::Operator | RoleKind::Auditor => ("role", "accounts-scope-wrong"),
    })
}

async fn create(
    State(app): State<Arc<App>>,
    staff: Staff,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let Some(name) = SignInName::parse(&typed.name) else {
        return form(&app, &staff, &typed, Some(("name", "accounts-name-wrong")));
    };
    let Some(display_name) = DisplayName::parse(&typed.display_name) else {
        return form(&app, &staff, &typed, Some(("display_name", "accounts-display-name-wrong")));
    };
    let role = match role(&app, &typed) {
        Ok(role) => role,
        Err(wrong) => return form(&app, &staff, &typed, Some(wrong)),
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
