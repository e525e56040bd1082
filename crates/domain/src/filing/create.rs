//! Makes a draft.

use super::draft::Draft;
use super::report::open_round;
use super::row::{Body, Filing, FilingState};
use crate::decide::{Outcome, Refusal, Stop};
use crate::event::{Actor, EventData, EventKind};
use crate::tags::active;
use crate::terms::{EventId, FilingId, IdLast6, ProviderId};
use crate::tx::Tx;

/// Makes a draft, and reports it in the same transaction if asked; if the report is refused, there is no draft either.
pub fn create(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    draft: &Draft,
    report: bool,
    rng: &mut dyn rand::Rng,
) -> Result<Outcome, Stop> {
    if let Some(order_no) = &draft.provider_order_no
        && let Some(other) = tx.order(&(provider.clone(), order_no.clone()))?
    {
        return Err(Refusal::OrderNumber(other).into());
    }
    let id = tx.new_filing_id();
    let mut filing = Filing {
        id,
        provider: provider.clone(),
        order_no: draft.provider_order_no.clone(),
        kind: draft.kind,
        province: draft.province,
        state: FilingState::Draft,
        version: 0,
        round_no: 0,
        ruleset: None,
        next_verification: 0,
        entity: None,
        created_at: tx.now(),
        reported_at: None,
        report_due: None,
        last_event: EventId::from_number(0),
    };
    if let Some(order_no) = &filing.order_no {
        tx.put_order(provider.clone(), order_no.clone(), id);
    }
    filing.note(tx, EventKind::FilingCreated, Actor::Provider, EventData::default());
    let body = Body {
        draft: draft.clone(),
        rounds: Vec::new(),
        rejection: None,
        numbers: None,
        erased_at: None,
        written_by: None,
        sent_back: None,
    };
    if report {
        open_round(tx, filing, body, rng)?;
    } else {
        remember_heads(tx, id, draft);
        tx.put_body(id, body);
        filing.save(tx);
    }
    Ok(Outcome::Filing(id))
}

/// Heads of a filing not yet reported are known to 短信重发: "nothing pending" rather than "unknown" (RES-02, S3).
pub(super) fn remember_heads(tx: &mut Tx<'_>, filing: FilingId, draft: &Draft) {
    let keyring = tx.context.keyring;
    let key = active(keyring);
    for (_, head) in draft.heads() {
        let Some(phone) = head.phone() else { continue };
        let numbers = [Some(&head.document.number), head.document.back_number.as_ref()];
        for number in numbers.into_iter().flatten() {
            if let Some(id_last6) = IdLast6::of(number.as_str()) {
                tx.put_person(keyring.person(key, phone, &id_last6), filing);
            }
        }
    }
}
