//! What people are answered (VER-20).

use crate::Timestamp;
use crate::mark;
use crate::rulebook::MismatchOutcome;
use crate::rules::RuleSetNo;
use crate::terms::VerificationId;

/// What a mismatch may tell, to someone who has proved enough (VER-09).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hint {
    /// Nothing.
    None,
    /// Phone and last six are right: the code is wrong; how many attempts are left, and until when.
    Code {
        /// Attempts left; `None` if the rule did not count this one.
        attempts_left: u8,
        /// Until when.
        deadline_at: Option<Timestamp>,
    },
    /// Phone and code are right: the last six are wrong.
    IdLast6,
}

/// The answer to 短信核验, in the order of VER-02.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerifyAnswer {
    /// Too many requests; wait until then. Nothing counted.
    TooMany(Timestamp),
    /// Passed, and the round with it.
    AllComplete(VerificationId),
    /// Passed; others have still to.
    WaitOthers(VerificationId),
    /// Passed before.
    AlreadyDone(VerificationId),
    /// The last six are right, and the code was right once: the newest message has the live one. Nothing counted.
    Superseded(VerificationId),
    /// Wrong.
    Mismatch {
        /// Of which verification.
        verification: VerificationId,
        /// How the rule has it answered.
        outcome: MismatchOutcome,
        /// What may be told.
        hint: Hint,
    },
    /// Failed for good, now or before.
    FailedFinal(VerificationId),
    /// Nobody of that phone, last six and code.
    NotFound,
}

impl VerifyAnswer {
    /// `validStatus` on the wire (VER-20).
    pub fn valid_status(&self) -> u16 {
        mark!("VER-20");
        match self {
            Self::TooMany(_) => 0,
            Self::AllComplete(_) => 3,
            Self::WaitOthers(_) => 31,
            Self::AlreadyDone(_) => 20,
            Self::Superseded(_) | Self::Mismatch { outcome: MismatchOutcome::WrongInfo, .. } => 2,
            Self::FailedFinal(_) => 21,
            Self::Mismatch { outcome: MismatchOutcome::NotFound, .. } | Self::NotFound => 4,
        }
    }

    /// Whose verification it is about, for the rule's own texts.
    pub const fn verification(&self) -> Option<VerificationId> {
        match self {
            Self::AllComplete(verification)
            | Self::WaitOthers(verification)
            | Self::AlreadyDone(verification)
            | Self::Superseded(verification)
            | Self::Mismatch { verification, .. }
            | Self::FailedFinal(verification) => Some(*verification),
            Self::TooMany(_) | Self::NotFound => None,
        }
    }
}

/// The answer to 短信重发, in the order of RES-02.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ResendAnswer {
    /// Too many requests, or messages to this phone; wait until then.
    TooMany(Timestamp),
    /// A new message is on its way.
    Sent,
    /// The last one is too fresh; again from then.
    TooSoon(Timestamp),
    /// The quota is used up; the code already out stays valid.
    Limit,
    /// Known, but nothing is open.
    NothingPending,
    /// Unknown.
    NotFound,
}

/// The answer with the verifications it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResendAnswered {
    /// The answer.
    pub answer: ResendAnswer,
    /// The verifications that are open for the person.
    pub verifications: Vec<VerificationId>,
    /// The rule set whose words it is given in.
    pub ruleset: Option<RuleSetNo>,
}

impl ResendAnswer {
    /// `validStatus` on the wire (VER-20).
    pub const fn valid_status(&self) -> u16 {
        match self {
            Self::TooMany(_) => 0,
            Self::Sent => 101,
            Self::TooSoon(_) | Self::Limit => 102,
            Self::NothingPending => 100,
            Self::NotFound => 4,
        }
    }
}
