//! Giving messages to routes, and what follows when the answer is not a plain yes (SMS-02, SMS-04).
//!
//! A message is noted as handed over before a route may send it. So whoever finds it so and does not know what became of
//! it knows that it may have been sent, and does not send it again blindly.

use serde::{Deserialize, Serialize};

use super::messages::{accept, finish, load};
use super::{Message, MessageState, Standing, Verification};
use crate::Timestamp;
use crate::decide::{Outcome, Stop};
use crate::due::Due;
use crate::mark;
use crate::state::Key;
use crate::tags::{PhoneTag, active};
use crate::terms::{MessageId, Phone};
use crate::time::MINUTE_MS;
use crate::tx::Tx;

/// How long a receipt may take before a message of unknown fate is sent once more (SMS-04).
const RETRY_AFTER_MS: i64 = 10 * MINUTE_MS;

/// The code noted for a try whose outcome nobody has told.
pub const LOST: &str = "LOST";
/// The code noted for a message that was not sent, because its verification was over or its code replaced by then.
pub const NOT_NEEDED: &str = "NOTSENT";

/// A try that was no plain success.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// The route.
    pub route: String,
    /// When it was handed over.
    pub at: Timestamp,
    /// What the carrier said, or [`LOST`].
    pub code: String,
}

/// What a carrier reports of a message that it has accepted, under its own id of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The route it came by.
    pub route: String,
    /// The carrier's id of the message.
    pub carrier_id: String,
    /// Other spellings under which its answer may have had the id, without spaces.
    pub other_ids: Vec<String>,
    /// To whom the message was sent.
    pub to: Phone,
    /// Whether it has arrived.
    pub arrived: bool,
    /// The carrier's code.
    pub carrier_code: String,
}

/// A receipt for which there is no message yet: it has overtaken the answer to the submission, or is not ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Orphan {
    /// The carrier's id of the message.
    pub carrier_id: String,
    /// Other spellings of it.
    pub other_ids: Vec<String>,
    /// Whether it has arrived.
    pub arrived: bool,
    /// The carrier's code.
    pub carrier_code: String,
    /// When the receipt came.
    pub at: Timestamp,
}

/// What those who speak with carriers do with messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Transport {
    /// A message is about to be given to a route. Only if the outcome is `Handed(Some(…))` may the route have it.
    Hand {
        /// Which.
        message: MessageId,
        /// To which route.
        route: String,
    },
    /// The route did not take it after all; it waits again. With the carrier's code, if it was the carrier who refused.
    Release {
        /// Which.
        message: MessageId,
        /// The carrier's code.
        carrier_code: Option<String>,
    },
    /// The connection was lost before the carrier's answer, or the process ended before it was noted (SMS-04).
    Lost {
        /// Which.
        message: MessageId,
        /// To whom it goes.
        to: Phone,
    },
    /// A carrier reports.
    Receipt(Receipt),
}

/// Decides over what has become of a message on its way.
pub fn transport(tx: &mut Tx<'_>, transport: &Transport) -> Result<Outcome, Stop> {
    match transport {
        Transport::Hand { message, route } => hand(tx, *message, route),
        Transport::Release { message, carrier_code } => release(tx, *message, carrier_code.as_deref()),
        Transport::Lost { message, to } => lost(tx, *message, to),
        Transport::Receipt(receipt) => received(tx, receipt),
    }
}

/// Time to live: a message is sent as long as its verification is open and its code is the live one.
fn is_needed(tx: &Tx<'_>, id: MessageId, verification: &Verification) -> bool {
    verification.is_open(tx.now()) && verification.messages == id.no()
}

