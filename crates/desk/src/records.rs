//! What a record asks for, as a filing: the same body that `/v1` takes, read by the same reader.
//!
//! Codes without a counterpart here (places and ways of access) stay legible as codes. What a filing does not keep (content,
//! languages, addresses by number) lies with the record.

use heyan_domain::bulk::{Fault, RowError};
use heyan_domain::filing::draft::Draft;
use heyan_domain::filing::raw::{
    MAX_PHONES, Problem, RawAccess, RawAddress, RawDocument, RawDraft, RawEntity, RawHead, RawReference,
    RawService,
};
use heyan_domain::registry::{EntityNo, ServiceNo};
use heyan_domain::terms::{DocumentType, FilingKind, Nature, Phone, Province};
use heyan_enterprise::codes::region;
use heyan_enterprise::upload::{
    Access, Address, Cancelled, Document, Entity, Head, Record, Reference, Service,
};

/// Where a change that would move the organiser to another province is told.
pub(crate) const MOVED: (&str, Problem) = ("/entity/address/province", Problem::NotExpected);

/// `Zjlx`: the kind of a document. The officer's card (8) is none that a filing has.
pub(crate) fn document_type(code: i64) -> Option<DocumentType> {
    Some(match code {
        1 => DocumentType::BusinessLicence,
        2 => DocumentType::ResidentId,
        4 => DocumentType::InstitutionCertificate,
        6 => DocumentType::AssociationCertificate,
        7 => DocumentType::Passport,
        11 => DocumentType::TaiwanPermit,
        13 | 15 | 24 => DocumentType::UnifiedSocialCreditCode,
        14 => DocumentType::HkMacaoPermit,
        30 => DocumentType::ForeignPermanentResidentId,
        41 => DocumentType::HkMacaoResidencePermit,
        42 => DocumentType::TaiwanResidencePermit,
        _ => return None,
    })
}

/// `Dwxz`: the nature of an organiser; none says a person.
fn nature(code: Option<i64>) -> Option<Nature> {
    Some(match code {
        None | Some(5) => Nature::Individual,
        Some(1) => Nature::Defence,
        Some(2) => Nature::Government,
        Some(3) => Nature::Institution,
        Some(4) => Nature::Enterprise,
        Some(6) => Nature::Association,
        Some(9) => Nature::PrivateNonEnterprise,
        Some(10) => Nature::Foundation,
        Some(11) => Nature::LawFirm,
        Some(_) => return None,
    })
}

fn province(code: i64) -> Option<Province> {
    u32::try_from(code).ok().and_then(Province::from_code)
}

/// A word, or the code that is none, for the reader to refuse.
fn word(known: Option<&'static str>, code: i64) -> String {
    known.map_or_else(|| code.to_string(), str::to_owned)
}

fn document(kind: i64, number: &str) -> RawDocument {
    RawDocument {
        kind: Some(word(document_type(kind).map(DocumentType::as_str), kind)),
        number: Some(number.to_owned()),
        back_number: None,
    }
}

/// The names of city and county. Counties come and go with the years, so that one that the table does not know is only left
/// out; a city that it does not know, or a code that belongs elsewhere, is wrong.
fn city(address: &Address) -> Result<String, Vec<RowError>> {
    let wrong = || vec![RowError::at("/entity/address/city", Fault::Member(Problem::Province))];
    let name = |code: i64| u32::try_from(code).ok().and_then(region);
    let in_province = |code: i64| code / 10_000 == address.province / 10_000;
    let city = name(address.city).filter(|_| in_province(address.city)).ok_or_else(wrong)?;
    let county = match address.county {
        Some(code) if !in_province(code) => return Err(wrong()),
        Some(code) if code != address.city => name(code).unwrap_or_default(),
        Some(_) | None => "",
    };
    Ok(format!("{city}{county}"))
}

/// The first number gets the code (WHO-03); of the others those are kept that are numbers of mobile phones.
fn phones(head: &Head) -> Vec<String> {
    let all = head.mobile.as_str().split([';', '\u{FF1B}']).map(str::trim);
    let rest = all.clone().skip(1).filter(|text| Phone::parse(text).is_some());
    all.take(1).chain(rest).take(MAX_PHONES).map(str::to_owned).collect()
}

