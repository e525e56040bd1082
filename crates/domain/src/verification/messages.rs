//! What carriers say about a message, and what follows for the clock (DDL-02, SMS-02).

use super::carrier::{finish_by, take_orphan};
use super::{Message, MessageState, Verification, VerificationState};
use crate::decide::{Outcome, Stop};
use crate::due::Due;
use crate::event::{Actor, EventData, EventKind};
use crate::filing::Filing;
use crate::mark;
use crate::rulebook::{AutoResend, RuleSet};
use crate::state::Key;
use crate::terms::{MessageId, Phone};
use crate::tx::Tx;

type Loaded = (Message, Verification, Filing);

pub(super) fn load(tx: &Tx<'_>, id: MessageId) -> Result<Option<Loaded>, Stop> {
    let (verification, filing) = (id.verification(), id.verification().filing());
    tx.need([Key::Message(id), Key::Verification(verification), Key::Filing(filing)])?;
    let (Some(message), Some(verification), Some(filing)) =
        (tx.message(&id)?, tx.verification(&verification)?, tx.filing(&filing)?)
    else {
        return Ok(None);
    };
    Ok(Some((message, verification, filing)))
}

/// A carrier has accepted a message: its sealed text is wiped (SMS-03), and the first one starts the clock (DDL-02).
/// Said twice, it is heard once.
///
/// `to` is said by routes whose receipts know a message by the carrier's id alone; one that has come already is taken.
pub fn submitted(
    tx: &mut Tx<'_>,
    id: MessageId,
    route: &str,
    carrier_id: &str,
    to: Option<&Phone>,
) -> Result<Outcome, Stop> {
    let Some((mut message, mut verification, filing)) = load(tx, id)? else { return Ok(Outcome::Done) };
    if !matches!(message.state, MessageState::Queued | MessageState::Unknown) {
        return Ok(Outcome::Done);
    }
    let rule = super::issue::pinned_rule(tx, filing.ruleset)?;
    message.state = MessageState::Submitted;
    message.submitted_at = Some(tx.now());
    message.handed_at = message.handed_at.or(message.submitted_at);
    message.route = Some(route.to_owned());
    message.carrier_id = Some(carrier_id.to_owned());
    tx.put_message(message);
    accepted(tx, id, &mut verification, &rule);
    let data = EventData { message_no: Some(id.no()), ..EventData::default() };
    tx.note(&filing, &mut verification, EventKind::MessageSubmitted, Actor::Carrier, data);
    tx.put_verification(verification);
    let Some(to) = to else { return Ok(Outcome::Done) };
    tx.add_carrier_id(id, route, carrier_id)?;
    match take_orphan(tx, Some(route), to, Some(carrier_id))? {
        Some(orphan) => finish_by(tx, id, &orphan),
        None => Ok(Outcome::Done),
    }
}

/// What a carrier's acceptance sets going. A receipt that is faster than the answer to the submission is one too.
fn accepted(tx: &mut Tx<'_>, id: MessageId, verification: &mut Verification, rule: &RuleSet) {
    mark!("SMS-03");
    tx.wipe(id);
    accept(tx, verification, rule);
}

/// The clock that a message out of the house starts, whether or not its text is still needed (SMS-04).
pub(super) fn accept(tx: &mut Tx<'_>, verification: &mut Verification, rule: &RuleSet) {
    let is_first = verification.state == VerificationState::WaitingToSend;
    if is_first || (rule.resend_restarts_clock && verification.is_open(tx.now())) {
        start_clock(tx, verification, rule, is_first);
    }
}

fn start_clock(tx: &mut Tx<'_>, verification: &mut Verification, rule: &RuleSet, is_first: bool) {
    mark!("DDL-02");
    let accepted_at = tx.now();
    // Whole seconds, rounded in the person's favour.
    let deadline = accepted_at.plus(rule.validity()).ceil_to_second();
    verification.state = VerificationState::Open;
    verification.deadline_at = Some(deadline);
    tx.schedule(deadline, Due::Expire(verification.id));
    if is_first && rule.auto_resend == AutoResend::NextDayNoon {
        let noon = accepted_at.next_day_noon();
        if noon < deadline {
            tx.schedule(noon, Due::NoonResend(verification.id));
        }
    }
}

/// A message has arrived.
pub fn delivered(tx: &mut Tx<'_>, id: MessageId, carrier_code: &str) -> Result<Outcome, Stop> {
    finish(tx, id, MessageState::Delivered, true, carrier_code)
}

/// A message was refused for good or did not arrive. The code stays valid and the clock, if it runs, runs on; a
/// verification that no message has reached ends with the send window (DDL-03).
pub fn send_failed(tx: &mut Tx<'_>, id: MessageId, carrier_code: &str) -> Result<Outcome, Stop> {
    finish(tx, id, MessageState::Failed, false, carrier_code)
}

/// The end of a message, which a carrier had accepted or not.
pub(super) fn finish(
    tx: &mut Tx<'_>,
    id: MessageId,
    state: MessageState,
    was_accepted: bool,
    carrier_code: &str,
) -> Result<Outcome, Stop> {
    let Some((mut message, mut verification, filing)) = load(tx, id)? else { return Ok(Outcome::Done) };
    if matches!(message.state, MessageState::Delivered | MessageState::Failed) {
        return Ok(Outcome::Done);
    }
    if message.state == MessageState::Queued && was_accepted {
        let rule = super::issue::pinned_rule(tx, filing.ruleset)?;
        message.submitted_at = Some(tx.now());
        accepted(tx, id, &mut verification, &rule);
    } else if matches!(message.state, MessageState::Queued | MessageState::Unknown) {
        tx.wipe(id);
    }
    message.state = state;
    message.finished_at = Some(tx.now());
    message.carrier_code = Some(carrier_code.to_owned());
    tx.put_message(message);
    let kind = match state {
        MessageState::Delivered => EventKind::MessageDelivered,
        MessageState::Failed | MessageState::Queued | MessageState::Submitted | MessageState::Unknown => {
            EventKind::MessageFailed
        }
    };
    let data = EventData {
        message_no: Some(id.no()),
        carrier_code: Some(carrier_code.to_owned()),
        ..EventData::default()
    };
    tx.note(&filing, &mut verification, kind, Actor::Carrier, data);
    tx.put_verification(verification);
    Ok(Outcome::Done)
}
