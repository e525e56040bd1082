//! `/console/provider/filings/{filing}`: one filing with its steps, its people, what can be done and what has happened.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::event::{Event, EventKind};
use heyan_domain::filing::initial_review::InitialReviewRule;
use heyan_domain::filing::{FilingState, ReturnReason};
use heyan_store::views::FilingView;

use super::INITIAL_REVIEW;
use super::deed::Deed;
use super::form::reasons;
use super::initial_review::standing;
use super::links::Links;
use super::{own, remedies, terms, timeline, verifiers};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Alert, Cell, Facts, Heading, Lines, Step, StepState, Steps, Tone};
use crate::console::{Blocks, Shell};
use crate::texts::Texts;

/// How the first two steps stand before a report.
fn before_report(view: &FilingView, rule: InitialReviewRule) -> (usize, StepState) {
    let passed = view.initial_review.as_ref().is_some_and(|review| review.passed.is_some());
    let sent_back = view.body.sent_back.is_some();
    match view.filing.state {
        FilingState::InitialReview => (usize::from(passed), StepState::Current),
        _ if sent_back => (0, StepState::Failed),
        _ => (usize::from(rule == InitialReviewRule::Skipped), StepState::Current),
    }
}

/// How far each of the five steps has come: the one the filing is at, and whether it goes on.
fn here(view: &FilingView, rule: InitialReviewRule) -> (usize, StepState) {
    let reported = view.filing.round_no > 0;
    match &view.filing.state {
        FilingState::Draft | FilingState::InitialReview => before_report(view, rule),
        FilingState::Returned { .. } if view.body.sent_back.is_some() => before_report(view, rule),
        FilingState::Verifying(None) => (2, StepState::Current),
        FilingState::Verifying(Some(_)) | FilingState::Returned { .. } => (2, StepState::Failed),
        FilingState::InReview { .. } => (3, StepState::Current),
        FilingState::Rejected { .. } => (3, StepState::Failed),
        FilingState::Approved { .. } => (4, StepState::Done),
        FilingState::Withdrawn { .. } => (if reported { 2 } else { 0 }, StepState::Failed),
    }
}

/// When what stands now, or was reported last, has passed 初审; nothing if it was reported without.
fn passed_at(events: &[Event]) -> Option<Timestamp> {
    let mut passed = None;
    let mut reported = None;
    for event in events {
        if event.kind == EventKind::InitialReviewPassed {
            passed = Some(event.at);
        } else if matches!(event.kind, EventKind::InitialReviewSentBack | EventKind::FilingCorrected) {
            passed = None;
        } else if event.kind == EventKind::FilingReported {
            reported = Some(passed.take());
        }
    }
    passed.or(reported.flatten())
}

fn since(state: &FilingState) -> Option<Timestamp> {
    match state {
        FilingState::InReview { at }
        | FilingState::Approved { at }
        | FilingState::Rejected { at }
        | FilingState::Withdrawn { at }
        | FilingState::Returned { at, .. } => Some(*at),
        FilingState::Draft | FilingState::InitialReview | FilingState::Verifying(_) => None,
    }
}

fn steps(t: &Texts, view: &FilingView, events: &[Event], rule: InitialReviewRule) -> Steps {
    let filing = &view.filing;
    let (at, how) = here(view, rule);
    let passed = passed_at(events);
    let names = ["initial-review", "report", "verification", "review", "end"];
    let step = |(no, name): (usize, &str)| {
        let state = match no.cmp(&at) {
            // Whoever reviews in a system of the own has no 初审 here.
            std::cmp::Ordering::Less if no == 0 && passed.is_none() => StepState::Waiting,
            std::cmp::Ordering::Less => StepState::Done,
            std::cmp::Ordering::Equal => how,
            std::cmp::Ordering::Greater => StepState::Waiting,
        };
        let word = match state {
            StepState::Done => "done",
            StepState::Current => "current",
            StepState::Failed => "failed",
            StepState::Waiting if no < at => "skipped",
            StepState::Waiting => "waiting",
        };
        let when = match (no, state) {
            (0, StepState::Done) => passed,
            (0, StepState::Current) => view.initial_review.as_ref().map(|review| review.submitted_at),
            (0, StepState::Failed) => {
                view.body.sent_back.as_ref().map(|sent| sent.at).or(since(&filing.state))
            }
            (1, StepState::Done) => filing.reported_at,
            (_, StepState::Current | StepState::Failed) | (4, StepState::Done) => since(&filing.state),
            (_, StepState::Done | StepState::Waiting) => None,
        };
        let detail = when.map(|at| t.date_time(at)).unwrap_or_default();
        Step { title: terms::word(t, "step", name), detail, state: (state, terms::word(t, "step", word)) }
    };
    Steps { steps: names.into_iter().enumerate().map(step).collect() }
}

