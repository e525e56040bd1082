//! When its time is over the personal data of a filing is gone from the file, and what must stay stays.

use heyan_domain::audit::{AuditAction, Reason};
use heyan_domain::decide::{Action, Expected, Outcome, Refusal};
use heyan_domain::event::EventKind;
use heyan_domain::filing::FilingState;
use heyan_domain::privacy::{ErasureCause, Retention};
use heyan_domain::tags::{Keyring as _, PhoneTag};
use heyan_domain::terms::{FilingId, IdLast6, Province};
use heyan_domain::time::DAY_MS;
use heyan_store::tables::{AuditFilter, Reader};

use crate::audit::{staff, walk};
use crate::content::{create, document_text, draft, organiser_document, phone, phone_text, provider, verify};
use crate::place::{Kind, Opened, Place, monday_10_o_clock, on_both, runtime};

on_both!(
    a_return_that_nobody_answers_is_withdrawn_and_erased,
    on_request_an_ended_filing_is_erased_at_once_and_an_open_one_is_not,
    erasing_one_filing_takes_nothing_from_another_of_the_same_person,
);

fn filing(number: i64) -> FilingId {
    FilingId::from_number(number)
}

fn province() -> Province {
    "广东".parse().unwrap()
}

/// Files, has both people verify, and approves.
async fn approve(opened: &Opened, organiser: u32, heads: (u32, u32)) -> FilingId {
    let Outcome::Filing(id) = opened.execute(create(organiser, heads.0, heads.1)).await else { panic!() };
    for (message, to, code) in opened.send().await {
        let person = [heads.0, heads.1].into_iter().find(|person| phone(*person) == to);
        if let Some(person) = person.filter(|_| message.verification().filing() == id) {
            opened.execute(verify(person, &code)).await;
        }
    }
    let (reviewer, expected) = ("alice".to_owned(), Expected::Any);
    let approved =
        opened.execute(Action::Approve { province: province(), reviewer, filing: id, expected }).await;
    assert_eq!(approved, Outcome::Filing(id));
    id
}

/// Erases what is due, as the worker does; gives which filings that were.
async fn erase_due(opened: &Opened, place: &Place, days: i64) -> Vec<FilingId> {
    let now = monday_10_o_clock().plus_ms(days * DAY_MS);
    place.clock.hold(now);
    let ended_before = Retention::default().ended_before(now);
    let due = opened.readers.read_blocking(|reader| reader.to_erase(ended_before, 100)).unwrap();
    let cause = ErasureCause::Period { ended_before };
    let erase = |id: &FilingId| Action::Erase { filing: *id, cause: Box::new(cause.clone()) };
    for outcome in opened.engine.execute_background(due.iter().map(erase).collect()).await {
        assert_eq!(outcome, Ok(Outcome::Done));
    }
    due
}

/// Everything by which the people of a filing could be read or found, as it lies in the file.
fn traces(place: &Place, opened: &Opened, id: FilingId, people: &[u32]) -> Vec<Vec<u8>> {
    let sealed = format!("SELECT sealed FROM filing_bodies WHERE filing = {}", id.number());
    let mut found: Vec<Vec<u8>> = vec![place.octets(&sealed)];
    let keys = opened.ring.current();
    for person in people {
        let last6 = IdLast6::of(&document_text(*person)).unwrap();
        found.push(keys.phone(keys.active(), &phone(*person)).as_bytes().to_vec());
        found.push(keys.person(keys.active(), &phone(*person), &last6).as_bytes().to_vec());
    }
    let view = opened.readers.read_blocking(|reader| reader.filing_view(id)).unwrap().unwrap();
    found.extend(view.verifications.iter().map(|one| one.code.as_bytes().to_vec()));
    found
}

fn is_in(bytes: &[u8], trace: &[u8]) -> bool {
    bytes.windows(trace.len()).any(|window| window == trace)
}

/// Half a year after an approval nothing in the file leads to the people any more, not even its free pages, while the
/// registry, the events and the audit log are as they were. A filing of the same day that is still open is untouched.
///
/// proves: SEC-13
#[test]
fn when_its_time_is_over_personal_data_is_gone_from_the_file_and_the_record_stays() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 91);
    let opened = place.open();
    let (done, open, traces) = runtime().block_on(async {
        let done = approve(&opened, 1, (1, 2)).await;
        // The draft names people who were never asked; and it is not touched.
        let reported = Box::new(draft(2, 3, 4));
        let made = Action::Create { provider: provider(), draft: reported, report: false };
        let Outcome::Filing(open) = opened.execute(made).await else { panic!() };
        let traces = traces(&place, &opened, done, &[1, 2]);
        assert_eq!(erase_due(&opened, &place, 179).await, []);
        assert_eq!(erase_due(&opened, &place, 180).await, [done]);
        assert_eq!(erase_due(&opened, &place, 400).await, [], "once");
        (done, open, traces)
    });
    let view = opened.readers.read_blocking(|reader| reader.filing_view(done)).unwrap().unwrap();
    assert!(view.body.erased_at.is_some() && view.body.rounds.iter().all(|round| round.parties.is_empty()));
    assert_eq!(view.filing.entity, None);
    assert!(view.verifications.iter().all(|one| one.phone == PhoneTag::ERASED && one.persons.is_empty()));
    let events = opened.readers.read_blocking(|reader| reader.timeline(&view.filing)).unwrap();
    assert_eq!(events.last().unwrap().kind, EventKind::FilingErased);
    // The registry keeps who is responsible, for as long as the service is on record.
    let numbers = view.body.numbers.clone().unwrap();
    let entity = opened.readers.read_blocking(|reader| reader.entity(&numbers.entity_no)).unwrap().unwrap();
    assert_eq!(entity.document.number.as_str(), organiser_document(1));
    assert_eq!(entity.head.unwrap().phones, [phone(1)]);
    let untouched = opened.readers.read_blocking(|reader| reader.filing_view(open)).unwrap().unwrap();
    assert_eq!(untouched.body.draft.entity.as_ref().unwrap().head.as_ref().unwrap().phones, [phone(3)]);
    assert_eq!(walk(directory.path(), None).broken, None);
    drop(opened);

    let bytes = std::fs::read(place.file()).unwrap();
    for (at, trace) in traces.iter().enumerate() {
        assert!(!is_in(&bytes, trace), "trace {at} is still in the file");
    }
    for clear in [phone_text(1), document_text(1), "Person1".to_owned()] {
        assert!(!is_in(&bytes, clear.as_bytes()), "{clear}");
    }
}

