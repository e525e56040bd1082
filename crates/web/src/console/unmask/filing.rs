//! One filing, masked: asking to see it, and deciding over what others have asked.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::audit::Reason;
use heyan_domain::audit::unmask::{Standing, UnmaskAction, UnmaskAnswer, Unmasking};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::{AccountId, FilingId};
use heyan_store::views::FilingView;
use serde::Deserialize;

use super::{ASKERS, PATH, can_decide, is_shown, may_see, person, standing};
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::parts::{Alert, Cell, Confirm, Facts, Field, FormPart, Heading, Lines, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell, role_name};
use crate::texts::Texts;

/// Rows of the reason's field.
const ROWS: u8 = 3;

/// A filing and the requests about it that somebody may see.
struct Case {
    view: FilingView,
    requests: Vec<Unmasking>,
}

impl Case {
    async fn of(app: &App, staff: &Staff, id: &str) -> Result<Self, Problem> {
        let id = FilingId::parse(id).ok_or(Problem::NotFound)?;
        let read = app.readers.read(move |reader| {
            let Some(view) = reader.filing_view(id)? else { return Ok(None) };
            Ok(Some(Self { view, requests: reader.unmaskings_of(id)? }))
        });
        let mut case = read.await.map_err(|_| Problem::System)?.ok_or(Problem::NotFound)?;
        if !may_see(staff, &case.view.filing) {
            return Err(Problem::NotFound);
        }
        case.requests.retain(|request| is_shown(staff, request));
        Ok(case)
    }

    fn path(&self, below: &str) -> String {
        format!("{PATH}/{}{below}", self.view.filing.id)
    }

    fn own(&self, staff: &Staff) -> Option<&Unmasking> {
        self.requests.iter().find(|request| request.requester.staff.account == staff.account)
    }
}

/// What is known of a filing without seeing anything in clear.
pub(in crate::console) fn masked(t: &Texts, view: &FilingView) -> Facts {
    let filing = &view.filing;
    let state = t.get(&format!("provider-state-{}", filing.state.as_str().replace('_', "-")));
    let mut facts = Facts::new()
        .text(t.get("unmask-filing"), filing.id.to_string())
        .text(t.get("adm-provider"), filing.provider.as_str())
        .text(t.get("provider-kind"), t.kind(filing.kind))
        .text(t.get("provider-province"), t.province(filing.province))
        .text(t.get("provider-state"), state)
        .text(t.get("provider-created-at"), t.date_time(filing.created_at));
    for (roles, head) in view.body.draft.heads() {
        let phones: Vec<String> = head.phones.iter().map(heyan_domain::terms::Phone::masked).collect();
        let roles: Vec<String> = roles.iter().map(|role| t.role(role)).collect();
        facts = facts.text(roles.join(" "), phones.join(" "));
    }
    match view.body.erased_at {
        Some(at) => facts.text(t.get("privacy-erased-at"), t.date_time(at)),
        None => facts,
    }
}

/// What becomes of the own request, and what can be done now.
fn own_part<'a>(blocks: Blocks<'a>, case: &Case, staff: &Staff, now: Timestamp) -> Blocks<'a> {
    let t = blocks.texts();
    let Some(own) = case.own(staff) else { return blocks };
    let (state, until) = standing(t, own, now);
    let facts = Facts::new()
        .cell(t.get("unmask-standing"), state)
        .text(t.get("unmask-reason"), own.reason.as_str())
        .text(t.get("unmask-asked-at"), t.date_time(own.requested_at));
    let facts = if until.is_empty() { facts } else { facts.text(t.get("unmask-time"), until) };
    let blocks = blocks.part(&Heading { text: t.get("unmask-own") }).part(&facts);
    match own.standing(now) {
        Standing::Open(_) => blocks.part(&Confirm {
            path: case.path("/look"),
            csrf: staff.csrf.clone(),
            lines: vec![t.get("unmask-look-line")],
            fields: Vec::new(),
            button: t.get("unmask-look"),
            danger: false,
            back: (PATH.to_owned(), t.get("operator-back")),
        }),
        Standing::Waiting(_) | Standing::Refused | Standing::Expired | Standing::Used => blocks,
    }
}

/// The two answers, side by side.
#[derive(Template)]
#[template(path = "console/decide.html")]
struct Decide<'d> {
    path: String,
    csrf: &'d str,
    requester: String,
    /// What is sent and what is read; the first is what is most likely wanted.
    decisions: [(&'static str, String); 2],
}

/// What others have asked and this person can decide.
fn others_part<'a>(mut blocks: Blocks<'a>, case: &Case, staff: &Staff, now: Timestamp) -> Blocks<'a> {
    let t = blocks.texts();
    for one in case.requests.iter().filter(|one| can_decide(staff, one, now)) {
        let (_, until) = standing(t, one, now);
        let decide = Decide {
            path: case.path("/decide"),
            csrf: &staff.csrf,
            requester: one.requester.staff.account.to_string(),
            decisions: [("approve", t.get("unmask-approve")), ("refuse", t.get("unmask-refuse"))],
        };
        let who = vec![one.requester.staff.name.clone(), role_name(t, &one.requester.role)];
        let facts = Facts::new()
            .cell(t.get("unmask-requester"), Cell::lines(who))
            .text(t.get("unmask-reason"), one.reason.as_str())
            .text(t.get("unmask-asked-at"), t.date_time(one.requested_at))
            .text(t.get("unmask-time"), until);
        blocks = blocks
            .part(&Heading { text: t.get("unmask-to-decide") })
            .part(&Lines { lines: vec![t.get("unmask-to-decide-line")] })
            .part(&facts)
            .part(&decide);
    }
    blocks
}

