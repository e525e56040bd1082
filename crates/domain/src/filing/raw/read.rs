//! From the raw body to a [`Draft`]: every defect is found and named by its JSON pointer.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::{
    FieldError, MAX_DOMAINS, MAX_NAME_CHARS, MAX_PHONES, MAX_REMARK_CHARS, MAX_SERVICES, Problem, RawAccess,
    RawAddress, RawDocument, RawDraft, RawEntity, RawHead, RawReference, RawService,
};
use crate::filing::draft::{
    AccessDetail, Address, Domain, Draft, EntityDraft, Head, Reference, ServiceDraft,
};
use crate::registry::{EntityNo, ServiceNo};
use crate::terms::{
    Document, DocumentNumber, DocumentType, FilingKind, Initiator, Nature, ParseTermError, Phone, Province,
    ServiceKind,
};

#[derive(Default)]
pub(super) struct Reader {
    errors: Vec<FieldError>,
}

impl Reader {
    pub(super) fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }

    fn fail(&mut self, pointer: &str, problem: Problem) {
        self.errors.push(FieldError::at(pointer, problem));
    }

    fn required<T>(&mut self, value: Option<T>, pointer: &str) -> Option<T> {
        if value.is_none() {
            self.fail(pointer, Problem::Missing);
        }
        value
    }

    fn text(&mut self, value: Option<&String>, pointer: &str, max: usize) -> Option<String> {
        let trimmed = value?.trim();
        if trimmed.is_empty() {
            self.fail(pointer, Problem::Empty);
        } else if trimmed.chars().count() > max {
            self.fail(pointer, Problem::TooLong(max));
        } else if trimmed.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.fail(pointer, Problem::Characters);
        } else {
            return Some(trimmed.to_owned());
        }
        None
    }

    fn name(&mut self, value: Option<&String>, pointer: &str) -> Option<String> {
        self.text(value, pointer, MAX_NAME_CHARS)
    }

    fn word<T: FromStr<Err = ParseTermError>>(&mut self, value: Option<&String>, pointer: &str) -> Option<T> {
        match value?.trim().parse() {
            Ok(word) => Some(word),
            Err(error) => {
                self.fail(pointer, Problem::Word(error.expected));
                None
            }
        }
    }

    fn province_of(&mut self, value: Option<&String>, pointer: &str) -> Option<Province> {
        let province = value?.trim().parse().ok();
        if province.is_none() {
            self.fail(pointer, Problem::Province);
        }
        province
    }

    fn kind(&mut self, raw: &RawDraft) -> Option<FilingKind> {
        let text = self.required(raw.kind.as_deref(), "/kind")?.trim();
        // 注销备案 names a cancellation without saying of what (S4): the reference says it.
        let kind = if text == "注销备案" {
            let names_service =
                raw.reference.as_ref().is_some_and(|reference| reference.service_no.is_some());
            Some(if names_service { FilingKind::CancelService } else { FilingKind::CancelEntity })
        } else {
            text.parse().ok()
        };
        if kind.is_none() {
            self.fail("/kind", Problem::Kind);
        }
        kind
    }

    pub(super) fn draft(&mut self, raw: &RawDraft) -> Option<Draft> {
        let kind = self.kind(raw);
        let province = self.required(raw.province.as_ref(), "/province");
        let province = self.province_of(province, "/province");
        let initiator = self.word(raw.initiator.as_ref(), "/initiator").unwrap_or(Initiator::Provider);
        let provider_order_no = self.name(raw.provider_order_no.as_ref(), "/provider_order_no");
        let remark = self.text(raw.remark.as_ref(), "/remark", MAX_REMARK_CHARS);
        let entity = raw.entity.as_ref().map(|entity| self.entity(entity));
        if raw.services.len() > MAX_SERVICES {
            self.fail("/services", Problem::TooMany(MAX_SERVICES));
            return None;
        }
        let services = raw.services.iter().enumerate().map(|(at, raw)| self.service(raw, at)).collect();
        let reference = raw.reference.as_ref().map(|raw| self.reference(raw)).unwrap_or_default();
        let draft = Draft {
            provider_order_no,
            kind: kind?,
            province: province?,
            initiator,
            shell: raw.shell,
            entity,
            services,
            reference,
            remark,
        };
        self.complete_for_kind(raw, &draft);
        Some(draft)
    }

    fn entity(&mut self, raw: &RawEntity) -> EntityDraft {
        EntityDraft {
            name: self.name(raw.name.as_ref(), "/entity/name"),
            nature: self.word::<Nature>(raw.nature.as_ref(), "/entity/nature"),
            document: raw.document.as_ref().and_then(|document| self.document(document, "/entity/document")),
            address: raw.address.as_ref().and_then(|address| self.address(address)),
            head: raw.head.as_ref().and_then(|head| self.head(head, "/entity/head")),
        }
    }

    fn address(&mut self, raw: &RawAddress) -> Option<Address> {
        let province = self.required(raw.province.as_ref(), "/entity/address/province");
        let province = self.province_of(province, "/entity/address/province");
        let city = self.name(raw.city.as_ref(), "/entity/address/city");
        let detail = self.name(raw.detail.as_ref(), "/entity/address/detail");
        Some(Address { province: province?, city, detail })
    }

    fn head(&mut self, raw: &RawHead, pointer: &str) -> Option<Head> {
        let name = self.required(raw.name.as_ref(), &format!("{pointer}/name"));
        let name = self.name(name, &format!("{pointer}/name"));
        let phones = self.phones(raw, pointer);
        let emergency_phone = self.name(raw.emergency_phone.as_ref(), &format!("{pointer}/emergency_phone"));
        let email = self.name(raw.email.as_ref(), &format!("{pointer}/email"));
        let document_pointer = format!("{pointer}/document");
        let document = self.required(raw.document.as_ref(), &document_pointer)?;
        let document = self.document(document, &document_pointer)?;
        if !document.kind.is_personal() {
            self.fail(&format!("{document_pointer}/type"), Problem::DocumentOfPerson);
        }
        Some(Head { name: name?, phones: phones?, emergency_phone, email, document })
    }

    fn phones(&mut self, raw: &RawHead, pointer: &str) -> Option<Vec<Phone>> {
        let list = format!("{pointer}/phones");
        let raw_phones = self.required(raw.phones.as_ref(), &list)?;
        if raw_phones.is_empty() {
            self.fail(&list, Problem::Empty);
            return None;
        }
        if raw_phones.len() > MAX_PHONES {
            self.fail(&list, Problem::TooMany(MAX_PHONES));
            return None;
        }
        let mut phones = Vec::with_capacity(raw_phones.len());
        for (at, text) in raw_phones.iter().enumerate() {
            match Phone::parse(text) {
                Some(phone) => phones.push(phone),
                None => self.fail(&format!("{list}/{at}"), Problem::Phone),
            }
        }
        (phones.len() == raw_phones.len()).then_some(phones)
    }

    fn document(&mut self, raw: &RawDocument, pointer: &str) -> Option<Document> {
        let kind_pointer = format!("{pointer}/type");
        let kind = self.required(raw.kind.as_ref(), &kind_pointer);
        let kind = self.word::<DocumentType>(kind, &kind_pointer);
        let number_pointer = format!("{pointer}/number");
        let number = self.required(raw.number.as_ref(), &number_pointer);
        let number = number.and_then(|text| self.document_number(text, &number_pointer));
        let back_pointer = format!("{pointer}/back_number");
        let back_number = raw.back_number.as_ref().and_then(|text| self.document_number(text, &back_pointer));
        Some(Document { kind: kind?, number: number?, back_number })
    }

    fn document_number(&mut self, text: &str, pointer: &str) -> Option<DocumentNumber> {
        let number = DocumentNumber::parse(text);
        if number.is_none() {
            self.fail(pointer, Problem::Document);
        }
        number
    }

    fn service(&mut self, raw: &RawService, at: usize) -> ServiceDraft {
        let pointer = format!("/services/{at}");
        let number_pointer = format!("{pointer}/service_no");
        let service_no = raw.service_no.as_ref().and_then(|text| self.service_no(text, &number_pointer));
        ServiceDraft {
            service_no,
            kind: self.word::<ServiceKind>(raw.kind.as_ref(), &format!("{pointer}/kind")),
            name: self.name(raw.name.as_ref(), &format!("{pointer}/name")),
            domains: raw.domains.as_ref().and_then(|domains| self.domains(domains, &pointer)),
            head: raw.head.as_ref().and_then(|head| self.head(head, &format!("{pointer}/head"))),
            access: raw.access.as_ref().map(|access| self.access(access, &pointer)),
        }
    }

    fn domains(&mut self, raw: &[String], pointer: &str) -> Option<BTreeSet<Domain>> {
        let list = format!("{pointer}/domains");
        if raw.len() > MAX_DOMAINS {
            self.fail(&list, Problem::TooMany(MAX_DOMAINS));
            return None;
        }
        let mut domains = BTreeSet::new();
        for (at, text) in raw.iter().enumerate() {
            match Domain::parse(text) {
                Some(domain) => {
                    domains.insert(domain);
                }
                None => self.fail(&format!("{list}/{at}"), Problem::Domain),
            }
        }
        Some(domains)
    }

    fn access(&mut self, raw: &RawAccess, pointer: &str) -> AccessDetail {
        let ip_addresses = raw.ip_addresses.iter().flatten().enumerate();
        AccessDetail {
            method: self.name(raw.method.as_ref(), &format!("{pointer}/access/method")),
            ip_addresses: ip_addresses
                .filter_map(|(at, text)| {
                    self.name(Some(text), &format!("{pointer}/access/ip_addresses/{at}"))
                })
                .collect(),
            server_place: self.name(raw.server_place.as_ref(), &format!("{pointer}/access/server_place")),
        }
    }

    fn reference(&mut self, raw: &RawReference) -> Reference {
        let entity_no = raw.entity_no.as_ref().and_then(|text| {
            let number = EntityNo::parse(text);
            if number.is_none() {
                self.fail("/reference/entity_no", Problem::Reference);
            }
            number
        });
        let service_no =
            raw.service_no.as_ref().and_then(|text| self.service_no(text, "/reference/service_no"));
        Reference { entity_no, service_no }
    }

    fn service_no(&mut self, text: &str, pointer: &str) -> Option<ServiceNo> {
        let number = ServiceNo::parse(text);
        if number.is_none() {
            self.fail(pointer, Problem::Reference);
        }
        number
    }

    /// Which members a kind needs. Looks at the raw body for presence, so that a member that is there but wrong is
    /// not also called missing.
    fn complete_for_kind(&mut self, raw: &RawDraft, draft: &Draft) {
        let names_entity = raw.reference.as_ref().is_some_and(|reference| reference.entity_no.is_some());
        let names_service = raw.reference.as_ref().is_some_and(|reference| reference.service_no.is_some());
        match draft.kind {
            FilingKind::First => {
                self.full_entity(raw);
                self.full_services(raw);
            }
            FilingKind::AddService => {
                self.needs(names_entity || names_service, "/reference/entity_no");
                self.full_services(raw);
            }
            FilingKind::AddAccess | FilingKind::CancelService | FilingKind::CancelAccess => {
                self.needs(names_service, "/reference/service_no");
            }
            FilingKind::CancelEntity => self.needs(names_entity || names_service, "/reference/entity_no"),
            FilingKind::Change
            | FilingKind::ChangeEntity
            | FilingKind::ChangeService
            | FilingKind::ChangeAccess => {
                self.needs(names_entity || names_service, "/reference/entity_no");
            }
            FilingKind::MigrateDomain => {
                self.needs(names_service, "/reference/service_no");
                let has_domains = draft.services.iter().any(|service| service.domains.is_some());
                self.needs(has_domains, "/services/0/domains");
            }
            FilingKind::MigrateService => {
                self.needs(names_service, "/reference/service_no");
                self.needs(names_entity, "/reference/entity_no");
            }
        }
        if draft.shell && !matches!(draft.kind, FilingKind::CancelEntity | FilingKind::CancelService) {
            self.fail("/shell", Problem::NotExpected);
        }
    }

    fn needs(&mut self, present: bool, pointer: &str) {
        if !present {
            self.fail(pointer, Problem::Missing);
        }
    }

    fn full_entity(&mut self, raw: &RawDraft) {
        let Some(entity) = &raw.entity else { return self.fail("/entity", Problem::Missing) };
        self.needs(entity.name.is_some(), "/entity/name");
        self.needs(entity.nature.is_some(), "/entity/nature");
        self.needs(entity.document.is_some(), "/entity/document");
        self.needs(entity.head.is_some(), "/entity/head");
    }

    fn full_services(&mut self, raw: &RawDraft) {
        if raw.services.is_empty() {
            self.fail("/services", Problem::Missing);
        }
        for (at, service) in raw.services.iter().enumerate() {
            self.needs(service.name.is_some(), &format!("/services/{at}/name"));
            self.needs(service.head.is_some(), &format!("/services/{at}/head"));
            let is_website =
                service.kind.as_deref().is_none_or(|kind| kind.trim() == ServiceKind::Website.as_str());
            let has_domain = service.domains.as_ref().is_some_and(|domains| !domains.is_empty());
            if is_website && !has_domain {
                self.fail(&format!("/services/{at}/domains"), Problem::Missing);
            }
        }
    }
}
