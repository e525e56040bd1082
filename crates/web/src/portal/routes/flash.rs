//! What a browser carries from a form to the page that shows what it came to: sealed in a cookie, for minutes.

use axum::http::{HeaderMap, HeaderValue};
use heyan_domain::Timestamp;
use heyan_domain::rulebook::MismatchOutcome;
use heyan_domain::rules::RuleSetNo;
use heyan_domain::terms::VerificationId;
use heyan_domain::time::MINUTE_MS;
use heyan_domain::verification::{Hint, ResendAnswer, ResendAnswered, VerifyAnswer};
use heyan_store::keys::Purpose;
use serde::{Deserialize, Serialize};

use super::cookies;
use crate::app::App;
use crate::people::{TypedProblem, hex, unhex};

const COOKIE: &str = "heyan_answer";
const PLACE: &[u8] = b"flash";
/// How long an answer can be looked at again.
const LIFE_MS: i64 = 10 * MINUTE_MS;

/// A form as it comes back: what survives of what was typed, and what is wrong with it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Returned {
    pub phone: String,
    pub id_last6: String,
    #[serde(default)]
    pub problems: Vec<TypedProblem>,
    #[serde(default)]
    pub alert: Option<Alert>,
}

/// An answer that leaves the person at the form.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Alert {
    Outcome { said: Said, ruleset: Option<RuleSetNo>, tier: Tier },
    TooMany { until: Timestamp },
}

/// An outcome by the key of its text, which is put into words when it is shown: the language may change in between.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Said {
    WrongInfo,
    Superseded,
    NotFound,
}

impl Said {
    /// The text's key (VER-20).
    pub const fn key(self) -> &'static str {
        match self {
            Self::WrongInfo => "wrong_info",
            Self::Superseded => "superseded",
            Self::NotFound => "not_found",
        }
    }
}

/// See [`Hint`].
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Tier {
    Checklist,
    CodeWrong { attempts_left: u8, deadline_at: Option<Timestamp> },
    IdWrong,
    Superseded,
}

/// The page that a result leads to.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Verdict {
    WaitOthers,
    AllComplete,
    AlreadyDone,
    Failed,
}

/// See [`ResendAnswer`].
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Resent {
    Sent,
    TooSoon(Timestamp),
    Limit,
    Nothing,
}

/// What is carried.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Flash {
    Verify(Returned),
    Resend(Returned),
    NotMine(Returned),
    Disowned,
    Verified { verdict: Verdict, verification: VerificationId },
    Resent { answer: Resent, verifications: Vec<VerificationId> },
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    until: Timestamp,
    flash: Flash,
}

impl Flash {
    /// What 短信核验 came to: a page of its own, or the form again.
    pub fn of_verify(answer: &VerifyAnswer, ruleset: Option<RuleSetNo>, typed: Returned) -> Self {
        let back = move |alert| Self::Verify(Returned { alert: Some(alert), ..typed });
        let outcome = |said, tier| Alert::Outcome { said, ruleset, tier };
        let done = |verdict, verification| Self::Verified { verdict, verification };
        match answer {
            VerifyAnswer::TooMany(until) => back(Alert::TooMany { until: *until }),
            VerifyAnswer::AllComplete(verification) => done(Verdict::AllComplete, *verification),
            VerifyAnswer::WaitOthers(verification) => done(Verdict::WaitOthers, *verification),
            VerifyAnswer::AlreadyDone(verification) => done(Verdict::AlreadyDone, *verification),
            VerifyAnswer::FailedFinal(verification) => done(Verdict::Failed, *verification),
            VerifyAnswer::Superseded(_) => back(outcome(Said::Superseded, Tier::Superseded)),
            VerifyAnswer::NotFound => back(outcome(Said::NotFound, Tier::Checklist)),
            // A rule that answers like for somebody unknown says no more than that (S1).
            VerifyAnswer::Mismatch { outcome: MismatchOutcome::NotFound, .. } => {
                back(outcome(Said::NotFound, Tier::Checklist))
            }
            VerifyAnswer::Mismatch { outcome: MismatchOutcome::WrongInfo, hint, .. } => {
                let tier = match hint {
                    Hint::None => Tier::Checklist,
                    Hint::IdLast6 => Tier::IdWrong,
                    Hint::Code { attempts_left, deadline_at } => {
                        Tier::CodeWrong { attempts_left: *attempts_left, deadline_at: *deadline_at }
                    }
                };
                back(outcome(Said::WrongInfo, tier))
            }
        }
    }

    /// What 短信重发 came to.
    pub fn of_resend(answered: ResendAnswered, typed: Returned) -> Self {
        let verifications = answered.verifications;
        match answered.answer {
            ResendAnswer::TooMany(until) => {
                Self::Resend(Returned { alert: Some(Alert::TooMany { until }), ..typed })
            }
            ResendAnswer::Sent => Self::Resent { answer: Resent::Sent, verifications },
            ResendAnswer::TooSoon(at) => Self::Resent { answer: Resent::TooSoon(at), verifications },
            ResendAnswer::Limit => Self::Resent { answer: Resent::Limit, verifications },
            ResendAnswer::NothingPending => Self::Resent { answer: Resent::Nothing, verifications },
            ResendAnswer::NotFound => {
                let (ruleset, tier) = (answered.ruleset, Tier::Checklist);
                let alert = Alert::Outcome { said: Said::NotFound, ruleset, tier };
                Self::Resend(Returned { alert: Some(alert), ..typed })
            }
        }
    }

    /// The cookie that carries it.
    pub fn cookie(self, app: &App) -> Option<HeaderValue> {
        let sealed = Sealed { until: app.clock.now().plus_ms(LIFE_MS), flash: self };
        let clear = serde_json::to_vec(&sealed).ok()?;
        let value = app.draw(|rng| hex(&app.ring.seal(Purpose::Flash, PLACE, &clear, rng)));
        cookies::write(app, COOKIE, &value, LIFE_MS / 1_000)
    }

    /// What a request carries, if it is ours and fresh.
    pub fn of(app: &App, headers: &HeaderMap) -> Option<Self> {
        let value = cookies::read(app, headers, COOKIE)?;
        let clear = app.ring.open(Purpose::Flash, PLACE, &unhex(value)?).ok()?;
        let sealed: Sealed = serde_json::from_slice(&clear).ok()?;
        (app.clock.now() < sealed.until).then_some(sealed.flash)
    }
}
