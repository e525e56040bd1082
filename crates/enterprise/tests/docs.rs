//! The tables in `docs/enterprise.md` are those of the code. To write them anew, run this test with `HEYAN_UPDATE_DOCS=1`.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::fmt::Write as _;
use std::path::Path;

use heyan_enterprise::codes::{AnswerCode, CodeRow, DOCUMENT_KINDS, NATURES, RecordCode};

fn answers() -> String {
    let mut table = "| `msg_code` | in words |\n|---|---|\n".to_owned();
    for code in AnswerCode::ALL {
        writeln!(table, "| {} | {} |", code.number(), code.words()).unwrap();
    }
    table
}

fn records() -> String {
    let mut table = "| `Jgdm` | in words |\n|---|---|\n".to_owned();
    for code in RecordCode::ALL {
        writeln!(table, "| {} | {} |", code.number(), code.words()).unwrap();
    }
    table
}

fn rows(rows: &[CodeRow]) -> String {
    let mut table = "| code | name | of |\n|---|---|---|\n".to_owned();
    for row in rows {
        let of = if row.of == 0 { String::new() } else { row.of.to_string() };
        writeln!(table, "| {} | {} | {of} |", row.code, row.name).unwrap();
    }
    table
}

#[test]
fn the_tables_of_the_documentation_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/enterprise.md");
    let found = std::fs::read_to_string(&path).unwrap();
    let mut expected = found.clone();
    let tables = [
        ("answers", answers()),
        ("records", records()),
        ("documents", rows(&DOCUMENT_KINDS)),
        ("natures", rows(&NATURES)),
    ];
    for (name, table) in tables {
        let (begin, end) = (format!("<!-- table: {name} -->\n"), "<!-- end -->");
        let (head, rest) = expected.split_once(&begin).unwrap();
        let (_, tail) = rest.split_once(end).unwrap();
        expected = format!("{head}{begin}{table}{end}{tail}");
    }
    if std::env::var_os("HEYAN_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
        return;
    }
    assert!(found == expected, "docs/enterprise.md has other tables than the code");
}
