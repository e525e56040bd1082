//! Which sections and fields the form of each kind of filing has.

use heyan_domain::filing::draft::{Draft, Head};
use heyan_domain::terms::{DocumentType, FilingKind, Initiator, Nature, ServiceKind};

use super::super::terms;
use super::typed::Typed;
use crate::console::parts::{Choice, Field};
use crate::texts::Texts;

/// Whether a kind needs a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Need {
    /// It has no use for it.
    Absent,
    /// What is left blank is not said.
    Optional,
    /// The kind needs it.
    Full,
}

/// What the form of a kind holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub kind: FilingKind,
    pub entity: Need,
    pub services: Need,
    pub service_head: Need,
    pub entity_no: bool,
    pub service_no: bool,
    pub cancels: bool,
}

impl Plan {
    pub const fn of(kind: FilingKind) -> Self {
        let none = Self {
            kind,
            entity: Need::Absent,
            services: Need::Absent,
            service_head: Need::Absent,
            entity_no: false,
            service_no: false,
            cancels: false,
        };
        match kind {
            FilingKind::First => {
                Self { entity: Need::Full, services: Need::Full, service_head: Need::Full, ..none }
            }
            FilingKind::AddService => Self {
                entity: Need::Optional,
                services: Need::Full,
                service_head: Need::Full,
                entity_no: true,
                ..none
            },
            FilingKind::AddAccess => {
                Self { services: Need::Optional, service_head: Need::Optional, service_no: true, ..none }
            }
            FilingKind::Change
            | FilingKind::ChangeEntity
            | FilingKind::ChangeService
            | FilingKind::ChangeAccess => Self {
                entity: Need::Optional,
                services: Need::Optional,
                service_head: Need::Optional,
                entity_no: true,
                service_no: true,
                ..none
            },
            FilingKind::MigrateDomain => Self { services: Need::Optional, service_no: true, ..none },
            FilingKind::MigrateService => Self { entity_no: true, service_no: true, ..none },
            FilingKind::CancelEntity => Self { entity_no: true, cancels: true, ..none },
            FilingKind::CancelService | FilingKind::CancelAccess => {
                Self { service_no: true, cancels: true, ..none }
            }
        }
    }
}

/// A part of the form with its heading.
#[derive(Debug)]
pub(super) struct Section {
    pub heading: String,
    pub hint: Option<String>,
    pub fields: Vec<Field>,
}

/// Makes the fields of one form.
pub(super) struct Maker<'m> {
    pub t: &'static Texts,
    pub typed: &'m Typed,
    /// What the corrected filing holds.
    pub base: Option<&'m Draft>,
    /// What is wrong, by the name of the field.
    pub wrong: &'m [(String, String)],
    /// What the last 初审 has said, by the name of the field.
    pub sent_back: &'m [(String, String)],
}

