//! P2 to P6: what a verification came to.

use heyan_domain::Timestamp;
use heyan_domain::terms::Roles;

use super::shell::{Page, Shell, Tab, finish};
use super::{ProviderContact, RenderError};
use crate::texts::{Key, Texts};

/// Which filing a result is about, as far as the person has proved to be concerned by it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FilingBrief {
    /// The filing by the name its message used (RES-04).
    pub name: Option<String>,
    /// The administration's name.
    pub administration: Option<String>,
}

/// Another person of the same round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OtherVerifier {
    /// What the phone stands for.
    pub roles: Roles,
    /// The phone, masked (`138****8000`).
    pub phone_masked: String,
    /// How far that person is.
    pub state: OtherState,
}

/// How far another person is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OtherState {
    /// No carrier has accepted the message yet; no clock runs.
    WaitingToSend,
    /// The code is out.
    Open {
        /// Until when.
        deadline_at: Timestamp,
    },
    /// Done.
    Passed,
    /// Failed, expired or cancelled.
    Failed,
}

/// P2: passed, others are missing (`wait_others`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Partial {
    /// The outcome's text (VER-20).
    pub text: String,
    /// Which filing.
    pub filing: FilingBrief,
    /// The others of the round, passed ones included.
    pub others: Vec<OtherVerifier>,
}

/// P3: the last one passed (`all_complete`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllComplete {
    /// The outcome's text (VER-20).
    pub text: String,
    /// Which filing.
    pub filing: FilingBrief,
    /// Working days in which the administration is due to decide (REV-02), if the operator wants them named.
    pub review_days: Option<u32>,
    /// Who brings the news.
    pub provider: Option<ProviderContact>,
}

/// P4: passed before (`already_done`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlreadyDone {
    /// The outcome's text (VER-20).
    pub text: String,
    /// Which filing.
    pub filing: FilingBrief,
    /// The others of the round while it is open; empty when it is over.
    pub others: Vec<OtherVerifier>,
    /// Who can say how the rest stands.
    pub provider: Option<ProviderContact>,
}

/// P5 and P6: failed for good, expired or returned (`failed_final`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failed {
    /// The outcome's text (VER-20).
    pub text: String,
    /// Why.
    pub reason: FailedReason,
    /// When the filing went or goes back, if known.
    pub returned: Option<ReturnTime>,
    /// Which filing.
    pub filing: FilingBrief,
    /// The remedies that fit (RET), in the rulebook's words.
    pub remedies: Vec<Remedy>,
    /// Whom to ask.
    pub provider: Option<ProviderContact>,
}

/// Why a verification failed for good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailedReason {
    /// Attempts used up (P5).
    Attempts {
        /// The rule's limit.
        limit: u32,
    },
    /// Not done in time (P6).
    Expired {
        /// The deadline that passed.
        deadline_at: Timestamp,
    },
    /// Another person of the round failed, and this verification was cancelled with it.
    OtherFailed,
    /// No route took the message in time (DDL-03).
    Undeliverable,
}

/// When a filing goes back to its provider (FIL-05).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReturnTime {
    /// It went back then.
    Done(Timestamp),
    /// It will go back then.
    Due(Timestamp),
}

/// One way on after a return (RET-06).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remedy {
    /// What it is for.
    pub title: String,
    /// What to do, in order.
    pub steps: Vec<String>,
}

/// The colour of a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tone {
    Done,
    Waiting,
    Failed,
}

impl Tone {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
        }
    }
}

/// A label and what it names.
pub(super) struct Fact {
    pub label: String,
    pub value: String,
}

/// A row of the table of other people.
pub(super) struct PersonRow {
    pub roles: String,
    pub phone: String,
    pub state: String,
    pub detail: Vec<String>,
}

/// A button-like link.
pub(super) struct Action {
    pub label: String,
    pub path: &'static str,
}

/// A result as the template writes it; the kinds of results differ only in what they fill in.
#[derive(askama::Template)]
#[template(path = "portal/result.html")]
pub(super) struct ResultView<'a> {
    pub shell: Shell<'a>,
    pub tone: Tone,
    pub facts: Vec<Fact>,
    pub lead: Vec<String>,
    pub people_title: String,
    pub people: Vec<PersonRow>,
    pub next_title: String,
    pub next: Vec<String>,
    pub remedies: &'a [Remedy],
    pub contact: Option<&'a ProviderContact>,
    pub action: Option<Action>,
    /// Whether to lead to why a message may not have come.
    pub help: bool,
}

