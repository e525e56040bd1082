//! Filings about invented organisers and people, each named by a number.

use heyan_domain::decide::Action;
use heyan_domain::filing::draft::Draft;
use heyan_domain::filing::raw::{RawDocument, RawDraft, RawEntity, RawHead, RawService};
use heyan_domain::terms::{Code, IdLast6, Phone, ProviderId};

pub fn provider() -> ProviderId {
    ProviderId::parse("idc").unwrap()
}

/// Of a range that belongs to nobody.
pub fn phone_text(person: u32) -> String {
    format!("154{person:08}")
}

pub fn document_text(person: u32) -> String {
    format!("E{person:08}")
}

pub fn phone(person: u32) -> Phone {
    Phone::parse(&phone_text(person)).unwrap()
}

fn head(person: u32) -> RawHead {
    RawHead {
        name: Some(format!("Person{person}")),
        phones: Some(vec![phone_text(person)]),
        document: Some(RawDocument {
            kind: Some("passport".to_owned()),
            number: Some(document_text(person)),
            back_number: None,
        }),
        ..RawHead::default()
    }
}

pub fn organiser_document(organiser: u32) -> String {
    format!("ORG{organiser:012}")
}

/// 首次备案 of an organiser, who heads it, and one website with a head of its own.
pub fn draft(organiser: u32, entity_head: u32, service_head: u32) -> Draft {
    let raw = RawDraft {
        kind: Some("first".to_owned()),
        province: Some("广东".to_owned()),
        entity: Some(RawEntity {
            name: Some(format!("Organiser{organiser}")),
            nature: Some("enterprise".to_owned()),
            document: Some(RawDocument {
                kind: Some("institution_certificate".to_owned()),
                number: Some(organiser_document(organiser)),
                back_number: None,
            }),
            address: None,
            head: Some(head(entity_head)),
        }),
        services: vec![RawService {
            name: Some(format!("Site{organiser}")),
            domains: Some(vec![format!("site{organiser}.example")]),
            head: Some(head(service_head)),
            ..RawService::default()
        }],
        ..RawDraft::default()
    };
    raw.parse().unwrap()
}

/// Makes and reports [`draft`].
pub fn create(organiser: u32, entity_head: u32, service_head: u32) -> Action {
    let draft = Box::new(draft(organiser, entity_head, service_head));
    Action::Create { provider: provider(), draft, report: true }
}

pub fn verify(person: u32, code: &Code) -> Action {
    let id_last6 = IdLast6::of(&document_text(person)).unwrap();
    Action::Verify { phone: phone(person), id_last6, code: code.clone(), from: None }
}

/// A code that is not this one.
pub fn other_than(code: &Code) -> Code {
    let number: u32 = code.expose().parse().unwrap();
    Code::parse(&format!("{:06}", (number + 1) % 1_000_000)).unwrap()
}
