//! A process that is killed at any moment loses nothing that it has answered.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;

use heyan_domain::audit::{AuditAction, AuditSubject};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::filing::FilingState;
use heyan_domain::terms::{Code, FilingId};
use heyan_domain::verification::VerificationState;
use heyan_store::audit::Head;
use heyan_store::engine::Chore;
use heyan_store::tables::{AuditFilter, Reader};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;

use crate::audit::walk;
use crate::content::{create, other_than, provider, verify};
use crate::place::{Opened, Place, runtime, threads};
use crate::rotation::take_up;

const DIRECTORY: &str = "HEYAN_TEST_KILL";
const ROUND: &str = "HEYAN_TEST_ROUND";
const ROUNDS: u32 = 20;
/// Room for the filings of one task of one round.
const NUMBERS: u32 = 1_000;
const TASKS: u32 = 4;

/// What the killed processes had said.
#[derive(Default)]
struct Said {
    /// Filing by the number of organiser and person.
    filed: BTreeMap<u32, i64>,
    /// The code that was read of it.
    codes: BTreeMap<u32, Code>,
    /// Wrong attempts that were answered.
    wrong: BTreeMap<u32, u8>,
    passed: BTreeSet<u32>,
    withdrawn: BTreeSet<u32>,
}

impl Said {
    fn hear(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["filed", no, id] => {
                let before = self.filed.insert(no.parse().unwrap(), id.parse().unwrap());
                assert_eq!(before, None);
            }
            ["code", no, code] => _ = self.codes.insert(no.parse().unwrap(), Code::parse(code).unwrap()),
            ["wrong", no] => *self.wrong.entry(no.parse().unwrap()).or_default() += 1,
            ["passed", no] => assert!(self.passed.insert(no.parse().unwrap())),
            ["withdrawn", no] => assert!(self.withdrawn.insert(no.parse().unwrap())),
            _ => {}
        }
    }
}

fn start(directory: &Path, round: u32) -> Child {
    Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::load", "--ignored", "--nocapture"])
        .env(DIRECTORY, directory)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
#[cfg(unix)]
fn nothing_that_was_answered_is_lost_by_kill_9() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 51);
    place.ring();
    let mut rng = ChaCha12Rng::seed_from_u64(51);
    let mut said = Said::default();
    let mut audited = Head::default();
    for round in 0..ROUNDS {
        let mut child = start(directory.path(), round);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let until = rng.random_range(3..120);
        let mut heard = 0;
        while heard < until {
            let line = lines.next().unwrap().unwrap();
            heard += u32::from(line.starts_with("filed ") || line.starts_with("passed "));
            said.hear(&line);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had said before it died, too. Each line was written at once, so none is cut.
        lines.map_while(Result::ok).for_each(|line| said.hear(&line));
        place.seed = 510_000 + u64::from(round) * 100;
        let opened = place.open();
        runtime().block_on(check(&opened, &mut said));
        drop(opened);
        assert_eq!(place.integrity(), "ok");
        // Whatever was the last, the audit log is one chain, and nothing that was answered is missing in it.
        let log = walk(directory.path(), Some(audited));
        assert_eq!(log.broken, None);
        audited = log.head;
    }
    assert!(
        said.passed.len() > 20 && !said.withdrawn.is_empty() && said.filed.len() > said.passed.len(),
        "{} filed",
        said.filed.len()
    );
    assert!(place.ring().current().active().0 > 2, "the keys have changed meanwhile");
    let ids: BTreeSet<i64> = said.filed.values().copied().collect();
    assert_eq!(ids.len(), said.filed.len(), "a number was given twice");
}