/// A person who is the organiser need not be named again as the head of it.
fn head(head: &Head, own: Option<&Entity>) -> RawHead {
    let own = own.filter(|entity| nature(entity.nature) == Some(Nature::Individual));
    let name = head.name.as_ref().or(own.map(|entity| &entity.name));
    let said = head.document_kind.zip(head.document_number.as_ref());
    let own_document = own.map(|entity| (entity.document.kind, &entity.document.number));
    RawHead {
        name: name.map(|name| name.as_str().to_owned()),
        phones: Some(phones(head)),
        emergency_phone: head.office_phone.as_ref().map(|phone| phone.as_str().to_owned()),
        email: Some(head.email.as_str().to_owned()),
        document: said.or(own_document).map(|(kind, number)| document(kind, number.as_str())),
    }
}

fn entity(entity: &Entity) -> Result<RawEntity, Vec<RowError>> {
    let Entity {
        name, nature: kind, address, document: Document { kind: document_kind, number, .. }, ..
    } = entity;
    Ok(RawEntity {
        name: Some(name.as_str().to_owned()),
        nature: Some(word(nature(*kind).map(Nature::as_str), kind.unwrap_or_default())),
        document: Some(document(*document_kind, number.as_str())),
        address: Some(RawAddress {
            province: Some(word(province(address.province).map(Province::as_str), address.province)),
            city: Some(city(address)?),
            detail: address.detail.as_ref().map(|detail| detail.as_str().to_owned()),
        }),
        head: Some(head(&entity.head, Some(entity))),
    })
}

/// `接入方式代码 1、3`: codes that only the administration's own tables name.
fn codes<'c>(what: &str, codes: impl Iterator<Item = &'c i64>) -> String {
    let mut codes: Vec<i64> = codes.copied().collect();
    codes.sort_unstable();
    codes.dedup();
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    format!("{what} {}", codes.join("、"))
}

/// A filing has one access of its provider's: what a record says of several is joined.
fn access(accesses: &[Access]) -> RawAccess {
    let ranges = accesses.iter().flat_map(|access| &access.addresses).map(|range| {
        if range.first == range.last {
            range.first.to_string()
        } else {
            format!("{}-{}", range.first, range.last)
        }
    });
    RawAccess {
        method: Some(codes("接入方式代码", accesses.iter().flat_map(|access| &access.ways))),
        ip_addresses: Some(ranges.collect()),
        server_place: Some(codes("放置地代码", accesses.iter().flat_map(|access| &access.places))),
    }
}

fn service(service: &Service, no: Option<&str>) -> RawService {
    RawService {
        service_no: no.map(str::to_owned),
        kind: None,
        name: Some(service.name.clone()),
        domains: Some(service.domains.iter().map(|domain| domain.name.clone()).collect()),
        head: Some(head(&service.head, None)),
        access: Some(access(&service.accesses)),
    }
}

fn unknown(pointer: &str) -> Vec<RowError> {
    vec![RowError::at(pointer, Fault::Member(Problem::Reference))]
}

fn entity_no(reference: &Reference) -> Result<EntityNo, Vec<RowError>> {
    let found = match reference {
        Reference::No(no) => EntityNo::parse(no),
        Reference::Id(id) => EntityNo::from_id(*id),
    };
    found.ok_or_else(|| unknown("/reference/entity_no"))
}

fn service_no(reference: &Reference) -> Result<ServiceNo, Vec<RowError>> {
    let found = match reference {
        Reference::No(no) => ServiceNo::parse(no),
        Reference::Id(id) => ServiceNo::from_id(*id),
    };
    found.ok_or_else(|| unknown("/reference/service_no"))
}

/// A body about what is on record.
fn about(kind: FilingKind, entity_no: &EntityNo, service_no: Option<&ServiceNo>) -> RawDraft {
    RawDraft {
        kind: Some(kind.as_str().to_owned()),
        province: Some(entity_no.province().as_str().to_owned()),
        reference: Some(RawReference {
            // A service that has moved keeps its number, so the organiser is not read from it.
            entity_no: service_no.is_none().then(|| entity_no.to_string()),
            service_no: service_no.map(ToString::to_string),
        }),
        ..RawDraft::default()
    }
}