impl Maker<'_> {
    fn finish(&self, field: Field, name: &str) -> Field {
        let wrong: Vec<String> =
            self.wrong.iter().filter(|(at, _)| at == name).map(|(_, text)| text.clone()).collect();
        let said = self.sent_back.iter().find(|(at, _)| at == name).map(|(_, text)| text.clone());
        field.note(said).error((!wrong.is_empty()).then(|| wrong.join(" · ")))
    }

    fn text(&self, name: &str, key: &str) -> Field {
        self.finish(Field::text(name, self.t.get(key), self.typed.text(name)), name)
    }

    fn area(&self, name: &str, key: &str, rows: u8, hint: &str) -> Field {
        let field = Field::area(name, self.t.get(key), self.typed.text(name), rows);
        self.finish(if hint.is_empty() { field } else { field.hint(self.t.get(hint)) }, name)
    }

    fn select(&self, name: &str, key: &str, choices: Vec<Choice>) -> Field {
        self.finish(Field::select(name, self.t.get(key), self.typed.text(name), choices), name)
    }

    fn words<'w>(&self, group: &str, words: impl Iterator<Item = &'w str>, blank: bool) -> Vec<Choice> {
        let blank = blank.then(|| self.t.get("provider-choose"));
        terms::choices(self.t, group, blank, words)
    }

    /// A number that was filed is told by its end alone.
    fn number(&self, name: &str, key: &str, kept: Option<String>) -> Field {
        let field = self.text(name, key);
        match kept {
            Some(masked) => field.hint(self.t.one("provider-kept", "masked", masked)),
            None => field,
        }
    }

    fn head(&self, prefix: &str, heading: String, need: Need, base: Option<&Head>) -> Option<Section> {
        if need == Need::Absent {
            return None;
        }
        let name = |member: &str| format!("{prefix}.{member}");
        let personal = DocumentType::ALL.iter().filter(|one| one.is_personal()).map(|one| one.as_str());
        let phone = base.and_then(|base| base.phone().map(heyan_domain::terms::Phone::masked));
        let phone = self.number(&name("phones.0"), "provider-phone", phone);
        let document = base.map(|base| masked(base.document.number.as_str()));
        Some(Section {
            heading,
            hint: (need == Need::Optional).then(|| self.t.get("provider-optional")),
            fields: vec![
                self.text(&name("name"), "provider-name"),
                phone,
                self.text(&name("emergency_phone"), "provider-emergency-phone"),
                self.text(&name("email"), "provider-email"),
                self.select(
                    &name("document.type"),
                    "provider-document-type",
                    self.words("document", personal, false),
                ),
                self.number(&name("document.number"), "provider-document-number", document),
                self.text(&name("document.back_number"), "provider-back-number")
                    .hint(self.t.get("provider-back-number-hint")),
            ],
        })
    }

    fn entity(&self, need: Need) -> Vec<Section> {
        if need == Need::Absent {
            return Vec::new();
        }
        let base = self.base.and_then(|base| base.entity.as_ref());
        let optional = need == Need::Optional;
        let natures = Nature::ALL.iter().map(|one| one.as_str());
        let documents = DocumentType::ALL.iter().map(|one| one.as_str());
        let document = base.and_then(|base| base.document.as_ref());
        let document = document.map(|document| masked(document.number.as_str()));
        let entity = Section {
            heading: self.t.get("provider-entity"),
            hint: optional.then(|| self.t.get("provider-optional")),
            fields: vec![
                self.text("entity.name", "provider-entity-name"),
                self.select("entity.nature", "provider-nature", self.words("nature", natures, true)),
                self.select(
                    "entity.document.type",
                    "provider-document-type",
                    self.words("document", documents, true),
                ),
                self.number("entity.document.number", "provider-document-number", document),
                self.select(
                    "entity.address.province",
                    "provider-address-province",
                    terms::provinces(self.t, Some(self.t.get("provider-choose"))),
                ),
                self.text("entity.address.city", "provider-city"),
                self.text("entity.address.detail", "provider-street"),
            ],
        };
        let head = self.head(
            "entity.head",
            self.t.get("role-entity-head"),
            need,
            base.and_then(|base| base.head.as_ref()),
        );
        std::iter::once(entity).chain(head).collect()
    }

    fn service(&self, at: usize, plan: Plan) -> Vec<Section> {
        let name = |member: &str| format!("services.{at}.{member}");
        let no = at.saturating_add(1).to_string();
        let base = self.base.and_then(|base| base.services.get(at));
        let kinds = ServiceKind::ALL.iter().map(|one| one.as_str());
        let optional = plan.services == Need::Optional;
        let mut fields = Vec::new();
        if plan.kind.is_change() {
            fields.push(self.text(&name("service_no"), "provider-service-no"));
        }
        if plan.kind != FilingKind::MigrateDomain && plan.kind != FilingKind::AddAccess {
            fields.push(self.select(
                &name("kind"),
                "provider-service-kind",
                self.words("service", kinds, optional),
            ));
            fields.push(self.text(&name("name"), "provider-service-name"));
        }
        if plan.kind != FilingKind::AddAccess {
            fields.push(self.area(&name("domains"), "provider-domains", 3, "provider-domains-hint"));
        }
        if plan.kind != FilingKind::MigrateDomain {
            fields.push(self.text(&name("access.method"), "provider-access-method"));
            fields.push(self.area(&name("access.ip_addresses"), "provider-ip-addresses", 2, ""));
            fields.push(self.text(&name("access.server_place"), "provider-server-place"));
        }
        let service = Section {
            heading: self.t.one("provider-service", "no", &no),
            hint: optional.then(|| self.t.get("provider-optional")),
            fields,
        };
        let head = self.head(
            &name("head"),
            self.t.one("provider-service-head", "no", &no),
            plan.service_head,
            base.and_then(|base| base.head.as_ref()),
        );
        std::iter::once(service).chain(head).collect()
    }

    fn general(&self, plan: Plan) -> Section {
        let mut fields = Vec::new();
        if plan.entity_no {
            fields.push(self.text("reference.entity_no", "provider-entity-no"));
        }
        if plan.service_no {
            fields.push(self.text("reference.service_no", "provider-service-no"));
        }
        if plan.cancels {
            let initiators = Initiator::ALL.iter().map(|one| one.as_str());
            fields.push(self.select(
                "initiator",
                "provider-initiator",
                self.words("initiator", initiators, false),
            ));
            let ticked = self.typed.text("shell") == "on";
            let shell = Field::check("shell", self.t.get("provider-shell"), ticked);
            fields.push(self.finish(shell.hint(self.t.get("provider-shell-hint")), "shell"));
        }
        fields.push(self.text("provider_order_no", "provider-own-number"));
        fields.push(self.area("remark", "provider-remark", 2, ""));
        Section { heading: self.t.get("provider-general"), hint: None, fields }
    }

    /// Every section of the form, in order.
    pub fn sections(&self, plan: Plan) -> Vec<Section> {
        let mut sections = vec![self.general(plan)];
        sections.extend(self.entity(plan.entity));
        if plan.services != Need::Absent {
            for at in 0..self.typed.services() {
                sections.extend(self.service(at, plan));
            }
        }
        sections
    }
}

/// The last two characters of a number.
pub(super) fn masked(number: &str) -> String {
    let hidden = number.chars().count().saturating_sub(2);
    number.chars().enumerate().map(|(at, c)| if at < hidden { '*' } else { c }).collect()
}
