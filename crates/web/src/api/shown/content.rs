//! What was filed, with phones and document numbers masked (SEC-07). Masked members have names of their own, so that
//! an answer sent back as a body is refused instead of replacing numbers by asterisks.

use std::collections::BTreeSet;

use heyan_domain::filing::draft::{AccessDetail, Address, Domain, EntityDraft, Head, ServiceDraft};
use heyan_domain::registry::ServiceNo;
use heyan_domain::terms::{Document, DocumentType, Nature, Phone, ServiceKind};
use serde::Serialize;

/// 主体.
#[derive(Serialize)]
pub struct EntityShown<'v> {
    name: Option<&'v str>,
    nature: Option<Nature>,
    document: Option<DocumentShown>,
    address: Option<&'v Address>,
    head: Option<HeadShown<'v>>,
}

/// 网站 or another service.
#[derive(Serialize)]
pub struct ServiceShown<'v> {
    service_no: Option<&'v ServiceNo>,
    kind: Option<ServiceKind>,
    name: Option<&'v str>,
    domains: Option<&'v BTreeSet<Domain>>,
    head: Option<HeadShown<'v>>,
    access: Option<&'v AccessDetail>,
}

/// 负责人.
#[derive(Serialize)]
struct HeadShown<'v> {
    name: &'v str,
    phones_masked: Vec<String>,
    emergency_phone_masked: Option<String>,
    email: Option<&'v str>,
    document: DocumentShown,
}

/// 证件.
#[derive(Serialize)]
struct DocumentShown {
    r#type: DocumentType,
    number_masked: String,
    back_number_masked: Option<String>,
}

/// Asterisks for all but the last few characters.
pub(crate) fn all_but_last(text: &str, shown: usize) -> String {
    let hidden = text.chars().count().saturating_sub(shown);
    text.chars().enumerate().map(|(at, c)| if at < hidden { '*' } else { c }).collect()
}

impl DocumentShown {
    fn of(document: &Document) -> Self {
        Self {
            r#type: document.kind,
            number_masked: all_but_last(document.number.as_str(), 2),
            back_number_masked: document.back_number.as_ref().map(|back| all_but_last(back.as_str(), 2)),
        }
    }
}

impl<'v> HeadShown<'v> {
    fn of(head: &'v Head) -> Self {
        Self {
            name: &head.name,
            phones_masked: head.phones.iter().map(Phone::masked).collect(),
            emergency_phone_masked: head.emergency_phone.as_deref().map(|phone| all_but_last(phone, 4)),
            email: head.email.as_deref(),
            document: DocumentShown::of(&head.document),
        }
    }
}

impl<'v> EntityShown<'v> {
    pub fn of(entity: &'v EntityDraft) -> Self {
        Self {
            name: entity.name.as_deref(),
            nature: entity.nature,
            document: entity.document.as_ref().map(DocumentShown::of),
            address: entity.address.as_ref(),
            head: entity.head.as_ref().map(HeadShown::of),
        }
    }
}

impl<'v> ServiceShown<'v> {
    pub fn of(service: &'v ServiceDraft) -> Self {
        Self {
            service_no: service.service_no.as_ref(),
            kind: service.kind,
            name: service.name.as_deref(),
            domains: service.domains.as_ref(),
            head: service.head.as_ref().map(HeadShown::of),
            access: service.access.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::all_but_last;

    #[test]
    fn only_the_end_is_shown() {
        assert_eq!(all_but_last("11010519491231002X", 2), "****************2X");
        assert_eq!(all_but_last("8", 2), "8");
        assert_eq!(all_but_last("0571-8888000", 4), "********8000");
    }
}
