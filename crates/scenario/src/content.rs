//! What a filing holds, and what the registry holds: from the options of a statement.

use std::collections::{BTreeMap, BTreeSet};

use heyan_domain::filing::draft::{AccessDetail, Domain};
use heyan_domain::filing::raw::{
    RawAccess, RawAddress, RawDocument, RawDraft, RawEntity, RawReference, RawService,
};
use heyan_domain::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use heyan_domain::terms::{
    Document, DocumentNumber, DocumentType, FilingKind, Nature, Province, ServiceKind,
};

use crate::people::Person;
use crate::runner::{World, provider};
use crate::words::Words;

/// What a filing holds, and the names that the scenario gave to its parts.
pub(crate) struct Content {
    pub raw: RawDraft,
    pub organiser: String,
    pub services: Vec<String>,
}

const DOCUMENT: &str = "institution_certificate";

/// An invented document number of an organiser: each name has its own.
fn organiser_number(name: &str) -> String {
    let sum = name.chars().fold(0_u64, |sum, c| (sum * 131 + u64::from(u32::from(c))) % 1_000_000_000_000);
    format!("ORG{sum:012}")
}

/// The parts of `a/b/c`; `-` and what is absent is nothing.
fn part(parts: &[&str], at: usize) -> Option<String> {
    parts.get(at).filter(|part| **part != "-").map(|part| (*part).to_owned())
}

/// The number of a service on record, by the name that the scenario gave it or by the number itself.
fn service_no(on_record: &BTreeMap<String, ServiceNo>, name: &str) -> Option<String> {
    if name.contains("号-") {
        return Some(name.to_owned());
    }
    on_record.get(name).map(ToString::to_string)
}

/// The services of a filing by the names that the scenario calls them.
struct NamedServices<'w> {
    on_record: &'w BTreeMap<String, ServiceNo>,
    adds: bool,
    services: Vec<RawService>,
    names: Vec<String>,
}

impl NamedServices<'_> {
    /// The service that the first part names; a new one if it was not named before.
    fn service(&mut self, parts: &[&str]) -> Result<&mut RawService, String> {
        let name = parts.first().copied().unwrap_or("-");
        let known = self.names.iter().position(|other| other == name);
        let at = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.services.push(RawService {
                service_no: service_no(self.on_record, name).filter(|_| !self.adds),
                name: self.adds.then(|| name.to_owned()),
                ..RawService::default()
            });
            self.services.len() - 1
        });
        self.services.get_mut(at).ok_or_else(|| format!("there is no service {name}"))
    }
}