fn facts(t: &Texts, view: &FilingView, now: Timestamp) -> Facts {
    let (filing, draft) = (&view.filing, &view.body.draft);
    let mut facts = Facts::new()
        .cell(t.get("provider-state"), terms::state(t, &filing.state))
        .text(t.get("provider-subject"), terms::subject(view))
        .text(t.get("provider-kind"), terms::kind(t, filing.kind))
        .text(t.get("provider-province"), terms::province(t, filing.province))
        .text(t.get("provider-id"), filing.id.to_string())
        .text(t.get("provider-created-at"), t.date_time(filing.created_at));
    if let Some(due) = filing.report_due {
        facts = facts.cell(t.get("provider-report-due"), terms::report_due(t, now, due));
    }
    if let Some(review) = &view.initial_review {
        let path = format!("{INITIAL_REVIEW}/{}", filing.id);
        facts = facts.cell(t.get("initial-review-page"), Cell::link(path, standing(t, review, now)));
    }
    let optional = [
        ("provider-own-number", filing.order_no.clone()),
        ("provider-entity-no", draft.reference.entity_no.as_ref().map(ToString::to_string)),
        ("provider-service-no", draft.reference.service_no.as_ref().map(ToString::to_string)),
        ("provider-remark", draft.remark.clone()),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            facts = facts.text(t.get(key), value);
        }
    }
    if let Some(numbers) = &view.body.numbers {
        facts = facts.text(t.get("provider-given-entity-no"), numbers.entity_no.to_string());
        let services: Vec<String> = numbers.service_nos.iter().map(ToString::to_string).collect();
        if !services.is_empty() {
            facts = facts.text(t.get("provider-given-service-nos"), services.join(" "));
        }
    }
    facts
}

/// Why 初审 has sent it back.
fn sent_back(t: &'static Texts, view: &FilingView) -> Option<Alert> {
    let sent_back = view.body.sent_back.as_ref()?;
    let at = t.date_time(sent_back.at);
    let values = [("who", sent_back.by.name.as_str()), ("at", at.as_str())];
    let alert = Alert::new(Tone::Warning, t.with("initial-sent-back-by", &values));
    let reasons = reasons(t, &view.body.draft, sent_back);
    Some(reasons.into_iter().fold(alert, |alert, (_, text)| alert.more(text)))
}

/// Why it came back, or will.
fn news(t: &Texts, view: &FilingView) -> Option<Alert> {
    if let FilingState::Verifying(Some(failure)) = &view.filing.state {
        let (reason, at) = (terms::reason(t, failure.reason), t.date_time(failure.return_at));
        let text = t.with("provider-will-return", &[("reason", &reason), ("at", &at)]);
        return Some(Alert::new(Tone::Warning, text));
    }
    let (reason, at) = view.filing.state.returned()?;
    let (why, at) = (terms::reason(t, reason), t.date_time(at));
    let alert = Alert::new(Tone::Warning, t.with("provider-came-back", &[("reason", &why), ("at", &at)]));
    let said = view.body.rejection.clone().filter(|_| reason == ReturnReason::Rejected);
    Some(match said {
        Some(said) => alert.more(t.one("provider-said", "text", said)),
        None => alert,
    })
}