fn hand(tx: &mut Tx<'_>, id: MessageId, route: &str) -> Result<Outcome, Stop> {
    let Some((mut message, verification, filing)) = load(tx, id)? else { return Ok(Outcome::Handed(None)) };
    if message.state != MessageState::Queued || message.handed_at.is_some() {
        return Ok(Outcome::Handed(None));
    }
    if !is_needed(tx, id, &verification) {
        // No event: nothing has gone wrong, and whoever would read of it knows why the verification is over.
        message.state = MessageState::Failed;
        message.finished_at = Some(tx.now());
        message.carrier_code = Some(NOT_NEEDED.to_owned());
        tx.wipe(id);
        tx.put_message(message);
        return Ok(Outcome::Handed(None));
    }
    let rule = super::issue::pinned_rule(tx, filing.ruleset)?;
    let restarted = tx.now().plus(rule.validity());
    let useful_until = match verification.deadline_at {
        Some(deadline) if !rule.resend_restarts_clock => deadline,
        Some(_) | None => restarted,
    };
    mark!("SMS-04");
    message.handed_at = Some(tx.now());
    message.route = Some(route.to_owned());
    tx.put_message(message);
    tx.stand(id, Standing::Handed);
    Ok(Outcome::Handed(Some(useful_until)))
}

/// Puts a message back among those that wait, and keeps what became of the try.
fn wait_again(tx: &mut Tx<'_>, mut message: Message, code: Option<&str>) {
    let route = message.route.take();
    let at = message.handed_at.take();
    if let (Some(route), Some(at), Some(code)) = (route, at, code) {
        message.attempts.push(Attempt { route, at, code: code.to_owned() });
    }
    message.state = MessageState::Queued;
    tx.stand(message.id, Standing::Waits(message.kind));
    tx.put_message(message);
}

fn release(tx: &mut Tx<'_>, id: MessageId, carrier_code: Option<&str>) -> Result<Outcome, Stop> {
    let Some((message, _, _)) = load(tx, id)? else { return Ok(Outcome::Done) };
    if message.state == MessageState::Queued && message.handed_at.is_some() {
        wait_again(tx, message, carrier_code);
    }
    Ok(Outcome::Done)
}

/// Nobody knows whether it was sent. The clock starts as if it had been, so that whoever has got it can use it; its text
/// is kept for the one retry, and wiped when there is none to come.
fn lost(tx: &mut Tx<'_>, id: MessageId, to: &Phone) -> Result<Outcome, Stop> {
    let Some((mut message, mut verification, filing)) = load(tx, id)? else { return Ok(Outcome::Done) };
    if message.state != MessageState::Queued || message.handed_at.is_none() {
        return Ok(Outcome::Done);
    }
    if let Some(orphan) = take_orphan(tx, message.route.as_deref(), to, None)? {
        return finish_by(tx, id, &orphan);
    }
    let rule = super::issue::pinned_rule(tx, filing.ruleset)?;
    mark!("SMS-04");
    let was_lost_before = message.attempts.iter().any(|attempt| attempt.code == LOST);
    message.state = MessageState::Unknown;
    message.submitted_at = message.submitted_at.or(message.handed_at);
    tx.put_message(message);
    tx.stand(id, Standing::Unknown);
    accept(tx, &mut verification, &rule);
    let retry_at = tx.now().plus_ms(RETRY_AFTER_MS);
    if was_lost_before || verification.deadline_at.is_none_or(|deadline| retry_at >= deadline) {
        tx.wipe(id);
    } else {
        tx.schedule(retry_at, Due::Retry(id));
    }
    tx.put_verification(verification);
    Ok(Outcome::Done)
}

/// Ten minutes have passed without a receipt: the same text once more.
pub(super) fn retry(tx: &mut Tx<'_>, id: MessageId) -> Result<Outcome, Stop> {
    let Some((message, verification, _)) = load(tx, id)? else { return Ok(Outcome::Done) };
    if message.state != MessageState::Unknown {
        return Ok(Outcome::Done);
    }
    if is_needed(tx, id, &verification) {
        wait_again(tx, message, Some(LOST));
    } else {
        tx.wipe(id);
    }
    Ok(Outcome::Done)
}

/// The blind indexes that a phone may have been written under.
fn tags(tx: &Tx<'_>, phone: &Phone) -> Vec<PhoneTag> {
    let keyring = tx.context.keyring;
    keyring.keys().iter().map(|key| keyring.phone(*key, phone)).collect()
}

