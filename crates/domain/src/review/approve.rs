//! 审核通过: writes the registry and gives the numbers (REV-03).

use std::collections::{BTreeMap, BTreeSet};

use super::{Decision, audited, begin};
use crate::audit::{AuditAction, AuditData};
use crate::decide::{Expected, Outcome, Refusal, Stop};
use crate::event::{Actor, EventData, EventKind};
use crate::filing::draft::{Draft, ServiceDraft};
use crate::filing::{FilingState, Numbers, Subject, entity_on_record, service_on_record};
use crate::mark;
use crate::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use crate::state::Key;
use crate::tags::{EntityTag, active};
use crate::terms::{Document, FilingId, FilingKind, ProviderId, Province, ServiceKind};
use crate::tx::Tx;

/// Approves a filing: the registry is written in the same transaction. What has become impossible since the report (a
/// domain taken, a record gone) is refused, and the reviewer can reject instead.
pub fn approve(
    tx: &mut Tx<'_>,
    province: Province,
    reviewer: &str,
    id: FilingId,
    expected: Expected,
) -> Result<Outcome, Stop> {
    let Decision { mut filing, mut body, review } = begin(tx, province, reviewer, id, expected)?;
    let provider = filing.provider.clone();
    let draft = body.draft.clone();
    let numbers = match draft.kind {
        FilingKind::First => register(tx, &provider, &draft)?,
        FilingKind::AddService => add_services(tx, &provider, &draft)?,
        FilingKind::AddAccess => add_access(tx, &provider, &draft)?,
        FilingKind::Change
        | FilingKind::ChangeEntity
        | FilingKind::ChangeService
        | FilingKind::ChangeAccess => change(tx, &provider, &draft)?,
        FilingKind::MigrateDomain => migrate_domain(tx, &draft)?,
        FilingKind::MigrateService => migrate_service(tx, &draft)?,
        FilingKind::CancelEntity => cancel_entity(tx, &provider, &draft)?,
        FilingKind::CancelService => cancel_service(tx, &provider, &draft)?,
        FilingKind::CancelAccess => cancel_access(tx, &provider, &draft)?,
    };
    body.numbers = Some(numbers);
    tx.put_body(id, body);
    let actor = Actor::Administration(province);
    filing.note(tx, EventKind::FilingApproved, actor, EventData::default());
    filing.state = FilingState::Approved { at: tx.now() };
    filing.save(tx);
    review.close(tx, reviewer, true);
    tx.audit_filing(audited(province, reviewer), AuditAction::Approved, id, AuditData::default());
    Ok(Outcome::Filing(id))
}

fn tag(tx: &Tx<'_>, document: &Document) -> EntityTag {
    let keyring = tx.context.keyring;
    keyring.entity(active(keyring), document)
}

/// The organiser is no longer found by this document, under whichever key it was written.
fn forget_document(tx: &mut Tx<'_>, document: &Document) {
    let keyring = tx.context.keyring;
    tx.remove_entity_number(keyring.keys().iter().map(|key| keyring.entity(*key, document)));
}

/// A record that was there when the filing was reported and is gone.
fn gone<T>(value: Option<T>) -> Result<T, Stop> {
    value.ok_or(Stop::Refuse(Refusal::Access))
}

fn register(tx: &mut Tx<'_>, provider: &ProviderId, draft: &Draft) -> Result<Numbers, Stop> {
    // Refuses an organiser or a domain that another filing has registered meanwhile.
    let subject = Subject::of(tx, provider, draft)?;
    let filed = gone(draft.entity.as_ref())?;
    let last = tx.last_number(&draft.province)?.unwrap_or(0);
    mark!("REV-03");
    let no = EntityNo::new(draft.province, last.saturating_add(1)).ok_or(Refusal::Exhausted)?;
    tx.put_last_number(draft.province, last.saturating_add(1));
    let record = EntityRecord {
        no,
        province: draft.province,
        name: filed.name.clone().unwrap_or_default(),
        nature: gone(filed.nature)?,
        document: subject.document.clone(),
        address: filed.address.clone(),
        head: filed.head.clone(),
        next_service_ordinal: 1,
        services: BTreeSet::new(),
    };
    Ok(write_services(tx, provider, draft, record))
}

