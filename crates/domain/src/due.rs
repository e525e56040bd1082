//! Commands with a due time (DDL-04): written by the decision that makes them necessary, carried out once.

use crate::terms::{FilingId, MessageId, ProposalId, VerificationId};

/// What is to be done at its time. Each names enough to see that it has become pointless.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Due {
    /// The deadline of a verification.
    Expire(VerificationId),
    /// The noon resend of the day after the first message (RES-06).
    NoonResend(VerificationId),
    /// The end of a round's send window (DDL-03).
    CloseSendWindow(FilingId, u16),
    /// The return of a failed round whose rule waits for the deadline (FIL-05).
    Return(FilingId, u16),
    /// The start of a version of the rules that was activated for later.
    StartRules(ProposalId),
    /// The second try of a message of which nobody knows whether it was sent (SMS-04).
    Retry(MessageId),
    /// One batch of filings whose deadlines an outage moves (DDL-06), by its number.
    StopClocks(ProposalId, u16),
}

impl Due {
    /// Kind, target, and round or batch as stored.
    pub const fn parts(self) -> (u8, i64, u16) {
        match self {
            Self::Expire(verification) => (1, verification.number(), 0),
            Self::NoonResend(verification) => (2, verification.number(), 0),
            Self::CloseSendWindow(filing, round_no) => (3, filing.number(), round_no),
            Self::Return(filing, round_no) => (4, filing.number(), round_no),
            Self::StartRules(proposal) => (5, proposal.number(), 0),
            Self::Retry(message) => (7, message.number(), 0),
            Self::StopClocks(proposal, batch) => (6, proposal.number(), batch),
        }
    }

    /// From what is stored; `None` for a kind this version does not know.
    pub const fn from_parts(kind: u8, target: i64, round_no: u16) -> Option<Self> {
        match kind {
            1 => Some(Self::Expire(VerificationId::from_number(target))),
            2 => Some(Self::NoonResend(VerificationId::from_number(target))),
            3 => Some(Self::CloseSendWindow(FilingId::from_number(target), round_no)),
            4 => Some(Self::Return(FilingId::from_number(target), round_no)),
            5 => Some(Self::StartRules(ProposalId::from_number(target))),
            7 => Some(Self::Retry(MessageId::from_number(target))),
            6 => Some(Self::StopClocks(ProposalId::from_number(target), round_no)),
            _ => None,
        }
    }
}
