//! A version of the rules takes two people, and holds from its start on: for new rounds alone, across restarts, until another
//! takes its place; in memory as on SQLite.

use heyan_domain::Timestamp;
use heyan_domain::accounts::Role;
use heyan_domain::audit::Reason;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::proposals::{Obstacle, Payload, ProposalAction, ProposalAnswer, Stage};
use heyan_domain::rules::activation::RuleActivation;
use heyan_domain::rules::{RulesAction, RulesAnswer};
use heyan_domain::terms::{AccountId, FilingId, ProposalId, VersionId};
use heyan_domain::time::HOUR_MS;
use heyan_scenario::{Engine, MemoryEngine};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use crate::conformance::StoreEngine;
use crate::content::create;
use crate::place::{Kind, book, monday_10_o_clock, on_both};
use crate::proposals::{account, ask};

on_both!(
    a_version_holds_from_its_start_on_on_disk,
    what_comes_after_the_approval_in_one_group_is_decided_by_it,
);

const SET: &str = "national-2020";

/// The base with another time to verify.
fn file(hours: u32) -> String {
    let text = book().file(SET).unwrap().to_owned();
    assert!(text.contains("validity_hours = 24"));
    text.replace("validity_hours = 24", &format!("validity_hours = {hours}"))
}

fn add(engine: &mut impl Engine, by: AccountId, text: &str) -> RulesAnswer {
    let action = RulesAction::Add { by, text: text.into() };
    match engine.execute(Action::Rules(Box::new(action)).into()) {
        Outcome::Rules(answer) => answer,
        other => panic!("{other:?}"),
    }
}

fn added(engine: &mut impl Engine, by: AccountId, hours: u32) -> VersionId {
    match add(engine, by, &file(hours)) {
        RulesAnswer::Added(id) => id,
        other => panic!("{other:?}"),
    }
}

fn propose(
    engine: &mut impl Engine,
    by: AccountId,
    version: VersionId,
    start: Option<Timestamp>,
) -> ProposalAnswer {
    let payload = Payload::ActivateRules(RuleActivation { version, set: SET.to_owned(), start });
    let reason = Reason::parse("notice 12 of the ministry").unwrap();
    ask(engine, ProposalAction::Propose { by, payload, reason })
}

fn proposed(
    engine: &mut impl Engine,
    by: AccountId,
    version: VersionId,
    start: Option<Timestamp>,
) -> ProposalId {
    match propose(engine, by, version, start) {
        ProposalAnswer::Done(id) => id,
        other => panic!("{other:?}"),
    }
}

fn approval(by: AccountId, proposal: ProposalId) -> ProposalAction {
    ProposalAction::Approve { by, proposal, version: 1 }
}

fn report(engine: &mut impl Engine, no: u32) -> FilingId {
    match engine.execute(create(no, no, 100 + no).into()) {
        Outcome::Filing(id) => id,
        other => panic!("{other:?}"),
    }
}

/// The time to verify that a filing's round was pinned to.
fn hours(engine: &impl Engine, filing: FilingId) -> u32 {
    let number = engine.filing(filing).unwrap().ruleset.unwrap();
    engine.rules().pinned(number).unwrap().validity_hours
}

/// Ten o'clock, and how many hours later.
fn at(hours: i64) -> Timestamp {
    monday_10_o_clock().plus_ms(hours * HOUR_MS)
}