async fn check(opened: &Opened, said: &mut Said) {
    for (no, id) in &said.filed {
        let id = FilingId::from_number(*id);
        let view = opened.readers.read(move |reader| reader.filing_view(id)).await.unwrap().unwrap();
        assert_eq!(
            view.body.draft.entity.as_ref().unwrap().name.as_deref(),
            Some(&*format!("Organiser{no}"))
        );
        let state = view.filing.state;
        let [verification] = view.verifications.as_slice() else { panic!("{id} is half there") };
        let filing = view.filing.clone();
        let events = opened.readers.read(move |reader| reader.timeline(&filing)).await.unwrap();
        assert!(events.windows(2).all(|pair| pair[0].id < pair[1].id));
        let wrong = said.wrong.get(no).copied().unwrap_or_default();
        assert!(verification.attempts_used >= wrong, "a counted attempt was forgotten");
        if said.passed.contains(no) {
            assert_eq!(verification.state, VerificationState::Passed);
            assert!(matches!(state, FilingState::InReview { .. }));
        }
    }
    // Codes that were out work once and no more: never for what had passed, at most once for the rest.
    for (no, code) in &said.codes {
        let answers = [opened.execute(verify(*no, code)).await, opened.execute(verify(*no, code)).await];
        let statuses = answers.map(|answer| match answer {
            Outcome::Verified(answer, _) => answer.valid_status(),
            other => panic!("an answer of another kind: {other:?}"),
        });
        let first_is_known = said.passed.contains(no);
        assert!(statuses == [20, 20] || (statuses == [3, 20] && !first_is_known), "{statuses:?}");
    }
    said.passed.extend(said.codes.keys());
    said.codes.clear();
    let withdrawn = AuditFilter { action: Some(AuditAction::Withdrawn), ..AuditFilter::default() };
    let found =
        opened.readers.read(move |reader| reader.audit(&withdrawn, None, 100_000)).await.unwrap().items;
    let found: HashSet<_> = found.iter().map(|row| row.entry.subject).collect();
    let id = |no: &u32| FilingId::from_number(said.filed[no]);
    assert!(said.withdrawn.iter().all(|no| found.contains(&AuditSubject::Filing(id(no)))));
    let filings = opened.readers.read(Reader::counts).await.unwrap().filings;
    assert!(filings >= i64::try_from(said.filed.len()).unwrap());
}

/// The child: files, answers wrongly and rightly, and says of each thing that it was answered.
#[test]
#[ignore = "a part of nothing_that_was_answered_is_lost_by_kill_9"]
fn load() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let round: u32 = std::env::var(ROUND).unwrap().parse().unwrap();
    let mut place = Place::new(Path::new(&directory), 520_000 + u64::from(round) * 100);
    let opened = Arc::new(place.open());
    threads().block_on(async {
        let tasks = (0..TASKS).map(|task| {
            let first = (round * TASKS + task) * NUMBERS;
            tokio::spawn(work(Arc::clone(&opened), first))
        });
        let tasks: Vec<_> = tasks.collect();
        // Meanwhile the keys change: whatever moment of that is the last, the new file opens everything.
        place.rotate();
        take_up(&opened, &place.keys()).await.unwrap();
        while opened.engine.chore(Chore::Rekey).await.unwrap() > 0 {}
        for task in tasks {
            task.await.unwrap();
        }
    });
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever listens may have stopped.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

async fn work(opened: Arc<Opened>, first: u32) {
    for no in first..first + NUMBERS {
        let Outcome::Filing(id) = opened.execute(create(no, no, no)).await else { panic!() };
        say(&format!("filed {no} {}", id.number()));
        let first = id.verification(0).message(1);
        let queued = opened.readers.read(move |reader| reader.queued(first)).await.unwrap();
        let code = Code::parse(&queued.unwrap().text).unwrap();
        // Every third is left without an answer, and every sixth taken back.
        if no % 3 == 0 {
            if no % 6 == 0 {
                opened.execute(Action::Withdraw { provider: provider(), filing: id }).await;
                say(&format!("withdrawn {no}"));
            }
            continue;
        }
        if no % 3 == 1 {
            opened.execute(verify(no, &other_than(&code))).await;
            say(&format!("wrong {no}"));
        }
        say(&format!("code {no} {}", code.expose()));
        opened.execute(verify(no, &code)).await;
        say(&format!("passed {no}"));
    }
}
