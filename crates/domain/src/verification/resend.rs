//! 短信重发 (RES).

use super::issue::{issue_code, pinned_rule};
use super::text::MessageKind;
use super::{MessageState, ResendAnswer, ResendAnswered, Verification, VerificationState};
use crate::Timestamp;
use crate::decide::{Refusal, Stop};
use crate::event::{Actor, EventData, EventKind};
use crate::filing::{Filing, FilingState};
use crate::limits::{AddressBlock, count_message, count_request};
use crate::mark;
use crate::state::Key;
use crate::terms::{IdLast6, Phone};
use crate::tx::Tx;

/// What stands between one verification and a new message.
enum Obstacle {
    TooSoon(Timestamp),
    Limit,
    TooMany(Timestamp),
}

/// Answers 短信重发: a new message for every open verification of the person that has quota and whose last message is
/// old enough (RES-02).
pub fn resend(
    tx: &mut Tx<'_>,
    phone: &Phone,
    id_last6: &IdLast6,
    from: Option<AddressBlock>,
    rng: &mut dyn rand::Rng,
) -> Result<ResendAnswered, Stop> {
    mark!("RES-01");
    if let Some(until) = count_request(tx, phone, from)? {
        let answer = ResendAnswer::TooMany(until);
        return Ok(ResendAnswered { answer, verifications: Vec::new(), ruleset: None });
    }
    let (open, known) = of_person(tx, phone, id_last6)?;
    if open.is_empty() {
        mark!("RES-02");
        let answer = if known { ResendAnswer::NothingPending } else { ResendAnswer::NotFound };
        return Ok(ResendAnswered { answer, verifications: Vec::new(), ruleset: None });
    }
    // Everything that sending needs is asked for before anything is drawn or counted.
    tx.need(open.iter().map(|(_, filing)| Key::Rounds(filing.id)))?;
    let ruleset = open.first().and_then(|(_, filing)| filing.ruleset);
    let verifications = open.iter().map(|(verification, _)| verification.id).collect();
    let mut sent = false;
    let mut obstacles = Vec::new();
    for (verification, filing) in open {
        match resend_one(tx, phone, verification, &filing, rng)? {
            None => sent = true,
            Some(obstacle) => obstacles.push(obstacle),
        }
    }
    let answer = if sent { ResendAnswer::Sent } else { worst(&obstacles) };
    Ok(ResendAnswered { answer, verifications, ruleset })
}

/// The person's open verifications with their filings, and whether any filing knows the person at all.
fn of_person(
    tx: &Tx<'_>,
    phone: &Phone,
    id_last6: &IdLast6,
) -> Result<(Vec<(Verification, Filing)>, bool), Stop> {
    let keyring = tx.context.keyring;
    let mut open = Vec::new();
    let mut known = false;
    let mut compared = false;
    for key in keyring.keys() {
        // Both look-ups for everyone, known or not (VER-09).
        let named = tx.person(&keyring.person(*key, phone, id_last6))?.is_some();
        known = known || named;
        for verification in tx.of_phone(keyring.phone(*key, phone))? {
            compared = true;
            let is_person = verification
                .persons
                .iter()
                .any(|person| person.matches(&keyring.person(person.key(), phone, id_last6)));
            if !is_person {
                continue;
            }
            known = true;
            if let Some(filing) = tx.filing(&verification.id.filing())?
                && verification.is_open(tx.now())
                && matches!(filing.state, FilingState::Verifying(_))
            {
                open.push((verification, filing));
            }
        }
    }
    if !compared {
        // As for a phone with one verification, so that time does not tell which phones are known (SEC-06).
        std::hint::black_box(keyring.person(crate::tags::active(keyring), phone, id_last6));
    }
    Ok((open, known))
}

fn resend_one(
    tx: &mut Tx<'_>,
    phone: &Phone,
    mut verification: Verification,
    filing: &Filing,
    rng: &mut dyn rand::Rng,
) -> Result<Option<Obstacle>, Stop> {
    let rule = pinned_rule(tx, filing.ruleset)?;
    mark!("RES-03");
    // To a phone whose owner has refused more messages there are none left, either (PRO-07).
    if verification.disowned || verification.resends_used >= rule.manual_resend.limit {
        return Ok(Some(Obstacle::Limit));
    }
    let interval_ms = i64::from(rule.manual_resend.minimum_interval_seconds) * 1_000;
    let again_at = verification.last_message_at.plus_ms(interval_ms);
    if tx.now() < again_at {
        return Ok(Some(Obstacle::TooSoon(again_at)));
    }
    if verification.state == VerificationState::WaitingToSend && is_queued(tx, &verification)? {
        // The message before has not left yet: another would only queue behind it, with the older one's code dead.
        return Ok(Some(Obstacle::TooSoon(tx.now().plus_ms(interval_ms))));
    }
    let rounds = tx.rounds(filing.id)?;
    let party = rounds
        .as_ref()
        .and_then(|rounds| rounds.last())
        .and_then(|round| round.party(verification.id.ordinal()))
        .ok_or(Stop::Refuse(Refusal::FilingNotFound))?;
    if let Some(until) = count_message(tx, phone)? {
        return Ok(Some(Obstacle::TooMany(until)));
    }
    issue_code(tx, filing, &mut verification, party, MessageKind::Resend, rng)?;
    mark!("RES-05");
    verification.resends_used += 1;
    let data = EventData { message_no: Some(verification.messages), ..EventData::default() };
    tx.note(filing, &mut verification, EventKind::Resent, Actor::Person, data);
    tx.put_verification(verification);
    Ok(None)
}

/// Whether the last message is still in the outbox; one that a carrier has refused for good is not.
fn is_queued(tx: &Tx<'_>, verification: &Verification) -> Result<bool, Stop> {
    let last = tx.message(&verification.id.message(verification.messages))?;
    Ok(last.is_some_and(|message| message.state == MessageState::Queued))
}

/// What to say when nothing was sent: the interval if only that stopped any of them, else the day's limit, else the
/// quota.
fn worst(obstacles: &[Obstacle]) -> ResendAnswer {
    let mut answer = ResendAnswer::Limit;
    for obstacle in obstacles {
        answer = match (obstacle, answer) {
            (Obstacle::TooSoon(at), ResendAnswer::TooSoon(before)) => ResendAnswer::TooSoon(before.min(*at)),
            (Obstacle::TooSoon(at), _) => ResendAnswer::TooSoon(*at),
            (Obstacle::TooMany(at), ResendAnswer::Limit) => ResendAnswer::TooMany(*at),
            (Obstacle::TooMany(_) | Obstacle::Limit, answer) => answer,
        };
    }
    answer
}