impl World<'_> {
    /// The options of `file`, `draft` and `correct`; `docs/scenarios.md` lists them.
    pub(crate) fn content(&self, words: &mut Words) -> Result<Content, String> {
        let kind = words.required("the kind")?;
        let province = words.required("the province")?;
        let organiser = words.option("organiser").unwrap_or_else(|| "甲".to_owned());
        let parsed: Option<FilingKind> = kind.parse().ok();
        let is_whole = matches!(parsed, Some(FilingKind::First));
        let adds = is_whole || parsed == Some(FilingKind::AddService);
        let entity = self.entity(words, &organiser, is_whole)?;
        let (services, names) = self.services(words, adds)?;
        let reference = self.reference(words, parsed, &organiser);
        let raw = RawDraft {
            provider_order_no: words.option("order"),
            kind: Some(kind),
            province: Some(province),
            initiator: words.option("initiator"),
            shell: words.flag("shell"),
            entity,
            services,
            reference,
            remark: words.option("remark"),
            report: false,
        };
        Ok(Content { raw, organiser, services: names })
    }

    fn entity(
        &self,
        words: &mut Words,
        organiser: &str,
        is_whole: bool,
    ) -> Result<Option<RawEntity>, String> {
        let head = words.option("head").map(|name| self.known(&name).map(Person::raw));
        let name = words.option("name");
        let address = words.option("address");
        let document = words.option("document-of").or_else(|| is_whole.then(|| organiser.to_owned()));
        if !is_whole && head.is_none() && name.is_none() && address.is_none() && document.is_none() {
            return Ok(None);
        }
        Ok(Some(RawEntity {
            name: name.or_else(|| is_whole.then(|| organiser.to_owned())),
            nature: is_whole.then(|| "enterprise".to_owned()),
            document: document.map(|organiser| RawDocument {
                kind: Some(DOCUMENT.to_owned()),
                number: Some(organiser_number(&organiser)),
                back_number: None,
            }),
            address: address.map(|province| RawAddress { province: Some(province), ..RawAddress::default() }),
            head: head.transpose()?,
        }))
    }

    fn services(&self, words: &mut Words, adds: bool) -> Result<(Vec<RawService>, Vec<String>), String> {
        let mut named =
            NamedServices { on_record: &self.services, adds, services: Vec::new(), names: Vec::new() };
        for text in words.options("service") {
            let parts: Vec<&str> = text.split('/').collect();
            let head = part(&parts, 1).map(|head| self.known(&head).map(Person::raw)).transpose()?;
            let service = named.service(&parts)?;
            service.head = head;
            service.kind = part(&parts, 2);
            let is_website = service.kind.as_deref().is_none_or(|kind| kind == "website");
            if let (true, true, Some(name)) = (adds, is_website, &service.name) {
                service.domains = Some(vec![format!("{name}.example")]);
            }
        }
        for text in words.options("domains") {
            let parts: Vec<&str> = text.split('/').collect();
            let domains = part(&parts, 1).unwrap_or_default();
            named.service(&parts)?.domains = Some(domains.split(',').map(str::to_owned).collect());
        }
        for text in words.options("rename") {
            let parts: Vec<&str> = text.split('/').collect();
            named.service(&parts)?.name = part(&parts, 1);
        }
        for text in words.options("access") {
            let parts: Vec<&str> = text.split('/').collect();
            named.service(&parts)?.access =
                Some(RawAccess { method: part(&parts, 1), ..RawAccess::default() });
        }
        Ok((named.services, named.names))
    }

    /// `of=` a service or an organiser, `to=` an organiser, each by name or number.
    fn reference(
        &self,
        words: &mut Words,
        kind: Option<FilingKind>,
        organiser: &str,
    ) -> Option<RawReference> {
        let of = words.option("of");
        let to = words.option("to");
        if kind == Some(FilingKind::First) {
            return None;
        }
        let service_no = of.as_deref().and_then(|of| service_no(&self.services, of));
        let entity = to.or_else(|| of.filter(|_| service_no.is_none()));
        let needs_entity = service_no.is_none();
        let entity = entity.or_else(|| needs_entity.then(|| organiser.to_owned()));
        let entity_no = entity.map(|name| self.entities.get(&name).map_or(name, ToString::to_string));
        Some(RawReference { entity_no, service_no })
    }

    /// `import 甲 广东 [head=Wang] service=书店/Li/tencent,jd …`: what was approved elsewhere.
    pub(crate) fn import(&mut self, words: &mut Words) -> Result<(), String> {
        let organiser = words.required("the organiser")?;
        let province: Province =
            words.required("the province")?.parse().map_err(|_| "no province".to_owned())?;
        self.imported += 1;
        let no = EntityNo::new(province, 90_000_000 + self.imported).ok_or("too many records")?;
        let head = words.option("head").map_or(Ok(None), |name| self.perhaps(&name))?;
        let mut entity = EntityRecord {
            no: no.clone(),
            province,
            name: organiser.clone(),
            nature: Nature::Enterprise,
            document: Document {
                kind: DocumentType::InstitutionCertificate,
                number: DocumentNumber::parse(&organiser_number(&organiser)).ok_or("no number")?,
                back_number: None,
            },
            address: None,
            head: head.map(Person::on_record).transpose()?,
            next_service_ordinal: 1,
            services: BTreeSet::new(),
        };
        let mut services = Vec::new();
        for text in words.options("service") {
            let service = self.imported_service(&entity, &text)?;
            let name = service.name.clone();
            entity.next_service_ordinal += 1;
            entity.services.insert(service.no.clone());
            self.services.insert(name, service.no.clone());
            services.push(service);
        }
        self.engine.import(entity, services);
        self.entities.insert(organiser, no);
        Ok(())
    }

    fn imported_service(&self, entity: &EntityRecord, text: &str) -> Result<ServiceRecord, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let name = part(&parts, 0).ok_or("a service has a name")?;
        let head = part(&parts, 1).map(|name| self.known(&name)?.on_record()).transpose()?;
        let mut accesses = BTreeMap::new();
        for holder in part(&parts, 2).iter().flat_map(|holders| holders.split(',')) {
            accesses.insert(provider(holder)?, AccessDetail::default());
        }
        Ok(ServiceRecord {
            no: entity.no.service(entity.next_service_ordinal, ServiceKind::Website),
            entity_no: entity.no.clone(),
            kind: ServiceKind::Website,
            domains: Domain::parse(&format!("{name}.example")).into_iter().collect(),
            name,
            head,
            accesses,
        })
    }
}
