//! P7: the form 短信重发.

use super::form::{AlertView, Captcha, FieldProblem, FormAlert, FormView, Inputs, RuleHints};
use super::shell::{Page, Shell, Tab, finish};
use super::{NOT_MINE_PATH, RenderError, WHO_PATH};

/// The form 短信重发 at `/resend`, in every state (P7). Posts `form`, `phone`, `id_last6`, and with a captcha `captcha`
/// and `captcha_id`; the button 换一张 posts `action=refresh` besides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResendForm {
    /// The token that ties a submission to this rendering of the form.
    pub form: String,
    /// The phone as typed; empty at first.
    pub phone: String,
    /// The ID suffix as typed; empty at first.
    pub id_last6: String,
    /// The captcha to answer, if one is asked.
    pub captcha: Option<Captcha>,
    /// What is wrong with fields; those of the code do not occur here.
    pub problems: Vec<FieldProblem>,
    /// The answer to the last submission, if it leaves the person here: `not_found` with
    /// [`WrongTier::Checklist`](super::WrongTier::Checklist), too many requests, or an expired form.
    pub alert: Option<FormAlert>,
    /// What everybody should know at the moment, such as clocks that were stopped (DDL-06).
    pub notices: Vec<String>,
    /// Figures of the rule in force.
    pub hints: RuleHints,
}

impl ResendForm {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = crate::texts::Texts::of(page.language);
        let build = Inputs { t, hints: &self.hints, problems: &self.problems };
        let mut inputs = vec![build.phone(&self.phone), build.id_last6(&self.id_last6)];
        inputs.extend(self.captcha.as_ref().map(|captcha| build.captcha(captcha)));
        let checks = vec![t.get("check-phone"), t.get("check-id"), t.get("check-reported")];
        let failed = self.alert.is_some() || !self.problems.is_empty();
        finish(&FormView {
            shell: Shell::new(page, Tab::Resend, t.get("resend-title")).with_error(failed),
            action: "/resend",
            token: &self.form,
            intro: t.get("resend-intro"),
            alert: self.alert.as_ref().map(|alert| AlertView::new(alert, page, checks)),
            notices: &self.notices,
            inputs,
            captcha: self.captcha.as_ref(),
            other_way: t.get("resend-other-way"),
            other_link: t.get("resend-other-link"),
            other_path: "/verify",
            help: vec![
                (WHO_PATH, t.get("nav-who")),
                ("/help#message", t.get("help-none")),
                (NOT_MINE_PATH, t.get("not-mine-link")),
            ],
        })
    }
}
