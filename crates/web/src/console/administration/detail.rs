//! `/console/administration/filings/{filing}`: a filing with everything that a decision needs.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::filing::FilingState;
use heyan_domain::review::Review;

use super::case::Case;
use super::names::{term, warnings};
use super::{evidence, filed, timeline};
use crate::app::App;
use crate::auth::{OfAdministration, Staff};
use crate::console::parts::{Alert, Cards, Cell, Facts, Heading, Tone};
use crate::console::shell::{Blocks, Shell};
use crate::texts::Texts;

/// What can be done with the filing now.
#[derive(Template)]
#[template(path = "console/administration/actions.html")]
struct Actions {
    heading: String,
    text: String,
    csrf: String,
    approve: Option<(String, String)>,
    reject: Option<(String, String)>,
    claim: Option<(String, String)>,
}

impl Actions {
    fn of(t: &Texts, case: &Case, review: &Review, staff: &Staff, now: Timestamp) -> Self {
        let free = case.held_by_another(staff, now).is_none();
        let own = review.held(now).filter(|_| free);
        let way = |below, key| free.then(|| (case.path(below), t.get(key)));
        let text = match (case.held_by_another(staff, now), own) {
            (Some((who, until)), _) => {
                t.with("adm-held-by", &[("who", who), ("until", &t.time_from(now, until))])
            }
            (None, Some(claim)) => t.one("adm-held-by-you", "until", t.time_from(now, claim.until)),
            (None, None) => t.get("adm-held-by-nobody"),
        };
        Self {
            heading: t.get("adm-decide-title"),
            text,
            csrf: staff.csrf.clone(),
            approve: way("/approve", "adm-approve"),
            reject: way("/reject", "adm-reject"),
            claim: way("/claim", if own.is_some() { "adm-claim-again" } else { "adm-claim" }),
        }
    }
}

/// Whether the time of a filing in the queue is over, as a coloured word.
pub(super) fn due_tag(t: &Texts, review: &Review, now: Timestamp) -> Cell {
    if review.is_overdue(now) {
        Cell::tag(Tone::Error, t.get("adm-overdue"))
    } else {
        Cell::tag(Tone::Success, t.get("adm-in-time"))
    }
}

/// The day by which it is due, and whether that day may still move.
pub(super) fn due_lines(t: &Texts, review: &Review) -> Vec<String> {
    let provisional = review.due_provisional.then(|| t.get("adm-due-provisional"));
    [Some(t.date(review.due_at)), provisional].into_iter().flatten().collect()
}

const fn tone(state: &FilingState) -> Tone {
    match state {
        FilingState::Approved { .. } => Tone::Success,
        FilingState::Rejected { .. } => Tone::Error,
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::InReview { .. }
        | FilingState::Returned { .. }
        | FilingState::Withdrawn { .. } => Tone::Info,
    }
}

/// The filing in a few words.
pub(super) fn summary(t: &Texts, case: &Case, now: Timestamp) -> Facts {
    let (filing, body) = (&case.view.filing, &case.view.body);
    let state = Cell::tag(tone(&filing.state), term(t, "state", filing.state.as_str()));
    let mut facts = Facts::new()
        .cell(t.get("adm-state"), state)
        .text(t.get("adm-kind"), t.kind(filing.kind))
        .text(t.get("adm-provider"), filing.provider.as_str())
        .text(t.get("adm-filing-id"), filing.id.to_string());
    if let Some(order_no) = &filing.order_no {
        facts = facts.text(t.get("adm-order-no"), order_no.as_str());
    }
    if filing.kind.is_cancellation() {
        let initiator = term(t, "initiator", body.draft.initiator.as_str());
        facts = facts.text(t.get("adm-initiator"), initiator);
    }
    if let Some(review) = case.waiting() {
        facts = facts
            .text(t.get("adm-arrived"), t.date_time(review.arrived_at))
            .cell(t.get("adm-due"), Cell::lines(due_lines(t, review)))
            .cell(t.get("adm-time-limit"), due_tag(t, review, now));
    }
    if let Some(decided) = &case.decided {
        facts = facts
            .text(t.get("adm-decided-at"), t.date_time(decided.at))
            .text(t.get("adm-decided-by"), case.reviewers.name(&decided.reviewer))
            .text(t.get("adm-working-days"), decided.working_days.to_string());
    }
    if let Some(numbers) = &body.numbers {
        let services = numbers.service_nos.iter().map(ToString::to_string).collect();
        facts = facts
            .text(t.get("adm-entity-no"), numbers.entity_no.to_string())
            .cell(t.get("adm-service-nos"), Cell::lines(services));
    }
    if let Some(reason) = &body.rejection {
        facts = facts.text(t.get("adm-rejection"), reason.as_str());
    }
    facts
}

/// The heading of pages about one filing.
pub(super) fn heading(t: &Texts, case: &Case) -> String {
    let kind = t.kind(case.view.filing.kind);
    match case.organiser() {
        Some(name) => t.with("adm-filing-title", &[("name", name), ("kind", &kind)]),
        None => kind,
    }
}

/// The page, with what has just gone wrong on top.
pub(super) fn page(
    app: &App,
    staff: &Staff,
    case: &Case,
    wrong: Option<String>,
    status: StatusCode,
) -> Response {
    let t = crate::console::texts(staff.visitor.language);
    let now = app.clock.now();
    let shell = Shell::with_heading(app, staff, heading(t, case)).with_error(wrong.is_some());
    let mut blocks = Blocks::new(shell);
    if let Some(wrong) = wrong {
        blocks = blocks.part(&Alert::new(Tone::Error, wrong));
    }
    let round = case.view.body.rounds.last();
    for warning in round.into_iter().flat_map(|round| warnings(t, &round.warnings)) {
        blocks = blocks.part(&Alert::new(Tone::Warning, warning));
    }
    blocks = blocks.part(&summary(t, case, now));
    if let Some(review) = case.waiting() {
        blocks = blocks.part(&Actions::of(t, case, review, staff, now));
    }
    blocks = filed::show(blocks, case);
    blocks = if case.view.body.erased_at.is_some() {
        blocks.part(&Alert::new(Tone::Info, t.get("privacy-erased-note")))
    } else {
        let path = format!("/console/unmask/{}", case.view.filing.id);
        blocks.part(&Cards::new().link(path, t.get("unmask-link")))
    };
    blocks = evidence::show(blocks, app, case);
    let title = t.get("adm-timeline-title");
    blocks
        .part(&Heading { text: title.clone() })
        .part(&timeline::table(t, title, case.events.iter()))
        .respond_with(status)
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfAdministration(staff, province): OfAdministration,
    Path(id): Path<String>,
) -> Response {
    match Case::of(&app, &id, province).await {
        Ok(case) => page(&app, &staff, &case, None, StatusCode::OK),
        Err(problem) => problem.into_response(),
    }
}
