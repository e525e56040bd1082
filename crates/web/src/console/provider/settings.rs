//! `/console/provider/settings`: what the provider chooses for its console; so far, whether it asks for 初审.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::filing::initial_review::{InitialReviewAction, InitialReviewRule};
use serde::Deserialize;

use super::{own, terms};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Choice, Field, FormPart};
use crate::console::table::{PROVIDER_ADMIN, Route, action, page};
use crate::console::{Blocks, Flash, Problem, Shell};

const PATH: &str = "/console/provider/settings";

pub(super) fn routes() -> Vec<Route> {
    vec![
        page(PATH, PROVIDER_ADMIN, show).in_menu("menu-provider-settings"),
        action(PATH, PROVIDER_ADMIN, set),
    ]
}

async fn show(State(app): State<Arc<App>>, OfProvider(staff, provider): OfProvider) -> Response {
    let rule = match own::initial_review_rule(&app, &provider).await {
        Ok(rule) => rule,
        Err(problem) => return problem.into_response(),
    };
    let shell = Shell::new(&app, &staff, "settings-title");
    let t = shell.t;
    let choice = |rule: &InitialReviewRule| Choice {
        value: rule.as_str().to_owned(),
        label: terms::word(t, "initial-review", rule.as_str()),
    };
    let choices = InitialReviewRule::ALL.iter().map(choice).collect();
    let field = Field::radios("initial_review", t.get("settings-initial-review"), rule.as_str(), choices)
        .hint(t.get("settings-initial-review-hint"));
    let form = FormPart::new(PATH, &staff.csrf, t.get("settings-save")).field(field);
    Blocks::new(shell).intro("settings-intro").part(&form).respond()
}

#[derive(Deserialize)]
struct Chosen {
    initial_review: InitialReviewRule,
}

async fn set(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let Ok(Form(Chosen { initial_review: rule })) = chosen else {
        return Problem::Unreadable.into_response();
    };
    let action = InitialReviewAction::SetRule { by: staff.named(), provider, rule };
    match app.engine.execute(Action::InitialReview(Box::new(action))).await {
        Ok(Outcome::Done) => Flash::success("settings-saved").see_other(&app, PATH),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
