//! P7: what a resend came to.

use heyan_domain::Timestamp;

use super::shell::{Page, Tab, finish};
use super::verify_result::{Action, Fact, ResultView, Tone};
use super::{ProviderContact, RenderError};
use crate::texts::Texts;

/// One verification for which a new message was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResentMessage {
    /// The filing by the name its message uses (RES-04), if it may be said.
    pub filing_name: Option<String>,
    /// Which message of the verification it is (第2次).
    pub number: u32,
    /// Manual resends that are left.
    pub resends_left: u32,
    /// The deadline, which a resend does not move; `None` while no message has been accepted.
    pub deadline_at: Option<Timestamp>,
}

/// New codes are on their way (`resend_ok`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResendOk {
    /// The outcome's text (VER-20).
    pub text: String,
    /// One for each verification that got a message.
    pub messages: Vec<ResentMessage>,
    /// The rule's `expected_arrival`, least and most minutes; the same twice if the rule names one figure.
    pub expected_minutes: (u32, u32),
}

/// What remains for one verification whose resends are used up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LimitedCode {
    /// The filing by the name its message uses, if it may be said.
    pub filing_name: Option<String>,
    /// Until when the newest code works; `None` while no message has been accepted.
    pub valid_until: Option<Timestamp>,
    /// Whether another message comes by itself (RES-06).
    pub noon: NoonResend,
}

/// Whether the automatic resend is still to come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoonResend {
    /// It will be sent then.
    Due(Timestamp),
    /// It was sent, comes too late for the deadline, or the rule knows none.
    Over,
}

/// No resend is left (`resend_limit`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResendLimit {
    /// The outcome's text (VER-20).
    pub text: String,
    /// One for each verification concerned.
    pub codes: Vec<LimitedCode>,
    /// Whom to ask.
    pub provider: Option<ProviderContact>,
}

/// The person is known, but nothing waits for verification (`resend_none`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResendNothing {
    /// The outcome's text (VER-20).
    pub text: String,
    /// Whom to ask.
    pub provider: Option<ProviderContact>,
}

/// Only the minimum interval stood in the way (`resend_too_soon`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResendTooSoon {
    /// The outcome's text with its time filled in (VER-20).
    pub text: String,
}

fn enter_code(t: &Texts) -> Action {
    Action { label: t.get("enter-code"), path: "/verify" }
}

impl ResendOk {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let fact = |message: &ResentMessage| {
            let number = t.one("resent-number", "number", message.number);
            let left = if message.resends_left == 0 {
                t.get("resent-none-left")
            } else {
                t.one("resent-left", "left", message.resends_left)
            };
            let deadline =
                message.deadline_at.map(|at| t.one("resent-deadline", "deadline", t.date_time(at)));
            let parts: Vec<String> = [number, left].into_iter().chain(deadline).collect();
            Fact {
                label: message.filing_name.clone().unwrap_or_else(|| t.get("filing-name")),
                value: parts.join(&t.get("list-comma")),
            }
        };
        let (from, to) = self.expected_minutes;
        let arrival = if from == to {
            t.one("resent-arrival", "to", to)
        } else {
            t.with("resent-arrival-range", &[("from", &from.to_string()), ("to", &to.to_string())])
        };
        finish(&ResultView {
            facts: self.messages.iter().map(fact).collect(),
            next: vec![arrival, t.get("resent-intercept"), t.get("resent-newest")],
            action: Some(enter_code(t)),
            ..ResultView::new(page, Tab::Resend, Tone::Done, &self.text)
        })
    }
}

impl ResendLimit {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let sentences = |code: &LimitedCode| {
            let valid = code.valid_until.map(|at| t.one("limit-valid", "deadline", t.date_time(at)));
            let noon = match code.noon {
                NoonResend::Due(at) => t.one("limit-noon-due", "time", t.date_time(at)),
                NoonResend::Over => t.get("limit-noon-over"),
            };
            valid.into_iter().chain([noon])
        };
        // With one filing the sentences speak for themselves; with several each stands beside the filing's name.
        let (facts, lead) = match self.codes.as_slice() {
            [only] => (Vec::new(), sentences(only).collect()),
            several => {
                let fact = |code: &LimitedCode| Fact {
                    label: code.filing_name.clone().unwrap_or_else(|| t.get("filing-name")),
                    value: sentences(code).collect(),
                };
                (several.iter().map(fact).collect(), Vec::new())
            }
        };
        finish(&ResultView {
            facts,
            lead,
            next: vec![t.get("resent-intercept"), t.get("limit-ask")],
            contact: self.provider.as_ref(),
            action: Some(enter_code(t)),
            ..ResultView::new(page, Tab::Resend, Tone::Failed, &self.text)
        })
    }
}

impl ResendNothing {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        finish(&ResultView {
            next_title: t.get("nothing-why"),
            next: vec![t.get("nothing-reported"), t.get("nothing-over")],
            contact: self.provider.as_ref(),
            ..ResultView::new(page, Tab::Resend, Tone::Waiting, &self.text)
        })
    }
}

impl ResendTooSoon {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        finish(&ResultView {
            lead: vec![t.get("too-soon-wait")],
            action: Some(enter_code(t)),
            ..ResultView::new(page, Tab::Resend, Tone::Waiting, &self.text)
        })
    }
}
