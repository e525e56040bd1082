//! The lean row of a filing and its body.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::initial_review::SentBack;
use crate::Timestamp;
use crate::event::{Actor, EventData, EventKind};
use crate::mark;
use crate::registry::{EntityNo, ServiceNo};
use crate::review::Review;
use crate::rulebook::Case;
use crate::rules::RuleSetNo;
use crate::tags::EntityTag;
use crate::terms::{
    AccountId, Changed, EventId, FilingId, FilingKind, Initiator, Phone, ProviderId, Province, Roles,
    wire_enum,
};
use crate::tx::Tx;
use crate::working_days::DueDate;

wire_enum! {
    /// Why a filing came back.
    pub enum ReturnReason {
        /// Somebody used up the attempts.
        AttemptsExhausted = "attempts_exhausted",
        /// Somebody let the deadline pass.
        Expired = "expired",
        /// No route accepted the message in time (DDL-03).
        SmsUndeliverable = "sms_undeliverable",
        /// The provider took it back.
        Withdrawn = "withdrawn",
        /// The administration refused it.
        Rejected = "rejected",
    }
}

/// A round that has failed and waits for its return.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The first failure's reason is the round's (FIL-05).
    pub reason: ReturnReason,
    /// When the filing goes back.
    pub return_at: Timestamp,
}

/// Where a filing stands (FIL-01). `reported` is passed through within the transaction of the report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FilingState {
    /// Being written.
    Draft,
    /// 初审 by the provider's staff; how far it has come is in its [`InitialReview`](super::initial_review::InitialReview).
    InitialReview,
    /// 等待短信核验; with the failure, once one has failed and the return is still to come.
    Verifying(Option<Failure>),
    /// 管局审核.
    InReview {
        /// Since when: its place in the queue.
        at: Timestamp,
    },
    /// 退回接入商.
    Returned {
        /// Why.
        reason: ReturnReason,
        /// When.
        at: Timestamp,
        /// Corrected since: then `reverify` has no meaning (FIL-07).
        edited: bool,
    },
    /// 审核通过.
    Approved {
        /// When.
        at: Timestamp,
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

impl FilingState {
    /// The name on the wire.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InitialReview => "initial_review",
            Self::Verifying(_) => "verifying",
            Self::InReview { .. } => "in_review",
            Self::Returned { .. } => "returned",
            Self::Approved { .. } => "approved",
            Self::Rejected { .. } => "rejected",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Whether its entity can have no second filing now (FIL-10).
    pub const fn holds_entity(&self) -> bool {
        matches!(self, Self::InitialReview | Self::Verifying(_) | Self::InReview { .. })
    }

    /// Why and since when it is back with the provider or ended without approval.
    pub const fn returned(&self) -> Option<(ReturnReason, Timestamp)> {
        match self {
            Self::Returned { reason, at, .. } => Some((*reason, *at)),
            Self::Withdrawn { at } => Some((ReturnReason::Withdrawn, *at)),
            Self::Rejected { at } => Some((ReturnReason::Rejected, *at)),
            Self::Draft
            | Self::InitialReview
            | Self::Verifying(_)
            | Self::InReview { .. }
            | Self::Approved { .. } => None,
        }
    }
}

/// A filing, as stored: what is queried and locked. The rest is [`Body`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filing {
    /// Its id.
    pub id: FilingId,
    /// Whose it is.
    pub provider: ProviderId,
    /// The provider's own number.
    pub order_no: Option<String>,
    /// 备案类型.
    pub kind: FilingKind,
    /// The handling administration.
    pub province: Province,
    /// Where it stands.
    pub state: FilingState,
    /// Goes up with every change of this row; the ETag.
    pub version: u32,
    /// Rounds so far.
    pub round_no: u16,
    /// The rule set pinned to the round (FIL-02); `None` before the first report.
    pub ruleset: Option<RuleSetNo>,
    /// The next ordinal of a verification.
    pub next_verification: u16,
    /// The organiser, once known.
    pub entity: Option<EntityTag>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When the round was opened.
    pub reported_at: Option<Timestamp>,
    /// When the provider has promised to report it again (FIL-08).
    pub report_due: Option<DueDate>,
    /// The last event of its chain.
    pub last_event: EventId,
}