impl<'a> ResultView<'a> {
    /// A result that says only its outcome.
    pub fn new(page: &'a Page, tab: Tab, tone: Tone, text: &str) -> Self {
        let t = Texts::of(page.language);
        Self {
            shell: Shell::new(page, tab, text.to_owned()),
            tone,
            facts: Vec::new(),
            lead: Vec::new(),
            people_title: t.get("partial-table"),
            people: Vec::new(),
            next_title: t.get("next-title"),
            next: Vec::new(),
            remedies: &[],
            contact: None,
            action: None,
            help: tab == Tab::Resend,
        }
    }
}

pub(super) fn facts(t: &Texts, filing: &FilingBrief) -> Vec<Fact> {
    let name = filing.name.as_ref().map(|value| (Key("filing-name"), value));
    let administration = filing.administration.as_ref().map(|value| (Key("filing-province"), value));
    let fact = |(label, value): (Key, &String)| Fact { label: t.key(label), value: value.clone() };
    name.into_iter().chain(administration).map(fact).collect()
}

pub(super) fn people(t: &Texts, page: &Page, others: &[OtherVerifier]) -> Vec<PersonRow> {
    let row = |other: &OtherVerifier| {
        let (state, detail) = match other.state {
            OtherState::WaitingToSend => (Key("other-waiting"), Vec::new()),
            OtherState::Open { deadline_at } => (
                Key("other-open"),
                vec![
                    t.one("other-left", "left", t.time_left(page.now, deadline_at)),
                    t.one("other-deadline", "deadline", t.date_time(deadline_at)),
                ],
            ),
            OtherState::Passed => (Key("other-passed"), Vec::new()),
            OtherState::Failed => (Key("other-failed"), Vec::new()),
        };
        PersonRow {
            roles: t.roles(other.roles),
            phone: other.phone_masked.clone(),
            state: t.key(state),
            detail,
        }
    };
    others.iter().map(row).collect()
}

impl Partial {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        finish(&ResultView {
            facts: facts(t, &self.filing),
            lead: vec![t.get("partial-ask")],
            people: people(t, page, &self.others),
            next: vec![t.get("partial-then"), t.get("partial-or")],
            action: Some(Action { label: t.get("partial-another"), path: "/verify" }),
            ..ResultView::new(page, Tab::Verify, Tone::Waiting, &self.text)
        })
    }
}

impl AllComplete {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let mut next = vec![t.get("complete-review")];
        next.extend(self.review_days.map(|days| t.one("complete-days", "days", days)));
        next.push(t.get("complete-news"));
        finish(&ResultView {
            facts: facts(t, &self.filing),
            next,
            contact: self.provider.as_ref(),
            ..ResultView::new(page, Tab::Verify, Tone::Done, &self.text)
        })
    }
}

impl AlreadyDone {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let people = people(t, page, &self.others);
        let next = if people.is_empty() {
            vec![t.get("already-rest")]
        } else {
            vec![t.get("partial-ask"), t.get("partial-then"), t.get("partial-or")]
        };
        finish(&ResultView {
            facts: facts(t, &self.filing),
            people,
            next,
            contact: self.provider.as_ref(),
            ..ResultView::new(page, Tab::Verify, Tone::Done, &self.text)
        })
    }
}

impl Failed {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let reason = match self.reason {
            FailedReason::Attempts { limit } => t.one("failed-attempts", "limit", limit),
            FailedReason::Expired { deadline_at } => {
                t.one("failed-expired", "deadline", t.date_time(deadline_at))
            }
            FailedReason::OtherFailed => t.get("failed-other"),
            FailedReason::Undeliverable => t.get("failed-undeliverable"),
        };
        let mut lead = vec![reason];
        lead.extend(self.returned.map(|returned| match returned {
            ReturnTime::Done(at) => t.one("returned-at", "time", t.date_time(at)),
            ReturnTime::Due(at) => t.one("return-due", "time", t.date_time(at)),
        }));
        finish(&ResultView {
            facts: facts(t, &self.filing),
            lead,
            next_title: t.get("now-title"),
            next: vec![t.get("failed-ask"), t.get("failed-again")],
            remedies: &self.remedies,
            contact: self.provider.as_ref(),
            ..ResultView::new(page, Tab::Verify, Tone::Failed, &self.text)
        })
    }
}
