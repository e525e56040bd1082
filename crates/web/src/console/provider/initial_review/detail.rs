//! `/console/provider/initial-review/{filing}`: what was filed, who would have to verify, and what can be decided.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::filing::initial_review::InitialReviewRule;
use heyan_domain::terms::ProviderId;

use super::super::form::{asked, filed, reasons};
use super::super::links::Links;
use super::super::{own, terms, wrong};
use super::INITIAL_REVIEW;
use super::case::{Case, standing};
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::parts::{Alert, Cell, Confirm, Facts, Heading, Tone};
use crate::console::{Blocks, Problem, Shell};
use crate::texts::Texts;

fn facts(t: &Texts, case: &Case, now: Timestamp) -> Facts {
    let (view, review) = (&case.view, &case.review);
    let number = view.filing.order_no.clone().unwrap_or_else(|| view.filing.id.to_string());
    let mut facts = Facts::new()
        .cell(t.get("provider-number"), Cell::link(terms::path(view), number))
        .text(t.get("provider-kind"), terms::kind(t, view.filing.kind))
        .text(t.get("provider-province"), terms::province(t, view.filing.province))
        .text(t.get("initial-submitted-at"), t.date_time(review.submitted_at))
        .text(t.get("initial-submitted-by"), review.submitted_by.name.as_str())
        .text(t.get("initial-lease"), standing(t, review, now));
    if let Some((reason, at)) = review.returned {
        let (why, at) = (terms::reason(t, reason), t.date_time(at));
        let was = t.with("provider-came-back", &[("reason", &why), ("at", &at)]);
        facts = facts.text(t.get("initial-was-returned"), was);
    }
    if let Some(due) = view.filing.report_due {
        facts = facts.cell(t.get("provider-report-due"), terms::report_due(t, now, due));
    }
    facts
}

/// Whether the one who looks has written or submitted it, where that keeps them from passing it.
fn is_own(case: &Case, staff: &Staff, rule: InitialReviewRule) -> bool {
    let written = case.view.body.written_by == Some(staff.account);
    rule == InitialReviewRule::SecondPerson && (written || case.review.submitted_by.account == staff.account)
}

/// Taking it, and what can be decided by whoever may.
fn actions<'b>(
    mut blocks: Blocks<'b>,
    case: &Case,
    staff: &Staff,
    rule: InitialReviewRule,
    now: Timestamp,
) -> Blocks<'b> {
    let t = blocks.texts();
    let held = case.review.held(now);
    let send_back = |links: Links| links.link(case.path("/send-back"), t.get("initial-send-back"));
    if case.review.passed.is_some() {
        let report = format!("{}/act/report", terms::path(&case.view));
        let links = Links::default().main(report, t.get("provider-deed-report"));
        return blocks.part(&Alert::new(Tone::Success, t.get("initial-has-passed"))).part(&send_back(links));
    }
    if let Some(claim) = held.filter(|claim| claim.by.account != staff.account) {
        let until = t.time_from(now, claim.until);
        let text = t.with("initial-held-by", &[("who", claim.by.name.as_str()), ("until", &until)]);
        return blocks.part(&Alert::new(Tone::Warning, text).more(t.get("initial-held-hint")));
    }
    let (line, button) = if held.is_some() {
        ("initial-own-lease", "initial-renew")
    } else {
        ("initial-claim-line", "initial-claim")
    };
    let claim = Confirm {
        path: case.path("/claim"),
        csrf: staff.csrf.clone(),
        lines: vec![t.get(line)],
        fields: Vec::new(),
        button: t.get(button),
        danger: false,
        back: (INITIAL_REVIEW.to_owned(), t.get("initial-to-queue")),
    };
    blocks = blocks.part(&claim);
    if is_own(case, staff, rule) {
        let own = Alert::new(Tone::Info, t.get("provider-wrong-second-person"));
        return blocks.part(&own).part(&send_back(Links::default()));
    }
    let pass = Links::default().main(case.path("/pass"), t.get("initial-pass"));
    blocks.part(&send_back(pass))
}

/// Who would have to verify, or why a report would be refused.
async fn preview<'b>(blocks: Blocks<'b>, app: &App, provider: &ProviderId, case: &Case) -> Blocks<'b> {
    let t = blocks.texts();
    let draft = Box::new(case.view.body.draft.clone());
    let action = Action::Preview { provider: provider.clone(), filing: Some(case.view.filing.id), draft };
    let blocks = blocks.part(&Heading { text: t.get("provider-will-verify") });
    match app.engine.execute(action).await {
        Ok(Outcome::Previewed(preview)) => {
            let blocks = blocks.part(&asked(t, &preview));
            preview.warnings.iter().fold(blocks, |blocks, warning| {
                blocks.part(&Alert::new(Tone::Warning, terms::word(t, "warning", warning.as_str())))
            })
        }
        Ok(Outcome::Refused(refusal)) => {
            let why = wrong::in_a_line(t, &refusal, app.clock.now());
            blocks.part(&Alert::new(Tone::Error, t.one("initial-cannot-report", "why", why)))
        }
        Ok(_) | Err(_) => blocks,
    }
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let case = match Case::of(&app, &provider, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    let rule = match own::initial_review_rule(&app, &provider).await {
        Ok(rule) => rule,
        Err(problem) => return Problem::into_response(problem),
    };
    let t = crate::console::texts(staff.visitor.language);
    let shell = Shell::with_heading(&app, &staff, t.one("initial-case-title", "name", case.name()));
    let now = shell.now;
    let mut blocks = Blocks::new(shell).part(&facts(t, &case, now));
    if let Some(before) = &case.view.body.sent_back {
        let alert = Alert::new(Tone::Info, t.get("initial-last-reasons"));
        let said = reasons(t, &case.view.body.draft, before);
        blocks = blocks.part(&said.into_iter().fold(alert, |alert, (_, text)| alert.more(text)));
    }
    blocks = actions(blocks, &case, &staff, rule, now);
    blocks = preview(blocks, &app, &provider, &case).await;
    for section in filed(t, &case.view.body.draft) {
        let fields = section.fields.into_iter().filter(|field| !field.value.is_empty());
        let facts = fields.fold(Facts::new(), |facts, field| facts.text(field.label, field.value));
        blocks = blocks.part(&Heading { text: section.heading }).part(&facts);
    }
    blocks.respond()
}
