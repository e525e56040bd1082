//! The two forms: 短信核验 (P1) and 短信重发 (P7).

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::limits::AddressBlock;
use heyan_domain::verification::ResendAnswer;
use heyan_store::engine::EngineError;
use serde::Deserialize;

use super::flash::{Alert, Flash, Returned, Tier};
use super::notices;
use super::visit::Visit;
use crate::app::App;
use crate::people::{Challenge, Source, Submission, Typed, TypedProblem, Verdict, Words, hex};
use crate::portal::pages::{
    Captcha, FieldProblem, FormAlert, Problem, ResendForm, RuleHints, VerifyForm, WrongTier,
};
use crate::texts::{Language, Texts};

/// What the forms post. A field that is absent is empty.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Posted {
    form: String,
    code: String,
    phone: String,
    id_last6: String,
    captcha: String,
    captcha_id: String,
    captcha_work: String,
    action: String,
}

/// What the hints at the fields say of a rule.
pub(super) fn hints(words: &Words, language: Language) -> RuleHints {
    let (rule, t) = (words.rule(), Texts::of(language));
    let provinces = rule.id_rules.iter().filter(|rule| rule.use_back_number).flat_map(|rule| &rule.provinces);
    RuleHints {
        senders: rule.senders.clone(),
        code_length: rule.code_length.into(),
        back_number_provinces: provinces.map(|province| t.province(*province)).collect(),
    }
}

/// Tells this rendering of a form from every other.
pub(super) fn token(app: &App) -> String {
    let mut bytes = [0; 16];
    app.draw(|rng| rng.fill_bytes(&mut bytes));
    hex(&bytes)
}

pub(super) fn captcha(app: &App) -> Option<Captcha> {
    app.captcha.then(|| {
        let issued = Challenge::issue(app);
        Captcha { id: issued.token, puzzle: issued.puzzle }
    })
}

pub(super) const fn field_problem(problem: TypedProblem) -> FieldProblem {
    match problem {
        TypedProblem::CodeMissing => FieldProblem::CodeMissing,
        TypedProblem::CodeMalformed => FieldProblem::CodeMalformed,
        TypedProblem::PhoneMissing => FieldProblem::PhoneMissing,
        TypedProblem::PhoneMalformed => FieldProblem::PhoneMalformed,
        TypedProblem::IdMissing => FieldProblem::IdMissing,
        TypedProblem::IdMalformed => FieldProblem::IdMalformed,
        TypedProblem::CaptchaMissing => FieldProblem::CaptchaMissing,
        TypedProblem::CaptchaWrong => FieldProblem::CaptchaWrong,
        TypedProblem::CaptchaExpired => FieldProblem::CaptchaExpired,
    }
}

pub(super) fn alert(alert: Alert, visit: &Visit) -> FormAlert {
    match alert {
        Alert::TooMany { until } => FormAlert::TooMany { until },
        Alert::Outcome { said, ruleset, tier } => {
            let words = Words::of(&visit.app, ruleset, visit.language);
            let tier = match tier {
                Tier::Checklist => WrongTier::Checklist,
                Tier::IdWrong => WrongTier::IdWrong,
                Tier::Superseded => WrongTier::Superseded,
                Tier::CodeWrong { attempts_left, deadline_at } => {
                    // Before a carrier has accepted the message no clock runs: at least the whole validity is left.
                    let deadline_at =
                        deadline_at.unwrap_or_else(|| visit.app.clock.now().plus(words.rule().validity()));
                    WrongTier::CodeWrong { attempts_left: attempts_left.into(), deadline_at }
                }
            };
            FormAlert::Outcome { text: words.text(said.key()), tier }
        }
    }
}

pub(super) async fn show_verify(visit: Visit, headers: HeaderMap) -> Response {
    let app = &visit.app;
    let returned = match Flash::of(app, &headers) {
        Some(Flash::Verify(returned)) => returned,
        Some(
            Flash::Resend(_)
            | Flash::NotMine(_)
            | Flash::Disowned
            | Flash::Verified { .. }
            | Flash::Resent { .. },
        )
        | None => Returned::default(),
    };
    let words = Words::of(app, None, visit.language);
    let form = VerifyForm {
        form: token(app),
        phone: returned.phone,
        id_last6: returned.id_last6,
        captcha: captcha(app),
        problems: returned.problems.into_iter().map(field_problem).collect(),
        alert: returned.alert.map(|answer| alert(answer, &visit)),
        notices: notices::of(&visit).await,
        hints: hints(&words, visit.language),
    };
    visit.html(StatusCode::OK, form.render(&visit.page()))
}

pub(super) async fn show_resend(visit: Visit, headers: HeaderMap) -> Response {
    let app = &visit.app;
    let returned = match Flash::of(app, &headers) {
        Some(Flash::Resend(returned)) => returned,
        Some(
            Flash::Verify(_)
            | Flash::NotMine(_)
            | Flash::Disowned
            | Flash::Verified { .. }
            | Flash::Resent { .. },
        )
        | None => Returned::default(),
    };
    let words = Words::of(app, None, visit.language);
    let form = ResendForm {
        form: token(app),
        phone: returned.phone,
        id_last6: returned.id_last6,
        captcha: captcha(app),
        problems: returned.problems.into_iter().map(field_problem).collect(),
        alert: returned.alert.map(|answer| alert(answer, &visit)),
        notices: notices::of(&visit).await,
        hints: hints(&words, visit.language),
    };
    visit.html(StatusCode::OK, form.render(&visit.page()))
}

