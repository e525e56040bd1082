//! One key: its secrets, what is said of it, and its end.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::Authority;
use heyan_domain::api_keys::{ApiKey, ApiKeyAction, MAX_SECRETS};

use super::form::{Typed, Wrong};
use super::{PATH, carry_out, find, networks, scopes, standing};
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::parts::{Cards, Confirm, Facts, FormPart, Heading};
use crate::console::table::{PROVIDER_ADMIN, Route, action, page};
use crate::console::{Blocks, Problem, Shell};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/provider/keys/{key}", PROVIDER_ADMIN, show),
        action("/console/provider/keys/{key}", PROVIDER_ADMIN, change),
        action("/console/provider/keys/{key}/secret", PROVIDER_ADMIN, add_secret),
        action("/console/provider/keys/{key}/drop", PROVIDER_ADMIN, drop_secret),
        action("/console/provider/keys/{key}/revoke", PROVIDER_ADMIN, revoke),
    ]
}

fn path(key: &ApiKey) -> String {
    format!("{PATH}/{}", key.id)
}

fn respond(app: &App, staff: &Staff, key: &ApiKey, typed: &Typed, wrong: Option<Wrong>) -> Response {
    let shell = Shell::with_heading(app, staff, key.label.as_str().to_owned()).with_error(wrong.is_some());
    let t = shell.t;
    let mut facts = Facts::new()
        .text(t.get("api-keys-id"), key.id.to_string())
        .cell(t.get("api-keys-standing"), standing(t, key))
        .text(t.get("api-keys-scopes"), scopes(t, key))
        .text(t.get("api-keys-networks"), networks(t, key).join(&t.get("api-keys-and")))
        .text(t.get("api-keys-made-at"), t.date_time(key.made_at));
    for secret in &key.secrets {
        facts = facts.text(
            t.get("api-keys-secret"),
            t.one("api-keys-secret-since", "time", t.date_time(secret.made_at)),
        );
    }
    if let Some(at) = key.revoked_at {
        let facts = facts.text(t.get("api-keys-revoked-at"), t.date_time(at));
        let back = Cards::new().link(PATH, t.get("provider-back"));
        return Blocks::new(shell).part(&facts).part(&back).respond();
    }
    let confirm = |end: &str, line: &str, button: &str, danger| Confirm {
        path: format!("{}/{end}", path(key)),
        csrf: staff.csrf.clone(),
        lines: vec![t.get(line)],
        fields: Vec::new(),
        button: t.get(button),
        danger,
        back: (PATH.to_owned(), t.get("provider-back")),
    };
    let change = FormPart::new(path(key), &staff.csrf, t.get("api-keys-change"));
    let change = typed.fields(t, change, wrong).back(PATH, t.get("provider-back"));
    let (title, secret) = if key.secrets.len() < MAX_SECRETS {
        ("api-keys-second", confirm("secret", "api-keys-second-line", "api-keys-second", false))
    } else {
        ("api-keys-drop", confirm("drop", "api-keys-drop-line", "api-keys-drop", true))
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Blocks::new(shell)
        .part(&facts)
        .part(&Heading { text: t.get("api-keys-change") })
        .part(&change)
        .part(&Heading { text: t.get(title) })
        .part(&secret)
        .part(&Heading { text: t.get("api-keys-revoke") })
        .part(&confirm("revoke", "api-keys-revoke-line", "api-keys-revoke", true))
        .respond_with(status)
}

async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    match find(&app, &provider, &id).await {
        Ok(key) => respond(&app, &staff, &key, &Typed::of_key(&key), None),
        Err(problem) => problem.into_response(),
    }
}

async fn change(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let key = match find(&app, &provider, &id).await {
        Ok(key) => key,
        Err(problem) => return problem.into_response(),
    };
    let by = Authority::Staff(staff.account);
    match typed.read() {
        Ok(terms) => {
            finish(&app, &key, ApiKeyAction::Change { by, key: key.id, terms }, "api-keys-changed").await
        }
        Err(wrong) => respond(&app, &staff, &key, &typed, Some(wrong)),
    }
}

async fn finish(app: &App, key: &ApiKey, wanted: ApiKeyAction, done: &'static str) -> Response {
    match carry_out(app, wanted, done).await {
        Ok((flash, _)) => flash.see_other(app, &path(key)),
        Err(problem) => problem.into_response(),
    }
}

async fn add_secret(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let by = Authority::Staff(staff.account);
    match find(&app, &provider, &id).await {
        Ok(key) => {
            finish(&app, &key, ApiKeyAction::AddSecret { by, key: key.id }, "api-keys-secret-added").await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn drop_secret(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let by = Authority::Staff(staff.account);
    match find(&app, &provider, &id).await {
        Ok(key) => finish(&app, &key, ApiKeyAction::DropSecret { by, key: key.id }, "api-keys-dropped").await,
        Err(problem) => problem.into_response(),
    }
}

async fn revoke(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let by = Authority::Staff(staff.account);
    match find(&app, &provider, &id).await {
        Ok(key) => {
            finish(&app, &key, ApiKeyAction::Revoke { by, key: key.id }, "api-keys-revoked-done").await
        }
        Err(problem) => problem.into_response(),
    }
}
