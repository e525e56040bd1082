//! A round fails (FIL-05), and the filing goes back to the provider.

use super::row::{Failure, Filing, FilingState, ReturnReason};
use crate::decide::Stop;
use crate::due::Due;
use crate::event::{Actor, EventData, EventKind};
use crate::mark;
use crate::rulebook::{ReturnOnFailure, RuleSet};
use crate::terms::MessageId;
use crate::tx::Tx;
use crate::verification::{CancelledBy, Verification, VerificationState};

/// One verification has failed for good, and the round with it. The return follows at once or at the deadline of the
/// verification that failed, as the rule has it.
pub fn fail_round(
    tx: &mut Tx<'_>,
    mut filing: Filing,
    failed: &Verification,
    reason: ReturnReason,
    rule: &RuleSet,
) -> Result<(), Stop> {
    mark!("FIL-05");
    if matches!(filing.state, FilingState::Verifying(Some(_))) {
        // The first failure's reason is the round's reason, whatever happens to the others later.
        return Ok(());
    }
    let data = EventData { reason: Some(reason), round: Some(filing.round_no), ..EventData::default() };
    filing.note(tx, EventKind::FilingVerificationFailed, Actor::Clock, data);
    let return_at = match rule.attempts.return_on_failure {
        ReturnOnFailure::Immediately => tx.now(),
        ReturnOnFailure::AtDeadline => failed.deadline_at.unwrap_or(tx.now()),
    };
    if return_at <= tx.now() {
        return finish_return(tx, filing, reason);
    }
    filing.state = FilingState::Verifying(Some(Failure { reason, return_at }));
    tx.schedule(return_at, Due::Return(filing.id, filing.round_no));
    filing.save(tx);
    Ok(())
}

/// 退回接入商: every other open verification of the round is cancelled and its code dies.
pub fn finish_return(tx: &mut Tx<'_>, mut filing: Filing, reason: ReturnReason) -> Result<(), Stop> {
    cancel_open(tx, &filing, CancelledBy::Return)?;
    let data = EventData { reason: Some(reason), round: Some(filing.round_no), ..EventData::default() };
    filing.note(tx, EventKind::FilingReturned, Actor::Clock, data);
    mark!("FIL-09");
    filing.state = FilingState::Returned { reason, at: tx.now(), edited: false };
    filing.save(tx);
    Ok(())
}

/// Closes what is still open of the round; messages that have not left stay in the house.
pub(super) fn cancel_open(tx: &mut Tx<'_>, filing: &Filing, by: CancelledBy) -> Result<(), Stop> {
    for mut verification in tx.of_filing(filing.id)? {
        let unfinished =
            matches!(verification.state, VerificationState::WaitingToSend | VerificationState::Open);
        if !unfinished || verification.round_no != filing.round_no {
            continue;
        }
        let unsent: Vec<MessageId> =
            (1..=verification.messages).map(|no| verification.id.message(no)).collect();
        for message in unsent {
            tx.wipe(message);
        }
        verification.state = VerificationState::Cancelled(by);
        tx.put_verification(verification);
    }
    Ok(())
}
