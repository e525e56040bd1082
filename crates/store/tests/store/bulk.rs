//! Files of filings: every row once, whatever happens to the process between; sealed while it waits, gone when it is done.

use std::ops::RangeInclusive;

use heyan_domain::bulk::{
    BulkAction, BulkEntry, BulkFile, BulkJob, BulkState, CHUNK_ROWS, Fault, MAX_OPEN_JOBS,
};
use heyan_domain::decide::{Action, Outcome, Refusal};
use heyan_domain::filing::draft::Draft;
use heyan_domain::terms::BulkId;
use heyan_domain::time::DAY_MS;
use heyan_store::engine::Chore;
use heyan_store::tables::FilingFilter;

use crate::content::{draft, phone_text, provider};
use crate::place::{Kind, Opened, Place, monday_10_o_clock, on_both, runtime};

on_both!(
    a_restart_goes_on_where_the_last_row_was_written_and_files_none_twice,
    rows_lie_sealed_while_they_wait_and_nothing_of_them_is_left_behind,
    a_row_that_cannot_be_filed_is_noted_and_leaves_nothing_half_done,
    a_provider_has_only_so_many_files_under_way,
    what_became_of_a_file_is_forgotten_after_ninety_days,
);

const JOB: BulkId = BulkId::from_number(77);

fn numbered(no: u32, organiser: u32) -> Draft {
    let number = Some(format!("B-{no}"));
    Draft { provider_order_no: number, ..draft(organiser, 1_000 + organiser, 2_000 + organiser) }
}

/// A file, handed in.
fn begin(id: BulkId, drafts: impl Iterator<Item = Draft>, report: bool) -> Action {
    let rows = (2_u32..).zip(drafts).map(|(row, draft)| BulkEntry { row, report, draft });
    let file = BulkFile::new(&rows.collect::<Vec<_>>()).unwrap();
    Action::Bulk(Box::new(BulkAction::Begin { id, provider: provider(), file }))
}

fn different(count: u32) -> impl Iterator<Item = Draft> {
    (1..=count).map(|no| numbered(no, no))
}

/// What the worker asks for.
fn files(places: RangeInclusive<u32>) -> Vec<Action> {
    places.map(|place| Action::Bulk(Box::new(BulkAction::File { job: JOB, place }))).collect()
}

async fn work(opened: &Opened, places: RangeInclusive<u32>) {
    for outcome in opened.engine.execute_background(files(places)).await {
        assert_eq!(outcome, Ok(Outcome::Done));
    }
}

fn job(opened: &Opened, id: BulkId) -> BulkJob {
    opened.readers.read_blocking(move |reader| reader.bulk_job(id)).unwrap().unwrap()
}

fn count(place: &Place, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    place.number(&sql)
}

fn order_numbers(opened: &Opened) -> Vec<String> {
    let all = opened
        .readers
        .read_blocking(|reader| reader.filings(&provider(), &FilingFilter::default(), None, 1_000));
    let mut numbers: Vec<String> =
        all.unwrap().items.iter().filter_map(|view| view.filing.order_no.clone()).collect();
    numbers.sort();
    numbers
}

fn a_restart_goes_on_where_the_last_row_was_written_and_files_none_twice(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 1);
    let total = 3 * u32::try_from(CHUNK_ROWS).unwrap() + 7;
    {
        let opened = place.open();
        runtime().block_on(async {
            assert_eq!(opened.execute(begin(JOB, different(total), false)).await, Outcome::Bulk(JOB));
            work(&opened, 1..=60).await;
        });
        assert_eq!((job(&opened, JOB).done(), job(&opened, JOB).state), (60, BulkState::Working));
    }
    assert_eq!(count(&place, "bulk_chunks"), 3, "the rows of the first fifty are gone");
    let opened = place.open();
    runtime().block_on(async {
        // Somebody who does not know how far it had come asks from the beginning, and for the end before its time.
        work(&opened, 1..=50).await;
        work(&opened, 100..=total).await;
        assert_eq!(job(&opened, JOB).done(), 60);
        work(&opened, 61..=total).await;
        work(&opened, 1..=total).await;
    });
    let done = job(&opened, JOB);
    assert_eq!((done.created, done.refused), (total, 0));
    assert_eq!(done.state, BulkState::Finished { at: monday_10_o_clock() });
    let mut expected: Vec<String> = (1..=total).map(|no| format!("B-{no}")).collect();
    expected.sort();
    assert_eq!(order_numbers(&opened), expected);
    let results = opened.readers.read_blocking(|reader| reader.bulk_results(JOB, 0, 1_000)).unwrap();
    let places: Vec<(u32, u32)> = results.items.iter().map(|result| (result.place, result.row)).collect();
    assert_eq!(places, (1..=total).map(|place| (place, place + 1)).collect::<Vec<_>>());
}

