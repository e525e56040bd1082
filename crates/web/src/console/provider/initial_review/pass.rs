//! `…/{filing}/pass`: 初审通过, reported at once or kept for a report later.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::Expected;
use heyan_domain::filing::initial_review::InitialReviewAction;
use serde::Deserialize;

use super::case::{Asked, Carried, Case};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Choice, Field, FormPart};
use crate::console::{Blocks, Problem, Shell};

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let case = match Case::open(&app, &staff, &provider, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    let shell = Shell::new(&app, &staff, "initial-pass");
    let t = shell.t;
    let choice = |value: &str, key: &str| Choice { value: value.to_owned(), label: t.get(key) };
    let choices = vec![choice("report", "initial-then-report"), choice("keep", "initial-then-keep")];
    let then = Field::radios("then", t.get("initial-then"), "report", choices)
        .hint(t.get("provider-deed-means-report"));
    let form = FormPart::new(case.path("/pass"), &staff.csrf, t.get("initial-pass"))
        .heading(case.name())
        .field(then)
        .back(case.path(""), t.get("provider-back"));
    let carried = Carried::of(&app, &case);
    let form =
        carried.fields().iter().fold(form, |form, (name, value)| form.field(Field::hidden(name, value)));
    Blocks::new(shell).intro("initial-pass-intro").part(&form).respond()
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Then {
    Report,
    Keep,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    version: u32,
    seen: i64,
    key: String,
    then: Then,
}

pub(super) async fn act(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
    sent: Result<Form<Sent>, FormRejection>,
) -> Response {
    let filing = match super::super::own::filing(&app, &provider, &id).await {
        Ok(view) => view.filing.id,
        Err(problem) => return problem.into_response(),
    };
    let Ok(Form(sent)) = sent else { return Problem::Unreadable.into_response() };
    let carried = Carried { version: sent.version, seen: sent.seen, key: sent.key };
    let (report, body, done) = match sent.then {
        Then::Report => (true, "report", "initial-passed-and-reported"),
        Then::Keep => (false, "keep", "initial-passed"),
    };
    let expected = Expected::Version(carried.version);
    let (by, of) = (staff.named(), provider.clone());
    let action = InitialReviewAction::Pass { by, provider: of, filing, expected, report };
    let asked = Asked {
        app: &app,
        staff: &staff,
        provider: &provider,
        carried: &carried,
        form: "pass",
        body: body.as_bytes(),
        done,
    };
    asked.carry_out(&id, action).await
}
