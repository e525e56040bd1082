//! Files that are not as they have to be.

use heyan_enterprise::schema::Reason;
use heyan_enterprise::upload::{MAX_ATTACHMENT, MAX_ELEMENTS, MAX_RECORDS, Record, Refused, read_file};
use heyan_enterprise::{Operation, RecordCode};
use proptest::prelude::*;

use super::{FILES, UNIT, file, read, travelling};

/// The path and the reason for which a changed file is refused.
fn fault(name: &str, from: &str, to: &str) -> (String, Reason) {
    let text = file(name);
    assert!(text.contains(from), "{name} has no {from}");
    let refused = read(&text.replacen(from, to, 1)).unwrap_err();
    assert!(refused.note().contains(char::is_whitespace), "a path and words: {}", refused.note());
    match refused {
        Refused::NotBySchema(fault) => (fault.path, fault.reason),
        Refused::UnitDiffers(unit) => panic!("the unit is {unit}"),
    }
}

#[test]
fn a_fault_names_the_path_of_its_element() {
    let baxx = "/UploadData/ICP/XZBA/Baxx[1]";
    for (from, to, path, reason) in [
        ("<Dwxz>4</Dwxz>", "<Dwxz>0</Dwxz>", "/Zt_xx/Dwxz", Reason::TooSmall(1)),
        ("<Dwxz>4</Dwxz>", "<Dwxz>1000</Dwxz>", "/Zt_xx/Dwxz", Reason::TooLarge(999)),
        ("<Dwxz>4</Dwxz>", "<Dwxz>four</Dwxz>", "/Zt_xx/Dwxz", Reason::NoNumber),
        ("<Dwxz>4</Dwxz>", "<Dwxz>99999999999999999999</Dwxz>", "/Zt_xx/Dwxz", Reason::NoNumber),
        ("<Bbfs>1</Bbfs>", "", "/Zt_xx", Reason::Missing("Bbfs")),
        ("<Bbfs>1</Bbfs>", "<Bbfs>1</Bbfs><Bbfs>1</Bbfs>", "/Zt_xx", Reason::TooOften("Bbfs")),
        ("<Qq>10000</Qq>", "<Qq>1</Qq>", "/Zt_xx/Fzr/Qq", Reason::TooShort(5)),
        ("<Qq>", "<Weixin>1</Weixin><Qq>", "/Zt_xx/Fzr", Reason::Unexpected("Weixin".to_owned())),
        ("<Ym>lan.example", "<Ym>a.b", "/Wz_xx[2]/Ym_xx[1]/Ym", Reason::TooShort(4)),
        ("<Zjlx>1</Zjlx>", "<Zjlx a=\"b\">1</Zjlx>", "/Zt_xx/Zj/Zjlx", Reason::Attribute("a".to_owned())),
        ("<Zj><Zjlx>", "<Zj>text<Zjlx>", "/Zt_xx/Zj", Reason::Text),
        ("&amp;", "&entity;", "/Zt_xx/Bz", Reason::Entity),
        ("&amp;", "&#1;", "/Zt_xx/Bz", Reason::IllegalCharacter),
        ("&amp;", "\u{1}", "/Zt_xx/Bz", Reason::IllegalCharacter),
    ] {
        assert_eq!(fault("xzba", from, to), (format!("{baxx}{path}"), reason), "{from} {to}");
    }
    let order = fault("xzba", "<Fwnr>", "<Ym_xx><IspYmid>1</IspYmid><Ym>a.example</Ym></Ym_xx><Fwnr>");
    assert_eq!(order, (format!("{baxx}/Wz_xx[1]"), Reason::Missing("Fwnr")));
    let both = fault("xzwz", "<Ztid>9001</Ztid>", "<Ztid>9001</Ztid><Ztbah>a</Ztbah>");
    assert_eq!(both.1, Reason::Unexpected("Ztbah".to_owned()));
    assert!(both.0.starts_with("/UploadData/ICP/XZWZ/Xzxx[2]"), "{}", both.0);
}

#[test]
fn codes_tell_what_kind_of_fault_it_is() {
    let code = |from: &str, to: &str| {
        let refused = read(&file("zxba").replacen(from, to, 1)).unwrap_err();
        (refused.code(), refused.operation())
    };
    assert_eq!(code("V.3.0", "V.2.0").0, RecordCode::InterfaceVersion);
    assert_eq!(code("330000000001", "330000000002").0, RecordCode::UnitDiffers);
    assert_eq!(code("<Zxlb>0", "<Zxlb>3"), (RecordCode::NotBySchema, Operation::CancelEntity));
    assert_eq!(code("\u{4e0d}", "\u{7}").0, RecordCode::IllegalCharacter);
    let changed = read(&file("bgba").replacen("<Ztid>9001</Ztid>", "", 1)).unwrap_err();
    assert_eq!(changed.operation(), Operation::Change);
}

