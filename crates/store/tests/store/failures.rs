//! The database refuses: whoever asked is told, nothing is half done, and the engine goes on.

use std::path::Path;
use std::process::Command as Process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Expected, Outcome};
use heyan_domain::terms::{FilingId, ProviderId};
use heyan_store::clock::{Clock, SystemClock};
use heyan_store::database::StoreError;
use heyan_store::engine::{Chore, Engine, EngineError, Parts};
use heyan_store::tables::{Reader, Readers};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use crate::content::{create, draft, provider, verify};
use crate::place::{Kind, Opened, Place, calendar, monday_10_o_clock, on_both, runtime};

on_both!(
    a_poisonous_command_fails_alone,
    a_damaged_value_stops_only_what_needs_it,
    counters_and_replies_go_when_their_time_is_over,
    after_a_panic_nobody_waits,
);

fn create_by(name: &str, no: u32) -> Action {
    let provider = ProviderId::parse(name).unwrap();
    Action::Create { provider, draft: Box::new(draft(no, no, no)), report: true }
}

fn a_poisonous_command_fails_alone(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 41);
    let opened = place.open();
    place.refuse("filings", "NEW.provider = 'poison'");
    let actions = (0..50).map(|no| create_by(if no == 25 { "poison" } else { "idc" }, no));
    let outcomes = runtime().block_on(opened.engine.execute_background(actions.collect()));
    for (no, outcome) in outcomes.iter().enumerate() {
        match no {
            25 => assert_eq!(*outcome, Err(EngineError::Storage)),
            _ => assert!(matches!(outcome, Ok(Outcome::Filing(_))), "{no}: {outcome:?}"),
        }
    }
    // No number is lost to it, and nothing of it stays behind.
    let ids: Vec<i64> = outcomes.iter().flatten().map(number).collect();
    assert_eq!(ids, (1..=49).collect::<Vec<_>>());
    assert_eq!(opened.outbox().len(), 49);
    assert_eq!(opened.readers.read_blocking(Reader::counts).unwrap().filings, 49);
    assert!(opened.engine.is_healthy(), "the medium is not at fault");
    place.refuse_no_more("filings");
    assert_eq!(
        runtime().block_on(opened.execute(create_by("poison", 25))),
        Outcome::Filing(FilingId::from_number(50))
    );
}

fn number(outcome: &Outcome) -> i64 {
    match outcome {
        Outcome::Filing(id) => id.number(),
        other => panic!("an answer of another kind: {other:?}"),
    }
}

fn a_damaged_value_stops_only_what_needs_it(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 42);
    let opened = place.open();
    let (good, cut, swapped) = (FilingId::from_number(1), FilingId::from_number(2), FilingId::from_number(3));
    runtime().block_on(async {
        for no in 1..=3 {
            let action =
                Action::Create { provider: provider(), draft: Box::new(draft(no, no, no)), report: false };
            opened.execute(action).await;
        }
    });
    let damage = "UPDATE filing_bodies SET sealed = substr(sealed, 1, 40) WHERE filing = 2;
                  UPDATE filing_bodies SET sealed = (SELECT sealed FROM filing_bodies WHERE filing = 1) WHERE filing = 3;";
    place.run(damage);
    for filing in [cut, swapped] {
        let read = opened.readers.read_blocking(|reader| reader.filing_view(filing).map(|_| ()));
        assert!(matches!(read, Err(StoreError::Damaged { what: "filing" })), "{read:?}");
    }
    let report = |filing| Action::Report { provider: provider(), filing, expected: Expected::Any };
    let outcomes = runtime().block_on(opened.engine.execute_background(vec![
        report(cut),
        report(good),
        report(swapped),
    ]));
    assert_eq!(outcomes, [Err(EngineError::Storage), Ok(Outcome::Filing(good)), Err(EngineError::Storage)]);
    assert!(opened.engine.is_healthy());
    drop(opened);

    // A value that does not open keeps nothing else from being sealed anew.
    place.rotate();
    let opened = place.open();
    runtime().block_on(async { while opened.engine.chore(Chore::Rekey).await.unwrap() > 0 {} });
    let count = |table: &str, key: u8| {
        place.number(&format!("SELECT count(*) FROM {table} WHERE {}", place.begins_with("sealed", key)))
    };
    assert_eq!((count("filing_bodies", 2), count("outbox", 1)), (1, 0));
}