/// `restart` closes and opens what can be closed and opened.
fn a_version_holds_from_its_start_on<E: Engine>(engine: &mut E, restart: fn(&mut E)) {
    engine.set_now(at(0));
    let alice = account(engine, "alice", Role::Operator);
    let bob = account(engine, "bob", Role::Operator);
    let auditor = account(engine, "auditor", Role::Auditor);

    // What is wrong is listed with its line, and nothing is kept.
    let broken = file(0).replace("base = ", "bass = ");
    let RulesAnswer::Defective(defects) = add(engine, alice, &broken) else { panic!("taken") };
    assert!(defects.iter().all(|defect| defect.line > 0 && defect.file == "national-2020.toml"));
    assert!(matches!(add(engine, alice, "id = 1"), RulesAnswer::Defective(_)));
    assert_eq!(add(engine, auditor, &file(36)), RulesAnswer::NotOperator);

    let version = added(engine, alice, 36);
    assert_eq!(
        propose(engine, alice, version, Some(at(0))),
        ProposalAnswer::Obstacle(Obstacle::StartOver),
        "not in the past"
    );
    let nobody = VersionId::from_number(7);
    assert_eq!(propose(engine, alice, nobody, None), ProposalAnswer::Obstacle(Obstacle::NoVersion));
    let first = proposed(engine, alice, version, Some(at(1)));
    assert_eq!(ask(engine, approval(alice, first)), ProposalAnswer::OtherPerson);
    let before_approval = report(engine, 1);
    assert_eq!(ask(engine, approval(bob, first)), ProposalAnswer::Done(first));

    restart(engine);
    engine.set_now(at(1).plus_ms(-1));
    let before_start = report(engine, 2);
    engine.set_now(at(1));
    let after_start = report(engine, 3);
    assert_eq!(
        [before_approval, before_start, after_start].map(|filing| hours(engine, filing)),
        [24, 24, 36],
        "from the instant on, whether or not the clock has said so"
    );
    let withdraw = |by, proposal| ProposalAction::Withdraw { by, proposal, version: 2 };
    assert_eq!(ask(engine, withdraw(alice, first)), ProposalAnswer::Obstacle(Obstacle::StartOver));
    engine.run_due();
    assert_eq!(
        ask(engine, ProposalAction::Withdraw { by: alice, proposal: first, version: 3 }),
        ProposalAnswer::Stage(Stage::CarriedOut)
    );

    // One that has not started can be taken back, by any operator.
    let longer = added(engine, bob, 48);
    let second = proposed(engine, bob, longer, Some(at(2)));
    assert_eq!(ask(engine, approval(alice, second)), ProposalAnswer::Done(second));
    let third = proposed(engine, bob, longer, Some(at(3)));
    assert_eq!(ask(engine, approval(alice, third)), ProposalAnswer::Done(third));
    assert_eq!(ask(engine, withdraw(alice, second)), ProposalAnswer::Done(second));
    restart(engine);
    engine.set_now(at(2));
    let still = report(engine, 4);
    engine.set_now(at(3));
    let then = report(engine, 5);
    assert_eq!([still, then].map(|filing| hours(engine, filing)), [36, 48]);
    restart(engine);
    let kept = [before_start, after_start, still, then].map(|filing| hours(engine, filing));
    assert_eq!(kept, [24, 36, 36, 48], "open rounds keep theirs");
    let rules = engine.rules();
    let base = |at| rules.book_at(at).set(SET).unwrap().validity_hours;
    assert_eq!([at(0), at(1), at(3)].map(base), [24, 36, 48], "past instants are answered as they were");
}

#[test]
fn a_version_holds_from_its_start_on_in_memory() {
    let rng = Box::new(ChaCha12Rng::seed_from_u64(92));
    a_version_holds_from_its_start_on(&mut MemoryEngine::with(book(), rng).unwrap(), |_| {});
}

fn a_version_holds_from_its_start_on_on_disk(kind: Kind) {
    let mut engine = StoreEngine::new(kind, 92, None);
    a_version_holds_from_its_start_on(&mut engine, StoreEngine::restart);
}

fn what_comes_after_the_approval_in_one_group_is_decided_by_it(kind: Kind) {
    let mut engine = StoreEngine::new(kind, 93, None);
    engine.set_now(at(0));
    let alice = account(&mut engine, "alice", Role::Operator);
    let bob = account(&mut engine, "bob", Role::Operator);
    let version = added(&mut engine, alice, 36);
    let proposal = proposed(&mut engine, alice, version, None);
    let outcomes = engine.execute_together(vec![
        create(1, 1, 101),
        Action::Proposal(Box::new(approval(bob, proposal))),
        create(2, 2, 102),
    ]);
    let [Outcome::Filing(before), Outcome::Proposal(ProposalAnswer::Done(_)), Outcome::Filing(after)] =
        outcomes[..]
    else {
        panic!("{outcomes:?}")
    };
    assert_eq!([before, after].map(|filing| hours(&engine, filing)), [24, 36]);
}
