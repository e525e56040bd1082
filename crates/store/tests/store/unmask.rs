//! Seeing personal data in clear takes two people and leaves three entries; in memory as on SQLite.

use heyan_domain::audit::unmask::{OPEN_MS, UnmaskAction, UnmaskAnswer, WAIT_MS};
use heyan_domain::audit::{AuditAction, AuditActor, Reason};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::{AccountId, FilingId};
use heyan_scenario::{Engine, MemoryEngine};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use crate::audit::staff;
use crate::conformance::SqliteEngine;
use crate::content::create;
use crate::place::{book, monday_10_o_clock};

const ALICE: i64 = 1;
const BOB: i64 = 2;

fn first() -> FilingId {
    FilingId::from_number(1)
}

fn ask(engine: &mut impl Engine, action: UnmaskAction) -> UnmaskAnswer {
    match engine.execute(Action::Unmask(Box::new(action)).into()) {
        Outcome::Unmask(answer) => answer,
        other => panic!("an answer of another kind: {other:?}"),
    }
}

fn request(engine: &mut impl Engine, who: i64, filing: FilingId) -> UnmaskAnswer {
    let reason = Reason::parse("complaint 12 of the organiser").unwrap();
    ask(engine, UnmaskAction::Request { by: staff(who), filing, reason })
}

fn approve(engine: &mut impl Engine, who: i64, of: i64) -> UnmaskAnswer {
    let requester = AccountId::from_number(of);
    ask(engine, UnmaskAction::Approve { by: staff(who), filing: first(), requester })
}

fn look(engine: &mut impl Engine, who: i64) -> UnmaskAnswer {
    ask(engine, UnmaskAction::Look { by: staff(who), filing: first() })
}

fn two_people_are_needed(engine: &mut impl Engine) {
    let at = |ms| monday_10_o_clock().plus_ms(ms);
    engine.set_now(at(0));
    engine.execute(create(1, 1, 1).into());
    assert_eq!(request(engine, ALICE, FilingId::from_number(9)), UnmaskAnswer::NotFound);
    assert_eq!(look(engine, ALICE), UnmaskAnswer::NotOpen, "nobody has asked");
    assert_eq!(approve(engine, BOB, ALICE), UnmaskAnswer::NotFound);

    assert_eq!(request(engine, ALICE, first()), UnmaskAnswer::Requested(at(WAIT_MS)));
    assert_eq!(look(engine, ALICE), UnmaskAnswer::NotOpen, "nobody has approved");
    assert_eq!(approve(engine, ALICE, ALICE), UnmaskAnswer::SamePerson);
    assert_eq!(look(engine, ALICE), UnmaskAnswer::NotOpen);

    let until = at(OPEN_MS);
    assert_eq!(approve(engine, BOB, ALICE), UnmaskAnswer::Approved(until));
    assert_eq!(approve(engine, BOB, ALICE), UnmaskAnswer::NotFound, "an approval is not made longer");
    assert_eq!(look(engine, BOB), UnmaskAnswer::NotOpen, "who approves does not see it for that");
    assert_eq!(look(engine, ALICE), UnmaskAnswer::Open(until));
    assert_eq!(request(engine, ALICE, first()), UnmaskAnswer::Open(until));
    engine.set_now(at(OPEN_MS - 1));
    assert_eq!(look(engine, ALICE), UnmaskAnswer::Open(until));
    engine.set_now(until);
    assert_eq!(look(engine, ALICE), UnmaskAnswer::NotOpen, "the time is over");

    let entries: Vec<_> =
        engine.audit(first()).into_iter().map(|entry| (entry.action, entry.actor)).collect();
    let by = |who| AuditActor::Staff(staff(who));
    let expected = [
        (AuditAction::UnmaskRequested, by(ALICE)),
        (AuditAction::UnmaskApproved, by(BOB)),
        (AuditAction::Unmasked, by(ALICE)),
        (AuditAction::Unmasked, by(ALICE)),
    ];
    assert_eq!(entries, expected, "what was refused is not there");
    let reasons = engine.audit(first());
    assert!(reasons.iter().all(|entry| entry.reason.is_some()));

    // A request that nobody approves is over after a day.
    request(engine, ALICE, first());
    engine.set_now(until.plus_ms(WAIT_MS));
    assert_eq!(approve(engine, BOB, ALICE), UnmaskAnswer::NotFound);
}

#[test]
fn two_people_are_needed_in_memory() {
    two_people_are_needed(&mut MemoryEngine::with(book(), Box::new(ChaCha12Rng::seed_from_u64(81))).unwrap());
}

#[test]
fn two_people_are_needed_on_sqlite() {
    two_people_are_needed(&mut SqliteEngine::new(81, None));
}
