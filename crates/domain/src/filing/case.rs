//! What a filing is about: the records it refers to, and the case that the rule is asked for (WHO-04, WHO-05).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::draft::{Domain, Draft, EntityDraft, ServiceDraft};
use super::raw::{FieldError, Problem};
use crate::decide::{Refusal, Stop};
use crate::mark;
use crate::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use crate::rulebook::Case;
use crate::state::Key;
use crate::tags::{EntityTag, active};
use crate::terms::{Changed, Document, FilingKind, ProviderId};
use crate::tx::Tx;

/// The records a filing refers to, and what it changes about them.
pub(crate) struct Subject {
    /// The organiser on record; `None` for a first filing.
    pub entity: Option<Arc<EntityRecord>>,
    /// The service on record that the reference names.
    pub service: Option<Arc<ServiceRecord>>,
    /// For a change: the services in the request, each with its record and whether it differs.
    pub changes: Vec<ServiceChange>,
    /// The organiser's document, by which it has one open filing at a time (FIL-10).
    pub document: Document,
    /// What the rule is asked for.
    pub case: Case,
}

/// A service in a change, beside its record.
pub(crate) struct ServiceChange {
    /// Its place in the request.
    pub at: usize,
    /// What is on record.
    pub record: Arc<ServiceRecord>,
    /// Whether the request differs in what is the service's own.
    pub differs: bool,
}

fn invalid(pointer: impl Into<String>, problem: Problem) -> Stop {
    Refusal::Invalid(vec![FieldError::at(pointer, problem)]).into()
}

/// The organiser's record; an unknown reference is an error (WHO-04).
pub(crate) fn entity_on_record(tx: &Tx<'_>, no: &EntityNo, pointer: &str) -> Result<Arc<EntityRecord>, Stop> {
    tx.entity(no)?.ok_or_else(|| invalid(pointer, Problem::Reference))
}

/// The service's record; an unknown reference is an error (WHO-04).
pub(crate) fn service_on_record(
    tx: &Tx<'_>,
    no: &ServiceNo,
    pointer: &str,
) -> Result<Arc<ServiceRecord>, Stop> {
    tx.service(no)?.ok_or_else(|| invalid(pointer, Problem::Reference))
}

/// The number under which an organiser is registered, if it is, looked for under every key.
pub(crate) fn registered(tx: &Tx<'_>, document: &Document) -> Result<Option<EntityNo>, Stop> {
    let keyring = tx.context.keyring;
    tx.need(keyring.keys().iter().map(|key| Key::EntityNumber(keyring.entity(*key, document))))?;
    for key in keyring.keys() {
        if let Some(no) = tx.entity_number(&keyring.entity(*key, document))? {
            return Ok(Some(no));
        }
    }
    Ok(None)
}

/// Refuses a document under which another organiser is registered (1003 主办者冲突).
fn check_document(tx: &Tx<'_>, entity: &EntityRecord, filed: Option<&EntityDraft>) -> Result<(), Stop> {
    let document = filed.and_then(|filed| filed.document.as_ref());
    let Some(document) = document.filter(|document| **document != entity.document) else { return Ok(()) };
    match registered(tx, document)? {
        Some(no) if no != entity.no => Err(Refusal::EntityRegistered.into()),
        Some(_) | None => Ok(()),
    }
}

/// Refuses domains that another service has in the registry. Domains conflict by full name.
pub(crate) fn check_domains<'d>(
    tx: &Tx<'_>,
    domains: impl Iterator<Item = &'d Domain> + Clone,
    at: usize,
    own: Option<&ServiceNo>,
) -> Result<(), Stop> {
    tx.need(domains.clone().map(|domain| Key::Domain(domain.clone())))?;
    for (index, domain) in domains.enumerate() {
        if let Some(owner) = tx.domain(domain)?
            && Some(&owner) != own
        {
            let pointer = format!("/services/{at}/domains/{index}");
            return Err(Refusal::Domain { pointer, domain: domain.to_string() }.into());
        }
    }
    Ok(())
}

