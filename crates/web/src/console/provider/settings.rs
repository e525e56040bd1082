//! `/console/provider/settings`: what the provider chooses: whether its console asks for 初审, and whether its applicants are
//! told by e-mail (PRO-05).

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::filing::initial_review::{InitialReviewAction, InitialReviewRule};
use heyan_domain::notices::SwitchNotices;
use serde::Deserialize;

use super::{own, terms};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Choice, Field, FormPart, Lines};
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
    let mut form = FormPart::new(PATH, &staff.csrf, t.get("settings-save")).field(field);
    let mut page = Blocks::new(shell).intro("settings-intro");
    if app.has_mail {
        let Ok(on) = app.readers.read(move |reader| reader.notices(&provider)).await else {
            return Problem::System.into_response();
        };
        form = form.field(
            Field::check("notices", t.get("settings-notices"), on).hint(t.get("settings-notices-hint")),
        );
    }
    page = page.part(&form);
    if !app.has_mail {
        page = page.part(&Lines { lines: vec![t.get("settings-notices-none")] });
    }
    page.respond()
}

#[derive(Deserialize)]
struct Chosen {
    initial_review: InitialReviewRule,
    notices: Option<String>,
}

async fn set(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let Ok(Form(Chosen { initial_review: rule, notices })) = chosen else {
        return Problem::Unreadable.into_response();
    };
    let by = staff.named();
    let set = InitialReviewAction::SetRule { by: by.clone(), provider: provider.clone(), rule };
    let mut actions = vec![Action::InitialReview(Box::new(set))];
    if app.has_mail {
        let on = notices.is_some();
        actions.push(Action::SwitchNotices(Box::new(SwitchNotices { by, provider, on })));
    }
    for action in actions {
        match app.engine.execute(action).await {
            Ok(Outcome::Done) => {}
            Ok(_) | Err(_) => return Problem::System.into_response(),
        }
    }
    Flash::success("settings-saved").see_other(&app, PATH)
}
