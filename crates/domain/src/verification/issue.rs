//! Making a verification, its codes and its messages.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::text::{self, MessageKind};
use super::{MAX_MESSAGES, Message, MessageState, Outgoing, Verification, VerificationState};
use crate::decide::{Refusal, Stop};
use crate::filing::{Filing, PartyBody};
use crate::mark;
use crate::rulebook::RuleSet;
use crate::rules::RuleSetNo;
use crate::tags::{CodeTag, PersonTag, active};
use crate::terms::{Code, EventId, Phone};
use crate::tx::Tx;

/// The rule set that a filing's round was pinned to.
pub(crate) fn pinned_rule(tx: &Tx<'_>, pinned: Option<RuleSetNo>) -> Result<Arc<RuleSet>, Stop> {
    let rule = pinned.and_then(|number| tx.context.rules.pinned(number));
    rule.cloned().ok_or(Stop::Refuse(Refusal::State("draft")))
}

/// Draws a code that no other open verification of the phone has (VER-04). The caller has loaded the phone's
/// verifications.
fn draw_code(tx: &Tx<'_>, phone: &Phone, rng: &mut dyn rand::Rng) -> Result<Code, Stop> {
    mark!("VER-04");
    let keyring = tx.context.keyring;
    let mut open = Vec::new();
    for key in keyring.keys() {
        let of_phone = tx.of_phone(keyring.phone(*key, phone))?;
        open.extend(of_phone.into_iter().filter(|verification| verification.is_open(tx.now())));
    }
    loop {
        let code = Code::draw(rng);
        let taken = open.iter().any(|verification| {
            let tag = keyring.code(verification.code.key(), verification.id, &code);
            verification.code.matches(&tag)
        });
        if !taken {
            return Ok(code);
        }
    }
}

/// Opens a verification with its first message. `waiting_to_send` until a carrier accepts it (DDL-02).
pub fn open_verification(
    tx: &mut Tx<'_>,
    filing: &Filing,
    party: &PartyBody,
    persons: Vec<PersonTag>,
    rule: &RuleSet,
    rng: &mut dyn rand::Rng,
) -> Result<(), Stop> {
    let keyring = tx.context.keyring;
    let code = draw_code(tx, &party.phone, rng)?;
    let key = active(keyring);
    let id = filing.id.verification(party.ordinal);
    let verification = Verification {
        id,
        phone: keyring.phone(key, &party.phone),
        persons,
        roles: party.roles,
        round_no: filing.round_no,
        state: VerificationState::WaitingToSend,
        deadline_at: None,
        attempts_used: 0,
        resends_used: 0,
        messages: 1,
        last_message_at: tx.now(),
        code: keyring.code(key, id, &code),
        superseded: Vec::new(),
        disowned: false,
        last_event: EventId::from_number(0),
    };
    write_message(tx, filing, &verification, party, MessageKind::First, &code, rule);
    tx.add_verification(verification);
    Ok(())
}

/// Gives a verification a new code and sends it; the old one stops working at once (RES-04).
pub fn issue_code(
    tx: &mut Tx<'_>,
    filing: &Filing,
    verification: &mut Verification,
    party: &PartyBody,
    kind: MessageKind,
    rng: &mut dyn rand::Rng,
) -> Result<(), Stop> {
    let rule = pinned_rule(tx, filing.ruleset)?;
    if verification.messages >= MAX_MESSAGES {
        return Err(Refusal::Exhausted.into());
    }
    let code = draw_code(tx, &party.phone, rng)?;
    let keyring = tx.context.keyring;
    let tag: CodeTag = keyring.code(active(keyring), verification.id, &code);
    let old = std::mem::replace(&mut verification.code, tag);
    verification.superseded.push(old);
    verification.messages += 1;
    verification.last_message_at = tx.now();
    write_message(tx, filing, verification, party, kind, &code, &rule);
    Ok(())
}

fn write_message(
    tx: &mut Tx<'_>,
    filing: &Filing,
    verification: &Verification,
    party: &PartyBody,
    kind: MessageKind,
    code: &Code,
    rule: &RuleSet,
) {
    mark!("SMS-02");
    let id = verification.id.message(verification.messages);
    tx.put_message(Message {
        id,
        kind,
        state: MessageState::Queued,
        created_at: tx.now(),
        submitted_at: None,
        finished_at: None,
        route: None,
        carrier_id: None,
        carrier_code: None,
        handed_at: None,
        attempts: Vec::new(),
    });
    let text = text::message_text(rule, filing.province, kind, verification.messages, code, &party.label);
    let sender = rule.senders.first().cloned().unwrap_or_default();
    tx.send(Outgoing { message: id, kind, to: party.phone, sender, text: Zeroizing::new(text) });
}
