//! The personal data of a filing goes when its time is over, or when somebody whom it is about asks (SEC-13).
//!
//! What stays says what happened and to whose record: kind, province, provider, numbers of the registry, domains, rounds with
//! their times, states, attempts, events. What goes are names, phones, documents, addresses, e-mail, remarks, the reason of
//! a rejection, and every hash by which a person or an organiser could be found or a code compared.

use crate::Timestamp;
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Reason, Staff};
use crate::decide::{Outcome, Refusal, Stop};
use crate::event::{Actor, EventData, EventKind};
use crate::filing::draft::{Draft, EntityDraft, ServiceDraft};
use crate::filing::{Body, Filing, FilingState, ReturnReason, RoundBody};
use crate::mark;
use crate::state::Key;
use crate::tags::{CodeTag, PhoneTag};
use crate::terms::FilingId;
use crate::tx::Tx;

/// Why a filing's personal data is erased.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ErasureCause {
    /// Its time is over: it has ended at this instant or before.
    Period {
        /// Which.
        ended_before: Timestamp,
    },
    /// Somebody whom it is about has asked for it, and an operator carries it out.
    Request {
        /// Who.
        by: Staff,
        /// Why.
        reason: Reason,
    },
}

/// When a filing has come to an end from which nothing leads on.
fn ended_at(state: &FilingState) -> Option<Timestamp> {
    match state {
        FilingState::Approved { at } | FilingState::Rejected { at } | FilingState::Withdrawn { at } => {
            Some(*at)
        }
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::InReview { .. }
        | FilingState::Returned { .. } => None,
    }
}

/// Since when nobody has gone on with a filing that was returned.
fn left_since(state: &FilingState) -> Option<Timestamp> {
    match state {
        FilingState::Returned { at, edited: false, .. } => Some(*at),
        FilingState::Returned { edited: true, .. }
        | FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::InReview { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => None,
    }
}

impl FilingState {
    /// Since when the period runs after which a filing's personal data is erased (SEC-13): its end, or the return after
    /// which nobody has touched it.
    pub fn kept_since(&self) -> Option<Timestamp> {
        ended_at(self).or_else(|| left_since(self))
    }

    /// Whether the personal data may be erased for somebody who asks for it: nothing is open any more.
    pub fn may_be_erased(&self) -> bool {
        ended_at(self).is_some()
    }
}

/// Erases. What is erased already, or not yet due, is left as it is. A filing that is open is refused: it says so by its
/// state, and the provider can take it back.
pub fn erase(tx: &mut Tx<'_>, id: FilingId, cause: &ErasureCause) -> Result<Outcome, Stop> {
    tx.need([Key::Filing(id), Key::Body(id), Key::OfFiling(id)])?;
    let (Some(mut filing), Some(body)) = (tx.filing(&id)?, tx.body(&id)?) else {
        return Err(Refusal::FilingNotFound.into());
    };
    if body.erased_at.is_some() {
        return Ok(Outcome::Done);
    }
    tx.need(tx.of_filing(id)?.iter().map(|verification| Key::OfPhone(verification.phone)))?;
    mark!("SEC-13");
    let actor = match cause {
        ErasureCause::Period { ended_before } => {
            if filing.state.kept_since().is_none_or(|since| since > *ended_before) {
                return Ok(Outcome::Done);
            }
            if left_since(&filing.state).is_some() {
                give_up(tx, &mut filing);
            }
            Actor::Clock
        }
        ErasureCause::Request { by, reason } => {
            if !filing.state.may_be_erased() {
                return Err(Refusal::State(filing.state.as_str()).into());
            }
            let (actor, subject) = (AuditActor::Staff(by.clone()), AuditSubject::Filing(id));
            let data = AuditData { provider: Some(filing.provider.clone()), ..AuditData::default() };
            tx.audit(
                AuditEntry::new(tx.now(), actor, AuditAction::Erased, subject).because(reason).with(data),
            );
            Actor::Person
        }
    };
    erase_verifications(tx, id)?;
    tx.forget_people(id);
    tx.put_body(id, body.erased(tx.now()));
    filing.note(tx, EventKind::FilingErased, actor, EventData::default());
    filing.entity = None;
    filing.save(tx);
    Ok(Outcome::Done)
}

/// A return that nobody has answered for so long comes to nothing.
fn give_up(tx: &mut Tx<'_>, filing: &mut Filing) {
    let data = EventData { reason: Some(ReturnReason::Withdrawn), ..EventData::default() };
    filing.note(tx, EventKind::FilingWithdrawn, Actor::Clock, data);
    tx.audit_filing(AuditActor::Machine, AuditAction::Withdrawn, filing.id, AuditData::default());
    filing.state = FilingState::Withdrawn { at: tx.now() };
}

fn erase_verifications(tx: &mut Tx<'_>, id: FilingId) -> Result<(), Stop> {
    for mut verification in tx.of_filing(id)? {
        for no in 1..=verification.messages {
            tx.wipe(verification.id.message(no));
        }
        tx.forget_phone(verification.phone, verification.id);
        verification.phone = PhoneTag::ERASED;
        verification.persons.clear();
        verification.code = CodeTag::ERASED;
        verification.superseded.clear();
        tx.put_verification(verification);
    }
    Ok(())
}

impl Body {
    /// What stays of it. Fields are taken over one by one, so that a new one goes until somebody decides that it stays.
    fn erased(&self, at: Timestamp) -> Self {
        let round = |round: &RoundBody| RoundBody {
            no: round.no,
            reported_at: round.reported_at,
            changed: round.changed.clone(),
            province_changes: round.province_changes,
            record_elsewhere: round.record_elsewhere,
            parties: Vec::new(),
            warnings: round.warnings.clone(),
        };
        Self {
            draft: self.draft.erased(),
            rounds: self.rounds.iter().map(round).collect(),
            rejection: None,
            numbers: self.numbers.clone(),
            erased_at: Some(at),
            written_by: None,
            sent_back: None,
        }
    }
}

impl Draft {
    fn erased(&self) -> Self {
        let entity = |entity: &EntityDraft| EntityDraft { nature: entity.nature, ..EntityDraft::default() };
        let service = |service: &ServiceDraft| ServiceDraft {
            service_no: service.service_no.clone(),
            kind: service.kind,
            domains: service.domains.clone(),
            ..ServiceDraft::default()
        };
        Self {
            provider_order_no: self.provider_order_no.clone(),
            kind: self.kind,
            province: self.province,
            initiator: self.initiator,
            shell: self.shell,
            entity: self.entity.as_ref().map(entity),
            services: self.services.iter().map(service).collect(),
            reference: self.reference.clone(),
            remark: None,
        }
    }
}
