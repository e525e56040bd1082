//! `/console/administration/filings/{filing}/approve`: 审核通过, after one more look (REV-03).

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::Action;

use super::case::Case;
use super::decide::{self, Asked, Carried};
use super::{detail, names};
use crate::app::App;
use crate::auth::OfAdministration;
use crate::console::parts::Confirm;
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfAdministration(staff, province): OfAdministration,
    Path(id): Path<String>,
) -> Response {
    let case = match decide::open(&app, &staff, province, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    let shell = Shell::new(&app, &staff, "adm-approve-title");
    let t = shell.t;
    let name = detail::heading(t, &case);
    let mut lines = vec![name, t.get("adm-approve-body")];
    if let Some(round) = case.view.body.rounds.last() {
        lines.extend(names::warnings(t, &round.warnings));
    }
    let fields = Carried::of(&app, &case).fields().map(|(name, value)| (name.to_owned(), value)).to_vec();
    let confirm = Confirm {
        path: case.path("/approve"),
        csrf: staff.csrf.clone(),
        lines,
        fields,
        button: t.get("adm-approve-button"),
        danger: false,
        back: (case.path(""), t.get("adm-back")),
    };
    Blocks::new(shell).part(&confirm).respond()
}

pub(super) async fn act(
    State(app): State<Arc<App>>,
    OfAdministration(staff, province): OfAdministration,
    Path(id): Path<String>,
    carried: Result<Form<Carried>, FormRejection>,
) -> Response {
    let filing = match Case::of(&app, &id, province).await {
        Ok(case) => case.view.filing.id,
        Err(problem) => return problem.into_response(),
    };
    let Ok(Form(carried)) = carried else { return Problem::Unreadable.into_response() };
    let reviewer = staff.name.as_str().to_owned();
    let action = Action::Approve { province, reviewer, filing, expected: carried.expected() };
    let asked = Asked {
        app: &app,
        staff: &staff,
        province,
        carried: &carried,
        route: "console approve",
        body: "",
        done: "adm-approved-flash",
    };
    asked.carry_out(filing, action).await
}