fn rows_lie_sealed_while_they_wait_and_nothing_of_them_is_left_behind(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 1);
    let opened = place.open();
    runtime().block_on(async {
        opened.execute(begin(JOB, different(3), false)).await;
        assert_eq!(count(&place, "bulk_chunks"), 1);
        let sealed = place.octets("SELECT sealed FROM bulk_chunks");
        for personal in [phone_text(1_001), "Person1001".to_owned(), "Organiser1".to_owned()] {
            assert!(!sealed.windows(personal.len()).any(|window| window == personal.as_bytes()));
        }
        work(&opened, 1..=3).await;
    });
    assert_eq!(count(&place, "bulk_chunks"), 0);
    let sql = "SELECT count(*) FROM bulk_results WHERE order_no IN ('B-1', 'B-2', 'B-3') AND errors IS NULL";
    assert_eq!((place.number(sql), count(&place, "bulk_results")), (3, 3));
}

fn a_row_that_cannot_be_filed_is_noted_and_leaves_nothing_half_done(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 1);
    let opened = place.open();
    // The second is about the organiser of the first, whose filing is then open; the third takes the first's number.
    let rows = [numbered(1, 1), numbered(2, 1), numbered(1, 3), numbered(4, 4)];
    runtime().block_on(async {
        opened.execute(begin(JOB, rows.into_iter(), true)).await;
        work(&opened, 1..=4).await;
    });
    assert_eq!((job(&opened, JOB).created, job(&opened, JOB).refused), (2, 2));
    assert_eq!(order_numbers(&opened), ["B-1", "B-4"]);
    let errors = opened.readers.read_blocking(|reader| reader.bulk_errors(JOB, 0, 10)).unwrap().items;
    let found: Vec<(u32, &Fault)> =
        errors.iter().map(|result| (result.row, &result.outcome.as_ref().unwrap_err()[0].fault)).collect();
    assert!(matches!(found[0], (3, Fault::EntityHasOpenFiling(Some(_)))), "{found:?}");
    assert!(matches!(found[1], (4, Fault::OrderNumber(_))), "{found:?}");
    // What was refused has sent nothing: two people for each of two filings.
    assert_eq!(opened.outbox().len(), 4);
}

fn a_provider_has_only_so_many_files_under_way(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 1);
    let opened = place.open();
    let limit = i64::try_from(MAX_OPEN_JOBS).unwrap();
    runtime().block_on(async {
        for id in (0..limit).map(|no| BulkId::from_number(JOB.number() + no)) {
            assert_eq!(opened.execute(begin(id, different(1), false)).await, Outcome::Bulk(id));
        }
        let one_more = begin(BulkId::from_number(1), different(1), false);
        assert_eq!(opened.execute(one_more.clone()).await, Outcome::Refused(Refusal::BulkJobs));
        work(&opened, 1..=1).await;
        assert_eq!(opened.execute(one_more).await, Outcome::Bulk(BulkId::from_number(1)));
        let again = begin(JOB, different(2), false);
        assert_eq!(opened.execute(again).await, Outcome::Refused(Refusal::RequestReused), "its id is taken");
    });
}

fn what_became_of_a_file_is_forgotten_after_ninety_days(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 1);
    let opened = place.open();
    let tidy = |days: i64| {
        let now = monday_10_o_clock().plus_ms(days * DAY_MS);
        runtime().block_on(async { while opened.engine.chore(Chore::Tidy(now)).await.unwrap() > 0 {} });
    };
    runtime().block_on(async {
        opened.execute(begin(JOB, different(2), false)).await;
        opened.execute(begin(BulkId::from_number(1), different(2), false)).await;
        work(&opened, 1..=2).await;
    });
    tidy(90);
    assert_eq!((count(&place, "bulk_jobs"), count(&place, "bulk_results")), (2, 2));
    tidy(91);
    assert_eq!((count(&place, "bulk_jobs"), count(&place, "bulk_results")), (1, 0), "one is still under way");
}
