//! What several processes over one database need of each other.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use heyan_domain::decide::Outcome;
use heyan_store::clock::{Clock as _, SystemClock, VirtualClock};
use heyan_store::database::StoreError;
use heyan_store::engine::{Chore, EngineError};
use heyan_store::tables::Reader;

use crate::content::create;
use crate::place::{Kind, Opened, Place, runtime};

/// Another process over the same data.
fn beside(place: &Place) -> Place {
    let mut other = Place::new(&place.directory, place.seed + 1_000);
    other.server.clone_from(&place.server);
    other
}

async fn holds(opened: &Opened) -> bool {
    opened.engine.chore(Chore::Lease(60_000)).await.unwrap() == 1
}

#[test]
fn one_at_a_time_does_the_workers_work_and_who_lost_it_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(Kind::Postgresql, directory.path(), 301);
    let one = place.open();
    let other = beside(&place).open();
    runtime().block_on(async {
        assert!(holds(&one).await);
        assert!(!holds(&other).await);
        let work = |no: u32| vec![create(no, no, no)];
        assert_eq!(other.engine.execute_background(work(1)).await, [Err(EngineError::Fenced)]);
        assert!(other.engine.works_elsewhere());
        assert!(matches!(one.engine.execute_background(work(1)).await.as_slice(), [Ok(Outcome::Filing(_))]));
        // People are served everywhere.
        assert!(matches!(other.execute(create(2, 2, 2)).await, Outcome::Filing(_)));
        one.engine.chore(Chore::Release).await.unwrap();
        assert!(holds(&other).await);
        assert_eq!(one.engine.execute_background(work(3)).await, [Err(EngineError::Fenced)]);
    });
    assert_eq!(
        one.readers.read_blocking(Reader::counts).unwrap().filings,
        2,
        "nothing of what was refused is there"
    );
}

#[test]
fn what_others_have_counted_decided_and_logged_is_known_at_the_next_turn() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(Kind::Postgresql, directory.path(), 302);
    let processes = [place.open(), beside(&place).open()];
    runtime().block_on(async {
        // In turns: each numbers its filings, events and entries of the log behind the other's.
        for no in 1..=20_u32 {
            let filed = processes[usize::from(no % 2 == 0)].execute(create(no, no, no)).await;
            assert_eq!(filed, Outcome::Filing(heyan_domain::terms::FilingId::from_number(no.into())));
        }
    });
    let counts = processes[0].readers.read_blocking(Reader::counts).unwrap();
    assert_eq!(counts.filings, 20);
}

/// Questions go to the server together, and their answers are more than what the connection holds back for whoever is slow.
#[test]
fn charts_ask_for_many_events_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(Kind::Postgresql, directory.path(), 304);
    let opened = place.open();
    runtime().block_on(async {
        let all = (1..=1_500_u32).map(|no| create(no, no, no)).collect();
        for filed in opened.engine.execute_background(all).await {
            assert!(matches!(filed, Ok(Outcome::Filing(_))), "{filed:?}");
        }
    });
    let tally = opened.readers.read_blocking(|reader| reader.tally(10_000)).unwrap();
    assert_eq!(tally.rounds.len(), 1_500);
}

/// Deadlines are decided by the clock: a machine whose clock is a minute off decides nothing, and goes on once it is right.
#[test]
fn a_machine_with_another_time_than_the_servers_decides_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(Kind::Postgresql, directory.path(), 303);
    let clock = Arc::new(VirtualClock::new(SystemClock, 0));
    place.machine = clock.clone();
    let opened = place.open();
    clock.hold(SystemClock.now().plus_ms(60_000));
    runtime().block_on(async {
        assert_eq!(opened.engine.execute(create(1, 1, 1)).await, Err(EngineError::Storage));
        assert!(!opened.engine.is_healthy());
    });
    assert!(matches!(place.try_open(), Err(StoreError::Clock { ahead_ms: 59_000..=61_000 })));
    assert_eq!(opened.readers.read_blocking(Reader::counts).unwrap().filings, 0);
    clock.hold(SystemClock.now());
    runtime().block_on(async {
        assert!(matches!(opened.execute(create(1, 1, 1)).await, Outcome::Filing(_)));
    });
}

/// What becomes of the next COMMIT on its way to the server.
const LET_THROUGH: u8 = 0;
/// It arrives, and its answer does not.
const LOSE_ANSWER: u8 = 1;
/// It does not arrive.
const LOSE: u8 = 2;

/// A way to the server on which connections can be made to break.
fn way(folder: &Path, server: PathBuf) -> Arc<AtomicU8> {
    let next = Arc::new(AtomicU8::new(LET_THROUGH));
    let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).unwrap();
    let told = Arc::clone(&next);
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let (server, told) = (UnixStream::connect(&server).unwrap(), Arc::clone(&told));
            let (answers, back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            std::thread::spawn(move || carry(answers, back, &AtomicU8::new(LET_THROUGH)));
            std::thread::spawn(move || carry(client, server, &told));
        }
    });
    next
}

fn carry(mut from: UnixStream, mut to: UnixStream, next: &AtomicU8) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let commits = buffer[..length].windows(6).any(|word| word == b"COMMIT");
        let fate = if commits { next.swap(LET_THROUGH, Ordering::Relaxed) } else { LET_THROUGH };
        if fate == LOSE_ANSWER {
            // Nothing of what the server says gets back any more.
            let _ = from.shutdown(Shutdown::Both);
        }
        if fate == LOSE || to.write_all(&buffer[..length]).is_err() {
            break;
        }
        if fate == LOSE_ANSWER {
            // Time to commit; a server that sees the end first would still carry out what it has got.
            std::thread::sleep(Duration::from_millis(200));
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

/// Whether the answer to the commit got lost or the commit itself: everybody hears what is true, and nothing is done twice.
#[test]
fn what_became_of_a_commit_is_asked_and_not_guessed() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(Kind::Postgresql, directory.path(), 304);
    let server = place.server.clone().unwrap();
    let (_, folder) = server.server().rsplit_once("host=").unwrap();
    let next = way(directory.path(), Path::new(folder).join(".s.PGSQL.5432"));
    place.server = Some(server.by_way_of(directory.path()));
    let opened = place.open();
    runtime().block_on(async {
        assert_eq!(
            opened.execute(create(1, 1, 1)).await,
            Outcome::Filing(heyan_domain::terms::FilingId::from_number(1))
        );
        for (no, fate) in [(2, LOSE_ANSWER), (3, LOSE), (4, LOSE_ANSWER)] {
            next.store(fate, Ordering::Relaxed);
            let filed = opened.execute(create(no, no, no)).await;
            assert_eq!(filed, Outcome::Filing(heyan_domain::terms::FilingId::from_number(no.into())));
            assert_eq!(next.load(Ordering::Relaxed), LET_THROUGH, "it was lost");
        }
    });
    assert_eq!(place.number("SELECT count(*) FROM filings"), 4);
    assert_eq!(opened.outbox().len(), 4);
}
