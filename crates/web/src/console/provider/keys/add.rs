//! A new key.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::Authority;
use heyan_domain::api_keys::{ApiKeyAction, KeyOwner};

use super::form::{Typed, Wrong};
use super::{PATH, carry_out};
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::parts::FormPart;
use crate::console::table::{PROVIDER_ADMIN, Route, action, page};
use crate::console::{Blocks, Problem, Shell};

const NEW: &str = "/console/provider/keys/new";

pub(super) fn routes() -> Vec<Route> {
    vec![page(NEW, PROVIDER_ADMIN, show), action(NEW, PROVIDER_ADMIN, create)]
}

async fn show(State(app): State<Arc<App>>, OfProvider(staff, _): OfProvider) -> Response {
    form(&app, &staff, &Typed::new(), None)
}

fn form(app: &App, staff: &Staff, typed: &Typed, wrong: Option<Wrong>) -> Response {
    let shell = Shell::new(app, staff, "api-keys-add").with_error(wrong.is_some());
    let t = shell.t;
    let part = FormPart::new(NEW.to_owned(), &staff.csrf, t.get("api-keys-add"));
    let part = typed.fields(t, part, wrong).back(PATH, t.get("provider-back"));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Blocks::new(shell).intro("api-keys-add-intro").part(&part).respond_with(status)
}

async fn create(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let terms = match typed.read() {
        Ok(terms) => terms,
        Err(wrong) => return form(&app, &staff, &typed, Some(wrong)),
    };
    let (by, owner) = (Authority::Staff(staff.account), KeyOwner::Provider(provider));
    match carry_out(&app, ApiKeyAction::Make { by, owner, terms }, "api-keys-added").await {
        Ok((flash, Some(id))) => flash.see_other(&app, &format!("{PATH}/{id}")),
        Ok((flash, None)) => flash.see_other(&app, PATH),
        Err(problem) => problem.into_response(),
    }
}
