//! `heyan demo`: every outcome is the one that the golden tables say, and two runs print the same.

use std::path::Path;

use heyan::cli::Demo;
use heyan::commands::demo;

fn told() -> (usize, String) {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/filings");
    let mut out = Vec::new();
    let failures = demo::tell(&Demo { examples, seed: 2020 }, &mut out).unwrap();
    (failures, String::from_utf8(out).unwrap())
}

#[test]
fn every_outcome_is_golden_and_every_run_prints_the_same() {
    let (failures, first) = told();
    assert_eq!(failures, 0, "{first}");
    let (_, second) = told();
    assert_eq!(first, second);
    let runs = |count| first.split(|c: char| !c.is_ascii_digit()).filter(move |run| run.len() == count);
    assert_eq!(runs(11).count(), 0, "a phone is printed");
    assert_eq!(runs(6).count(), 0, "a code may be printed");
}
