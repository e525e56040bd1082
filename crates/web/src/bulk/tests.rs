//! Files that are in order, and every way in which one may not be.

use std::io::Write as _;

use heyan_domain::bulk::{Fault, MAX_FAULTY_ROWS, MAX_ROWS};
use heyan_domain::filing::raw::Problem;
use heyan_domain::terms::{FilingKind, Province};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;
use crate::texts::Language;

/// A cancellation needs the fewest columns.
const HEADING: &str = "provider_order_no,kind,province,reference.service_no,remark";
const SERVICE: &str = "\u{6d59}ICP\u{5907}00000001\u{53f7}-1";

fn csv_of(rows: &[&str]) -> Vec<u8> {
    [&[HEADING], rows, &[""]].concat().join("\r\n").into_bytes()
}

fn cancel(order_no: &str) -> String {
    format!("{order_no},cancel_access,\u{6d59}\u{6c5f},{SERVICE},")
}

fn file_fault(bytes: &[u8]) -> FileFault {
    match read(bytes) {
        Err(Unusable::File(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

/// Row, pointer and fault of everything that is wrong with the rows.
fn row_faults(bytes: &[u8]) -> Vec<(u32, String, Fault)> {
    let Err(Unusable::Rows { rows, .. }) = read(bytes) else { panic!("the rows are in order") };
    let faults = rows
        .into_iter()
        .flat_map(|row| row.errors.into_iter().map(move |error| (row.row, error.pointer, error.fault)));
    faults.collect()
}

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const WORKBOOK: &str =
    r#"<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str =
    r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// A workbook whose sheet is this.
fn sheet(data: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{data}</sheetData></worksheet>");
    package(&[
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

fn inline(reference: &str, text: &str) -> String {
    format!(r#"<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn heading() -> String {
    let cells =
        HEADING.split(',').zip("ABCDE".chars()).map(|(name, letter)| inline(&format!("{letter}1"), name));
    format!(r#"<row r="1">{}</row>"#, cells.collect::<String>())
}

#[test]
fn the_same_filing_comes_out_of_both_kinds_of_file() {
    let text = csv_of(&[&cancel("A-1")]);
    let cells = cancel("A-1");
    let cells =
        cells.split(',').zip("ABCDE".chars()).map(|(cell, letter)| inline(&format!("{letter}2"), cell));
    let book = sheet(&format!(r#"{}<row r="2">{}</row>"#, heading(), cells.collect::<String>()));
    assert_eq!(read(&text).unwrap(), read(&book).unwrap());
}

#[test]
fn both_templates_are_in_order_and_lack_rows_only() {
    for language in Language::ALL {
        assert_eq!(file_fault(csv_template(*language).as_bytes()), FileFault::NoRows);
        assert_eq!(file_fault(&xlsx_template(*language).unwrap()), FileFault::NoRows);
    }
}

#[test]
fn no_two_columns_have_the_same_name_and_every_pointer_finds_its_column() {
    for language in Language::ALL {
        let names: std::collections::BTreeSet<String> =
            Column::all().map(|one| one.name(*language)).collect();
        assert_eq!(names.len(), Column::all().count());
        for column in Column::all() {
            assert!(!column.name(*language).starts_with("bulk-"), "{column:?} has no name");
            let takes = template::takes(column, *language);
            let missing = ["provider-", "kind-", "province-", "bulk-"].iter().any(|key| takes.contains(key));
            assert!(!missing, "{column:?}: {takes}");
        }
    }
    let at = |pointer| of_pointer(pointer).map(Column::pointer);
    assert_eq!(at("/entity/head/phones/0"), Some("/entity/head/phones"));
    assert_eq!(at("/services/0/domains/3"), Some("/services/0/domains"));
    assert_eq!(at("/entity"), Some("/entity/name"));
    assert_eq!(at("/entity/head/document"), Some("/entity/head/document/type"));
    assert_eq!(at(""), None);
}

#[test]
fn words_headings_and_encodings_of_a_chinese_spreadsheet_are_understood() {
    let text = "\u{5907}\u{6848}\u{7c7b}\u{578b}*,\u{53d7}\u{7406}\u{7701}\u{4efd},\u{670d}\u{52a1}\u{5907}\u{6848}\u{53f7},\u{7acb}\u{5373}\u{4e0a}\u{62a5}\r\n\
                \u{53d6}\u{6d88}\u{63a5}\u{5165},\u{6d59}\u{6c5f},\u{6d59}ICP\u{5907}00000001\u{53f7}-1,\u{662f}\r\n";
    let (old, _, _) = encoding_rs::GB18030.encode(text);
    let marked = format!("\u{feff}{text}");
    for bytes in [text.as_bytes(), &*old, marked.as_bytes()] {
        let entries = rows_of(bytes);
        assert_eq!(entries[0].draft.kind, FilingKind::CancelAccess);
        assert_eq!(entries[0].draft.province, Province::Zhejiang);
        assert!(entries[0].report);
    }
}

/// The entries of a file, by filing it into chunks and looking at them.
fn rows_of(bytes: &[u8]) -> Vec<heyan_domain::bulk::BulkEntry> {
    let file = read(bytes).unwrap();
    file.entries().cloned().collect()
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_shows_them() {
    let text =
        csv_of(&["", &cancel("A-1"), ",,,,", &format!("{}\"two\nlines\"", cancel("A-2")), &cancel("A-3")]);
    let rows: Vec<u32> = rows_of(&text).iter().map(|entry| entry.row).collect();
    assert_eq!(rows, [3, 5, 6]);
}

#[test]
fn what_is_no_spreadsheet_is_refused_by_name() {
    assert_eq!(file_fault(b""), FileFault::Empty);
    assert_eq!(file_fault(b" \r\n"), FileFault::Empty);
    assert_eq!(file_fault(b"%PDF-1.7\n\x00\x01"), FileFault::NotASheet);
    assert_eq!(file_fault(&csv_of(&["A\0,cancel_access,x,y,"])), FileFault::NotASheet);
    assert_eq!(file_fault(b"{\"kind\":1}"), FileFault::UnknownColumn("{\"kind\":1}".to_owned()));
    assert_eq!(file_fault(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 Workbook"), FileFault::OldExcel);
    let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
    let encrypted = [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &name].concat();
    assert_eq!(file_fault(&encrypted), FileFault::Encrypted);
    assert_eq!(file_fault(b"PK\x03\x04 and nothing of a package"), FileFault::Damaged);
    assert_eq!(file_fault(&package(&[("word/document.xml", "<document/>")])), FileFault::NotASheet);
}

#[test]
fn broken_text_is_refused() {
    let mut text = csv_of(&[&cancel("A-1")]);
    text.extend(b"\xFF\xFF");
    assert_eq!(file_fault(&text), FileFault::BrokenText);
    let marked = [&b"\xEF\xBB\xBF"[..], &text].concat();
    assert_eq!(file_fault(&marked), FileFault::BrokenText);
    let wide: Vec<u8> = "\u{feff}kind".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(file_fault(&wide), FileFault::BrokenText);
}

#[test]
fn wrong_missing_and_double_columns_are_named() {
    assert_eq!(file_fault(b"kind,province,colour\n"), FileFault::UnknownColumn("colour".to_owned()));
    assert!(
        matches!(file_fault(b"kind\n"), FileFault::MissingColumn(column) if column.pointer() == "/province")
    );
    assert!(matches!(
        file_fault(b"kind,province,kind\n"),
        FileFault::ColumnTwice(column) if column.pointer() == "/kind"
    ));
    assert_eq!(file_fault(&csv_of(&[])), FileFault::NoRows);
    let wide = csv_of(&[&format!("{},more", cancel("A-1"))]);
    assert_eq!(row_faults(&wide), [(2, String::new(), Fault::TooManyCells)]);
}

#[test]
fn ten_thousand_rows_are_taken_and_one_more_is_not() {
    let rows: Vec<String> = (0..=MAX_ROWS).map(|no| cancel(&format!("A-{no}"))).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(read(&csv_of(&rows[1..])).unwrap().total(), 10_000);
    assert_eq!(file_fault(&csv_of(&rows)), FileFault::TooManyRows);
    let mut workbook = Workbook::new();
    let book = workbook.add_worksheet();
    let texts = std::iter::once(HEADING).chain(rows[1..].iter().copied());
    for (row, text) in (0_u32..).zip(texts) {
        for (column, cell) in (0_u16..).zip(text.split(',')) {
            book.write_string(row, column, cell).unwrap();
        }
    }
    assert_eq!(read(&workbook.save_to_buffer().unwrap()).unwrap().total(), 10_000);
    let row = |no: usize| format!(r#"<row r="{no}">{}</row>"#, inline(&format!("A{no}"), "x"));
    let many: String = (2..=MAX_ROWS + 2).map(row).collect();
    assert_eq!(file_fault(&sheet(&(heading() + &many))), FileFault::TooManyRows);
}

#[test]
fn every_faulty_row_is_counted_and_the_first_ones_are_kept() {
    let rows: Vec<String> = (0..1_500).map(|no| format!("A-{no},no_kind,\u{6d59}\u{6c5f},,")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let Err(Unusable::Rows { total, faulty, rows }) = read(&csv_of(&rows)) else { panic!("in order") };
    assert_eq!((total, faulty, rows.len()), (1_500, 1_500, MAX_FAULTY_ROWS));
    assert_eq!(rows[0].order_no.as_deref(), Some("A-0"));
}

#[test]
fn faults_of_rows_are_found_all_at_once_with_their_columns() {
    let text = csv_of(&[
        &cancel("A-1"),
        "A-2,no_kind,\u{6d59}\u{6c5f},,",
        "A-3,cancel_access,nowhere,,",
        &cancel("A-1"),
        &format!("{},cancel_access,\u{6d59}\u{6c5f},{SERVICE},", "9".repeat(201)),
    ]);
    assert_eq!(
        row_faults(&text),
        [
            (3, "/kind".to_owned(), Fault::Member(Problem::Kind)),
            (4, "/province".to_owned(), Fault::Member(Problem::Province)),
            (5, "/provider_order_no".to_owned(), Fault::SameOrderNumber { row: 2 }),
            (6, "/provider_order_no".to_owned(), Fault::Member(Problem::TooLong(200))),
        ]
    );
}

#[test]
fn formulas_and_rounded_numbers_are_faults_of_their_cells() {
    let bad = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd"];
    for cell in bad {
        let faults = row_faults(&csv_of(&[&format!("\"{cell}\",cancel_access,\u{6d59}\u{6c5f},{SERVICE},")]));
        assert_eq!(faults, [(2, "/provider_order_no".to_owned(), Fault::Formula)], "{cell}");
    }
    let rounded = row_faults(&csv_of(&[&cancel("3.30106E+17")]));
    assert_eq!(rounded, [(2, "/provider_order_no".to_owned(), Fault::NotText)]);
    assert_eq!(rows_of(&csv_of(&[&cancel("+86 138-0013-8000")])).len(), 1, "a phone is no formula");
    let long = csv_of(&[&cancel(&"x".repeat(40_000))]);
    assert_eq!(row_faults(&long)[0].2, Fault::Member(Problem::TooLong(32_767)));
}

#[test]
fn cells_of_workbooks_are_taken_as_they_were_typed_or_not_at_all() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, name) in (0_u16..).zip(HEADING.split(',')) {
        sheet.write_string(0, at, name).unwrap();
    }
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for row in 1..=5 {
        sheet.write_string(row, 1, "cancel_access").unwrap();
        sheet.write_string(row, 2, "\u{6d59}\u{6c5f}").unwrap();
        sheet.write_string(row, 3, SERVICE).unwrap();
    }
    sheet.write_number(1, 0, 13_800_138_000_f64).unwrap();
    sheet.write_number(2, 0, 330_106_199_001_011_234_f64).unwrap();
    sheet.write_formula(3, 0, "=1+1").unwrap();
    sheet.write_number_with_format(4, 0, 46_082_f64, &date).unwrap();
    sheet.write_boolean(5, 0, true).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    assert_eq!(
        row_faults(&bytes),
        [
            (3, "/provider_order_no".to_owned(), Fault::NotText),
            (4, "/provider_order_no".to_owned(), Fault::Formula),
            (5, "/provider_order_no".to_owned(), Fault::NotText),
        ]
    );
}

#[test]
fn macros_are_refused_by_part_and_by_type() {
    let parts = [("xl/workbook.xml", WORKBOOK), ("xl/VBAproject.bin", "x")];
    assert_eq!(file_fault(&package(&parts)), FileFault::Macros);
    let types = r#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>"#;
    assert_eq!(
        file_fault(&package(&[("[Content_Types].xml", types), ("xl/workbook.xml", WORKBOOK)])),
        FileFault::Macros
    );
}

#[test]
fn document_types_and_entities_are_refused() {
    let external = format!(r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>{WORKBOOK}"#);
    assert_eq!(file_fault(&package(&[("xl/workbook.xml", &external)])), FileFault::DocumentType);
    let unknown = sheet(&(heading() + r#"<row r="2"><c r="A2" t="inlineStr"><is><t>&x;</t></is></c></row>"#));
    assert_eq!(file_fault(&unknown), FileFault::DocumentType);
    let known = sheet(&(heading() + &format!(r#"<row r="2">{}</row>"#, inline("A2", "&amp;&#x41;"))));
    assert!(matches!(read(&known), Err(Unusable::Rows { .. })), "these five and numbers are no entities");
}

#[test]
fn packages_that_inflate_are_refused_by_what_they_state_and_by_what_they_are() {
    let zeros = "0".repeat(8 << 20);
    let bomb = package(&[("xl/workbook.xml", WORKBOOK), ("xl/media/a", &zeros)]);
    assert!(bomb.len() < 32 << 10);
    assert_eq!(file_fault(&bomb), FileFault::Inflates);
    // The same, with the sizes in its directory and its local headers written over: the text is not there to be found
    // out before it is inflated.
    let text = format!("{}<!--{zeros}-->", &WORKBOOK[..10]);
    let honest = package(&[("xl/workbook.xml", &text)]);
    let size = u32::try_from(text.len()).unwrap().to_le_bytes();
    let mut liar = honest;
    while let Some(at) = liar.windows(4).position(|window| window == size) {
        liar[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    assert!(matches!(file_fault(&liar), FileFault::Inflates | FileFault::Damaged));
    let many: Vec<(String, &str)> = (0..1_001).map(|no| (format!("a{no}"), "")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    assert_eq!(file_fault(&package(&many)), FileFault::Inflates);
}

#[test]
fn numbers_that_a_file_states_reserve_nothing() {
    let strings = r#"<sst count="4000000000000" uniqueCount="4000000000000"><si><t>a</t></si></sst>"#;
    let data = format!(r#"{}<row r="4000000000"><c r="XFD4000000000" t="s"><v>0</v></c></row>"#, heading());
    let sheet =
        format!("<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{data}</sheetData></worksheet>");
    let parts = [
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    assert_eq!(row_faults(&package(&parts)), [(4_000_000_000, String::new(), Fault::TooManyCells)]);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_text_below_a_heading_is_read_or_refused(text in "[a-z0-9,;\"=\\n\\r \u{4e00}-\u{4e20}]{0,400}") {
        let _ = read(&csv_of(&[&text]));
    }

    #[test]
    fn any_xml_in_a_sheet_is_read_or_refused(
        data in "(<row r=\"[0-9]{0,3}\">|</row>|<c r=\"[A-Z]{0,3}[0-9]{0,2}\" t=\"(s|b|e|n)\">|</c>|<v>|</v>|<f/>|[0-9]{1,20}){0,30}"
    ) {
        let _ = read(&sheet(&(heading() + &data)));
    }

    #[test]
    fn a_workbook_with_a_byte_changed_is_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = sheet(&(heading() + &format!(r#"<row r="2">{}</row>"#, inline("A2", "x"))));
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = read(&bytes);
    }
}
