//! P10: how a filing stands, for the applicant who has its link (PRO-03).

use heyan_domain::Timestamp;
use heyan_domain::terms::FilingKind;

use super::shell::{Page, Shell, Tab, finish};
use super::verify_result::{Action, Fact, FilingBrief, OtherState, OtherVerifier, PersonRow, Remedy, Tone};
use super::verify_result::{facts, people};
use super::{ProviderContact, RenderError};
use crate::texts::{Key, Texts};

/// A day by whose end something is due, on the calendar of working days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DueDay {
    /// Its last second.
    pub at: Timestamp,
    /// Whether a year without a published calendar was counted Monday to Friday.
    pub provisional: bool,
}

/// What the provider has promised after a return (FIL-08).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Promise {
    /// Within so many working days of the resubmission, which is still to come.
    Days(u32),
    /// By then.
    Due(DueDay),
}

/// Why a round failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoppedReason {
    /// Somebody used up the attempts.
    Attempts,
    /// Somebody let the deadline pass.
    Expired,
    /// A message could not be sent in time.
    Undeliverable,
}

/// Where a filing stands (FIL-01).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
    /// A draft.
    Preparing,
    /// 初审.
    InitialReview,
    /// 等待短信核验.
    Verifying,
    /// The round has failed, the return is still to come.
    Failing {
        /// Why.
        reason: Option<StoppedReason>,
        /// When it goes back.
        at: Timestamp,
    },
    /// 管局审核.
    Reviewing {
        /// By when the administration is to decide (REV-02).
        due: Option<DueDay>,
    },
    /// 审核通过.
    Approved {
        /// When.
        at: Timestamp,
        /// 主体备案号.
        entity_no: Option<String>,
        /// 服务备案号.
        service_nos: Vec<String>,
    },
    /// 退回接入商.
    Returned {
        /// Why.
        reason: Option<StoppedReason>,
        /// When.
        at: Timestamp,
        /// What the provider has promised.
        promise: Option<Promise>,
    },
    /// 审核不通过.
    Rejected {
        /// When.
        at: Timestamp,
    },
    /// Taken back by the provider.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

/// The progress of a filing (P10): nothing on it names a person or shows a phone in full.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProgressPage {
    /// Where it stands.
    pub stage: Stage,
    /// Which filing.
    pub filing: FilingBrief,
    /// 备案类型.
    pub kind: FilingKind,
    /// When the latest round was opened.
    pub reported_at: Option<Timestamp>,
    /// When it was handed over to the administration.
    pub handed_over_at: Option<Timestamp>,
    /// Everybody who is asked in the latest round.
    pub people: Vec<OtherVerifier>,
    /// The remedies that fit (RET), in the rulebook's words.
    pub remedies: Vec<Remedy>,
    /// Whom to ask.
    pub provider: Option<ProviderContact>,
}

/// How far one of the four steps is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum StepState {
    Done,
    Now,
    Todo,
    Stopped,
}

impl StepState {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Todo => "todo",
            Self::Stopped => "stopped",
        }
    }

    const fn key(self) -> Key {
        match self {
            Self::Done => Key("step-done"),
            Self::Now => Key("step-now"),
            Self::Todo => Key("step-todo"),
            Self::Stopped => Key("step-stopped"),
        }
    }
}

struct Step {
    name: String,
    class: &'static str,
    state: String,
    at: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "portal/progress.html")]
struct ProgressView<'a> {
    shell: Shell<'a>,
    tone: Tone,
    status: String,
    lead: Vec<String>,
    steps: Vec<Step>,
    people_title: String,
    people: Vec<PersonRow>,
    facts: Vec<Fact>,
    remedies: &'a [Remedy],
    contact: Option<&'a ProviderContact>,
    action: Option<Action>,
    other: Option<Action>,
    notes: [String; 2],
}

fn due(t: &Texts, day: DueDay, sure: &str, provisional: &str) -> String {
    t.one(if day.provisional { provisional } else { sure }, "date", t.date(day.at))
}

impl Stage {
    const fn steps(&self) -> [StepState; 4] {
        use StepState::{Done, Now, Stopped, Todo};
        match self {
            Self::Preparing | Self::InitialReview => [Now, Todo, Todo, Todo],
            Self::Verifying => [Done, Now, Todo, Todo],
            Self::Failing { .. } | Self::Returned { .. } => [Done, Stopped, Todo, Todo],
            Self::Reviewing { .. } => [Done, Done, Now, Todo],
            Self::Approved { .. } => [Done, Done, Done, Done],
            Self::Rejected { .. } => [Done, Done, Stopped, Todo],
            Self::Withdrawn { .. } => [Stopped, Todo, Todo, Todo],
        }
    }

    const fn tone(&self) -> Tone {
        match self {
            Self::Preparing | Self::InitialReview | Self::Verifying | Self::Reviewing { .. } => Tone::Waiting,
            Self::Approved { .. } => Tone::Done,
            Self::Failing { .. } | Self::Returned { .. } | Self::Rejected { .. } | Self::Withdrawn { .. } => {
                Tone::Failed
            }
        }
    }

    const fn ended_at(&self) -> Option<Timestamp> {
        match self {
            Self::Approved { at, .. } => Some(*at),
            Self::Preparing
            | Self::InitialReview
            | Self::Verifying
            | Self::Failing { .. }
            | Self::Reviewing { .. }
            | Self::Returned { .. }
            | Self::Rejected { .. }
            | Self::Withdrawn { .. } => None,
        }
    }
}

