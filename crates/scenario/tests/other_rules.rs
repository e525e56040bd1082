//! Switches of a rule set that no shipped set uses: they must work before an operator needs them.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use heyan_domain::rulebook::Rulebook;
use heyan_scenario::{MemoryEngine, Script, run};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

const STRICT: &str = r#"
id = "strict"
base = "national-2020"
title = { zh = "严格", en = "Strict" }
source = { document = "decided", place = "invented for a test" }
effective_from = "2020-08-17T00:00:00+08:00"
scope = { providers = ["strict"] }
resend_restarts_clock = true

[attempts]
counting = "any_field"
"#;

fn run_under_strict(text: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .filter(|path| path.file_name().is_some_and(|name| name != "working-days.toml"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap()))
        .collect();
    files.push(("strict.toml".to_owned(), STRICT.to_owned()));
    let book = Rulebook::load(&files).unwrap();
    let script = Script::parse("other_rules.rs", text).unwrap();
    let mut engine = MemoryEngine::with(book, Box::new(ChaCha12Rng::seed_from_u64(1))).unwrap();
    run(&script, &mut engine).unwrap();
}

#[test]
fn under_any_field_the_phone_alone_is_enough_to_be_counted() {
    run_under_strict(
        r"
        explains VER-05 VER-06
        # Two wrong fields count against the one sent most recently, and the answer tells nothing.
        provider strict
        at 2026-03-02 10:00
        person Wang phone=15400000001 id=11010519491231002X
        person Qian phone=15400000001 document=passport id=E00000009
        file F1 first 广东 head=Wang service=书店/Wang
        tick 1m
        file F2 first 广东 organiser=乙 head=Qian service=茶馆/Qian
        verify Wang code=wrong id=wrong => wrong_info (2)
        expect F1 Wang open attempts 0
        expect F2 Qian open attempts 1
        verify Wang code=F1 id=wrong => wrong_id
        expect F1 Wang open attempts 1
        verify Qian code=wrong id=wrong => wrong_info
        verify Qian code=wrong id=wrong => wrong_info
        verify Qian code=wrong id=wrong => wrong_info
        verify Qian code=wrong id=wrong => failed_final
        expect F2 state returned attempts_exhausted
        ",
    );
}

#[test]
fn where_a_resend_restarts_the_clock_its_acceptance_does() {
    run_under_strict(
        r"
        explains RES-05 DDL-02
        # The old command of the deadline finds the deadline moved, and does nothing.
        provider strict
        at 2026-03-02 09:00
        person Wang phone=15400000001 id=11010519491231002X
        file F1 first 广东 head=Wang service=书店/Wang
        expect F1 Wang open deadline 2026-03-03 09:00
        tick 23h
        resend Wang => resend_ok
        expect F1 Wang open deadline 2026-03-04 08:00
        tick 23h59m59s999ms
        expect F1 state verifying
        tick 1ms
        expect F1 state returned expired
        ",
    );
}

#[test]
fn the_noon_resend_comes_once_even_if_the_clock_is_restarted() {
    run_under_strict(
        r"
        explains RES-06
        # A second noon passes before the moved deadline; it sends nothing.
        provider strict
        at 2026-03-02 15:00
        person Wang phone=15400000001 id=11010519491231002X
        file F1 first 广东 head=Wang service=书店/Wang
        at 2026-03-03 12:00
        expect F1 Wang open messages 2
        tick 1h
        resend Wang => resend_ok
        expect F1 Wang open messages 3 deadline 2026-03-04 13:00
        at 2026-03-04 12:30
        expect F1 Wang open messages 3
        ",
    );
}