/// Phone and last six survive an error; code and captcha do not.
pub(super) fn returned(posted: &Posted, problems: Vec<TypedProblem>) -> Returned {
    // What survives is what was typed, but no longer than anything a person would type.
    let kept = |text: &str| text.chars().take(64).collect();
    Returned { phone: kept(&posted.phone), id_last6: kept(&posted.id_last6), problems, alert: None }
}

pub(super) async fn captcha_problem(app: &App, posted: &Posted) -> Result<Option<TypedProblem>, EngineError> {
    if !app.captcha {
        return Ok(None);
    }
    // Work that a browser has done stands in for an answer, whatever was typed before.
    let answer = if posted.captcha_work.is_empty() { &posted.captcha } else { &posted.captcha_work };
    if answer.trim().is_empty() {
        return Ok(Some(TypedProblem::CaptchaMissing));
    }
    Ok(match Challenge::answer(app, &posted.captcha_id, answer).await? {
        Verdict::Right => None,
        Verdict::Wrong => Some(TypedProblem::CaptchaWrong),
        Verdict::Expired => Some(TypedProblem::CaptchaExpired),
    })
}

pub(super) fn unreadable(visit: &Visit, rejection: &FormRejection) -> Response {
    let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
    let problem = if too_large { Problem::TooLarge } else { Problem::Unreadable };
    visit.problem(rejection.status(), problem)
}

/// The engine gave no outcome: nothing is known to have changed, try again.
fn unavailable(visit: &Visit) -> Response {
    let text = Words::of(&visit.app, None, visit.language).text("system_error");
    visit.problem_with(StatusCode::SERVICE_UNAVAILABLE, Problem::Overload, Some(text))
}

/// Where an answer is shown, and what is carried there.
pub(crate) type Shown = (&'static str, Flash);

impl Posted {
    pub fn submission(&self, way: &str) -> Option<Submission> {
        let fields = [way, &self.code, &self.phone, &self.id_last6, &self.captcha, &self.captcha_id];
        Submission::of(&self.form, &[&fields[..], &[&self.captcha_work, &self.action]].concat())
    }

    /// Whether another captcha is asked for, and nothing else.
    pub fn is_refresh(&self) -> bool {
        self.action == "refresh"
    }

    pub fn typed(&self) -> Typed<'_> {
        Typed { code: &self.code, phone: &self.phone, id_last6: &self.id_last6 }
    }
}

pub(super) fn respond(visit: &Visit, shown: Result<Shown, EngineError>) -> Response {
    match shown {
        Ok((path, flash)) => visit.see_other(path, flash),
        Err(_) => unavailable(visit),
    }
}

pub(super) async fn post_verify(
    visit: Visit,
    Source(from): Source,
    posted: Result<Form<Posted>, FormRejection>,
) -> Response {
    let posted = match posted {
        Ok(Form(posted)) => posted,
        Err(rejection) => return unreadable(&visit, &rejection),
    };
    let app = &visit.app;
    let carry_out = || verify(app, &posted, from);
    respond(&visit, app.submissions.0.run(posted.submission("verify"), app.clock.now(), carry_out).await)
}

async fn verify(app: &App, posted: &Posted, from: Option<AddressBlock>) -> Result<Shown, EngineError> {
    let back = |problems| Ok(("/verify", Flash::Verify(returned(posted, problems))));
    if posted.is_refresh() {
        return back(Vec::new());
    }
    let (phone, id_last6, code) = match posted.typed().for_verify() {
        Ok(fields) => fields,
        Err(problems) => return back(problems),
    };
    if let Some(problem) = captcha_problem(app, posted).await? {
        return back(vec![problem]);
    }
    let action = Action::Verify { phone, id_last6, code, from };
    let Outcome::Verified(answer, ruleset) = app.engine.execute(action).await? else {
        return Err(EngineError::Storage);
    };
    let flash = Flash::of_verify(&answer, ruleset, returned(posted, Vec::new()));
    let path = if matches!(flash, Flash::Verified { .. }) { "/verify/result" } else { "/verify" };
    Ok((path, flash))
}

pub(super) async fn post_resend(
    visit: Visit,
    Source(from): Source,
    posted: Result<Form<Posted>, FormRejection>,
) -> Response {
    let posted = match posted {
        Ok(Form(posted)) => posted,
        Err(rejection) => return unreadable(&visit, &rejection),
    };
    let app = &visit.app;
    let carry_out = || resend(app, &posted, from);
    respond(&visit, app.submissions.0.run(posted.submission("resend"), app.clock.now(), carry_out).await)
}

async fn resend(app: &App, posted: &Posted, from: Option<AddressBlock>) -> Result<Shown, EngineError> {
    let back = |problems| Ok(("/resend", Flash::Resend(returned(posted, problems))));
    if posted.is_refresh() {
        return back(Vec::new());
    }
    let (phone, id_last6) = match posted.typed().for_resend() {
        Ok(fields) => fields,
        Err(problems) => return back(problems),
    };
    if let Some(problem) = captcha_problem(app, posted).await? {
        return back(vec![problem]);
    }
    let action = Action::Resend { phone, id_last6, from };
    let Outcome::Resent(answered) = app.engine.execute(action).await? else {
        return Err(EngineError::Storage);
    };
    if answered.answer == ResendAnswer::Sent && app.settle().await.is_err() {
        tracing::warn!(name: "portal.settle_failed", "a resend was answered before its message was in the inbox");
    }
    let flash = Flash::of_resend(answered, returned(posted, Vec::new()));
    let path = if matches!(flash, Flash::Resent { .. }) { "/resend/result" } else { "/resend" };
    Ok((path, flash))
}