fn raw(record: &Record) -> Result<RawDraft, Vec<RowError>> {
    Ok(match record {
        Record::NewFiling(record) => RawDraft {
            kind: Some(FilingKind::First.as_str().to_owned()),
            province: Some(word(
                province(record.entity.address.province).map(Province::as_str),
                record.entity.address.province,
            )),
            entity: Some(entity(&record.entity)?),
            services: record.services.iter().map(|one| service(&one.service, None)).collect(),
            remark: record.entity.remark.clone(),
            ..RawDraft::default()
        },
        Record::NewServices(record) => RawDraft {
            services: record.services.iter().map(|one| service(&one.service, None)).collect(),
            ..about(FilingKind::AddService, &entity_no(&record.entity)?, None)
        },
        Record::NewAccess(record) => {
            let no = service_no(&record.service)?;
            let access = RawService {
                access: Some(access(std::slice::from_ref(&record.access))),
                ..RawService::default()
            };
            RawDraft { services: vec![access], ..about(FilingKind::AddAccess, no.entity(), Some(&no)) }
        }
        Record::Change(record) => {
            let no = entity_no(&Reference::No(record.entity_no.clone()))?;
            if no.id() != record.entity_id {
                return Err(unknown("/reference/entity_no"));
            }
            if province(record.entity.address.province).is_some_and(|to| to != no.province()) {
                return Err(vec![RowError::at(MOVED.0, Fault::Member(MOVED.1))]);
            }
            let mut services = Vec::with_capacity(record.services.len());
            for (at, one) in record.services.iter().enumerate() {
                if ServiceNo::parse(&one.no).and_then(|no| no.id()) != Some(one.id) {
                    return Err(unknown(&format!("/services/{at}/service_no")));
                }
                services.push(service(&one.service, Some(&one.no)));
            }
            RawDraft {
                entity: Some(entity(&record.entity)?),
                services,
                remark: record.entity.remark.clone(),
                ..about(FilingKind::Change, &no, None)
            }
        }
        Record::Cancellation(record) => {
            let target = Reference::Id(record.id);
            let draft = match record.cancelled {
                Cancelled::Entity => about(FilingKind::CancelEntity, &entity_no(&target)?, None),
                Cancelled::Service => {
                    let no = service_no(&target)?;
                    about(FilingKind::CancelService, no.entity(), Some(&no))
                }
                Cancelled::Access => {
                    let no = service_no(&target)?;
                    about(FilingKind::CancelAccess, no.entity(), Some(&no))
                }
            };
            RawDraft { remark: record.note.clone(), ..draft }
        }
    })
}

