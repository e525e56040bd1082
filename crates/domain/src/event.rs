//! Everything that happens to a filing, as events (FIL-11). The timeline, the feed and later the charts are made from
//! them.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::filing::ReturnReason;
use crate::terms::{EventId, FilingId, ProviderId, Province, VerificationId, wire_enum};

wire_enum! {
    /// What happened.
    pub enum EventKind {
        /// A draft was made.
        FilingCreated = "filing.created",
        /// A draft or a returned filing was corrected.
        FilingCorrected = "filing.corrected",
        /// A round was opened (提交管局).
        FilingReported = "filing.reported",
        /// Everyone asked has verified, or nobody had to be; the filing is in review.
        FilingVerificationCompleted = "filing.verification_completed",
        /// The round has failed; the return follows at the time the rule sets (FIL-05).
        FilingVerificationFailed = "filing.verification_failed",
        /// 退回接入商.
        FilingReturned = "filing.returned",
        /// A reviewer has taken the filing.
        FilingClaimed = "filing.claimed",
        /// 管局审核通过.
        FilingApproved = "filing.approved",
        /// 管局审核不通过.
        FilingRejected = "filing.rejected",
        /// Taken back by the provider.
        FilingWithdrawn = "filing.withdrawn",
        /// The personal data in it was erased (SEC-13).
        FilingErased = "filing.erased",
        /// A carrier has accepted a message.
        MessageSubmitted = "verification.message_submitted",
        /// A message has arrived.
        MessageDelivered = "verification.message_delivered",
        /// A message could not be sent or did not arrive.
        MessageFailed = "verification.message_failed",
        /// 短信重发, asked for by the person.
        Resent = "verification.resent",
        /// The next-day noon resend (RES-06).
        AutoResent = "verification.auto_resent",
        /// Verified.
        Passed = "verification.passed",
        /// A wrong attempt was counted.
        AttemptFailed = "verification.attempt_failed",
        /// The deadline is over.
        Expired = "verification.expired",
        /// The provider's people have put the filing into 初审.
        InitialReviewSubmitted = "filing.initial_review_submitted",
        /// One of them has taken it.
        InitialReviewClaimed = "filing.initial_review_claimed",
        /// 初审通过.
        InitialReviewPassed = "filing.initial_review_passed",
        /// 初审退回.
        InitialReviewSentBack = "filing.initial_review_sent_back",
        /// Whoever has the phone says that the filing is not theirs; its messages have stopped (PRO-07).
        Disowned = "verification.disowned",
        /// The deadline has moved, because messages or the portal were out of order (DDL-06).
        DeadlineMoved = "verification.deadline_moved",
    }
}

impl EventKind {
    /// The names of those that providers get in their feed.
    pub const FED: &'static [&'static str] = &[
        "filing.reported",
        "filing.verification_completed",
        "filing.verification_failed",
        "filing.returned",
        "filing.approved",
        "filing.rejected",
        "filing.withdrawn",
        "verification.message_submitted",
        "verification.message_delivered",
        "verification.message_failed",
        "verification.resent",
        "verification.auto_resent",
        "verification.passed",
        "verification.attempt_failed",
        "verification.expired",
        "verification.disowned",
        "verification.deadline_moved",
    ];

    /// Whether a filing comes back to its provider with it, approved or not.
    pub const fn decides_filing(self) -> bool {
        matches!(self, Self::FilingApproved | Self::FilingRejected | Self::FilingReturned)
    }

    /// Whether providers get it in their feed; the others are for the timeline alone: what a provider's own people do
    /// before they report, and that a reviewer has taken a filing.
    pub const fn is_in_feed(self) -> bool {
        !matches!(
            self,
            Self::FilingCreated
                | Self::FilingCorrected
                | Self::FilingClaimed
                | Self::InitialReviewSubmitted
                | Self::InitialReviewClaimed
                | Self::InitialReviewPassed
                | Self::InitialReviewSentBack
                | Self::FilingErased
        )
    }
}

/// Who did it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The provider whose filing it is.
    Provider,
    /// The responsible person, on the portal.
    Person,
    /// An administration.
    Administration(Province),
    /// The system's clock.
    Clock,
    /// A carrier.
    Carrier,
}

/// What else is known; never a phone, a document or a code.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EventData {
    /// Why a round failed, or a filing was returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReturnReason>,
    /// The round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u16>,
    /// The set that decides the round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruleset: Option<String>,
    /// `validStatus` of the answer that the person got (VER-20).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<u16>,
    /// Attempts counted so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_used: Option<u8>,
    /// Which message of the verification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_no: Option<u8>,
    /// The deadline from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_at: Option<Timestamp>,
    /// What the carrier said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier_code: Option<String>,
    /// The filing asks nobody because the organiser's record is an empty shell (FIL-13).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shell: bool,
    /// Things the provider should know about the round, such as two documents behind one phone (WHO-02).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl EventData {
    /// Whether nothing else is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One event. Events of one filing and of each of its verifications form chains by `previous`, so that a timeline is
/// read without an index on events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Sequence number, in the order in which things happened.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
    /// Whose filing it is.
    pub provider: ProviderId,
    /// The filing.
    pub filing: FilingId,
    /// The verification, if it is about one.
    pub verification: Option<VerificationId>,
    /// The event before it in the same chain.
    pub previous: Option<EventId>,
    /// Who did it.
    pub actor: Actor,
    /// What else is known.
    pub data: EventData,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_feed_are_those_of_its_kinds() {
        let fed: Vec<&str> =
            EventKind::ALL.iter().filter(|kind| kind.is_in_feed()).map(|kind| kind.as_str()).collect();
        assert_eq!(fed, EventKind::FED);
    }
}
