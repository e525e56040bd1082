//! Who is asked, at which phone, under which documents (WHO-02 to WHO-06).

use std::collections::BTreeSet;

use super::case::Subject;
use super::draft::{Draft, Head};
use super::raw::{FieldError, Problem};
use super::row::RoundWarning;
use crate::decide::{Refusal, Stop};
use crate::mark;
use crate::rulebook::RuleSet;
use crate::terms::{Document, FilingKind, IdLast6, Phone, Province, Role, Roles};

/// One phone to be asked, merged over all roles that share it (WHO-02).
pub(super) struct Asked {
    pub phone: Phone,
    pub roles: Roles,
    /// The last six of each document behind the phone; any of them passes.
    pub id_last6: Vec<IdLast6>,
    documents: Vec<Document>,
}

/// The people of a round, and what the provider should know about them.
#[derive(Default)]
pub(super) struct Parties {
    pub asked: Vec<Asked>,
    pub warnings: BTreeSet<RoundWarning>,
}

fn missing(pointer: &str) -> Stop {
    Refusal::Invalid(vec![FieldError::at(pointer, Problem::Missing)]).into()
}

/// What of a document is compared (WHO-06): the rule may name the number on its back for a province.
pub(super) fn last_six(rule: &RuleSet, province: Province, document: &Document) -> Option<IdLast6> {
    if rule.id_rule(province, document.kind) {
        return document.back_number.as_ref().and_then(|number| IdLast6::of(number.as_str()));
    }
    IdLast6::of(document.number.as_str())
}

impl Parties {
    /// Finds the heads of the roles that the rule asks.
    pub fn find(rule: &RuleSet, roles: Roles, draft: &Draft, subject: &Subject) -> Result<Self, Stop> {
        let mut parties = Self::default();
        for role in roles.iter() {
            match role {
                Role::EntityHead => {
                    let (head, pointer) = entity_head(draft, subject)?;
                    parties.ask(rule, draft.province, role, head, pointer)?;
                }
                Role::ServiceHead => parties.service_heads(rule, draft, subject)?,
            }
        }
        if parties.asked.iter().any(|asked| asked.id_last6.len() > 1) {
            parties.warnings.insert(RoundWarning::TwoDocumentsOnePhone);
        }
        if parties
            .asked
            .iter()
            .flat_map(|asked| &asked.documents)
            .any(|document| !document.warnings().is_empty())
        {
            parties.warnings.insert(RoundWarning::DocumentChecksum);
        }
        Ok(parties)
    }

    fn service_heads(&mut self, rule: &RuleSet, draft: &Draft, subject: &Subject) -> Result<(), Stop> {
        let role = Role::ServiceHead;
        match draft.kind {
            FilingKind::First | FilingKind::AddService => {
                for (at, service) in draft.services.iter().enumerate() {
                    let pointer = format!("/services/{at}/head");
                    let head = service.head.as_ref().ok_or_else(|| missing(&pointer))?;
                    self.ask(rule, draft.province, role, head, &pointer)?;
                }
            }
            FilingKind::AddAccess => self.access_head(rule, draft, subject)?,
            FilingKind::Change
            | FilingKind::ChangeEntity
            | FilingKind::ChangeService
            | FilingKind::ChangeAccess => {
                // In a change the phone in the request is used, the new number (WHO-04).
                for change in subject.changes.iter().filter(|change| change.differs) {
                    let pointer = format!("/services/{}/head", change.at);
                    let filed = draft.services.get(change.at).and_then(|service| service.head.as_ref());
                    let head = filed.or(change.record.head.as_ref()).ok_or_else(|| missing(&pointer))?;
                    self.ask(rule, draft.province, role, head, &pointer)?;
                }
            }
            FilingKind::CancelService
            | FilingKind::CancelAccess
            | FilingKind::CancelEntity
            | FilingKind::MigrateDomain
            | FilingKind::MigrateService => {
                // Cancellations always use the registry's record (WHO-04).
                let pointer = "/reference/service_no";
                let head = subject.service.as_ref().and_then(|service| service.head.as_ref());
                self.ask(rule, draft.province, role, head.ok_or_else(|| missing(pointer))?, pointer)?;
            }
        }
        Ok(())
    }

    /// Access filings use phone and document of the record; a request that names another phone is refused, so that
    /// nobody waits for a message that cannot come (WHO-04).
    fn access_head(&mut self, rule: &RuleSet, draft: &Draft, subject: &Subject) -> Result<(), Stop> {
        mark!("WHO-04");
        let role = Role::ServiceHead;
        let pointer = "/services/0/head";
        let filed = draft.services.iter().find_map(|service| service.head.as_ref());
        let on_record = subject.service.as_ref().and_then(|service| service.head.as_ref());
        match (on_record, filed) {
            (Some(on_record), Some(filed)) if filed.phone() != on_record.phone() => {
                Err(Refusal::PhoneOnRecord { pointer: format!("{pointer}/phones/0") }.into())
            }
            (Some(on_record), _) => self.ask(rule, draft.province, role, on_record, pointer),
            (None, Some(filed)) => {
                self.warnings.insert(RoundWarning::HeadNotOnRecord);
                self.ask(rule, draft.province, role, filed, pointer)
            }
            (None, None) => Err(missing(pointer)),
        }
    }

    fn ask(
        &mut self,
        rule: &RuleSet,
        province: Province,
        role: Role,
        head: &Head,
        pointer: &str,
    ) -> Result<(), Stop> {
        let phone = *head.phone().ok_or_else(|| missing(pointer))?;
        let id_last6 = last_six(rule, province, &head.document).ok_or_else(|| {
            let pointer = format!("{pointer}/document/back_number");
            Stop::from(Refusal::Invalid(vec![FieldError::at(pointer, Problem::BackNumber)]))
        })?;
        let at = self.asked.iter().position(|asked| asked.phone == phone).unwrap_or_else(|| {
            let asked = Asked { phone, roles: Roles::NONE, id_last6: Vec::new(), documents: Vec::new() };
            self.asked.push(asked);
            self.asked.len() - 1
        });
        if let Some(asked) = self.asked.get_mut(at) {
            asked.roles = asked.roles.with(role);
            if !asked.id_last6.contains(&id_last6) {
                asked.id_last6.push(id_last6);
                asked.documents.push(head.document.clone());
            }
        }
        Ok(())
    }
}

fn entity_head<'h>(draft: &'h Draft, subject: &'h Subject) -> Result<(&'h Head, &'static str), Stop> {
    let pointer = "/entity/head";
    let filed = draft.entity.as_ref().and_then(|entity| entity.head.as_ref());
    let on_record = subject.entity.as_ref().and_then(|entity| entity.head.as_ref());
    let head = if draft.kind.is_cancellation() { on_record } else { filed.or(on_record) };
    Ok((head.ok_or_else(|| missing(pointer))?, pointer))
}