/// Whether this person can ask now: not while an own request waits or is open, and not where nothing is left to see.
fn can_ask(case: &Case, staff: &Staff, now: Timestamp) -> bool {
    let own = case.own(staff).map(|own| own.standing(now));
    let busy = matches!(own, Some(Standing::Waiting(_) | Standing::Open(_)));
    ASKERS.may(staff.role.kind()) && !busy && case.view.body.erased_at.is_none()
}

fn page(app: &App, staff: &Staff, case: &Case, typed: &str, wrong: bool) -> Response {
    let shell = Shell::new(app, staff, "unmask-filing-title").with_error(wrong);
    let (t, now) = (shell.t, shell.now);
    let mut blocks = Blocks::new(shell).part(&masked(t, &case.view));
    if case.view.body.erased_at.is_some() {
        blocks = blocks.part(&Alert::new(Tone::Info, t.get("privacy-erased-note")));
    }
    blocks = others_part(own_part(blocks, case, staff, now), case, staff, now);
    if can_ask(case, staff, now) {
        let (min, max) = (Reason::MIN_CHARS.to_string(), Reason::MAX_CHARS.to_string());
        let bounds = [("min", min.as_str()), ("max", max.as_str())];
        let field = Field::area("reason", t.get("unmask-reason"), typed, ROWS)
            .hint(t.with("unmask-reason-hint", &bounds))
            .error(wrong.then(|| t.with("unmask-reason-wrong", &bounds)));
        let form = FormPart::new(case.path("/ask"), &staff.csrf, t.get("unmask-ask"))
            .heading(t.get("unmask-ask"))
            .summary(t.get("form-problems"))
            .field(field)
            .back(PATH, t.get("operator-back"));
        blocks = blocks.part(&form);
    }
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    blocks.respond_with(status)
}

pub(super) async fn show(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Response {
    match Case::of(&app, &staff, &id).await {
        Ok(case) => page(&app, &staff, &case, "", false),
        Err(problem) => problem.into_response(),
    }
}

/// Carries out what was asked; what a button of an old page asks for may no longer be there.
async fn carry_out(app: &App, wanted: UnmaskAction, path: &str) -> Response {
    let flash = match app.engine.execute(Action::Unmask(Box::new(wanted))).await {
        Ok(Outcome::Unmask(answer)) => match answer {
            UnmaskAnswer::Requested(_) => Flash::success("unmask-asked"),
            UnmaskAnswer::Approved(_) => Flash::success("unmask-approved"),
            UnmaskAnswer::Refused => Flash::success("unmask-refused-done"),
            UnmaskAnswer::Open(_) => Flash::success("unmask-open-already"),
            UnmaskAnswer::SamePerson => Flash::error("unmask-same-person"),
            UnmaskAnswer::NotFound | UnmaskAnswer::NotOpen => Flash::error("unmask-gone"),
        },
        Ok(_) | Err(_) => return Problem::System.into_response(),
    };
    flash.see_other(app, path)
}

#[derive(Deserialize)]
pub(super) struct Typed {
    reason: String,
}

pub(super) async fn ask(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let case = match Case::of(&app, &staff, &id).await {
        Ok(case) => case,
        Err(problem) => return problem.into_response(),
    };
    let Some(reason) = Reason::parse(&typed.reason) else {
        return page(&app, &staff, &case, &typed.reason, true);
    };
    let action = UnmaskAction::Request { by: person(&staff), filing: case.view.filing.id, reason };
    carry_out(&app, action, &case.path("")).await
}

/// What the buttons send.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Approve,
    Refuse,
}

#[derive(Deserialize)]
pub(super) struct Decided {
    requester: AccountId,
    decision: Decision,
}

pub(super) async fn decide(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    decided: Result<Form<Decided>, FormRejection>,
) -> Response {
    let Ok(Form(Decided { requester, decision })) = decided else {
        return Problem::Unreadable.into_response();
    };
    let case = match Case::of(&app, &staff, &id).await {
        Ok(case) => case,
        Err(problem) => return problem.into_response(),
    };
    let approve = decision == Decision::Approve;
    let (by, filing) = (person(&staff), case.view.filing.id);
    carry_out(&app, UnmaskAction::Decide { by, filing, requester, approve }, &case.path("")).await
}
