//! The tables of SMPP's codes in `docs/sms.md` are those of the code. To write them anew, run this test with
//! `HEYAN_UPDATE_DOCS=1`.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::fmt::Write as _;
use std::path::Path;

use heyan_smpp::codes::{OTHER_WORDS, Row, STATES, STATUSES, bind_status, status, word};

fn line(table: &mut String, code: &str, row: Row) {
    let (meaning, cause, source) = (row.meaning.name(), row.cause.name(), row.source.name());
    writeln!(table, "| {code} | {meaning} | {cause} | {} | {source} |", row.words).unwrap();
}

const HEAD: &str = "| code | meaning | cause | in words | source |\n|---|---|---|---|---|\n";

fn binds() -> String {
    let mut table = HEAD.to_owned();
    for code in [0x00, 0x02, 0x03, 0x05, 0x0D, 0x0E, 0x0F, 0x53] {
        line(&mut table, &format!("{code:#04x}"), bind_status(code));
    }
    line(&mut table, "any other", bind_status(u32::MAX));
    table
}

fn statuses() -> String {
    let mut table = HEAD.to_owned();
    for (code, row) in STATUSES {
        line(&mut table, &format!("{code:#04x}"), *row);
    }
    line(&mut table, "any other", status(u32::MAX));
    table
}

fn states() -> String {
    let mut table = HEAD.to_owned();
    for (code, word, row) in STATES {
        line(&mut table, &format!("{code} `{word}`"), *row);
    }
    for (word, row) in OTHER_WORDS {
        line(&mut table, &format!("`{word}`"), *row);
    }
    line(&mut table, "any other", word("any other"));
    table
}

#[test]
fn the_tables_of_the_documentation_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sms.md");
    let found = std::fs::read_to_string(&path).unwrap();
    let mut expected = found.clone();
    for (name, table) in [("binds", binds()), ("statuses", statuses()), ("states", states())] {
        let (begin, end) = (format!("<!-- table: smpp {name} -->\n"), "<!-- end -->");
        let (head, rest) = expected.split_once(&begin).unwrap();
        let (_, tail) = rest.split_once(end).unwrap();
        expected = format!("{head}{begin}{table}{end}{tail}");
    }
    if std::env::var_os("HEYAN_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
        return;
    }
    assert!(found == expected, "docs/sms.md has other tables than the code");
}