/// Refuses a domain that two services of one filing name: it can have one owner.
fn check_domains_differ(draft: &Draft) -> Result<(), Stop> {
    let mut seen = BTreeSet::new();
    for (at, service) in draft.services.iter().enumerate() {
        for (index, domain) in service.domains.iter().flatten().enumerate() {
            if !seen.insert(domain) {
                let pointer = format!("/services/{at}/domains/{index}");
                return Err(Refusal::Domain { pointer, domain: domain.to_string() }.into());
            }
        }
    }
    Ok(())
}

impl Subject {
    /// Looks up what a filing refers to, refuses what contradicts the registry, and computes the case.
    pub fn of(tx: &Tx<'_>, provider: &ProviderId, draft: &Draft) -> Result<Self, Stop> {
        check_domains_differ(draft)?;
        if draft.kind == FilingKind::First {
            return Self::of_first(tx, draft);
        }
        let (entity, service) = references(tx, draft)?;
        let mut subject = Self {
            document: entity.document.clone(),
            case: Case {
                kind: draft.kind,
                changed: BTreeSet::new(),
                province_changes: false,
                initiator: draft.initiator,
                record_at_this_provider: true,
            },
            entity: Some(Arc::clone(&entity)),
            service,
            changes: Vec::new(),
        };
        match draft.kind {
            FilingKind::AddService => subject.add_service(tx, provider, draft, &entity)?,
            FilingKind::Change
            | FilingKind::ChangeEntity
            | FilingKind::ChangeService
            | FilingKind::ChangeAccess => subject.change(tx, provider, draft, &entity)?,
            FilingKind::AddAccess => {
                let accesses = subject.service.iter().flat_map(|service| service.accesses.keys());
                subject.case.record_at_this_provider = accesses.into_iter().any(|other| other == provider);
            }
            FilingKind::CancelEntity | FilingKind::CancelService => {
                if draft.shell {
                    subject.check_shell(tx, draft)?;
                }
            }
            FilingKind::CancelAccess => {
                let has_access =
                    subject.service.as_ref().is_some_and(|service| service.accesses.contains_key(provider));
                if !has_access {
                    return Err(Refusal::Access.into());
                }
            }
            FilingKind::First | FilingKind::MigrateDomain | FilingKind::MigrateService => {}
        }
        Ok(subject)
    }

    fn of_first(tx: &Tx<'_>, draft: &Draft) -> Result<Self, Stop> {
        let document = draft.entity.as_ref().and_then(|entity| entity.document.clone());
        let document = document.ok_or_else(|| invalid("/entity/document", Problem::Missing))?;
        if registered(tx, &document)?.is_some() {
            return Err(Refusal::EntityRegistered.into());
        }
        for (at, service) in draft.services.iter().enumerate() {
            check_domains(tx, service.domains.iter().flatten(), at, None)?;
        }
        let case = Case {
            kind: FilingKind::First,
            changed: BTreeSet::new(),
            province_changes: false,
            initiator: draft.initiator,
            record_at_this_provider: false,
        };
        Ok(Self { entity: None, service: None, changes: Vec::new(), document, case })
    }

    fn add_service(
        &mut self,
        tx: &Tx<'_>,
        provider: &ProviderId,
        draft: &Draft,
        entity: &EntityRecord,
    ) -> Result<(), Stop> {
        check_document(tx, entity, draft.entity.as_ref())?;
        for (at, service) in draft.services.iter().enumerate() {
            check_domains(tx, service.domains.iter().flatten(), at, None)?;
        }
        if draft.entity.as_ref().is_some_and(|filed| entity.differs(filed)) {
            self.case.changed.insert(Changed::Entity);
        }
        tx.need(entity.services.iter().map(|no| Key::Service(no.clone())))?;
        self.case.record_at_this_provider = false;
        for no in &entity.services {
            let has_access = tx.service(no)?.is_some_and(|service| service.accesses.contains_key(provider));
            self.case.record_at_this_provider |= has_access;
        }
        Ok(())
    }

