//! Commands whose time has come: expiry, noon resend, end of the send window, return (DDL-04).

use super::issue::{issue_code, pinned_rule};
use super::text::MessageKind;
use super::{Verification, VerificationState};
use crate::decide::{Outcome, Stop};
use crate::due::Due;
use crate::event::{Actor, EventData, EventKind};
use crate::filing::{Filing, FilingState, ReturnReason, fail_round, finish_return};
use crate::limits::count_message;
use crate::mark;
use crate::outage;
use crate::proposals;
use crate::state::Key;
use crate::terms::{FilingId, VerificationId};
use crate::tx::Tx;

/// Carries out a due command. One that has become pointless does nothing; the store removes it in the same transaction,
/// so it takes effect exactly once.
pub fn due(tx: &mut Tx<'_>, due: Due, rng: &mut dyn rand::Rng) -> Result<Outcome, Stop> {
    mark!("DDL-04");
    match due {
        Due::Expire(verification) => expire(tx, verification)?,
        Due::NoonResend(verification) => noon_resend(tx, verification, rng)?,
        Due::CloseSendWindow(filing, round_no) => close_send_window(tx, filing, round_no)?,
        Due::Return(filing, round_no) => return_failed(tx, filing, round_no)?,
        Due::StopClocks(proposal, batch) => outage::move_batch(tx, proposal, batch)?,
        // The rules know their start themselves; what is left is to say that it has come.
        Due::StartRules(proposal) => drop(proposals::carried_out(tx, proposal)?),
        Due::Retry(message) => return super::carrier::retry(tx, message),
    }
    Ok(Outcome::Done)
}

fn unfinished(tx: &Tx<'_>, id: VerificationId) -> Result<Option<(Verification, Filing)>, Stop> {
    tx.need([Key::Verification(id), Key::Filing(id.filing())])?;
    let (Some(verification), Some(filing)) = (tx.verification(&id)?, tx.filing(&id.filing())?) else {
        return Ok(None);
    };
    let open = matches!(verification.state, VerificationState::WaitingToSend | VerificationState::Open);
    let verifying = matches!(filing.state, FilingState::Verifying(_));
    Ok((open && verifying && verification.round_no == filing.round_no).then_some((verification, filing)))
}

fn expire(tx: &mut Tx<'_>, id: VerificationId) -> Result<(), Stop> {
    let Some((mut verification, filing)) = unfinished(tx, id)? else { return Ok(()) };
    if verification.is_open(tx.now()) {
        // The deadline has been moved since; the move set a command of its own.
        return Ok(());
    }
    let rule = pinned_rule(tx, filing.ruleset)?;
    tx.of_filing(filing.id)?;
    verification.state = VerificationState::Expired;
    tx.note(&filing, &mut verification, EventKind::Expired, Actor::Clock, EventData::default());
    tx.put_verification(verification.clone());
    fail_round(tx, filing, &verification, ReturnReason::Expired, &rule)
}

fn noon_resend(tx: &mut Tx<'_>, id: VerificationId, rng: &mut dyn rand::Rng) -> Result<(), Stop> {
    let Some((mut verification, filing)) = unfinished(tx, id)? else { return Ok(()) };
    if !verification.is_open(tx.now()) || verification.disowned {
        return Ok(());
    }
    tx.need([Key::OfPhone(verification.phone), Key::Rounds(filing.id)])?;
    let Some(rounds) = tx.rounds(filing.id)? else { return Ok(()) };
    let Some(party) = rounds.last().and_then(|round| round.party(id.ordinal())) else {
        return Ok(());
    };
    if count_message(tx, &party.phone)?.is_some() {
        // The phone has had its messages for the day (RES-07); the code already out stays valid.
        return Ok(());
    }
    mark!("RES-06");
    issue_code(tx, &filing, &mut verification, party, MessageKind::Noon, rng)?;
    let data = EventData { message_no: Some(verification.messages), ..EventData::default() };
    tx.note(&filing, &mut verification, EventKind::AutoResent, Actor::Clock, data);
    tx.put_verification(verification);
    Ok(())
}

fn close_send_window(tx: &mut Tx<'_>, id: FilingId, round_no: u16) -> Result<(), Stop> {
    tx.need([Key::Filing(id), Key::OfFiling(id)])?;
    let Some(filing) = tx.filing(&id)? else { return Ok(()) };
    if filing.round_no != round_no || !matches!(filing.state, FilingState::Verifying(None)) {
        return Ok(());
    }
    let unsent = tx
        .of_filing(id)?
        .into_iter()
        .find(|other| other.round_no == round_no && other.state == VerificationState::WaitingToSend);
    let Some(unsent) = unsent else { return Ok(()) };
    let rule = pinned_rule(tx, filing.ruleset)?;
    let ends = outage::send_window_ends(tx, &filing, &rule)?;
    if tx.now() < ends {
        tx.schedule(ends, Due::CloseSendWindow(id, round_no));
        return Ok(());
    }
    mark!("DDL-03");
    fail_round(tx, filing, &unsent, ReturnReason::SmsUndeliverable, &rule)
}

fn return_failed(tx: &mut Tx<'_>, id: FilingId, round_no: u16) -> Result<(), Stop> {
    tx.need([Key::Filing(id), Key::OfFiling(id)])?;
    let Some(filing) = tx.filing(&id)? else { return Ok(()) };
    match filing.state {
        FilingState::Verifying(Some(failure))
            if filing.round_no == round_no && tx.now() >= failure.return_at =>
        {
            finish_return(tx, filing, failure.reason)
        }
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::InReview { .. }
        | FilingState::Returned { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => Ok(()),
    }
}