/// Whose numbers are not theirs, by their owners' own word (PRO-07), while it can still be mended.
fn not_theirs(t: &Texts, view: &FilingView) -> Option<Alert> {
    let can_be_mended = match view.filing.state {
        FilingState::Verifying(_) | FilingState::Returned { .. } => true,
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::InReview { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => false,
    };
    let round = view.body.rounds.last();
    let said = view.current().filter(|one| one.disowned && can_be_mended);
    let people: Vec<String> = said.map(|one| verifiers::person(t, round, one)).collect();
    let text = t.one("provider-not-mine-alert", "people", people.join(&t.get("provider-and")));
    let alert = Alert::new(Tone::Warning, text).more(t.get("provider-not-mine-remedy"));
    (!people.is_empty()).then_some(alert)
}

fn actions(t: &Texts, view: &FilingView, rule: InitialReviewRule) -> Links {
    let path = terms::path(view);
    let mut links = Links::default();
    for deed in Deed::ALL.iter().filter(|deed| deed.fits(view, rule)) {
        let name = deed.as_str();
        links = match deed {
            Deed::Submit | Deed::Report => {
                links.main(format!("{path}/act/{name}"), terms::word(t, "deed", name))
            }
            Deed::Reverify | Deed::Withdraw => {
                links.link(format!("{path}/act/{name}"), terms::word(t, "deed", name))
            }
        };
    }
    if super::form::can_correct(&view.filing.state) {
        links = links.link(format!("{path}/correct"), t.get("provider-correct"));
    }
    if view.body.erased_at.is_none() {
        links = links.link(format!("/console/unmask/{}", view.filing.id), t.get("unmask-link"));
    }
    links
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let (view, events) = match own::filing_with_events(&app, &provider, &id).await {
        Ok(found) => found,
        Err(problem) => return problem.into_response(),
    };
    let initial = match own::initial_review_rule(&app, &provider).await {
        Ok(rule) => rule,
        Err(problem) => return problem.into_response(),
    };
    let number = terms::number(&view);
    let t = crate::console::texts(staff.visitor.language);
    let shell = Shell::with_heading(&app, &staff, t.one("provider-filing-title", "number", number));
    let now = shell.now;
    let rule = view.filing.ruleset.and_then(|number| app.rules.pinned(number));
    let mut page = Blocks::new(shell).part(&steps(t, &view, &events, initial));
    for alert in [sent_back(t, &view), news(t, &view)].into_iter().flatten() {
        page = page.part(&alert);
    }
    if let Some(alert) = not_theirs(t, &view) {
        page = page.part(&alert);
    }
    if view.body.erased_at.is_some() {
        page = page.part(&Alert::new(Tone::Info, t.get("privacy-erased-note")));
    }
    page = page.part(&facts(t, &view, now)).part(&actions(t, &view, initial));
    let ways = remedies::ways(&app, &staff, t, &view, initial);
    if !ways.is_empty() {
        let ways = remedies::Ways { recorded: t.get("provider-recorded-phone"), ways };
        page = page.part(&Heading { text: t.get("provider-remedies") }).part(&ways);
    }
    if view.filing.round_no > 0 {
        page = page.part(&Heading { text: t.one("provider-verifiers", "no", view.filing.round_no) });
        let cards = verifiers::cards(t, &view, rule.as_deref(), now);
        if cards.is_empty() {
            page = page.part(&Lines { lines: vec![t.get("provider-nobody-asked")] });
        }
        for (person, facts) in cards {
            page = page.part(&Subheading { text: person }).part(&facts);
        }
    }
    page.part(&Heading { text: t.get("provider-timeline") })
        .part(&timeline::table(t, "provider-timeline", events.iter(), &view.body.rounds))
        .respond()
}

/// The name over a card.
#[derive(askama::Template)]
#[template(source = "<h3>{{ text }}</h3>", ext = "html")]
struct Subheading {
    text: String,
}