fn add_services(tx: &mut Tx<'_>, provider: &ProviderId, draft: &Draft) -> Result<Numbers, Stop> {
    let subject = Subject::of(tx, provider, draft)?;
    let entity = gone(subject.entity)?;
    let record = EntityRecord::clone(&entity);
    let record = match &draft.entity {
        Some(filed) => record.changed_by(filed),
        None => record,
    };
    if entity.document != record.document {
        forget_document(tx, &entity.document);
    }
    Ok(write_services(tx, provider, draft, record))
}

/// Gives every service of the request a number and writes it, and the organiser with them.
fn write_services(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    draft: &Draft,
    mut record: EntityRecord,
) -> Numbers {
    let mut service_nos = Vec::with_capacity(draft.services.len());
    for filed in &draft.services {
        let kind = filed.kind.unwrap_or(ServiceKind::Website);
        let no = record.no.service(record.next_service_ordinal, kind);
        record.next_service_ordinal = record.next_service_ordinal.saturating_add(1);
        record.services.insert(no.clone());
        tx.put_service(new_service(&record.no, no.clone(), kind, filed, provider));
        service_nos.push(no);
    }
    let numbers = Numbers { entity_no: record.no.clone(), service_nos };
    let tag = tag(tx, &record.document);
    tx.put_entity(tag, record);
    numbers
}

fn new_service(
    entity_no: &EntityNo,
    no: ServiceNo,
    kind: ServiceKind,
    filed: &ServiceDraft,
    provider: &ProviderId,
) -> ServiceRecord {
    ServiceRecord {
        no,
        entity_no: entity_no.clone(),
        kind,
        name: filed.name.clone().unwrap_or_default(),
        domains: filed.domains.clone().unwrap_or_default(),
        head: filed.head.clone(),
        accesses: BTreeMap::from([(provider.clone(), filed.access.clone().unwrap_or_default())]),
    }
}

fn numbers_of(service: &ServiceRecord) -> Numbers {
    Numbers { entity_no: service.entity_no.clone(), service_nos: vec![service.no.clone()] }
}

/// The service that a filing's reference names.
fn referenced(tx: &Tx<'_>, draft: &Draft) -> Result<ServiceRecord, Stop> {
    let no = gone(draft.reference.service_no.as_ref())?;
    Ok(ServiceRecord::clone(&*service_on_record(tx, no, "/reference/service_no")?))
}

fn add_access(tx: &mut Tx<'_>, provider: &ProviderId, draft: &Draft) -> Result<Numbers, Stop> {
    let mut service = referenced(tx, draft)?;
    let filed = draft.services.first();
    let detail = filed.and_then(|filed| filed.access.clone()).unwrap_or_default();
    service.accesses.insert(provider.clone(), detail);
    if service.head.is_none() {
        service.head = filed.and_then(|filed| filed.head.clone());
    }
    let numbers = numbers_of(&service);
    tx.put_service(service);
    Ok(numbers)
}

fn change(tx: &mut Tx<'_>, provider: &ProviderId, draft: &Draft) -> Result<Numbers, Stop> {
    // The comparison is repeated: the record may have moved on since the report.
    let subject = Subject::of(tx, provider, draft)?;
    for change in &subject.changes {
        let Some(filed) = draft.services.get(change.at) else { continue };
        tx.free_domains(change.record.domains.iter());
        tx.put_service(ServiceRecord::clone(&change.record).changed_by(filed, provider));
    }
    let service_nos = subject.changes.iter().map(|change| change.record.no.clone()).collect();
    let entity = gone(subject.entity)?;
    if let Some(filed) = &draft.entity {
        let record = EntityRecord::clone(&entity).changed_by(filed);
        if entity.document != record.document {
            forget_document(tx, &entity.document);
        }
        let tag = tag(tx, &record.document);
        tx.put_entity(tag, record);
    }
    Ok(Numbers { entity_no: entity.no.clone(), service_nos })
}

