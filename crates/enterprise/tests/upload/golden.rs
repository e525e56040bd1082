//! What the files are read as.

use std::path::Path;

use heyan_enterprise::upload::{Cancelled, Record, Reference};
use heyan_enterprise::{Operation, RecordCode};

use super::{FILES, file, read};

#[test]
fn every_file_is_read_as_what_stands_beside_it() {
    for (name, text) in FILES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/files/{name}.txt"));
        let found = format!("{:#?}\n", read(text).expect(name));
        if std::env::var_os("HEYAN_UPDATE_DOCS").is_some() {
            std::fs::write(&path, &found).unwrap();
        }
        assert_eq!(found, std::fs::read_to_string(&path).unwrap(), "{name}");
    }
}

#[test]
fn each_kind_of_record_knows_what_it_asks_for_and_by_what_it_is_named_again() {
    let marks = |name| -> Vec<(Operation, String, Vec<i64>)> {
        let records = read(file(name)).unwrap().records;
        records.iter().map(|record| (record.operation(), record.mark(), record.review_ids())).collect()
    };
    assert_eq!(marks("xzba"), [(Operation::NewFiling, "1001".to_owned(), vec![1001])]);
    let services = marks("xzwz");
    assert_eq!(services[0].2, [2003]);
    assert_eq!(services[1], (Operation::NewService, "9001".to_owned(), vec![2004]));
    assert_eq!(marks("xzjr")[0], (Operation::NewAccess, "4005".to_owned(), vec![4005]));
    assert_eq!(marks("bgba"), [(Operation::Change, "9001".to_owned(), vec![9001])]);
    let cancelled: Vec<_> = marks("zxba").into_iter().map(|(operation, ..)| operation).collect();
    assert_eq!(cancelled, [Operation::CancelEntity, Operation::CancelService, Operation::CancelAccess]);
}

#[test]
fn the_first_of_several_numbers_counts() {
    let Record::NewFiling(filing) = &read(file("xzba")).unwrap().records[0] else { panic!("a filing") };
    assert_eq!(filing.entity.head.mobile.as_str(), "15400000101;15400000103");
    assert_eq!(filing.entity.head.first_mobile(), "15400000101");
    assert_eq!(filing.services[0].service.accesses[0].addresses[0].first.to_string(), "192.0.2.1");
    assert_eq!(filing.services[0].service.approvals[0].scans, 2);
    assert!(filing.attachments[0].is_sound());
}

#[test]
fn branches_that_are_not_open_are_named_and_the_others_read() {
    let upload = read(file("closed")).unwrap();
    assert_eq!(upload.closed, ["WBACLJG", "XZHYD"]);
    let Record::Cancellation(cancellation) = &upload.records[0] else { panic!("a cancellation") };
    assert_eq!((cancellation.cancelled, cancellation.id), (Cancelled::Service, 9002));
    assert_eq!(read(file("domains")).unwrap().closed, ["YM"]);
    assert_eq!(read(file("addresses")).unwrap().closed, ["IP"]);
}

#[test]
fn what_the_standard_contradicts_itself_in_is_let_in() {
    // A credit code is document 24, which the schema of changes does not know.
    let Record::Change(change) = &read(file("bgba")).unwrap().records[0] else { panic!("a change") };
    assert_eq!(change.entity.document.kind, 24);
    // The second access names no password: there are none since 2020.
    let records = read(file("xzjr")).unwrap().records;
    let Record::NewAccess(access) = &records[1] else { panic!("an access") };
    assert_eq!(access.service, Reference::Id(9002));
    // Home pages are 255 characters long here and 512 there.
    let long = format!("<Syurl>{}</Syurl>", "a".repeat(512));
    assert!(read(&file("xzba").replace("<Syurl>www.xunlan.example</Syurl>", &long)).is_ok());
    let longer = format!("<Syurl>{}</Syurl>", "a".repeat(513));
    let refused = read(&file("xzba").replace("<Syurl>www.xunlan.example</Syurl>", &longer)).unwrap_err();
    assert_eq!(refused.code(), RecordCode::NotBySchema);
}

#[test]
fn what_is_about_people_is_read_and_not_printed() {
    let Record::NewFiling(filing) = &read(file("xzba")).unwrap().records[0] else { panic!("a filing") };
    let (entity, head) = (&filing.entity, &filing.services[0].service.head);
    assert_eq!(entity.document.number.as_str(), "91999999MA99EX0164");
    assert_eq!(entity.head.document_number.as_ref().unwrap().as_str(), "999999198503120173");
    assert_eq!(head.email.as_str(), "zhou@xunlan.example");
    let printed = format!("{filing:?}");
    for personal in ["15400000101", "999999198503120173", "zhou@", "91999999MA99EX0164"] {
        assert!(!printed.contains(personal), "{personal}");
    }
}

#[test]
fn passwords_of_filings_are_not_kept() {
    let upload = read(file("xzjr")).unwrap();
    assert!(!format!("{upload:?}").contains("0123456789abcdef"));
}
