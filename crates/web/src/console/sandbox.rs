//! `/console/sandbox`: the clock of the sandbox, for whoever tries out what a deadline or the noon does. There is no such
//! page in production.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use serde::Deserialize;

use super::flash::Flash;
use super::operator::next_noon;
use super::parts::{Cards, Choice, Facts, Field, FormPart};
use super::problem::Problem;
use super::shell::{Blocks, Shell};
use super::table::{EVERYBODY, Route, action, page};
use crate::app::App;
use crate::auth::Staff;

pub(crate) const PATH: &str = "/console/sandbox";
/// Where the form goes.
const CLOCK: &str = "/console/sandbox/clock";

/// What is worth waiting for: the name of a step in the texts and its length. A message may be sent again after a minute
/// or more, a deadline ends after 24 hours, a retention period after years.
const STEPS: [(&str, i64); 6] = [
    ("minute", MINUTE_MS),
    ("ten-minutes", 10 * MINUTE_MS),
    ("hour", HOUR_MS),
    ("four-hours", 4 * HOUR_MS),
    ("day", DAY_MS),
    ("month", 30 * DAY_MS),
];
const NOON: &str = "noon";

pub(super) fn routes() -> Vec<Route> {
    vec![page(PATH, EVERYBODY, show), action(CLOCK, EVERYBODY, advance)]
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    if app.sandbox.is_none() {
        return Problem::NotFound.into_response();
    }
    let shell = Shell::new(&app, &staff, "sandbox-title");
    let t = shell.t;
    let now = Facts::new().text(t.get("sandbox-clock"), t.date_time(shell.now));
    let choice =
        |name: &str| Choice { value: name.to_owned(), label: t.get(&format!("sandbox-step-{name}")) };
    let steps = STEPS.iter().map(|(name, _)| choice(name)).chain([choice(NOON)]).collect();
    let form = FormPart::new(CLOCK, &staff.csrf, t.get("sandbox-advance")).field(Field::select(
        "step",
        t.get("sandbox-step"),
        "hour",
        steps,
    ));
    let inbox = Cards::new()
        .link("/sandbox/inbox", t.get("sandbox-inbox"))
        .link("/sandbox/webhooks", t.get("sandbox-webhooks"));
    Blocks::new(shell).intro("sandbox-intro").part(&now).part(&form).part(&inbox).respond()
}

#[derive(Deserialize)]
struct Chosen {
    step: String,
}

async fn advance(
    State(app): State<Arc<App>>,
    staff: Staff,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let Some(sandbox) = app.sandbox.as_deref() else { return Problem::NotFound.into_response() };
    let Ok(Form(Chosen { step })) = chosen else { return Problem::Unreadable.into_response() };
    let now = app.clock.now();
    let named = STEPS.iter().find(|(name, _)| *name == step).map(|(_, length_ms)| *length_ms);
    let noon = (step == NOON).then(|| next_noon(now).since_ms(now));
    let Some(length_ms) = named.or(noon) else { return Problem::Unreadable.into_response() };
    // Rounded up, so that noon is reached and not almost.
    let seconds = u64::try_from(length_ms).unwrap_or_default().div_ceil(1_000);
    match sandbox.advance(seconds).await {
        Ok(now) => {
            let t = super::texts(staff.visitor.language);
            Flash::success("sandbox-advanced").with("time", t.date_time(now)).see_other(&app, PATH)
        }
        Err(error) => {
            tracing::error!(name: "console.sandbox_failed", error = %error, "the clock could not be moved");
            Problem::System.into_response()
        }
    }
}