fn counters_and_replies_go_when_their_time_is_over(kind: Kind) {
    use heyan_domain::decide::{Command, Request, RequestKey};
    use heyan_domain::limits::Limits;
    use heyan_domain::time::{DAY_MS, HOUR_MS};

    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 43);
    place.limits = Some(Limits::default());
    let opened = place.open();
    let count = |table: &str| {
        let sql = format!("SELECT count(*) FROM {table}");
        place.number(&sql)
    };
    runtime().block_on(async {
        let nonce = [5; 16];
        for no in 0..=1_u8 {
            place.clock.hold(monday_10_o_clock().plus_ms(i64::from(no) * 7 * DAY_MS));
            let request = Some(Request { key: RequestKey([no; 16]), body: [1; 16] });
            let number = u32::from(no) + 1;
            opened.engine.execute(Command { action: create(number, number, number), request }).await.unwrap();
        }
        let late = monday_10_o_clock().plus_ms(7 * DAY_MS + 13 * HOUR_MS + 59 * 60_000);
        place.clock.hold(late);
        assert_eq!(opened.execute(Action::UseCaptcha { nonce }).await, Outcome::Captcha(true));
        assert_eq!((count("replies"), count("counters")), (2, 5));
        assert!(opened.engine.chore(Chore::Tidy(late)).await.unwrap() > 0);
        // Seven days and some hours after the first, hours after the second.
        assert_eq!((count("replies"), count("counters")), (1, 3));
        // Two minutes later it is another day, and the captcha is still used up.
        let midnight = late.plus_ms(2 * 60_000);
        place.clock.hold(midnight);
        opened.engine.chore(Chore::Tidy(midnight)).await.unwrap();
        assert_eq!(opened.execute(Action::UseCaptcha { nonce }).await, Outcome::Captcha(false));
        let request = Some(Request { key: RequestKey([1; 16]), body: [1; 16] });
        let repeated = opened.engine.execute(Command { action: create(2, 2, 2), request }).await.unwrap();
        assert!(matches!(repeated, Outcome::Replayed(_)));
        assert_eq!(opened.engine.chore(Chore::Tidy(midnight)).await, Ok(0));
    });
}

/// A clock that breaks after the start: the one thing given to the engine that a test can break.
#[derive(Default)]
struct BreakingClock(AtomicBool);

impl Clock for BreakingClock {
    fn now(&self) -> Timestamp {
        assert!(!self.0.swap(true, Ordering::Relaxed), "the clock is broken");
        monday_10_o_clock()
    }
}

fn after_a_panic_nobody_waits(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 45);
    let Opened { engine, database, ring, rules, .. } = place.open();
    drop(engine);
    let parts = Parts {
        rules,
        ring: Arc::clone(&ring),
        limits: None,
        calendar: calendar(),
        clock: Arc::new(BreakingClock::default()),
        machine: Arc::new(SystemClock),
        rng: Box::new(ChaCha12Rng::seed_from_u64(45)),
    };
    let engine = Engine::start(&database, parts).unwrap();
    let outcomes =
        runtime().block_on(engine.execute_background((0..9).map(|no| create(no, no, no)).collect()));
    assert_eq!(outcomes, vec![Err(EngineError::Stopped); 9]);
    assert_eq!(runtime().block_on(engine.execute(create(9, 9, 9))), Err(EngineError::Stopped));
    assert_eq!(runtime().block_on(engine.chore(Chore::Rekey)), Err(EngineError::Stopped));
    assert!(!engine.is_healthy());
    drop(engine);
    assert_eq!(Readers::new(&database, ring).read_blocking(Reader::counts).unwrap().filings, 0);
}

