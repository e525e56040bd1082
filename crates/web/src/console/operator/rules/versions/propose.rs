//! Proposing to activate a version: from when on, and why.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::audit::Reason;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::proposals::{Obstacle, Payload, ProposalAction, ProposalAnswer};
use heyan_domain::rules::Version;
use heyan_domain::rules::activation::RuleActivation;
use jiff::civil;
use serde::Deserialize;

use super::{defect, find, path, show};
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::operator::proposals;
use crate::console::parts::{Alert, Cards, Field, FormPart, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OPERATOR, Route, action};
use crate::texts::Texts;

const ROWS: u8 = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![action("/console/operator/rules/versions/{id}/propose", OPERATOR, propose)]
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    start: String,
    reason: String,
}

/// Which field is wrong, and the words for it.
pub(super) type Wrong = (&'static str, &'static str);

pub(super) fn form(
    t: &Texts,
    staff: &Staff,
    version: &Version,
    typed: &Typed,
    wrong: Option<Wrong>,
) -> FormPart {
    let error = |name: &str| wrong.filter(|(field, _)| *field == name).map(|(_, key)| t.get(key));
    let button = t.get("versions-propose");
    FormPart::new(format!("{}/propose", path(version.id)), &staff.csrf, button.clone())
        .heading(button)
        .summary(t.get("form-problems"))
        .field(
            Field::date_time("start", t.get("versions-start"), &typed.start)
                .hint(t.get("versions-start-hint"))
                .error(error("start")),
        )
        .field(
            Field::area("reason", t.get("proposals-reason"), &typed.reason, ROWS)
                .hint(t.get("proposals-reason-hint"))
                .error(error("reason")),
        )
}

/// The start in Beijing; `None` for at once.
fn start(typed: &str) -> Result<Option<Timestamp>, Wrong> {
    let wrong = ("start", "versions-start-wrong");
    let text = typed.trim().replace(' ', "T");
    if text.is_empty() {
        return Ok(None);
    }
    let at: civil::DateTime = text.parse().map_err(|_| wrong)?;
    Timestamp::from_beijing(at).map(Some).ok_or(wrong)
}

async fn propose(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let version = match find(&app, &id).await {
        Ok(version) => version,
        Err(problem) => return problem.into_response(),
    };
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let start = match start(&typed.start) {
        Ok(start) => start,
        Err(wrong) => return show::answer(&app, &staff, &version, &typed, Some(wrong)).await,
    };
    let Some(reason) = Reason::parse(&typed.reason) else {
        let wrong = ("reason", "proposals-reason-wrong");
        return show::answer(&app, &staff, &version, &typed, Some(wrong)).await;
    };
    let wanted = RuleActivation { version: version.id, set: version.set.clone(), start };
    let payload = Payload::ActivateRules(wanted);
    let wanted = ProposalAction::Propose { by: staff.account, payload, reason };
    match app.engine.execute(Action::Proposal(Box::new(wanted))).await {
        Ok(Outcome::Proposal(ProposalAnswer::Done(id))) => {
            Flash::success("versions-proposed-done").see_other(&app, &proposals::path(id))
        }
        Ok(Outcome::Proposal(ProposalAnswer::NotOperator)) => Problem::Forbidden.into_response(),
        Ok(Outcome::Proposal(ProposalAnswer::Obstacle(Obstacle::StartOver))) => {
            let wrong = ("start", "versions-start-over");
            show::answer(&app, &staff, &version, &typed, Some(wrong)).await
        }
        Ok(Outcome::Proposal(ProposalAnswer::Obstacle(Obstacle::Rules(defects)))) => {
            let shell = Shell::new(&app, &staff, "versions-propose").with_error(true);
            let t = shell.t;
            let alert = Alert::new(Tone::Error, t.get("versions-does-not-fit"));
            let alert = defects.iter().fold(alert, |alert, one| alert.more(defect(t, one)));
            Blocks::new(shell)
                .part(&alert)
                .part(&Cards::new().link(path(version.id), t.get("proposals-back")))
                .respond_with(StatusCode::CONFLICT)
        }
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_a_time_in_beijing_or_none() {
        let nine = Timestamp::parse_rfc3339("2026-03-02T09:00:00+08:00");
        assert_eq!(start("2026-03-02T09:00"), Ok(nine));
        assert_eq!(start(" 2026-03-02 09:00 "), Ok(nine));
        assert_eq!(start(""), Ok(None));
        assert!(start("tomorrow").is_err());
    }
}
