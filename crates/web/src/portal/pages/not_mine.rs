//! "这不是我的备案": the form, and what it came to (PRO-07).

use super::form::{AlertView, Captcha, FieldProblem, FormAlert, FormView, Input, Inputs, RuleHints};
use super::shell::{Page, Shell, Tab, finish};
use super::verify_result::{ResultView, Tone};
use super::{HELP_PATH, RenderError};
use crate::texts::Texts;

/// The form at `/not-mine`, in every state. Posts `form`, `code`, `phone`, and with a captcha `captcha` and `captcha_id`;
/// the button 换一张 posts `action=refresh` besides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotMineForm {
    /// The token that ties a submission to this rendering of the form.
    pub form: String,
    /// The phone as typed; empty at first.
    pub phone: String,
    /// The captcha to answer, if one is asked.
    pub captcha: Option<Captcha>,
    /// What is wrong with fields; those of the ID suffix do not occur here.
    pub problems: Vec<FieldProblem>,
    /// The answer to the last submission, if it leaves the person here.
    pub alert: Option<FormAlert>,
    /// Figures of the rule in force.
    pub hints: RuleHints,
}

impl NotMineForm {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let build = Inputs { t, hints: &self.hints, problems: &self.problems };
        let phone = Input { hint: t.get("not-mine-phone-hint"), ..build.phone(&self.phone) };
        let mut inputs = vec![build.code(), phone];
        inputs.extend(self.captcha.as_ref().map(|captcha| build.captcha(captcha)));
        let checks = vec![
            t.one("not-mine-check-code", "length", self.hints.code_length),
            t.get("not-mine-check-phone"),
            t.get("not-mine-check-over"),
        ];
        let failed = self.alert.is_some() || !self.problems.is_empty();
        finish(&FormView {
            shell: Shell::new(page, Tab::None, t.get("not-mine-title")).with_error(failed),
            action: super::NOT_MINE_PATH,
            token: &self.form,
            intro: t.get("not-mine-intro"),
            alert: self.alert.as_ref().map(|alert| AlertView::new(alert, page, checks)),
            notices: &[],
            inputs,
            captcha: self.captcha.as_ref(),
            other_way: t.get("not-mine-other-way"),
            other_link: t.get("not-mine-other-link"),
            other_path: "/verify",
            help: vec![(HELP_PATH, t.get("nav-help"))],
        })
    }
}

/// The messages have stopped. The same page for everybody: it tells nothing of the filing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotMineDone;

impl NotMineDone {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        finish(&ResultView {
            next: vec![
                t.get("not-mine-told"),
                t.get("not-mine-ignore"),
                t.get("not-mine-code"),
                t.get("not-mine-again"),
            ],
            help: false,
            ..ResultView::new(page, Tab::None, Tone::Done, &t.get("not-mine-done"))
        })
    }
}
