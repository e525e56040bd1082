//! Many at once: one state change, no attempt too many, one filing.

use std::sync::Arc;

use heyan_domain::decide::{Command, Outcome, Request, RequestKey};
use heyan_domain::filing::FilingState;
use heyan_domain::terms::FilingId;
use heyan_domain::time::DAY_MS;
use heyan_domain::verification::VerificationState;
use heyan_store::engine::EngineError;
use heyan_store::tables::Reader;

use crate::content::{create, other_than, verify};
use crate::place::{Kind, Opened, Place, monday_10_o_clock, on_both, threads};

on_both!(
    of_many_right_answers_one_passes,
    of_many_wrong_answers_five_are_evaluated,
    right_among_wrong_answers_is_right_only_before_the_fifth,
    the_last_person_and_the_deadline_do_not_both_win,
    many_equal_requests_make_one_filing,
    every_page_shows_what_was_answered_before,
    who_stops_the_engine_gets_every_answer_first,
);

const MANY: usize = 64;

/// The outcomes of commands that come in at once, from as many tasks.
async fn at_once(opened: &Arc<Opened>, commands: Vec<Command>) -> Vec<Outcome> {
    let start = Arc::new(tokio::sync::Barrier::new(commands.len()));
    let tasks = commands.into_iter().map(|command| {
        let (opened, start) = (Arc::clone(opened), Arc::clone(&start));
        tokio::spawn(async move {
            start.wait().await;
            opened.engine.execute(command).await.unwrap()
        })
    });
    let mut outcomes = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

/// The numbers that people see, sorted.
fn statuses(outcomes: &[Outcome]) -> Vec<u16> {
    let status = |outcome: &Outcome| match outcome {
        Outcome::Verified(answer, _) => answer.valid_status(),
        other => panic!("an answer of another kind: {other:?}"),
    };
    let mut statuses: Vec<u16> = outcomes.iter().map(status).collect();
    statuses.sort_unstable();
    statuses
}

fn first() -> FilingId {
    FilingId::from_number(1)
}

/// One filing that asks persons 1 and 2, its messages taken by a carrier.
async fn filed(place: &mut Place) -> (Arc<Opened>, [heyan_domain::terms::Code; 2]) {
    let opened = Arc::new(place.open());
    assert_eq!(opened.execute(create(1, 1, 2)).await, Outcome::Filing(first()));
    let sent = opened.send().await;
    let [(_, _, one), (_, _, two)] = sent.try_into().unwrap();
    (opened, [one, two])
}

fn of_many_right_answers_one_passes(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 1);
    threads().block_on(async {
        let (opened, [code, _]) = filed(&mut place).await;
        let outcomes = at_once(&opened, vec![verify(1, &code).into(); MANY]).await;
        let mut expected = vec![20; MANY - 1];
        expected.push(31);
        assert_eq!(statuses(&outcomes), expected);
        let passed = opened.readers.read(|reader| reader.verifications(first())).await.unwrap();
        assert_eq!(passed[0].state, VerificationState::Passed);
        assert_eq!(passed[1].state, VerificationState::Open);
    });
}

fn of_many_wrong_answers_five_are_evaluated(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 2);
    threads().block_on(async {
        let (opened, [code, _]) = filed(&mut place).await;
        let wrong = other_than(&code);
        let outcomes = at_once(&opened, vec![verify(1, &wrong).into(); MANY]).await;
        let mut expected = vec![2; 4];
        expected.extend(vec![21; MANY - 4]);
        assert_eq!(statuses(&outcomes), expected);
        let rows = opened.readers.read(|reader| reader.verifications(first())).await.unwrap();
        assert_eq!((rows[0].state, rows[0].attempts_used), (VerificationState::Failed, 5));
        // The right code comes too late.
        assert_eq!(statuses(&at_once(&opened, vec![verify(1, &code).into(); MANY]).await), [21; MANY]);
    });
}

fn right_among_wrong_answers_is_right_only_before_the_fifth(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 3);
    threads().block_on(async {
        let (opened, [code, _]) = filed(&mut place).await;
        let wrong = other_than(&code);
        let mut commands: Vec<Command> = vec![verify(1, &wrong).into(); MANY - 1];
        commands.insert(MANY / 2, verify(1, &code).into());
        let statuses = statuses(&at_once(&opened, commands).await);
        let rows = opened.readers.read(|reader| reader.verifications(first())).await.unwrap();
        let passes = statuses.iter().filter(|status| **status == 31).count();
        match rows[0].state {
            VerificationState::Passed => assert_eq!(passes, 1),
            VerificationState::Failed => assert_eq!(passes, 0),
            other => panic!("{other:?}"),
        }
        assert!(rows[0].attempts_used <= 5);
        assert!(statuses.iter().filter(|status| **status == 2).count() <= 4, "{statuses:?}");
    });
}