    /// Computes what changed by comparing the request with the record, never from a flag (WHO-05).
    fn change(
        &mut self,
        tx: &Tx<'_>,
        provider: &ProviderId,
        draft: &Draft,
        entity: &EntityRecord,
    ) -> Result<(), Stop> {
        mark!("WHO-05");
        check_document(tx, entity, draft.entity.as_ref())?;
        let changed = &mut self.case.changed;
        if let Some(filed) = &draft.entity {
            if entity.differs(filed) {
                changed.insert(Changed::Entity);
            }
            let moves_to = filed.address.as_ref().map(|address| address.province);
            self.case.province_changes = moves_to.is_some_and(|to| to != entity.address_province());
        }
        for (at, filed) in draft.services.iter().enumerate() {
            let record = changed_service(tx, draft, filed, at, entity)?;
            if self.changes.iter().any(|change| change.record.no == record.no) {
                // Twice the same service: the second change would undo the first on approval.
                return Err(invalid(format!("/services/{at}/service_no"), Problem::Reference));
            }
            check_domains(tx, filed.domains.iter().flatten(), at, Some(&record.no))?;
            let differs = record.differs(filed);
            if differs {
                changed.insert(Changed::Service);
            }
            if record.access_differs(filed, provider) {
                changed.insert(Changed::Access);
            }
            self.changes.push(ServiceChange { at, record, differs });
        }
        if changed.is_empty() && draft.kind == FilingKind::ChangeAccess {
            // How a provider gives access is not on record in full, so a change of it cannot always be computed.
            changed.insert(Changed::Access);
        }
        if changed.is_empty() && draft.remark.is_some() {
            changed.insert(Changed::Remark);
        }
        if changed.is_empty() { Err(invalid("", Problem::NothingChanged)) } else { Ok(()) }
    }

    /// A shell is cancelled only if the registry shows no access (FIL-13).
    fn check_shell(&self, tx: &Tx<'_>, draft: &Draft) -> Result<(), Stop> {
        mark!("FIL-13");
        let services: Vec<Arc<ServiceRecord>> = match (&self.service, &self.entity, draft.kind) {
            (Some(service), _, FilingKind::CancelService) => vec![Arc::clone(service)],
            (_, Some(entity), _) => {
                tx.need(entity.services.iter().map(|no| Key::Service(no.clone())))?;
                let mut services = Vec::new();
                for no in &entity.services {
                    services.extend(tx.service(no)?);
                }
                services
            }
            (_, None, _) => Vec::new(),
        };
        if services.iter().all(|service| service.is_shell()) { Ok(()) } else { Err(Refusal::Access.into()) }
    }

    /// The organiser's tag under the active key.
    pub fn entity_tag(&self, tx: &Tx<'_>) -> EntityTag {
        let keyring = tx.context.keyring;
        keyring.entity(active(keyring), &self.document)
    }
}

type References = (Arc<EntityRecord>, Option<Arc<ServiceRecord>>);

fn references(tx: &Tx<'_>, draft: &Draft) -> Result<References, Stop> {
    let named = draft.reference.service_no.iter().map(|no| Key::Service(no.clone()));
    tx.need(named.chain(draft.reference.entity_no.iter().map(|no| Key::Entity(no.clone()))))?;
    let service = draft.reference.service_no.as_ref();
    let service = service.map(|no| service_on_record(tx, no, "/reference/service_no")).transpose()?;
    let entity_no = match (&draft.reference.entity_no, &service) {
        (Some(no), _) => no.clone(),
        (None, Some(service)) => service.entity_no.clone(),
        (None, None) => return Err(invalid("/reference/entity_no", Problem::Missing)),
    };
    let entity = entity_on_record(tx, &entity_no, "/reference/entity_no")?;
    // A migrating service names the organiser it moves to; every other one must be the organiser's own.
    let foreign = service.as_ref().is_some_and(|service| service.entity_no != entity.no);
    if foreign && draft.kind != FilingKind::MigrateService {
        return Err(invalid("/reference/service_no", Problem::Reference));
    }
    Ok((entity, service))
}

fn changed_service(
    tx: &Tx<'_>,
    draft: &Draft,
    filed: &ServiceDraft,
    at: usize,
    entity: &EntityRecord,
) -> Result<Arc<ServiceRecord>, Stop> {
    let pointer = format!("/services/{at}/service_no");
    let only_one = draft.services.len() == 1;
    let referenced = draft.reference.service_no.as_ref().filter(|_| only_one);
    let no = filed.service_no.as_ref().or(referenced);
    let no = no.ok_or_else(|| invalid(pointer.clone(), Problem::Missing))?;
    let record = service_on_record(tx, no, &pointer)?;
    if record.entity_no == entity.no { Ok(record) } else { Err(invalid(pointer, Problem::Reference)) }
}