#[test]
fn another_version_is_told_before_anything_else() {
    // A file of another version is as its own schema wants it.
    let old = "<UploadData version=\"V.2.0\"><Old/></UploadData>";
    assert_eq!(read(old).unwrap_err().code(), RecordCode::InterfaceVersion);
}

#[test]
fn another_charset_document_types_and_bombs_of_entities_are_refused() {
    let utf8 = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}", file("xzba"));
    assert_eq!(read_file(utf8.as_bytes(), UNIT).unwrap_err().code(), RecordCode::NotBySchema);
    let silent = file("xzba").as_bytes().to_vec();
    assert!(read_file(&silent, UNIT).is_err(), "UTF-8 that does not say so");
    for doctype in [
        "<!DOCTYPE UploadData [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>",
        "<!DOCTYPE UploadData SYSTEM \"file:///etc/passwd\">",
    ] {
        let Refused::NotBySchema(fault) = read(&format!("{doctype}{}", file("xzba"))).unwrap_err() else {
            panic!("refused for its unit")
        };
        assert_eq!(fault.reason, Reason::DocumentType);
    }
}

#[test]
fn what_is_no_document_is_refused() {
    let whole = file("zxba");
    let end = whole.trim_end().len();
    for (at, _) in whole.char_indices().filter(|(at, _)| *at < end) {
        assert!(read(&whole[..at]).is_err(), "cut at {at}");
    }
    assert!(read(&format!("{whole}{whole}")).is_err(), "two documents");
    assert!(read(&format!("{whole}text")).is_err());
    assert!(read(&whole.replace("<UploadData", "<UploadData xmlns=\"urn:other\"")).is_err());
}

#[test]
fn a_file_has_so_many_records_and_a_record_so_many_elements() {
    let cancellations = |count: usize| {
        let one = "<Zx_xx><Zxlb>1</Zxlb><Jlid>9002</Jlid><Zxly>2</Zxly></Zx_xx>";
        format!(
            "<UploadData version=\"V.3.0\"><ICP><ZXBA>{}</ZXBA><Qqdwid>{UNIT}</Qqdwid></ICP></UploadData>",
            one.repeat(count)
        )
    };
    assert_eq!(read(&cancellations(MAX_RECORDS)).unwrap().records.len(), MAX_RECORDS);
    let Refused::NotBySchema(fault) = read(&cancellations(MAX_RECORDS + 1)).unwrap_err() else { panic!() };
    assert_eq!(fault.reason, Reason::TooManyRecords);

    let domains = "<Ym_xx><IspYmid>1</IspYmid><Ym>a.example</Ym></Ym_xx>".repeat(MAX_ELEMENTS / 3 + 1);
    let (path, reason) = self::fault("xzba", "<Jr_xx>", &format!("{domains}<Jr_xx>"));
    assert_eq!(reason, Reason::TooManyElements);
    assert!(path.starts_with("/UploadData/ICP/XZBA/Baxx[1]/Wz_xx[1]/Ym_xx["), "{path}");
}

#[test]
fn an_attachment_that_is_none_is_told_by_its_record() {
    let sound = |content: &str| {
        let upload = read(&file("xzba").replace("aW52ZW50ZWQ=", content)).unwrap();
        let Record::NewFiling(filing) = &upload.records[0] else { panic!("a filing") };
        filing.attachments[0].is_sound()
    };
    assert!(sound("aW52ZW50ZWQ="));
    assert!(!sound("no-base64"));
    assert!(sound(&"QUJD".repeat(MAX_ATTACHMENT / 3)));
    assert!(!sound(&"QUJD".repeat(MAX_ATTACHMENT / 3 + 1)));
}

proptest! {
    #[test]
    fn a_changed_file_is_read_or_refused_but_never_more(
        which in 0..FILES.len(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut octets = travelling(FILES[which].1);
        for (at, octet) in changes {
            let at = at.index(octets.len());
            octets[at] = octet;
        }
        if let Err(refused) = read_file(&octets, UNIT) {
            prop_assert!(!refused.note().is_empty() && refused.code().number() >= 5001);
        }
    }
}