#[test]
fn a_reader_that_takes_its_time_holds_nobody_up() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 46);
    let opened = place.open();
    runtime().block_on(opened.execute(create(1, 1, 1)));
    let slow = place.connection();
    slow.execute_batch("BEGIN; SELECT count(*) FROM filings").unwrap();
    runtime().block_on(opened.execute(create(2, 2, 2)));
    let began = std::time::Instant::now();
    opened.engine.stop();
    // Waiting for the reader, the log could be copied back only after ten seconds.
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
    slow.execute_batch("ROLLBACK").unwrap();
}

const DIRECTORY: &str = "HEYAN_TEST_FULL";

/// The medium is full: a process that may write no larger files meets the same error at the same place.
#[test]
#[cfg(unix)]
fn a_full_disk_costs_nothing_that_was_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 44);
    drop(place.open());
    // `ulimit -f` counts in 1,024 bytes; SIGXFSZ is ignored so that the write fails instead of the process.
    let script = "trap '' XFSZ; ulimit -f 1500; exec \"$0\" --exact failures::until_the_disk_is_full --ignored --nocapture";
    let output = Process::new("bash")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .env(DIRECTORY, directory.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let acknowledged: Vec<i64> =
        said.lines().filter_map(|line| line.strip_prefix("filed ")).map(|id| id.parse().unwrap()).collect();
    assert!(acknowledged.len() > 100, "{}", acknowledged.len());

    place.seed = 4_400;
    let opened = place.open();
    let filed = i64::try_from(acknowledged.len()).unwrap();
    assert_eq!(acknowledged, (1..=filed).collect::<Vec<_>>());
    all_whole(&opened, &acknowledged);
    let next = runtime().block_on(opened.execute(create(900_000, 900_000, 900_000)));
    assert_eq!(number(&next), filed + 1);
    drop(opened);
    assert_eq!(place.integrity(), "ok");
}

/// Each filing has its body, its verification, its message and the text of it, and there is no other.
fn all_whole(opened: &Opened, ids: &[i64]) {
    for id in ids {
        let id = FilingId::from_number(*id);
        let view = opened.readers.read_blocking(|reader| reader.filing_view(id)).unwrap().unwrap();
        assert_eq!((view.verifications.len(), view.messages.len()), (1, 1));
    }
    assert_eq!(opened.outbox().len(), ids.len());
    let counts = opened.readers.read_blocking(Reader::counts).unwrap();
    assert_eq!(counts.filings, i64::try_from(ids.len()).unwrap());
}

/// The child of the test above.
#[test]
#[ignore = "a part of a_full_disk_costs_nothing_that_was_acknowledged"]
fn until_the_disk_is_full() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let mut place = Place::new(Path::new(&directory), 4_000);
    let opened = place.open();
    let runtime = runtime();
    let mut acknowledged = Vec::new();
    let mut failed = 0;
    for group in 0..1_000 {
        let actions = (0..20).map(|no| group * 20 + no).map(|no| create(no, no, no));
        for outcome in runtime.block_on(opened.engine.execute_background(actions.collect())) {
            match outcome {
                Ok(outcome) => {
                    println!("filed {}", number(&outcome));
                    acknowledged.push(number(&outcome));
                }
                Err(error) => {
                    assert_eq!(error, EngineError::Storage);
                    failed += 1;
                }
            }
        }
        if failed > 100 {
            break;
        }
    }
    assert!(failed > 100, "the disk was never full");
    assert!(!opened.engine.is_healthy());
    // It is alive: what is there is read, and what changes nothing is answered.
    all_whole(&opened, &acknowledged);
    let code = &opened.outbox()[0].2.clone();
    let answer = runtime.block_on(opened.execute(verify(999_999, code)));
    assert!(matches!(&answer, Outcome::Verified(answer, _) if answer.valid_status() == 4), "{answer:?}");
}
