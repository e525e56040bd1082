//! What was typed into the form of a filing, and the raw body it makes: the API's own, so that both are judged alike.
//!
//! A field's name is the JSON pointer of its member with dots, `entity.head.phones.0`.

use std::collections::BTreeMap;

use heyan_domain::filing::draft::{Draft, Head};
use heyan_domain::filing::raw::{
    RawAccess, RawAddress, RawDocument, RawDraft, RawEntity, RawHead, RawReference, RawService,
};
use heyan_domain::terms::{Document, Province};

use super::plan::{Need, Plan};

/// The most services of one form; the API takes more.
pub(super) const MAX_FORM_SERVICES: usize = 20;

/// The fields of a form by name. Names that the form does not have are kept out by [`Plan`].
#[derive(Clone, Debug, Default)]
pub(super) struct Typed(BTreeMap<String, String>);

impl Typed {
    /// From what a browser sent; the token is not for us.
    pub fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields.into_iter().filter(|(name, _)| name != "csrf" && name != "do").collect())
    }

    /// As typed; empty if it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Without blanks around; `None` if nothing is left.
    pub fn said(&self, name: &str) -> Option<String> {
        Some(self.text(name).trim().to_owned()).filter(|text| !text.is_empty())
    }

    pub fn put(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Everything, for hidden fields.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The services of the form, at least one.
    pub fn services(&self) -> usize {
        self.text("count").parse::<usize>().unwrap_or(1).clamp(1, MAX_FORM_SERVICES)
    }

    fn lines(&self, name: &str) -> Option<Vec<String>> {
        let text = self.said(name)?;
        let lines = text.split(['\n', ',', ' ']).map(str::trim).filter(|line| !line.is_empty());
        Some(lines.map(str::to_owned).collect())
    }

    fn any(&self, prefix: &str, names: &[&str]) -> bool {
        names.iter().any(|name| self.said(&format!("{prefix}.{name}")).is_some())
    }

    /// Numbers that were filed are not shown again, so that a field left blank keeps its number.
    fn document(&self, prefix: &str, need: Need, base: Option<&Document>) -> Option<RawDocument> {
        let number = format!("{prefix}.number");
        if need == Need::Optional && base.is_none() && self.said(&number).is_none() {
            return None;
        }
        let kept = self.said(&number).is_none();
        let back = base.filter(|_| kept).and_then(|base| base.back_number.as_ref());
        Some(RawDocument {
            kind: self.said(&format!("{prefix}.type")),
            number: self.said(&number).or_else(|| base.map(|base| base.number.as_str().to_owned())),
            back_number: self
                .said(&format!("{prefix}.back_number"))
                .or_else(|| back.map(|back| back.as_str().to_owned())),
        })
    }

    fn head(&self, prefix: &str, need: Need, base: Option<&Head>) -> Option<RawHead> {
        let names = ["name", "phones.0", "emergency_phone", "email", "document.number"];
        if need == Need::Absent || (need == Need::Optional && !self.any(prefix, &names)) {
            return None;
        }
        let text = |name: &str| self.said(&format!("{prefix}.{name}"));
        let first = text("phones.0").or_else(|| Some(base?.phone()?.as_str().to_owned()));
        let others = base
            .into_iter()
            .flat_map(|base| base.phones.iter().skip(1))
            .map(|phone| phone.as_str().to_owned());
        Some(RawHead {
            name: text("name"),
            phones: first.map(|first| std::iter::once(first).chain(others).collect()),
            emergency_phone: text("emergency_phone").or_else(|| base?.emergency_phone.clone()),
            email: text("email"),
            document: self.document(
                &format!("{prefix}.document"),
                Need::Full,
                base.map(|base| &base.document),
            ),
        })
    }

    fn entity(&self, need: Need, base: Option<&Draft>) -> Option<RawEntity> {
        let base = base.and_then(|base| base.entity.as_ref());
        let address = self.any("entity.address", &["city", "detail", "province"]);
        let head = self.head("entity.head", need, base.and_then(|base| base.head.as_ref()));
        let document = base.and_then(|base| base.document.as_ref());
        let entity = RawEntity {
            name: self.said("entity.name"),
            nature: self.said("entity.nature"),
            document: self.document("entity.document", need, document),
            address: address.then(|| RawAddress {
                province: self.province("entity.address.province").or_else(|| self.province("province")),
                city: self.said("entity.address.city"),
                detail: self.said("entity.address.detail"),
            }),
            head,
        };
        let said = entity.name.is_some()
            || entity.nature.is_some()
            || entity.document.is_some()
            || entity.address.is_some()
            || entity.head.is_some();
        (need == Need::Full || (need == Need::Optional && said)).then_some(entity)
    }

    fn service(&self, at: usize, plan: Plan, base: Option<&Draft>) -> Option<RawService> {
        let prefix = format!("services.{at}");
        let text = |name: &str| self.said(&format!("{prefix}.{name}"));
        let base = base.and_then(|base| base.services.get(at));
        let head = base.and_then(|base| base.head.as_ref());
        let addresses = self.lines(&format!("{prefix}.access.ip_addresses"));
        let access = self.any(&prefix, &["access.method", "access.ip_addresses", "access.server_place"]);
        let service = RawService {
            service_no: text("service_no"),
            kind: text("kind"),
            name: text("name"),
            domains: self.lines(&format!("{prefix}.domains")),
            head: self.head(&format!("{prefix}.head"), plan.service_head, head),
            access: access.then(|| RawAccess {
                method: text("access.method"),
                ip_addresses: addresses,
                server_place: text("access.server_place"),
            }),
        };
        let said = service.service_no.is_some()
            || service.kind.is_some()
            || service.name.is_some()
            || service.domains.is_some()
            || service.head.is_some()
            || service.access.is_some();
        (plan.services == Need::Full || said).then_some(service)
    }

    /// The Chinese name by which the API knows a province, from its pinyin.
    fn province(&self, name: &str) -> Option<String> {
        let said = self.said(name)?;
        Some(Province::from_pinyin(&said).map_or(said, |province| province.as_str().to_owned()))
    }

    /// The body of the API. `base` is what the filing holds that is corrected.
    pub fn raw(&self, plan: Plan, base: Option<&Draft>) -> RawDraft {
        let services = match plan.services {
            Need::Absent => Vec::new(),
            Need::Full | Need::Optional => {
                (0..self.services()).filter_map(|at| self.service(at, plan, base)).collect()
            }
        };
        let reference = RawReference {
            entity_no: self.said("reference.entity_no").filter(|_| plan.entity_no),
            service_no: self.said("reference.service_no").filter(|_| plan.service_no),
        };
        RawDraft {
            provider_order_no: self.said("provider_order_no"),
            kind: self.said("kind"),
            province: self.province("province"),
            initiator: self.said("initiator").filter(|_| plan.cancels),
            shell: self.text("shell") == "on",
            entity: self.entity(plan.entity, base),
            services,
            reference: Some(reference),
            remark: self.said("remark"),
            report: false,
        }
    }

    /// What the form of a correction begins with: phones and numbers of documents stay out (SEC-07).
    pub fn of_draft(draft: &Draft) -> Self {
        let mut typed = Self::default();
        let mut put = |name: String, value: Option<String>| {
            if let Some(value) = value {
                typed.put(&name, value);
            }
        };
        put("kind".to_owned(), Some(draft.kind.to_string()));
        put("province".to_owned(), Some(draft.province.pinyin().to_owned()));
        put("provider_order_no".to_owned(), draft.provider_order_no.clone());
        put("remark".to_owned(), draft.remark.clone());
        put("initiator".to_owned(), Some(draft.initiator.to_string()));
        put("shell".to_owned(), draft.shell.then(|| "on".to_owned()));
        put("count".to_owned(), Some(draft.services.len().max(1).to_string()));
        put("reference.entity_no".to_owned(), draft.reference.entity_no.as_ref().map(ToString::to_string));
        put("reference.service_no".to_owned(), draft.reference.service_no.as_ref().map(ToString::to_string));
        if let Some(entity) = &draft.entity {
            put("entity.name".to_owned(), entity.name.clone());
            put("entity.nature".to_owned(), entity.nature.map(|nature| nature.to_string()));
            put("entity.document.type".to_owned(), entity.document.as_ref().map(|one| one.kind.to_string()));
            if let Some(address) = &entity.address {
                put("entity.address.province".to_owned(), Some(address.province.pinyin().to_owned()));
                put("entity.address.city".to_owned(), address.city.clone());
                put("entity.address.detail".to_owned(), address.detail.clone());
            }
            put_head(&mut put, "entity.head", entity.head.as_ref());
        }
        for (at, service) in draft.services.iter().enumerate() {
            let name = |member: &str| format!("services.{at}.{member}");
            put(name("service_no"), service.service_no.as_ref().map(ToString::to_string));
            put(name("kind"), service.kind.map(|kind| kind.to_string()));
            put(name("name"), service.name.clone());
            let domains = service.domains.as_ref();
            let domains: Option<Vec<String>> =
                domains.map(|all| all.iter().map(ToString::to_string).collect());
            put(name("domains"), domains.map(|all| all.join("\n")));
            put_head(&mut put, &name("head"), service.head.as_ref());
            if let Some(access) = &service.access {
                put(name("access.method"), access.method.clone());
                put(name("access.ip_addresses"), Some(access.ip_addresses.join("\n")));
                put(name("access.server_place"), access.server_place.clone());
            }
        }
        typed
    }
}

fn put_head(put: &mut impl FnMut(String, Option<String>), prefix: &str, head: Option<&Head>) {
    let Some(head) = head else { return };
    put(format!("{prefix}.name"), Some(head.name.clone()));
    put(format!("{prefix}.email"), head.email.clone());
    put(format!("{prefix}.document.type"), Some(head.document.kind.to_string()));
}
