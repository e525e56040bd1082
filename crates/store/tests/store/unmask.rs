//! Seeing personal data in clear takes two people and leaves three entries; in memory as on SQLite.

use heyan_domain::accounts::Role;
use heyan_domain::audit::unmask::{OPEN_MS, Person, UnmaskAction, UnmaskAnswer, WAIT_MS};
use heyan_domain::audit::{AuditAction, AuditActor, Reason};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::{AccountId, FilingId, ProviderId};
use heyan_scenario::{Engine, MemoryEngine};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use crate::audit::{operator, staff};
use crate::conformance::StoreEngine;
use crate::content::{create, provider};
use crate::place::{Kind, book, monday_10_o_clock, on_both};

on_both!(each_role_within_its_own_house_on_disk, two_people_are_needed_on_disk,);

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
    ask(engine, UnmaskAction::Request { by: operator(who), filing, reason })
}

fn approve(engine: &mut impl Engine, who: i64, of: i64) -> UnmaskAnswer {
    let requester = AccountId::from_number(of);
    ask(engine, UnmaskAction::Decide { by: operator(who), filing: first(), requester, approve: true })
}

fn look(engine: &mut impl Engine, who: i64) -> UnmaskAnswer {
    ask(engine, UnmaskAction::Look { by: operator(who), filing: first() })
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

fn as_role(who: i64, role: Role) -> Person {
    Person { staff: staff(who), role }
}

/// Who may ask about which filing, and who may be the second person.
fn each_role_within_its_own_house(engine: &mut impl Engine) {
    engine.set_now(monday_10_o_clock());
    engine.execute(create(1, 1, 1).into());
    let own = || Role::ProviderClerk(provider());
    let elsewhere = || Role::ProviderAdmin(ProviderId::parse("other").unwrap());
    let province = || Role::Administration("广东".parse().unwrap());
    let mut ask_as = |role: Role| {
        let reason = Reason::parse("complaint 12").unwrap();
        ask(engine, UnmaskAction::Request { by: as_role(ALICE, role), filing: first(), reason })
    };
    // Nothing was handed over to the administration yet, another provider has no such filing, an auditor changes nothing.
    for role in [Role::Auditor, elsewhere(), province()] {
        assert_eq!(ask_as(role.clone()), UnmaskAnswer::NotFound, "{role:?}");
    }
    assert!(matches!(ask_as(own()), UnmaskAnswer::Requested(_)));
    let mut decide_as = |who, role: Role, approve| {
        let requester = AccountId::from_number(ALICE);
        ask(engine, UnmaskAction::Decide { by: as_role(who, role), filing: first(), requester, approve })
    };
    for role in [Role::Auditor, elsewhere(), province(), own()] {
        assert_eq!(decide_as(BOB, role.clone(), true), UnmaskAnswer::NotFound, "{role:?}");
    }
    assert_eq!(decide_as(BOB, Role::ProviderAdmin(provider()), false), UnmaskAnswer::Refused);
    assert_eq!(decide_as(BOB, Role::Operator, true), UnmaskAnswer::NotFound, "it is decided");
    let look = UnmaskAction::Look { by: as_role(ALICE, own()), filing: first() };
    assert_eq!(ask(engine, look), UnmaskAnswer::NotOpen);
    let last = engine.audit(first()).pop().unwrap();
    assert_eq!((last.action, last.data.provider), (AuditAction::UnmaskRefused, Some(provider())));
}

#[test]
fn each_role_within_its_own_house_in_memory() {
    each_role_within_its_own_house(
        &mut MemoryEngine::with(book(), Box::new(ChaCha12Rng::seed_from_u64(82))).unwrap(),
    );
}

fn each_role_within_its_own_house_on_disk(kind: Kind) {
    each_role_within_its_own_house(&mut StoreEngine::new(kind, 82, None));
}

#[test]
fn two_people_are_needed_in_memory() {
    two_people_are_needed(&mut MemoryEngine::with(book(), Box::new(ChaCha12Rng::seed_from_u64(81))).unwrap());
}

fn two_people_are_needed_on_disk(kind: Kind) {
    two_people_are_needed(&mut StoreEngine::new(kind, 81, None));
}