fn the_last_person_and_the_deadline_do_not_both_win(kind: Kind) {
    for deadline_comes_first in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let mut place = Place::of(kind, directory.path(), 4);
        let clock = Arc::clone(&place.clock);
        threads().block_on(async {
            let (opened, [one, two]) = filed(&mut place).await;
            opened.execute(verify(1, &one)).await;
            let deadline = monday_10_o_clock().plus_ms(DAY_MS);
            clock.hold(deadline.plus_ms(if deadline_comes_first { 0 } else { -1 }));
            let due = opened.readers.read(move |reader| reader.due(deadline, 100)).await.unwrap();
            // The noon resend has its own time; left out, it cannot change the code under this test's hands.
            let due: Vec<_> = due.into_iter().filter(|(at, _)| *at == deadline).collect();
            assert!(!due.is_empty());
            let worker = {
                let opened = Arc::clone(&opened);
                async move { opened.engine.execute_due(due).await }
            };
            let person = at_once(&opened, vec![verify(2, &two).into(); 8]);
            let (outcomes, _) = tokio::join!(person, worker);
            let statuses = statuses(&outcomes);
            let filing = opened.readers.read(|reader| reader.filing(first())).await.unwrap().unwrap();
            if deadline_comes_first {
                assert_eq!(statuses, [21; 8]);
                assert!(matches!(filing.state, FilingState::Returned { .. }), "{:?}", filing.state);
            } else {
                assert_eq!(statuses, [3, 20, 20, 20, 20, 20, 20, 20]);
                assert!(matches!(filing.state, FilingState::InReview { .. }));
            }
        });
    }
}

fn many_equal_requests_make_one_filing(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 5);
    threads().block_on(async {
        let opened = Arc::new(place.open());
        let request = Some(Request { key: RequestKey([7; 16]), body: [1; 16] });
        let command = Command { action: create(1, 1, 2), request };
        let outcomes = at_once(&opened, vec![command.clone(); MANY]).await;
        let made = outcomes.iter().filter(|outcome| **outcome == Outcome::Filing(first())).count();
        let replayed =
            |outcome: &&Outcome| matches!(outcome, Outcome::Replayed(of) if of.filing == Some(first()));
        assert_eq!((made, outcomes.iter().filter(replayed).count()), (1, MANY - 1));
        assert_eq!(opened.readers.read(Reader::counts).await.unwrap().filings, 1);
    });
}

fn every_page_shows_what_was_answered_before(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 6);
    threads().block_on(async {
        let opened = Arc::new(place.open());
        let tasks = (0..16).map(|task| {
            let opened = Arc::clone(&opened);
            tokio::spawn(async move {
                for no in 0..8 {
                    let number = task * 100 + no;
                    let Outcome::Filing(id) = opened.execute(create(number, number, number)).await else {
                        panic!()
                    };
                    let seen = opened.readers.read(move |reader| reader.filing_view(id)).await.unwrap();
                    assert_eq!(seen.unwrap().filing.round_no, 1);
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
}

fn who_stops_the_engine_gets_every_answer_first(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 7);
    let opened = Arc::new(place.open());
    threads().block_on(async {
        let taken_in = opened.engine.execute_background((0..200).map(|no| create(no, no, no)).collect());
        let stopping = Arc::clone(&opened);
        // Both are polled by one task: the commands are in the queue before the engine is told to stop.
        let (outcomes, ()) = tokio::join!(taken_in, async move { stopping.engine.stop() });
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(Outcome::Filing(_)))));
        assert_eq!(opened.engine.execute(create(900, 900, 900)).await, Err(EngineError::Stopped));
        assert_eq!(opened.readers.read(Reader::counts).await.unwrap().filings, 200);
    });
}

#[test]
fn a_flood_ends_in_a_clear_answer() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 8);
    let opened = place.open();
    // Somebody else writes, so that the engine cannot go on with its first group.
    let other = place.connection();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let limit = heyan_store::engine::MAX_QUEUE + heyan_store::engine::MAX_GROUP;
    let nobody = verify(1, &heyan_domain::terms::Code::parse("000000").unwrap());
    let flood = opened.engine.execute_background(vec![nobody; limit + 1]);
    let outcomes = threads().block_on(async {
        let (outcomes, ()) = tokio::join!(flood, async { other.execute_batch("ROLLBACK").unwrap() });
        outcomes
    });
    let refused = outcomes.iter().filter(|outcome| **outcome == Err(EngineError::Busy)).count();
    assert!((1..=heyan_store::engine::MAX_GROUP + 1).contains(&refused), "{refused}");
    assert_eq!(outcomes.last(), Some(&Err(EngineError::Busy)));
    assert!(outcomes.iter().filter(|outcome| outcome.is_ok()).count() >= heyan_store::engine::MAX_QUEUE);
}