/// The filing that a record asks for, or what is wrong with it.
pub(crate) fn draft(record: &Record) -> Result<Draft, Vec<RowError>> {
    raw(record)?.parse().map_err(|errors| errors.into_iter().map(RowError::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use heyan_domain::terms::Roles;
    use heyan_enterprise::upload;

    const UNIT: i64 = 330_000_000_001;

    fn records(file: &str, old: &str, new: &str) -> Vec<Record> {
        assert!(file.contains(old), "{old}");
        let text = heyan_enterprise::charset::encode(&file.replace(old, new));
        upload::read_file(&text, UNIT).unwrap().records
    }

    fn first(old: &str, new: &str) -> Result<Draft, Vec<RowError>> {
        draft(&records(include_str!("../../enterprise/tests/files/xzba.xml"), old, new)[0])
    }

    fn pointers(result: Result<Draft, Vec<RowError>>) -> Vec<String> {
        result.unwrap_err().into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn a_first_record_is_a_first_filing() {
        let draft = first("", "").unwrap();
        assert_eq!((draft.kind, draft.province), (FilingKind::First, Province::Zhejiang));
        let entity = draft.entity.as_ref().unwrap();
        assert_eq!(entity.nature, Some(Nature::Enterprise));
        assert_eq!(entity.address.as_ref().unwrap().city.as_deref(), Some("杭州市西湖区"));
        let roles: Vec<Roles> = draft.heads().map(|(roles, _)| roles).collect();
        assert_eq!(roles, [Roles::ENTITY, Roles::SERVICE, Roles::SERVICE]);
        let access = draft.services[0].access.as_ref().unwrap();
        assert_eq!(access.method.as_deref(), Some("接入方式代码 2"));
        assert_eq!(access.ip_addresses, ["192.0.2.1-192.0.2.6"]);
    }

    #[test]
    fn the_first_number_gets_the_code_and_others_may_be_anything() {
        let of = |new| first("15400000101;15400000103", new).unwrap().entity.unwrap().head.unwrap().phones;
        let text =
            |phones: Vec<Phone>| phones.iter().map(|phone| phone.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(text(of("15400000101;15400000103")), ["15400000101", "15400000103"]);
        assert_eq!(text(of("15400000101；0571-00000000")), ["15400000101"]);
        assert_eq!(pointers(first("15400000101;", "0571-00000000;")), ["/entity/head/phones/0"]);
    }

    #[test]
    fn a_person_is_the_organiser_and_its_head() {
        let text = include_str!("../../enterprise/tests/files/xzba.xml")
            .replace("<Dwxz>4</Dwxz>", "")
            .replace("<Fzr_xm>林示遥</Fzr_xm>", "")
            .replace(
                "<Zjlx>1</Zjlx><Zjhm>91999999MA99EX0164</Zjhm>",
                "<Zjlx>2</Zjlx><Zjhm>999999198503120173</Zjhm>",
            )
            .replacen("<Fzr_zjlx>2</Fzr_zjlx><Fzr_zjhm>999999198503120173</Fzr_zjhm>", "", 1);
        let entity = draft(&records(&text, "", "")[0]).unwrap().entity.unwrap();
        let head = entity.head.unwrap();
        assert_eq!((Some(head.name), Some(head.document)), (entity.name, entity.document));
    }

    #[test]
    fn codes_that_are_none_are_told_where_they_stand() {
        assert_eq!(pointers(first("<Shiid>330100<", "<Shiid>440100<")), ["/entity/address/city"]);
        assert_eq!(pointers(first("<Xianid>330106<", "<Xianid>440106<")), ["/entity/address/city"]);
        assert!(first("<Xianid>330106<", "<Xianid>330103<").is_ok(), "a county of the past");
        assert_eq!(pointers(first("<Zjlx>1<", "<Zjlx>3<")), ["/entity/document/type"]);
        assert_eq!(pointers(first("<Dwxz>4<", "<Dwxz>99<")), ["/entity/nature"]);
    }

    #[test]
    fn what_is_on_record_is_named_by_number_or_by_id() {
        let services =
            draft(&records(include_str!("../../enterprise/tests/files/xzwz.xml"), "", "")[0]).unwrap();
        assert_eq!(services.kind, FilingKind::AddService);
        let access =
            draft(&records(include_str!("../../enterprise/tests/files/xzjr.xml"), "", "")[0]).unwrap();
        assert_eq!(access.kind, FilingKind::AddAccess);
        assert!(access.services[0].access.is_some() && access.reference.service_no.is_some());
        let cancel = |kind: Cancelled, id: i64| {
            let cancelled = upload::Cancellation { cancelled: kind, id, reason: 1, note: None };
            draft(&Record::Cancellation(cancelled))
        };
        let entity = cancel(Cancelled::Entity, 3_300_000_001).unwrap();
        assert_eq!(entity.reference.entity_no.unwrap().to_string(), "浙ICP备00000001号");
        let service = cancel(Cancelled::Access, 33_000_000_010_000_020).unwrap();
        assert_eq!(service.reference.service_no.unwrap().to_string(), "浙ICP备00000001号-2");
        assert_eq!(pointers(cancel(Cancelled::Service, 7)), ["/reference/service_no"]);
    }

    #[test]
    fn a_change_names_number_and_id_and_stays_in_its_province() {
        let file = include_str!("../../enterprise/tests/files/bgba.xml");
        let start = file.find("<Baxh>").unwrap() + "<Baxh>".len();
        let no = &file[start..start + file[start..].find('<').unwrap()];
        let other = pointers(draft(&records(file, no, "浙ICP备00000009号")[0]));
        assert_eq!(other, ["/reference/entity_no"]);
    }
}
