//! What is produced: files of results and code tables, and the way there and back.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it is surprised")]

use std::path::Path;

use heyan_enterprise::codes::AnswerCode;
use heyan_enterprise::download::{
    CodeTables, Filed, FiledAccess, FiledDomain, FiledEntity, FiledRange, FiledService, Gone, RecordResult,
    Results, Review, Unit,
};
use heyan_enterprise::envelope::{Key, open, seal};
use heyan_enterprise::reply::Reply;
use heyan_enterprise::schema::{DOWNLOAD, Strictness};
use heyan_enterprise::upload::{Access, AddressRange, Domain, Record, read_file};
use heyan_enterprise::{Operation, RecordCode, charset};
use jiff::civil::{DateTime, date};
use proptest::prelude::*;

fn at() -> DateTime {
    date(2026, 3, 25).at(14, 58, 0, 0)
}

fn result(code: RecordCode) -> RecordResult {
    RecordResult {
        codes: vec![(code, None)],
        operation: Operation::NewFiling,
        mark: Some("1001".to_owned()),
        note: None,
    }
}

fn review(is_approved: bool, opinion: &str) -> Review {
    Review {
        reviewer: None,
        at: at(),
        opinion: Some(opinion.to_owned()),
        is_approved,
        operation: Operation::NewFiling,
        record_id: Some(1001),
    }
}

/// A file is as the standard wants it, and as it was.
fn golden(name: &str, file: &[u8]) {
    let text = charset::decode(file).unwrap();
    DOWNLOAD.check(&text, Strictness::Produced).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name);
    let lines = text.replace("><", ">\n<") + "\n";
    if std::env::var_os("HEYAN_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &lines).unwrap();
    }
    assert_eq!(lines, std::fs::read_to_string(&path).unwrap());
}

#[test]
fn results_and_opinions_are_written_as_the_standard_wants_them() {
    let mut refused = result(RecordCode::NotBySchema);
    refused.codes = vec![(RecordCode::NotBySchema, Some("20260325145700.xml".to_owned()))];
    refused.note = Some("/UploadData/ICP/XZBA/Baxx[1]/Zt_xx <Bbfs> & more".to_owned());
    let results = Results {
        results: vec![result(RecordCode::Approved), refused],
        reviews: vec![review(true, "\u{901a}\u{8fc7}"), review(false, "\u{77ed}\u{4fe1}\u{6838}\u{9a8c}")],
    };
    golden("out-results.xml", &results.to_file().unwrap());
    golden("out-nothing.xml", &Results::default().to_file().unwrap());
}

#[test]
fn code_tables_are_written_as_the_standard_wants_them() {
    let unit = Unit { id: 330_000_000_001, name: "Example".to_owned(), is_valid: true };
    golden("out-tables.xml", &CodeTables { units: vec![unit] }.to_file().unwrap());
    golden("out-tables-alone.xml", &CodeTables::default().to_file().unwrap());
}

/// What a change asked for, as it stands on record afterwards.
fn filed() -> Filed {
    let text = include_str!("files/bgba.xml");
    let mut records = read_file(&charset::encode(text), 330_000_000_001).unwrap().records;
    let Some(Record::Change(change)) = records.pop() else { panic!("a change") };
    let range = |range: &AddressRange| FiledRange {
        provider_id: Some(range.provider_id),
        id: range.id.unwrap(),
        first: range.first,
        last: range.last,
    };
    let access = |access: &Access| FiledAccess {
        provider_id: None,
        id: access.id,
        unit: 330_000_000_001,
        places: access.places.clone(),
        ways: access.ways.clone(),
        addresses: access.addresses.iter().map(range).collect(),
    };
    let domain = |domain: &Domain| FiledDomain {
        provider_id: Some(domain.provider_id),
        id: domain.id.unwrap(),
        name: domain.name.clone(),
    };
    let services = change.services.iter().map(|changed| FiledService {
        provider_id: Some(2001),
        id: changed.id,
        no: changed.no.clone(),
        name: changed.service.name.clone(),
        offers: changed.service.offers.clone(),
        languages: changed.service.languages.clone(),
        domains: changed.service.domains.iter().map(domain).collect(),
        accesses: changed.service.accesses.iter().map(access).collect(),
        head: changed.service.head.clone(),
        home_page: changed.service.home_page.clone(),
        remark: changed.service.remark.clone(),
    });
    let entity = FiledEntity {
        provider_id: Some(1001),
        id: change.entity_id,
        no: change.entity_no.clone(),
        entity: change.entity.clone(),
        by_provider: true,
        first_filed_at: at(),
        changed_at: at(),
        approved_at: Some(at()),
        services: services.collect(),
    };
    Filed { entities: vec![entity], gone: vec![Gone::Entity(9101), Gone::Service(9102)] }
}

