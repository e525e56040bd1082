//! The tables of codes in `docs/sms.md` are those of the code. To write them anew, run this test with `HEYAN_UPDATE_DOCS=1`.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::fmt::Write as _;
use std::path::Path;

use heyan_cmpp::codes::{FAMILIES, Row, SUBMIT_RESULTS, WORDS, connect_status};

fn line(table: &mut String, code: &str, row: Row) {
    let (meaning, cause, source) = (row.meaning.name(), row.cause.name(), row.source.name());
    writeln!(table, "| {code} | {meaning} | {cause} | {} | {source} |", row.words).unwrap();
}

const HEAD: &str = "| code | meaning | cause | in words | source |\n|---|---|---|---|---|\n";

fn logins() -> String {
    let mut table = HEAD.to_owned();
    for code in 0..5 {
        line(&mut table, &code.to_string(), connect_status(code));
    }
    line(&mut table, "5 and more", connect_status(5));
    table
}

fn results() -> String {
    let mut table = HEAD.to_owned();
    for (code, row) in SUBMIT_RESULTS {
        line(&mut table, &code.to_string(), *row);
    }
    line(&mut table, "any other", heyan_cmpp::codes::submit_result(u32::MAX));
    table
}

fn stats() -> String {
    let mut table = HEAD.to_owned();
    for (word, row) in WORDS {
        line(&mut table, &format!("`{word}`"), *row);
    }
    for family in FAMILIES {
        for (numbers, row) in family.numbers {
            let codes: Vec<_> = numbers.iter().map(|number| format!("{number:04}")).collect();
            line(&mut table, &format!("`{}:` {}", family.letters, codes.join(" ")), *row);
        }
        let others = if family.numbers.is_empty() { "all" } else { "others" };
        line(&mut table, &format!("`{}:` {others}", family.letters), family.rest);
    }
    line(&mut table, "any other", heyan_cmpp::codes::stat("any other"));
    table
}

#[test]
fn the_tables_of_the_documentation_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sms.md");
    let found = std::fs::read_to_string(&path).unwrap();
    let mut expected = found.clone();
    for (name, table) in [("logins", logins()), ("results", results()), ("stats", stats())] {
        let (begin, end) = (format!("<!-- table: {name} -->\n"), "<!-- end -->");
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
