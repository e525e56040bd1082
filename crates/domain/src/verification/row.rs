//! The lean rows of a verification and of its messages.

use zeroize::Zeroizing;

use crate::Timestamp;
use crate::tags::{CodeTag, PersonTag, PhoneTag};
use crate::terms::{EventId, MessageId, Phone, Roles, VerificationId, wire_enum};

/// The most messages one verification can have: the first, the manual resends of the most generous rule, the noon
/// resend, and retries. A message's number is one byte of its id.
pub const MAX_MESSAGES: u8 = 250;

/// Why an open verification was closed from outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CancelledBy {
    /// The round failed by another verification and the filing was returned (FIL-05).
    Return,
    /// The provider took the filing back.
    Withdrawal,
}

/// Where a verification stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerificationState {
    /// No carrier has accepted a message yet: no clock runs (DDL-02).
    WaitingToSend,
    /// A message is out; the person has until the deadline.
    Open,
    /// Verified.
    Passed,
    /// The attempts are used up.
    Failed,
    /// The deadline is over.
    Expired,
    /// Closed from outside.
    Cancelled(CancelledBy),
}

impl VerificationState {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WaitingToSend => "waiting_to_send",
            Self::Open => "open",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled(_) => "cancelled",
        }
    }
}

/// One person's duty within one round, as stored: what verify reads and writes, and nothing else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verification {
    /// Its id, which holds the filing's.
    pub id: VerificationId,
    /// The blind index of the phone.
    pub phone: PhoneTag,
    /// Who passes: the phone with the last six of each document behind it (WHO-02).
    pub persons: Vec<PersonTag>,
    /// The roles it satisfies.
    pub roles: Roles,
    /// The round it belongs to.
    pub round_no: u16,
    /// Where it stands.
    pub state: VerificationState,
    /// When it ends; `None` until a carrier has accepted a message. Whole seconds.
    pub deadline_at: Option<Timestamp>,
    /// Counted wrong attempts over its whole life (VER-05).
    pub attempts_used: u8,
    /// Manual resends (RES-03).
    pub resends_used: u8,
    /// Messages written so far.
    pub messages: u8,
    /// When the last message was written; the minimum interval counts from here (RES-02).
    pub last_message_at: Timestamp,
    /// The live code.
    pub code: CodeTag,
    /// Codes that a resend has replaced; recognised, but they open nothing (RES-04).
    pub superseded: Vec<CodeTag>,
    /// Whether the phone's owner has said that the filing is not theirs: no more messages (PRO-07).
    pub disowned: bool,
    /// The last event of its chain.
    pub last_event: EventId,
}

impl Verification {
    /// Open from its creation until passed, failed or cancelled, and expired exactly when `now` ≥ deadline, whether or
    /// not the worker has noticed (VER-03).
    pub fn is_open(&self, now: Timestamp) -> bool {
        crate::mark!("VER-03");
        match self.state {
            VerificationState::WaitingToSend | VerificationState::Open => {
                self.deadline_at.is_none_or(|deadline| now < deadline)
            }
            VerificationState::Passed
            | VerificationState::Failed
            | VerificationState::Expired
            | VerificationState::Cancelled(_) => false,
        }
    }

    /// Not finished, with a deadline before an instant.
    pub fn is_unfinished_before(&self, at: Timestamp) -> bool {
        let unfinished = matches!(self.state, VerificationState::WaitingToSend | VerificationState::Open);
        unfinished && self.deadline_at.is_some_and(|deadline| deadline < at)
    }

    /// What people are told: an open one past its deadline is expired.
    pub fn shown_state(&self, now: Timestamp) -> VerificationState {
        let unfinished = matches!(self.state, VerificationState::WaitingToSend | VerificationState::Open);
        if unfinished && !self.is_open(now) { VerificationState::Expired } else { self.state }
    }
}

wire_enum! {
    /// Where a message stands (SMS-02).
    pub enum MessageState {
        /// In the outbox.
        Queued = "queued",
        /// Accepted by a carrier.
        Submitted = "submitted",
        /// Arrived.
        Delivered = "delivered",
        /// Refused, or did not arrive.
        Failed = "failed",
        /// The connection was lost before the carrier's answer (SMS-04).
        Unknown = "unknown",
    }
}

/// One message, as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its id, which holds the verification's.
    pub id: MessageId,
    /// First message, resend, or noon resend.
    pub kind: super::MessageKind,
    /// Where it stands.
    pub state: MessageState,
    /// When it was written.
    pub created_at: Timestamp,
    /// When a carrier accepted it.
    pub submitted_at: Option<Timestamp>,
    /// When it arrived, or was known not to.
    pub finished_at: Option<Timestamp>,
    /// The route that took it.
    pub route: Option<String>,
    /// The carrier's id of it.
    pub carrier_id: Option<String>,
    /// The carrier's last code.
    pub carrier_code: Option<String>,
    /// When it was given to the route, whose answer may still be out.
    pub handed_at: Option<Timestamp>,
    /// Tries before the last one.
    pub attempts: Vec<super::Attempt>,
}

/// Where a message in the outbox stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It waits for a route; first messages go before resends, and those before the noon's.
    Waits(super::MessageKind),
    /// A route has it, and its answer is not noted yet.
    Handed,
    /// Nobody knows whether it was sent; its text is kept for the retry (SMS-04).
    Unknown,
}

/// A message on its way to the outbox, in clear: it is sealed there and wiped once a carrier has accepted it (SMS-03).
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Which message.
    pub message: MessageId,
    /// First message, resend, or noon resend.
    pub kind: super::MessageKind,
    /// To whom.
    pub to: Phone,
    /// The sender's number.
    pub sender: String,
    /// The text, with the code.
    pub text: Zeroizing<String>,
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outgoing({} to {:?})", self.message, self.to)
    }
}
