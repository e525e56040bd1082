//! What was filed or is on record, field by field: as shown, phones and documents masked (SEC-07), and as compared.

use heyan_domain::filing::draft::{AccessDetail, Address, Domain, EntityDraft, Head, ServiceDraft};
use heyan_domain::registry::{EntityRecord, ServiceRecord};
use heyan_domain::terms::{Document, Nature, Phone, ProviderId, ServiceKind};

use super::names::term;
use crate::api::all_but_last;
use crate::texts::Texts;

/// Characters of a document number that are shown.
const DOCUMENT_SHOWN: usize = 2;
/// Characters of an emergency number that are shown.
const EMERGENCY_SHOWN: usize = 4;

/// One field.
pub(super) struct Fact {
    /// Its name.
    pub name: String,
    /// Its value, masked.
    pub shown: String,
    /// Its whole value: two that look the same behind their masks may differ. Never shown.
    whole: String,
}

impl Fact {
    /// Whether the values are the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.whole == other.whole
    }
}

/// Fields in the making.
struct Facts<'t> {
    t: &'t Texts,
    found: Vec<Fact>,
}

impl<'t> Facts<'t> {
    const fn new(t: &'t Texts) -> Self {
        Self { t, found: Vec::new() }
    }

    fn add(&mut self, field: &str, shown: String, whole: String) {
        if !shown.is_empty() {
            self.found.push(Fact { name: term(self.t, "field", field), shown, whole });
        }
    }

    fn plain(&mut self, field: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(field, value.to_owned(), value.to_owned());
        }
    }

    fn document(&mut self, field: &str, document: Option<&Document>) {
        let Some(document) = document else { return };
        let kind = term(self.t, "document", document.kind.as_str());
        let number = all_but_last(document.number.as_str(), DOCUMENT_SHOWN);
        let back = document.back_number.as_ref();
        let shown = match back.map(|back| all_but_last(back.as_str(), DOCUMENT_SHOWN)) {
            Some(back) => {
                self.t.with("adm-document-back", &[("kind", &kind), ("number", &number), ("back", &back)])
            }
            None => format!("{kind} {number}"),
        };
        let back = back.map_or("", |back| back.as_str());
        let whole = format!("{} {} {back}", document.kind.as_str(), document.number.as_str());
        self.add(field, shown, whole);
    }

    fn address(&mut self, address: Option<&Address>) {
        let Some(address) = address else { return };
        let province = self.t.province(address.province);
        let parts = [Some(province.as_str()), address.city.as_deref(), address.detail.as_deref()];
        let shown = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.add("address", shown.clone(), shown);
    }

    fn head(&mut self, head: Option<&Head>) {
        let Some(head) = head else { return };
        self.plain("head-name", Some(&head.name));
        let phones =
            |digits: fn(&Phone) -> String| head.phones.iter().map(digits).collect::<Vec<_>>().join(" ");
        self.add("head-phones", phones(Phone::masked), phones(|phone| phone.as_str().to_owned()));
        let emergency = head.emergency_phone.as_deref().unwrap_or_default();
        self.add("head-emergency", all_but_last(emergency, EMERGENCY_SHOWN), emergency.to_owned());
        self.plain("head-email", head.email.as_deref());
        self.document("head-document", Some(&head.document));
    }

    fn access(&mut self, access: Option<&AccessDetail>) {
        let Some(access) = access else { return };
        self.plain("access-method", access.method.as_deref());
        self.plain("access-addresses", Some(&access.ip_addresses.join(" ")));
        self.plain("access-place", access.server_place.as_deref());
    }

    fn entity(mut self, name: Option<&str>, nature: Option<Nature>, document: Option<&Document>) -> Self {
        self.plain("entity-name", name);
        let nature = nature.map(|nature| term(self.t, "nature", nature.as_str()));
        self.plain("nature", nature.as_deref());
        self.document("entity-document", document);
        self
    }

    fn service<'d>(
        mut self,
        kind: Option<ServiceKind>,
        name: Option<&str>,
        domains: Option<impl Iterator<Item = &'d str>>,
    ) -> Self {
        let kind = kind.map(|kind| term(self.t, "service", kind.as_str()));
        self.plain("service-kind", kind.as_deref());
        self.plain("service-name", name);
        let domains = domains.map(|domains| domains.collect::<Vec<_>>().join(" "));
        self.plain("domains", domains.as_deref());
        self
    }
}

/// An organiser as filed.
pub(super) fn entity(t: &Texts, filed: &EntityDraft) -> Vec<Fact> {
    let mut facts = Facts::new(t).entity(filed.name.as_deref(), filed.nature, filed.document.as_ref());
    facts.address(filed.address.as_ref());
    facts.head(filed.head.as_ref());
    facts.found
}

/// An organiser on record.
pub(super) fn entity_record(t: &Texts, record: &EntityRecord) -> Vec<Fact> {
    let mut facts = Facts::new(t).entity(Some(&record.name), Some(record.nature), Some(&record.document));
    facts.address(record.address.as_ref());
    facts.head(record.head.as_ref());
    facts.found
}

/// A service as filed.
pub(super) fn service(t: &Texts, filed: &ServiceDraft) -> Vec<Fact> {
    let domains = filed.domains.as_ref().map(|domains| domains.iter().map(Domain::as_str));
    let mut facts = Facts::new(t).service(filed.kind, filed.name.as_deref(), domains);
    facts.head(filed.head.as_ref());
    facts.access(filed.access.as_ref());
    facts.found
}

/// A service on record, with how one provider gives access to it.
pub(super) fn service_record(t: &Texts, record: &ServiceRecord, provider: &ProviderId) -> Vec<Fact> {
    let domains = Some(record.domains.iter().map(Domain::as_str));
    let mut facts = Facts::new(t).service(Some(record.kind), Some(&record.name), domains);
    facts.head(record.head.as_ref());
    facts.access(record.accesses.get(provider));
    facts.found
}
