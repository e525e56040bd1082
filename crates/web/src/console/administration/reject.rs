//! `/console/administration/filings/{filing}/reject`: 审核不通过, with the reason that the provider reads.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::Action;
use heyan_domain::filing::raw::MAX_REMARK_CHARS;
use serde::Deserialize;

use super::case::Case;
use super::decide::{self, Asked, Carried};
use super::detail;
use crate::app::App;
use crate::auth::{OfAdministration, Staff};
use crate::console::parts::{Field, FormPart};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::texts::Texts;

const ROWS: u8 = 5;

fn form(
    app: &App,
    staff: &Staff,
    case: &Case,
    carried: &Carried,
    typed: &str,
    wrong: Option<String>,
) -> Response {
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shell = Shell::new(app, staff, "adm-reject-title").with_error(wrong.is_some());
    let t = shell.t;
    let reason = Field::area("reason", t.get("adm-reason"), typed, ROWS)
        .hint(t.one("adm-reason-hint", "max", MAX_REMARK_CHARS))
        .error(wrong);
    let part = FormPart::new(case.path("/reject"), &staff.csrf, t.get("adm-reject-button"))
        .heading(detail::heading(t, case))
        .summary(t.get("form-problems"))
        .field(reason)
        .back(case.path(""), t.get("adm-back"));
    let part =
        carried.fields().iter().fold(part, |part, (name, value)| part.field(Field::hidden(name, value)));
    Blocks::new(shell).intro("adm-reject-body").part(&part).respond_with(status)
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfAdministration(staff, province): OfAdministration,
    Path(id): Path<String>,
) -> Response {
    match decide::open(&app, &staff, province, &id).await {
        Ok(case) => form(&app, &staff, &case, &Carried::of(&app, &case), "", None),
        Err(answer) => answer,
    }
}

#[derive(Deserialize)]
pub(super) struct Typed {
    version: u32,
    seen: i64,
    key: String,
    reason: String,
}

fn judge(t: &Texts, reason: &str) -> Option<String> {
    if reason.is_empty() {
        Some(t.get("adm-reason-empty"))
    } else if reason.chars().count() > MAX_REMARK_CHARS {
        Some(t.one("adm-reason-long", "max", MAX_REMARK_CHARS))
    } else if reason.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        Some(t.get("adm-reason-characters"))
    } else {
        None
    }
}

pub(super) async fn act(
    State(app): State<Arc<App>>,
    OfAdministration(staff, province): OfAdministration,
    Path(id): Path<String>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let case = match Case::of(&app, &id, province).await {
        Ok(case) => case,
        Err(problem) => return problem.into_response(),
    };
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let carried = Carried::sent(typed.version, typed.seen, typed.key);
    let reason = typed.reason.trim().to_owned();
    if let Some(wrong) = judge(crate::console::texts(staff.visitor.language), &reason) {
        return form(&app, &staff, &case, &carried, &typed.reason, Some(wrong));
    }
    let filing = case.view.filing.id;
    let asked = Asked {
        app: &app,
        staff: &staff,
        province,
        carried: &carried,
        route: "console reject",
        body: &reason,
        done: "adm-rejected-flash",
    };
    let reviewer = staff.name.as_str().to_owned();
    let expected = carried.expected();
    let action = Action::Reject { province, reviewer, filing, expected, reason: reason.clone() };
    asked.carry_out(filing, action).await
}