#[test]
fn what_is_on_record_is_written_with_the_ids_that_changes_need() {
    golden("out-filed.xml", &filed().to_file().unwrap());
    let mut unknown = filed();
    unknown.entities[0].services[0].domains[0].id = 0;
    assert!(unknown.to_file().is_err(), "an id that is none");
    let mut empty = filed();
    empty.entities[0].services.clear();
    assert!(empty.to_file().is_err(), "an entity without a service");
}

#[test]
fn what_the_standard_has_no_place_for_is_not_written() {
    let mut without = result(RecordCode::Approved);
    without.codes.clear();
    assert!(Results { results: vec![without], reviews: vec![] }.to_file().is_err());
    let mut nobody = review(true, "");
    nobody.record_id = Some(0);
    assert!(Results { results: vec![], reviews: vec![nobody] }.to_file().is_err());
    assert!(
        CodeTables { units: vec![Unit { id: 1, name: String::new(), is_valid: true }] }.to_file().is_err()
    );
}

#[test]
fn a_file_travels_to_the_provider_and_back() {
    let file = Results { results: vec![result(RecordCode::Approved)], reviews: vec![] }.to_file().unwrap();
    let key = Key::parse("0123456789ABCDEF", "0102030405060708").unwrap();
    let envelope = seal("20260325145800_zj_3058.xml", &file, Some(&key)).unwrap();
    let reply = Reply::File { name: "20260325145800_zj_3058.xml".to_owned(), envelope: envelope.clone() };
    assert_eq!(reply.code(), AnswerCode::Done);
    assert!(reply.document().contains(&envelope.info));
    assert_eq!(open(envelope, Some(&key)).unwrap(), file);
}

proptest! {
    #[test]
    fn whatever_people_write_the_file_is_as_the_standard_wants_it(
        opinion in any::<String>(), mark in any::<String>(), note in any::<String>(), words in any::<String>(),
    ) {
        let record = RecordResult {
            codes: vec![(RecordCode::Other, Some(words))],
            operation: Operation::Change,
            mark: Some(mark),
            note: Some(note),
        };
        let results = Results { results: vec![record], reviews: vec![review(false, &opinion)] };
        let text = charset::decode(&results.to_file().unwrap()).unwrap();
        prop_assert!(DOWNLOAD.check(&text, Strictness::Produced).is_ok());
    }

    #[test]
    fn whatever_is_sealed_opens(file in proptest::collection::vec(any::<u8>(), 0..2_000), is_encrypted: bool) {
        let key = Key::parse("0123456789ABCDEF", "0102030405060708").unwrap();
        let key = is_encrypted.then_some(&key);
        prop_assert_eq!(open(seal("a.xml", &file, key).unwrap(), key).unwrap(), file);
    }

    #[test]
    fn text_comes_back_as_it_was(text in "[\u{20}-\u{7E}\u{4E00}-\u{9FA5}]*") {
        prop_assert_eq!(charset::decode(&charset::encode(&text)).unwrap_or_default(), text);
    }
}
