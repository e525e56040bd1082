//! `/console/operator/keys`: the master keys, and the one in the key file that waits for two operators (SEC-14).

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::audit::Reason;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::proposals::{
    KeyChange, Payload, Proposal, ProposalAction, ProposalAnswer, ProposalKind, Stage,
};
use serde::Deserialize;

use super::{may_change, proposals, read_only};
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::parts::{Alert, Cards, Facts, Field, FormPart, Heading, Lines, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OPERATOR, OVERSEERS, Route, action, page};
use crate::texts::Texts;

const PATH: &str = "/console/operator/keys";
const ROWS: u8 = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page(PATH, OVERSEERS, show).in_menu("menu-keys"),
        action("/console/operator/keys/propose", OPERATOR, propose),
    ]
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    answer(&app, &staff, "", false).await
}

/// The proposal about a key that nobody has settled yet.
async fn proposed(app: &App, change: &KeyChange) -> Result<Option<Proposal>, Problem> {
    let open = app.readers.read(|reader| reader.open_proposals(ProposalKind::ChangeKeys)).await;
    let now = app.clock.now();
    let about = |one: &Proposal| {
        one.payload == Payload::ChangeKeys(change.clone())
            && matches!(one.stage(now), Stage::Waiting | Stage::Approved)
    };
    Ok(open.map_err(|_| Problem::System)?.into_iter().find(about))
}

fn facts(t: &Texts, app: &App) -> Facts {
    let keys = app.ring.current();
    let all: Vec<String> = keys.check_values().iter().map(|(key, _)| key.0.to_string()).collect();
    Facts::new()
        .text(t.get("health-key-active"), keys.active().0.to_string())
        .text(t.get("keys-in-use"), all.join(", "))
}

/// The page, with the reason as it was typed.
async fn answer(app: &App, staff: &Staff, typed: &str, wrong: bool) -> Response {
    let waiting = app.ring.rotation.waiting();
    let found = match &waiting {
        Some(change) => proposed(app, change).await,
        None => Ok(None),
    };
    let found = match found {
        Ok(found) => found,
        Err(problem) => return problem.into_response(),
    };
    let shell = Shell::new(app, staff, "keys-title").with_error(wrong);
    let t = shell.t;
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let blocks = Blocks::new(shell).intro("keys-intro").part(&facts(t, app));
    let Some(change) = waiting else {
        let key = if app.sandbox.is_some() { "keys-sandbox" } else { "keys-none-waits" };
        return blocks.part(&Lines { lines: vec![t.get(key)] }).respond_with(status);
    };
    let blocks = blocks
        .part(&Heading { text: t.get("keys-waiting") })
        .part(&Alert::new(Tone::Warning, t.one("keys-waits", "key", change.key.0)))
        .part(
            &Facts::new()
                .text(t.get("proposals-key"), change.key.0.to_string())
                .text(t.get("proposals-key-check"), change.check.as_str()),
        );
    let blocks = match found {
        Some(proposal) => {
            let path = proposals::path(proposal.id);
            blocks.part(&Cards::new().link(path, t.get("keys-proposed")))
        }
        None if may_change(staff) => blocks.part(&form(t, staff, &change, typed, wrong)),
        None => blocks.part(&read_only(t)),
    };
    blocks.respond_with(status)
}

fn form(t: &Texts, staff: &Staff, change: &KeyChange, typed: &str, wrong: bool) -> FormPart {
    let reason = Field::area("reason", t.get("proposals-reason"), typed, ROWS)
        .hint(t.get("proposals-reason-hint"))
        .error(wrong.then(|| t.get("proposals-reason-wrong")));
    FormPart::new(format!("{PATH}/propose"), &staff.csrf, t.get("keys-propose"))
        .heading(t.get("keys-propose"))
        .summary(t.get("form-problems"))
        .field(Field::hidden("check", &change.check))
        .field(reason)
}

#[derive(Deserialize)]
struct Typed {
    /// The key that was shown: another one may be waiting by now.
    check: String,
    reason: String,
}

async fn propose(
    State(app): State<Arc<App>>,
    staff: Staff,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let Some(change) = app.ring.rotation.waiting().filter(|change| change.check == typed.check) else {
        return Problem::Changed.into_response();
    };
    let Some(reason) = Reason::parse(&typed.reason) else {
        return answer(&app, &staff, &typed.reason, true).await;
    };
    let payload = Payload::ChangeKeys(change);
    let wanted = ProposalAction::Propose { by: staff.account, payload, reason };
    match app.engine.execute(Action::Proposal(Box::new(wanted))).await {
        Ok(Outcome::Proposal(ProposalAnswer::Done(id))) => {
            Flash::success("versions-proposed-done").see_other(&app, &proposals::path(id))
        }
        Ok(Outcome::Proposal(ProposalAnswer::NotOperator)) => Problem::Forbidden.into_response(),
        Ok(Outcome::Proposal(ProposalAnswer::Obstacle(_))) => Problem::Changed.into_response(),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