fn why(t: &Texts, reason: Option<StoppedReason>) -> Option<String> {
    let key = match reason? {
        StoppedReason::Attempts => Key("progress-reason-attempts"),
        StoppedReason::Expired => Key("progress-reason-expired"),
        StoppedReason::Undeliverable => Key("progress-reason-undeliverable"),
    };
    Some(t.key(key))
}

fn promised(t: &Texts, promise: Promise) -> String {
    match promise {
        Promise::Days(days) => t.one("progress-promise-days", "days", days),
        Promise::Due(day) => {
            due(t, day, Key("progress-promise-due").0, Key("progress-promise-provisional").0)
        }
    }
}

impl ProgressPage {
    fn status(&self, t: &Texts) -> String {
        match &self.stage {
            Stage::Preparing => t.get("progress-preparing"),
            Stage::InitialReview => t.get("progress-initial"),
            Stage::Verifying => {
                let done = self.people.iter().filter(|person| person.state == OtherState::Passed).count();
                let (done, total) = (done.to_string(), self.people.len().to_string());
                t.with("progress-verifying", &[("done", &done), ("total", &total)])
            }
            Stage::Failing { .. } => t.get("progress-failing"),
            Stage::Reviewing { .. } => t.get("progress-reviewing"),
            Stage::Approved { .. } => t.get("progress-approved"),
            Stage::Returned { .. } => t.get("progress-returned"),
            Stage::Rejected { .. } => t.get("progress-rejected"),
            Stage::Withdrawn { .. } => t.get("progress-withdrawn"),
        }
    }

    /// What it means, and what to do next.
    fn lead(&self, t: &Texts, page: &Page) -> Vec<String> {
        match &self.stage {
            Stage::Preparing => vec![t.get("progress-preparing-next")],
            Stage::InitialReview => vec![t.get("progress-initial-next")],
            Stage::Verifying => vec![t.get("progress-verifying-next"), t.get("partial-or")],
            Stage::Failing { reason, at } => {
                let back = [t.one("return-due", "time", t.date_time(*at)), t.get("failed-ask")];
                why(t, *reason).into_iter().chain(back).collect()
            }
            Stage::Reviewing { due: day } => {
                let day = day.map(|day| {
                    if page.now > day.at {
                        t.one("progress-overdue", "date", t.date(day.at))
                    } else {
                        due(t, day, Key("progress-due").0, Key("progress-due-provisional").0)
                    }
                });
                day.into_iter().chain([t.get("progress-reviewing-next")]).collect()
            }
            Stage::Approved { .. } => vec![t.get("progress-approved-next")],
            Stage::Returned { reason, at, promise } => {
                let back = [t.one("returned-at", "time", t.date_time(*at))];
                let promise = promise.map(|promise| promised(t, promise));
                why(t, *reason)
                    .into_iter()
                    .chain(back)
                    .chain(promise)
                    .chain([t.get("failed-again")])
                    .collect()
            }
            Stage::Rejected { at } => {
                vec![t.one("returned-at", "time", t.date_time(*at)), t.get("progress-rejected-next")]
            }
            Stage::Withdrawn { .. } => vec![t.get("progress-withdrawn-next")],
        }
    }

    fn steps(&self, t: &Texts) -> Vec<Step> {
        let names = [Key("step-report"), Key("step-verify"), Key("step-review"), Key("step-end")];
        let times = [self.reported_at, self.handed_over_at, self.stage.ended_at(), self.stage.ended_at()];
        let states = self.stage.steps();
        let steps = names.into_iter().zip(states).zip(times).map(|((name, state), at)| Step {
            name: t.key(name),
            class: state.class(),
            state: t.key(state.key()),
            at: at.filter(|_| state == StepState::Done).map(|at| t.date_time(at)),
        });
        steps.collect()
    }

    fn facts(&self, t: &Texts) -> Vec<Fact> {
        let fact = |label: &str, value: String| Fact { label: t.get(label), value };
        let mut all = facts(t, &self.filing);
        all.push(fact(Key("progress-kind").0, t.kind(self.kind)));
        if let Stage::Approved { entity_no, service_nos, .. } = &self.stage {
            all.extend(entity_no.iter().map(|no| fact(Key("progress-entity-no").0, no.clone())));
            all.extend(service_nos.iter().map(|no| fact(Key("progress-service-no").0, no.clone())));
        }
        all
    }

    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let verifying = self.stage == Stage::Verifying;
        let action = |label: &str, path| verifying.then(|| Action { label: t.get(label), path });
        finish(&ProgressView {
            shell: Shell::new(page, Tab::None, t.get("progress-title")),
            tone: self.stage.tone(),
            status: self.status(t),
            lead: self.lead(t, page),
            steps: self.steps(t),
            people_title: t.get("progress-people"),
            people: people(t, page, &self.people),
            facts: self.facts(t),
            remedies: &self.remedies,
            contact: self.provider.as_ref(),
            action: action(Key("progress-verify-action").0, "/verify"),
            other: action(Key("progress-verifying-resend").0, "/resend"),
            notes: [t.one("progress-at", "time", t.date_time(page.now)), t.get("progress-private")],
        })
    }
}
