//! Putting in a version: pasted, checked by the loader, and kept only if nothing is wrong with it.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::rulebook::Defect;
use heyan_domain::rules::{RulesAction, RulesAnswer};
use serde::Deserialize;

use super::super::choices;
use super::{PATH, defect, path};
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::parts::{Choice, ErrorSummary, Field, Filters, FormPart};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OPERATOR, Route, action, page};

const ROWS: u8 = 24;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/operator/rules/versions/new", OPERATOR, show),
        action("/console/operator/rules/versions/new", OPERATOR, add),
    ]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    set: String,
}

async fn show(State(app): State<Arc<App>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let rules = app.rules.current();
    let text = rules.last_book().file(&asked.set).unwrap_or_default().to_owned();
    form(&app, &staff, &asked.set, &text, &[])
}

fn form(app: &App, staff: &Staff, set: &str, text: &str, defects: &[Defect]) -> Response {
    let shell = Shell::new(app, staff, "versions-add").with_error(!defects.is_empty());
    let t = shell.t;
    let rules = app.rules.current();
    let book = rules.last_book();
    let none = Choice { value: String::new(), label: t.get("versions-from-nothing") };
    let overlay = book.overlay().map(|(title, _)| Choice {
        value: "service-kinds".to_owned(),
        label: super::super::title(title, staff.visitor.language).to_owned(),
    });
    let files = choices(book, staff.visitor.language);
    let files = std::iter::once(none).chain(files).chain(overlay).collect();
    let begin = Filters {
        path: format!("{PATH}/new"),
        fields: vec![Field::select("set", t.get("versions-from"), set, files)],
        submit: t.get("versions-from-submit"),
        reset: None,
    };
    let wrong = (!defects.is_empty()).then(|| t.one("versions-wrong", "count", defects.len()));
    let text =
        Field::area("text", t.get("versions-text"), text, ROWS).wide().hint(t.get("versions-text-hint"));
    let part = FormPart::new(format!("{PATH}/new"), &staff.csrf, t.get("versions-add-submit"))
        .field(text)
        .back(PATH, t.get("operator-back"));
    let blocks = Blocks::new(shell).intro("versions-add-intro").part(&begin);
    let Some(wrong) = wrong else { return blocks.part(&part).respond() };
    let mistakes = defects.iter().map(|one| ("text".to_owned(), defect(t, one))).collect();
    blocks
        .part(&ErrorSummary::new(wrong, mistakes))
        .part(&part)
        .respond_with(StatusCode::UNPROCESSABLE_ENTITY)
}

#[derive(Deserialize)]
struct Typed {
    text: String,
}

async fn add(
    State(app): State<Arc<App>>,
    staff: Staff,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    // A browser sends its own line ends.
    let text = typed.text.replace("\r\n", "\n");
    // Checked here first, so that mistakes cost the engine nothing.
    let (rules, checked) = (app.rules.current(), text.clone());
    let checked = tokio::task::spawn_blocking(move || rules.try_file(&checked)).await;
    let Ok(checked) = checked else { return Problem::System.into_response() };
    if let Err(defects) = checked {
        return form(&app, &staff, "", &text, &defects);
    }
    let wanted = RulesAction::Add { by: staff.account, text: text.as_str().into() };
    match app.engine.execute(Action::Rules(Box::new(wanted))).await {
        Ok(Outcome::Rules(RulesAnswer::Added(id))) => {
            Flash::success("versions-added-flash").see_other(&app, &path(id))
        }
        Ok(Outcome::Rules(RulesAnswer::Defective(defects))) => form(&app, &staff, "", &text, &defects),
        Ok(Outcome::Rules(RulesAnswer::NotOperator)) => Problem::Forbidden.into_response(),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