/// Takes a receipt that came too early: that of a carrier's id, or, where the id was never heard, any of that phone.
pub(super) fn take_orphan(
    tx: &mut Tx<'_>,
    route: Option<&str>,
    to: &Phone,
    carrier_id: Option<&str>,
) -> Result<Option<Orphan>, Stop> {
    let Some(route) = route else { return Ok(None) };
    let tags = tags(tx, to);
    tx.need(tags.iter().map(|tag| Key::Orphans((route.to_owned(), *tag))))?;
    for tag in tags {
        let key = (route.to_owned(), tag);
        let mut orphans = tx.orphans(&key)?.unwrap_or_default();
        let is_of = |orphan: &Orphan, id: &str| {
            orphan.carrier_id == id || orphan.other_ids.iter().any(|other| other == id)
        };
        let fits = |orphan: &Orphan| carrier_id.is_none_or(|id| is_of(orphan, id));
        if let Some(at) = orphans.iter().position(fits) {
            let orphan = orphans.remove(at);
            tx.put_orphans(key, orphans);
            return Ok(Some(orphan));
        }
    }
    Ok(None)
}

/// What an early receipt says of a message.
pub(super) fn finish_by(tx: &mut Tx<'_>, id: MessageId, orphan: &Orphan) -> Result<Outcome, Stop> {
    let state = if orphan.arrived { MessageState::Delivered } else { MessageState::Failed };
    finish(tx, id, state, true, &orphan.carrier_code)
}

/// Carriers' ids are not unique under load, so the phone must fit, too. A receipt without a message of its id belongs to
/// the message to that phone whose id was never heard; else it is kept until its message is known.
fn received(tx: &mut Tx<'_>, receipt: &Receipt) -> Result<Outcome, Stop> {
    mark!("SMS-02");
    let tags = tags(tx, &receipt.to);
    let found = match of_id(tx, receipt, &tags)? {
        Some(found) => Some(found),
        None => of_unknown(tx, receipt, &tags)?,
    };
    let orphan = Orphan {
        carrier_id: receipt.carrier_id.clone(),
        other_ids: receipt.other_ids.clone(),
        arrived: receipt.arrived,
        carrier_code: receipt.carrier_code.clone(),
        at: tx.now(),
    };
    if let Some(message) = found {
        return finish_by(tx, message, &orphan);
    }
    let key = (receipt.route.clone(), tx.context.keyring.phone(active(tx.context.keyring), &receipt.to));
    let mut orphans = tx.orphans(&key)?.unwrap_or_default();
    // Said twice, it is kept once.
    if !orphans.iter().any(|other| other.carrier_id == orphan.carrier_id) {
        orphans.push(orphan);
        tx.put_orphans(key, orphans);
    }
    Ok(Outcome::Done)
}

/// The newest message of the carrier's id that went to the phone; the spelling that the receipt has goes first.
fn of_id(tx: &Tx<'_>, receipt: &Receipt, tags: &[PhoneTag]) -> Result<Option<MessageId>, Stop> {
    let spellings = std::iter::once(&receipt.carrier_id).chain(&receipt.other_ids);
    let keys: Vec<_> = spellings.map(|spelling| (receipt.route.clone(), spelling.clone())).collect();
    tx.need(keys.iter().cloned().map(Key::OfCarrier))?;
    for key in keys {
        let ids = tx.of_carrier(&key)?.unwrap_or_default();
        tx.need(ids.iter().map(|id| Key::Verification(id.verification())))?;
        for id in ids.iter().rev() {
            let verification = tx.verification(&id.verification())?;
            if verification.is_some_and(|verification| tags.contains(&verification.phone)) {
                return Ok(Some(*id));
            }
        }
    }
    Ok(None)
}

/// The message to the phone that was last given to the route without an answer.
fn of_unknown(tx: &Tx<'_>, receipt: &Receipt, tags: &[PhoneTag]) -> Result<Option<MessageId>, Stop> {
    let mut last = Vec::new();
    for tag in tags {
        let of_phone = tx.of_phone(*tag)?;
        last.extend(of_phone.iter().map(|verification| verification.id.message(verification.messages)));
    }
    tx.need(last.iter().map(|id| Key::Message(*id)))?;
    let mut found: Option<Message> = None;
    for id in last {
        let unknown = tx.message(&id)?.filter(|message| {
            message.state == MessageState::Unknown && message.route.as_deref() == Some(&receipt.route)
        });
        found = match (found, unknown) {
            (Some(one), Some(other)) if one.handed_at < other.handed_at => Some(other),
            (None, other) => other,
            (one, _) => one,
        };
    }
    Ok(found.map(|message| message.id))
}