/// The named domains come to the referenced service from whichever service of the registry has them.
fn migrate_domain(tx: &mut Tx<'_>, draft: &Draft) -> Result<Numbers, Stop> {
    let mut service = referenced(tx, draft)?;
    let domains: BTreeSet<_> =
        draft.services.iter().flat_map(|filed| filed.domains.iter().flatten()).cloned().collect();
    tx.need(domains.iter().map(|domain| Key::Domain(domain.clone())))?;
    for domain in domains {
        if let Some(owner) = tx.domain(&domain)?.filter(|owner| *owner != service.no) {
            let owner = service_on_record(tx, &owner, "/services/0/domains")?;
            let mut owner = ServiceRecord::clone(&owner);
            owner.domains.remove(&domain);
            tx.put_service(owner);
        }
        service.domains.insert(domain);
    }
    let numbers = numbers_of(&service);
    tx.put_service(service);
    Ok(numbers)
}

/// The referenced service comes to the referenced organiser and keeps its number.
fn migrate_service(tx: &mut Tx<'_>, draft: &Draft) -> Result<Numbers, Stop> {
    let mut service = referenced(tx, draft)?;
    let to = gone(draft.reference.entity_no.as_ref())?;
    let mut to = EntityRecord::clone(&*entity_on_record(tx, to, "/reference/entity_no")?);
    if service.entity_no != to.no {
        let from = entity_on_record(tx, &service.entity_no, "/reference/service_no")?;
        let mut from = EntityRecord::clone(&from);
        from.services.remove(&service.no);
        let from_tag = tag(tx, &from.document);
        tx.put_entity(from_tag, from);
        to.services.insert(service.no.clone());
        service.entity_no = to.no.clone();
        let to_tag = tag(tx, &to.document);
        tx.put_entity(to_tag, to);
    }
    let numbers = numbers_of(&service);
    tx.put_service(service);
    Ok(numbers)
}

fn cancel_entity(tx: &mut Tx<'_>, provider: &ProviderId, draft: &Draft) -> Result<Numbers, Stop> {
    let subject = Subject::of(tx, provider, draft)?;
    let entity = gone(subject.entity)?;
    tx.need(entity.services.iter().map(|no| Key::Service(no.clone())))?;
    for no in &entity.services {
        if let Some(service) = tx.service(no)? {
            tx.remove_service(&service);
        }
    }
    forget_document(tx, &entity.document);
    tx.remove_entity(&entity.no);
    Ok(Numbers { entity_no: entity.no.clone(), service_nos: entity.services.iter().cloned().collect() })
}

fn cancel_service(tx: &mut Tx<'_>, provider: &ProviderId, draft: &Draft) -> Result<Numbers, Stop> {
    let subject = Subject::of(tx, provider, draft)?;
    let service = gone(subject.service)?;
    let mut entity = EntityRecord::clone(&*gone(subject.entity)?);
    entity.services.remove(&service.no);
    tx.remove_service(&service);
    let tag = tag(tx, &entity.document);
    tx.put_entity(tag, entity);
    Ok(numbers_of(&service))
}

fn cancel_access(tx: &mut Tx<'_>, provider: &ProviderId, draft: &Draft) -> Result<Numbers, Stop> {
    let subject = Subject::of(tx, provider, draft)?;
    let mut service = ServiceRecord::clone(&*gone(subject.service)?);
    service.accesses.remove(provider);
    let numbers = numbers_of(&service);
    tx.put_service(service);
    Ok(numbers)
}
