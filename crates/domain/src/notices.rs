//! Notices by e-mail (PRO-05): whether a provider has its applicants told of a report and of a return.

use crate::audit::{AuditAction, AuditActor, AuditEntry, AuditSubject, Staff};
use crate::decide::{Outcome, Stop};
use crate::event::EventKind;
use crate::mark;
use crate::terms::ProviderId;
use crate::tx::Tx;

/// What somebody is told of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Occasion {
    /// 备案信息提交管局: a round was opened.
    Reported,
    /// The filing went back to the provider.
    Returned,
}

impl Occasion {
    /// What an event is an occasion for.
    pub fn of(kind: EventKind) -> Option<Self> {
        mark!("PRO-05");
        match kind {
            EventKind::FilingReported => Some(Self::Reported),
            EventKind::FilingReturned | EventKind::FilingRejected => Some(Self::Returned),
            EventKind::FilingCreated
            | EventKind::FilingCorrected
            | EventKind::FilingVerificationCompleted
            | EventKind::FilingVerificationFailed
            | EventKind::FilingClaimed
            | EventKind::FilingApproved
            | EventKind::FilingWithdrawn
            | EventKind::FilingErased
            | EventKind::MessageSubmitted
            | EventKind::MessageDelivered
            | EventKind::MessageFailed
            | EventKind::Resent
            | EventKind::AutoResent
            | EventKind::Passed
            | EventKind::AttemptFailed
            | EventKind::Expired
            | EventKind::InitialReviewSubmitted
            | EventKind::InitialReviewClaimed
            | EventKind::InitialReviewPassed
            | EventKind::InitialReviewSentBack
            | EventKind::Disowned
            | EventKind::DeadlineMoved => None,
        }
    }
}

/// Somebody of a provider switches its notices on or off. What happened before is not told of afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SwitchNotices {
    /// Who.
    pub by: Staff,
    /// Whose.
    pub provider: ProviderId,
    /// Whether they are sent from now on.
    pub on: bool,
}

/// Switches them.
pub(crate) fn switch(tx: &mut Tx<'_>, asked: &SwitchNotices) -> Result<Outcome, Stop> {
    let is_on = tx.notices(&asked.provider)?.is_some();
    if is_on == asked.on {
        return Ok(Outcome::Done);
    }
    tx.put_notices(asked.provider.clone(), asked.on);
    let action = if asked.on { AuditAction::NoticesOn } else { AuditAction::NoticesOff };
    let subject = AuditSubject::Account(asked.by.account);
    tx.audit(AuditEntry::new(tx.now(), AuditActor::Staff(asked.by.clone()), action, subject));
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// proves: PRO-05
    #[test]
    fn heads_are_told_of_a_report_and_of_every_way_back_to_the_provider_but_their_own() {
        let told = |occasion| -> Vec<EventKind> {
            EventKind::ALL.iter().copied().filter(|kind| Occasion::of(*kind) == Some(occasion)).collect()
        };
        assert_eq!(told(Occasion::Reported), [EventKind::FilingReported]);
        assert_eq!(told(Occasion::Returned), [EventKind::FilingReturned, EventKind::FilingRejected]);
    }
}