#[test]
fn the_traces_are_in_the_file_before() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 92);
    let opened = place.open();
    let id = runtime().block_on(approve(&opened, 1, (1, 2)));
    let all = traces(&place, &opened, id, &[1]);
    drop(opened);
    let bytes = std::fs::read(place.file()).unwrap();
    assert_eq!(all.iter().filter(|trace| !is_in(&bytes, trace)).count(), 0);
}

/// A return that nobody answers comes to nothing after the same time; one that is being corrected does not.
fn a_return_that_nobody_answers_is_withdrawn_and_erased(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 93);
    let opened = place.open();
    runtime().block_on(async {
        for no in [1, 2] {
            opened.execute(create(no, no, no)).await;
        }
        // No carrier takes the messages: the send window closes after a day (DDL-03).
        place.clock.hold(monday_10_o_clock().plus_ms(2 * DAY_MS));
        let now = monday_10_o_clock().plus_ms(2 * DAY_MS);
        let due = opened.readers.read_blocking(|reader| reader.due(now, 100)).unwrap();
        opened.engine.execute_due(due).await;
        let (expected, draft) = (Expected::Any, Box::new(draft(2, 2, 2)));
        let correct =
            Action::Correct { provider: provider(), filing: filing(2), expected, draft, report: false };
        assert_eq!(opened.execute(correct).await, Outcome::Filing(filing(2)));
        assert_eq!(erase_due(&opened, &place, 181).await, []);
        assert_eq!(erase_due(&opened, &place, 182).await, [filing(1)]);
    });
    let state = |id| {
        let row = opened.readers.read_blocking(|reader| reader.filing(filing(id))).unwrap().unwrap();
        row.state
    };
    assert!(
        matches!(state(1), FilingState::Withdrawn { .. }) && matches!(state(2), FilingState::Returned { .. })
    );
    let counted = opened.readers.read_blocking(|reader| reader.count_to_erase(monday_10_o_clock())).unwrap();
    assert_eq!(counted.kept, 0, "what is corrected waits for its next end");
}

/// On request an ended filing is erased at once, with a reason in the audit log; an open one is refused by its state.
fn on_request_an_ended_filing_is_erased_at_once_and_an_open_one_is_not(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 94);
    let opened = place.open();
    let ask = |id: FilingId| {
        let reason = Reason::parse("asked for by the person, case 12").unwrap();
        Action::Erase { filing: id, cause: Box::new(ErasureCause::Request { by: staff(7), reason }) }
    };
    runtime().block_on(async {
        opened.execute(create(1, 1, 2)).await;
        assert_eq!(opened.execute(ask(filing(1))).await, Outcome::Refused(Refusal::State("verifying")));
        assert_eq!(opened.execute(ask(filing(9))).await, Outcome::Refused(Refusal::FilingNotFound));
        opened.execute(Action::Withdraw { provider: provider(), filing: filing(1) }).await;
        let about = |id_last6: Option<IdLast6>| {
            let find = move |reader: &Reader| reader.filings_about(&phone(1), id_last6.as_ref(), 10);
            opened.readers.read_blocking(find).unwrap()
        };
        assert_eq!(about(None), [filing(1)]);
        assert_eq!(opened.execute(ask(filing(1))).await, Outcome::Done);
        assert_eq!(opened.execute(ask(filing(1))).await, Outcome::Done, "again changes nothing");
        assert_eq!(about(IdLast6::of(&document_text(1))), []);
        assert_eq!(opened.outbox(), []);
    });
    let action = Some(AuditAction::Erased);
    let filter = AuditFilter { action, ..AuditFilter::default() };
    let entries = opened.readers.read_blocking(|reader| reader.audit(&filter, None, 9)).unwrap().items;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].entry.reason.as_ref().unwrap().as_str(), "asked for by the person, case 12");
}

/// Whoever is named by another filing as well is still known by that one.
fn erasing_one_filing_takes_nothing_from_another_of_the_same_person(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 95);
    let opened = place.open();
    runtime().block_on(async {
        for no in [1, 2] {
            let draft = Box::new(draft(no, 7, 7));
            opened.execute(Action::Create { provider: provider(), draft, report: false }).await;
        }
        opened.execute(Action::Withdraw { provider: provider(), filing: filing(1) }).await;
        let resend = || Action::Resend {
            phone: phone(7),
            id_last6: IdLast6::of(&document_text(7)).unwrap(),
            from: None,
        };
        let known = opened.execute(resend()).await;
        assert_eq!(erase_due(&opened, &place, 180).await, [filing(1)]);
        assert_eq!(opened.execute(resend()).await, known);
        opened.execute(Action::Withdraw { provider: provider(), filing: filing(2) }).await;
        assert_eq!(erase_due(&opened, &place, 360).await, [filing(2)]);
        assert_ne!(opened.execute(resend()).await, known, "nobody knows the person any more");
    });
}
