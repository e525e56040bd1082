//! The provider takes a filing back.

use super::returned::cancel_open;
use super::row::{Filing, FilingState, ReturnReason};
use crate::audit::{AuditAction, AuditActor, AuditData};
use crate::decide::{Expected, Outcome, Refusal, Stop};
use crate::event::{Actor, EventData, EventKind};
use crate::mark;
use crate::state::Key;
use crate::terms::{FilingId, ProviderId};
use crate::tx::Tx;
use crate::verification::CancelledBy;

/// The provider's own filing; another's is not there (SEC-09).
pub(super) fn own_filing(tx: &Tx<'_>, provider: &ProviderId, id: FilingId) -> Result<Filing, Stop> {
    let filing = tx.filing(&id)?.filter(|filing| filing.provider == *provider);
    filing.ok_or(Stop::Refuse(Refusal::FilingNotFound))
}

/// The version that the caller has read must be the one there is.
pub(crate) fn check_version(filing: &Filing, expected: Expected) -> Result<(), Stop> {
    match expected {
        Expected::Version(version) if version != filing.version => {
            Err(Refusal::Version(filing.version).into())
        }
        Expected::Unsaid => Err(Refusal::VersionUnsaid.into()),
        Expected::Version(_) | Expected::Any => Ok(()),
    }
}

/// Takes a filing back from any state before `in_review`; open verifications end and their codes die.
pub fn withdraw(tx: &mut Tx<'_>, provider: &ProviderId, id: FilingId) -> Result<Outcome, Stop> {
    tx.need([Key::Filing(id), Key::OfFiling(id)])?;
    let mut filing = own_filing(tx, provider, id)?;
    match filing.state {
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::Returned { .. } => {}
        FilingState::InReview { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => return Err(Refusal::State(filing.state.as_str()).into()),
    }
    mark!("FIL-01");
    cancel_open(tx, &filing, CancelledBy::Withdrawal)?;
    let data = EventData { reason: Some(ReturnReason::Withdrawn), ..EventData::default() };
    filing.note(tx, EventKind::FilingWithdrawn, Actor::Provider, data);
    if filing.state == FilingState::InitialReview {
        tx.put_initial_review(id, None);
    }
    filing.report_due = None;
    filing.state = FilingState::Withdrawn { at: tx.now() };
    filing.save(tx);
    let actor = AuditActor::Provider { provider: provider.clone() };
    tx.audit_filing(actor, AuditAction::Withdrawn, id, AuditData::default());
    Ok(Outcome::Filing(id))
}
