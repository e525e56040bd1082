//! Approving, refusing and taking back, each after one more look.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::audit::Reason;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::proposals::{Proposal, ProposalAction, ProposalAnswer, Stage};
use serde::Deserialize;

use super::{changed, find, kinds, path};
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::parts::{Alert, Cards, Confirm, Field, FormPart, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OPERATOR, Route, action, page};
use crate::texts::Texts;

const ROWS: u8 = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/operator/proposals/{id}/{deed}", OPERATOR, ask),
        action("/console/operator/proposals/{id}/{deed}", OPERATOR, act),
    ]
}

/// What can be done to a proposal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Approve,
    Refuse,
    Withdraw,
}

impl Deed {
    fn parse(text: &str) -> Option<Self> {
        [Self::Approve, Self::Refuse, Self::Withdraw].into_iter().find(|deed| deed.as_str() == text)
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::Withdraw => "withdraw",
        }
    }

    fn word(self, t: &Texts) -> String {
        match self {
            Self::Approve => t.get("proposals-approve"),
            Self::Refuse => t.get("proposals-refuse"),
            Self::Withdraw => t.get("proposals-withdraw"),
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Approve => "proposals-approve-done",
            Self::Refuse => "proposals-refuse-done",
            Self::Withdraw => "proposals-withdraw-done",
        }
    }
}

/// Why nothing can be asked of it now, if so.
fn barred(app: &App, staff: &Staff, proposal: &Proposal, deed: Deed) -> Option<Response> {
    let now = app.clock.now();
    let fits = match deed {
        Deed::Approve | Deed::Refuse => proposal.decidable_by(staff.account, now),
        Deed::Withdraw => proposal.withdrawable_by(staff.account, now),
    };
    if fits {
        None
    } else if proposal.stage(now) == Stage::Waiting {
        Some(other_person(app, staff, proposal))
    } else {
        Some(changed::page(app, staff, proposal))
    }
}

/// 403: it takes another person.
fn other_person(app: &App, staff: &Staff, proposal: &Proposal) -> Response {
    let t = crate::console::texts(staff.visitor.language);
    let shell = Shell::with_heading(app, staff, kinds::title(t, &proposal.payload)).with_error(true);
    Blocks::new(shell)
        .part(&Alert::new(Tone::Error, t.get("proposals-other-person")))
        .part(&Cards::new().link(path(proposal.id), t.get("proposals-open-again")))
        .respond_with(StatusCode::FORBIDDEN)
}

async fn ask(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path((id, deed)): Path<(String, String)>,
) -> Response {
    let Some(deed) = Deed::parse(&deed) else { return Problem::NotFound.into_response() };
    let proposal = match find(&app, &id).await {
        Ok(proposal) => proposal,
        Err(problem) => return problem.into_response(),
    };
    if let Some(answer) = barred(&app, &staff, &proposal, deed) {
        return answer;
    }
    match deed {
        Deed::Refuse => refusal(&app, &staff, &proposal, proposal.version, "", false),
        Deed::Approve | Deed::Withdraw => confirm(&app, &staff, &proposal, deed),
    }
}

fn confirm(app: &App, staff: &Staff, proposal: &Proposal, deed: Deed) -> Response {
    let t = crate::console::texts(staff.visitor.language);
    let shell = Shell::with_heading(app, staff, deed.word(t));
    let (title, reason) = (kinds::title(t, &proposal.payload), proposal.reason.as_str());
    let said = [("who", proposal.proposed.by.name.as_str()), ("reason", reason)];
    let follows = match deed {
        Deed::Approve => kinds::follows(t, &proposal.payload),
        Deed::Refuse | Deed::Withdraw => t.get("proposals-withdraw-follows"),
    };
    let part = Confirm {
        path: format!("{}/{}", path(proposal.id), deed.as_str()),
        csrf: staff.csrf.clone(),
        lines: vec![title, t.with("proposals-said", &said), follows],
        fields: vec![("version".to_owned(), proposal.version.to_string())],
        button: deed.word(t),
        danger: deed == Deed::Withdraw,
        back: (path(proposal.id), t.get("proposals-back")),
    };
    Blocks::new(shell).part(&part).respond()
}

fn refusal(
    app: &App,
    staff: &Staff,
    proposal: &Proposal,
    version: u32,
    typed: &str,
    wrong: bool,
) -> Response {
    let t = crate::console::texts(staff.visitor.language);
    let shell = Shell::with_heading(app, staff, Deed::Refuse.word(t)).with_error(wrong);
    let reason = Field::area("reason", t.get("proposals-refusal"), typed, ROWS)
        .hint(t.get("proposals-reason-hint"))
        .error(wrong.then(|| t.get("proposals-reason-wrong")));
    let part = FormPart::new(format!("{}/refuse", path(proposal.id)), &staff.csrf, Deed::Refuse.word(t))
        .heading(kinds::title(t, &proposal.payload))
        .summary(t.get("form-problems"))
        .field(Field::hidden("version", &version.to_string()))
        .field(reason)
        .back(path(proposal.id), t.get("proposals-back"));
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Blocks::new(shell).part(&part).respond_with(status)
}

#[derive(Deserialize)]
struct Typed {
    version: u32,
    #[serde(default)]
    reason: String,
}

async fn act(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path((id, deed)): Path<(String, String)>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Some(deed) = Deed::parse(&deed) else { return Problem::NotFound.into_response() };
    let proposal = match find(&app, &id).await {
        Ok(proposal) => proposal,
        Err(problem) => return problem.into_response(),
    };
    let Ok(Form(Typed { version, reason: typed })) = typed else {
        return Problem::Unreadable.into_response();
    };
    let (by, id) = (staff.account, proposal.id);
    let wanted = match deed {
        Deed::Approve => ProposalAction::Approve { by, proposal: id, version },
        Deed::Withdraw => ProposalAction::Withdraw { by, proposal: id, version },
        Deed::Refuse => match Reason::parse(&typed) {
            Some(reason) => ProposalAction::Refuse { by, proposal: id, version, reason },
            None => return refusal(&app, &staff, &proposal, version, &typed, true),
        },
    };
    match app.engine.execute(Action::Proposal(Box::new(wanted))).await {
        Ok(Outcome::Proposal(answer)) => answered(&app, &staff, &proposal, deed, answer),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}

fn answered(app: &App, staff: &Staff, proposal: &Proposal, deed: Deed, answer: ProposalAnswer) -> Response {
    match answer {
        ProposalAnswer::Done(id) => Flash::success(deed.done()).see_other(app, &path(id)),
        ProposalAnswer::NotFound => Problem::NotFound.into_response(),
        ProposalAnswer::NotOperator => Problem::Forbidden.into_response(),
        ProposalAnswer::OtherPerson => other_person(app, staff, proposal),
        ProposalAnswer::Changed | ProposalAnswer::Stage(_) => changed::page(app, staff, proposal),
        ProposalAnswer::Obstacle(obstacle) => {
            let t = crate::console::texts(staff.visitor.language);
            let shell = Shell::with_heading(app, staff, deed.word(t)).with_error(true);
            let alert = Alert::new(Tone::Error, t.get("proposals-obstacle"));
            let alert = kinds::obstacle(t, &obstacle).into_iter().fold(alert, Alert::more);
            Blocks::new(shell)
                .part(&alert)
                .part(&Cards::new().link(path(proposal.id), t.get("proposals-open-again")))
                .respond_with(StatusCode::CONFLICT)
        }
    }
}
