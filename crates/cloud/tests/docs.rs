//! The tables of codes in `docs/sms.md` are those of the code. To write them anew, run this test with `HEYAN_UPDATE_DOCS=1`.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::fmt::Write as _;
use std::path::Path;

use heyan_cloud::codes::{Row, Table, alibaba, tencent};

/// One line for each meaning, with all codes that have it, in the order of the code.
fn table(codes: Table, others: &str) -> String {
    let listed = codes.listed.iter().map(|(code, row)| (format!("`{code}`"), *row));
    let families = codes.families.iter().map(|(begin, row)| (format!("`{begin}…`"), *row));
    let mut lines: Vec<(Row, Vec<String>)> = Vec::new();
    for (code, row) in listed.chain(families) {
        match lines.iter_mut().find(|(known, _)| *known == row) {
            Some((_, codes)) => codes.push(code),
            None => lines.push((row, vec![code])),
        }
    }
    let mut table = "| code | meaning | cause | in words |\n|---|---|---|---|\n".to_owned();
    for (row, codes) in lines {
        let (codes, meaning, cause) = (codes.join(" "), row.meaning.name(), row.cause.name());
        writeln!(table, "| {codes} | {meaning} | {cause} | {} |", row.words).unwrap();
    }
    writeln!(table, "| any other | {others} |").unwrap();
    table
}

#[test]
fn the_tables_of_the_documentation_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sms.md");
    let found = std::fs::read_to_string(&path).unwrap();
    let mut expected = found.clone();
    for (name, table) in [
        ("tencent answers", table(tencent::ANSWERS, "unknown |  | not listed")),
        ("tencent receipts", table(tencent::RECEIPTS, "as Stat of a CMPP report |  | the carriers' words")),
        ("alibaba answers", table(alibaba::ANSWERS, "unknown |  | not listed")),
        ("alibaba receipts", table(alibaba::RECEIPTS, "as Stat of a CMPP report |  | the carriers' words")),
    ] {
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
