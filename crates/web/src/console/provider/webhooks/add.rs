//! A new endpoint.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::webhooks::WebhookAction;

use super::form::Typed;
use super::{PATH, carry_out, path};
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::parts::FormPart;
use crate::console::table::{PROVIDER_ADMIN, Route, action, page};
use crate::console::{Blocks, Problem, Shell};

const NEW: &str = "/console/provider/webhooks/new";

pub(super) fn routes() -> Vec<Route> {
    vec![page(NEW, PROVIDER_ADMIN, show), action(NEW, PROVIDER_ADMIN, create)]
}

async fn show(State(app): State<Arc<App>>, OfProvider(staff, _): OfProvider) -> Response {
    form(&app, &staff, &Typed::default(), None)
}

fn form(app: &App, staff: &Staff, typed: &Typed, wrong: Option<&str>) -> Response {
    let shell = Shell::new(app, staff, "webhooks-add").with_error(wrong.is_some());
    let t = shell.t;
    let part = FormPart::new(NEW.to_owned(), &staff.csrf, t.get("webhooks-add"));
    let part = typed.fields(t, part, wrong).back(PATH, t.get("provider-back"));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Blocks::new(shell).intro("webhooks-add-intro").part(&part).respond_with(status)
}

async fn create(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let terms = match typed.read(&app) {
        Ok(terms) => terms,
        Err(wrong) => return form(&app, &staff, &typed, Some(wrong)),
    };
    let wanted = WebhookAction::Make { id: None, terms };
    match carry_out(&app, &staff, &provider, wanted, "webhooks-added").await {
        Ok((flash, Some(id))) => flash.see_other(&app, &path(id)),
        Ok((flash, None)) => flash.see_other(&app, PATH),
        Err(problem) => problem.into_response(),
    }
}
