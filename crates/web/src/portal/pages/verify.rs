//! P1: the form 短信核验.

use super::form::{AlertView, Captcha, FieldProblem, FormAlert, FormView, Inputs, RuleHints};
use super::shell::{Page, Shell, Tab, finish};
use super::{NOT_MINE_PATH, RenderError, WHO_PATH};

/// The form 短信核验 at `/verify`, in every state (P1). Posts `form`, `code`, `phone`, `id_last6`, and with a captcha
/// `captcha` and `captcha_id`; the button 换一张 posts `action=refresh` besides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyForm {
    /// The token that ties a submission to this rendering of the form.
    pub form: String,
    /// The phone as typed; empty at first.
    pub phone: String,
    /// The ID suffix as typed; empty at first.
    pub id_last6: String,
    /// The captcha to answer, if one is asked.
    pub captcha: Option<Captcha>,
    /// What is wrong with fields.
    pub problems: Vec<FieldProblem>,
    /// The answer to the last submission, if it leaves the person here.
    pub alert: Option<FormAlert>,
    /// What everybody should know at the moment, such as clocks that were stopped (DDL-06).
    pub notices: Vec<String>,
    /// Figures of the rule in force.
    pub hints: RuleHints,
}

impl VerifyForm {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = crate::texts::Texts::of(page.language);
        let build = Inputs { t, hints: &self.hints, problems: &self.problems };
        let mut inputs = vec![build.code(), build.phone(&self.phone), build.id_last6(&self.id_last6)];
        inputs.extend(self.captcha.as_ref().map(|captcha| build.captcha(captcha)));
        let checks = vec![
            t.one("check-code", "length", self.hints.code_length),
            t.get("check-phone"),
            t.get("check-id"),
            t.get("check-reported"),
            t.get("check-returned"),
        ];
        let failed = self.alert.is_some() || !self.problems.is_empty();
        finish(&FormView {
            shell: Shell::new(page, Tab::Verify, t.get("verify-title")).with_error(failed),
            action: "/verify",
            token: &self.form,
            intro: t.get("verify-intro"),
            alert: self.alert.as_ref().map(|alert| AlertView::new(alert, page, checks)),
            notices: &self.notices,
            inputs,
            captcha: self.captcha.as_ref(),
            other_way: t.get("verify-other-way"),
            other_link: t.get("verify-other-link"),
            other_path: "/resend",
            help: vec![
                (WHO_PATH, t.get("nav-who")),
                ("/help#message", t.get("help-none")),
                (NOT_MINE_PATH, t.get("not-mine-link")),
            ],
        })
    }
}