/// The sealed rest of a filing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Body {
    /// What was filed.
    pub draft: Draft,
    /// Every round, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<RoundBody>,
    /// The reviewer's reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<String>,
    /// The numbers given on approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Numbers>,
    /// Since when nothing personal is in it (SEC-13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
    /// Who of the provider's staff has written what is filed, if it was written in the console.
    pub written_by: Option<AccountId>,
    /// Why 初审 has sent it back, until it is reported.
    pub sent_back: Option<SentBack>,
}

/// The numbers given on approval (REV-03).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Numbers {
    /// 主体备案号.
    pub entity_no: EntityNo,
    /// 服务备案号, in the order of the filing's services.
    pub service_nos: Vec<ServiceNo>,
}

/// What a round was opened with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RoundBody {
    /// From 1.
    pub no: u16,
    /// When.
    pub reported_at: Timestamp,
    /// What differed from the record (WHO-05).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub changed: BTreeSet<Changed>,
    /// Whether the organiser moves to another province; what the rule was asked, to ask another rule the same.
    #[serde(default, skip_serializing_if = "is_false")]
    pub province_changes: bool,
    /// Whether the organiser's record was held at another provider; likewise.
    #[serde(default, skip_serializing_if = "is_false")]
    pub record_elsewhere: bool,
    /// The people asked, one a phone.
    pub parties: Vec<PartyBody>,
    /// What the provider should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<RoundWarning>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl RoundBody {
    /// What the rule was asked when the round was opened, for the kind and the initiator that were filed then.
    pub fn case(&self, kind: FilingKind, initiator: Initiator) -> Case {
        Case {
            kind,
            changed: self.changed.clone(),
            province_changes: self.province_changes,
            initiator,
            record_at_this_provider: !self.record_elsewhere,
        }
    }

    /// Whether it was an empty shell's, which asks nobody (FIL-13).
    pub fn is_shell(&self) -> bool {
        self.warnings.contains(&RoundWarning::Shell)
    }

    /// The person behind a verification of this round.
    pub fn party(&self, ordinal: u16) -> Option<&PartyBody> {
        self.parties.iter().find(|party| party.ordinal == ordinal)
    }
}

/// One phone that was asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartyBody {
    /// The verification's ordinal within the filing.
    pub ordinal: u16,
    /// The roles.
    pub roles: Roles,
    /// The phone.
    pub phone: Phone,
    /// What messages call the filing.
    pub label: String,
}

wire_enum! {
    /// What the provider should know about a round.
    pub enum RoundWarning {
        /// Two roles share a phone but not a document: the last six of either pass (WHO-02).
        TwoDocumentsOnePhone = "two_documents_one_phone",
        /// The registry does not know the service's head; the request's was asked (WHO-04).
        HeadNotOnRecord = "head_not_on_record",
        /// A checksum of a document number does not hold.
        DocumentChecksum = "document_checksum",
        /// The organiser's or service's record is an empty shell; nobody was asked (FIL-13).
        Shell = "shell",
    }
}

impl Filing {
    /// Stamps an event into the filing's chain.
    pub fn note(&mut self, tx: &mut Tx<'_>, kind: EventKind, actor: Actor, data: EventData) {
        mark!("FIL-11");
        let previous = (self.last_event.number() > 0).then_some(self.last_event);
        self.last_event = tx.event(self, None, previous, kind, actor, data);
    }

    /// Writes the row with the next version.
    pub fn save(mut self, tx: &mut Tx<'_>) {
        self.version = self.version.saturating_add(1);
        tx.put_filing(self);
    }
}

/// Everyone asked has verified, or nobody had to be: on to the administration (FIL-03, FIL-04).
pub(crate) fn complete_verification(tx: &mut Tx<'_>, mut filing: Filing, actor: Actor, shell: bool) {
    mark!("FIL-04");
    let data = EventData { round: Some(filing.round_no), shell, ..EventData::default() };
    filing.note(tx, EventKind::FilingVerificationCompleted, actor, data);
    filing.state = FilingState::InReview { at: tx.now() };
    Review::arrive(tx, &filing);
    filing.save(tx);
}
