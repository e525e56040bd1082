//! What takes two people, in memory as on SQLite.

use heyan_domain::accounts::{
    AccountAction, AccountAnswer, Authority, DisplayName, PasswordHash, Role, SignInName,
};
use heyan_domain::audit::{AuditAction, Reason};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::proposals::{
    KeyChange, Obstacle, Payload, ProposalAction, ProposalAnswer, ProposalKind, Stage, WAIT_MS,
};
use heyan_domain::tags::KeyId;
use heyan_domain::terms::{AccountId, ProposalId, Province};
use heyan_scenario::{Engine, MemoryEngine};
use heyan_store::tables::{AuditFilter, ProposalPlace};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use crate::conformance::StoreEngine;
use crate::place::{Kind, book, monday_10_o_clock, on_both};

on_both!(one_proposes_and_another_approves_on_disk,);

pub fn account(engine: &mut impl Engine, name: &str, role: Role) -> AccountId {
    let action = AccountAction::Create {
        by: Authority::Machine,
        name: SignInName::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        role,
        password: PasswordHash::from_phc("hash"),
    };
    match engine.execute(Action::Account(Box::new(action)).into()) {
        Outcome::Account(AccountAnswer::Done(id)) => id,
        other => panic!("{other:?}"),
    }
}

pub fn ask(engine: &mut impl Engine, action: ProposalAction) -> ProposalAnswer {
    match engine.execute(Action::Proposal(Box::new(action)).into()) {
        Outcome::Proposal(answer) => answer,
        other => panic!("an answer of another kind: {other:?}"),
    }
}

fn reason() -> Reason {
    Reason::parse("the yearly change of keys").unwrap()
}

fn propose(engine: &mut impl Engine, by: AccountId, key: u8) -> ProposalAnswer {
    let payload = Payload::ChangeKeys(KeyChange { key: KeyId(key), check: "00ff".to_owned() });
    ask(engine, ProposalAction::Propose { by, payload, reason: reason() })
}

fn proposed(engine: &mut impl Engine, by: AccountId) -> ProposalId {
    match propose(engine, by, 200) {
        ProposalAnswer::Done(id) => id,
        other => panic!("{other:?}"),
    }
}

fn approve(engine: &mut impl Engine, by: AccountId, proposal: ProposalId, version: u32) -> ProposalAnswer {
    ask(engine, ProposalAction::Approve { by, proposal, version })
}

fn refuse(engine: &mut impl Engine, by: AccountId, proposal: ProposalId) -> ProposalAnswer {
    ask(engine, ProposalAction::Refuse { by, proposal, version: 1, reason: reason() })
}

fn withdraw(engine: &mut impl Engine, by: AccountId, proposal: ProposalId, version: u32) -> ProposalAnswer {
    ask(engine, ProposalAction::Withdraw { by, proposal, version })
}

fn one_proposes_and_another_approves(engine: &mut impl Engine) {
    engine.set_now(monday_10_o_clock());
    let alice = account(engine, "alice", Role::Operator);
    let bob = account(engine, "bob", Role::Operator);
    let auditor = account(engine, "auditor", Role::Auditor);
    let zhejiang = account(engine, "zhejiang", Role::Administration(Province::Zhejiang));
    for stranger in [auditor, zhejiang, AccountId::from_number(7)] {
        assert_eq!(propose(engine, stranger, 200), ProposalAnswer::NotOperator);
    }
    assert_eq!(propose(engine, alice, 1), ProposalAnswer::Obstacle(Obstacle::KeyInUse));
    let first = proposed(engine, alice);
    assert_eq!(approve(engine, alice, first, 1), ProposalAnswer::OtherPerson, "never the proposer");
    assert_eq!(refuse(engine, alice, first), ProposalAnswer::OtherPerson);
    assert_eq!(approve(engine, auditor, first, 1), ProposalAnswer::NotOperator);
    assert_eq!(approve(engine, bob, first, 2), ProposalAnswer::Changed, "another version was read");
    assert_eq!(withdraw(engine, bob, first, 1), ProposalAnswer::OtherPerson);
    assert_eq!(approve(engine, bob, first, 1), ProposalAnswer::Done(first));
    assert_eq!(approve(engine, bob, first, 1), ProposalAnswer::Changed);
    assert_eq!(approve(engine, bob, first, 2), ProposalAnswer::Stage(Stage::Approved));

    // Once it is approved, any operator can stop it, until it is carried out.
    assert_eq!(withdraw(engine, bob, first, 2), ProposalAnswer::Done(first));
    assert_eq!(
        ask(engine, ProposalAction::CarriedOut { proposal: first }),
        ProposalAnswer::Stage(Stage::Withdrawn)
    );
    let second = proposed(engine, alice);
    assert_eq!(approve(engine, bob, second, 1), ProposalAnswer::Done(second));
    assert_eq!(ask(engine, ProposalAction::CarriedOut { proposal: second }), ProposalAnswer::Done(second));
    assert_eq!(withdraw(engine, alice, second, 3), ProposalAnswer::Stage(Stage::CarriedOut));

    let third = proposed(engine, bob);
    assert_eq!(refuse(engine, alice, third), ProposalAnswer::Done(third));
    assert_eq!(approve(engine, alice, third, 2), ProposalAnswer::Stage(Stage::Refused));

    // Whoever is shut out by then decides nothing, and what nobody decides is over after a week.
    let fourth = proposed(engine, alice);
    let shut = AccountAction::SetDisabled { by: Authority::Machine, account: bob, disabled: true };
    engine.execute(Action::Account(Box::new(shut)).into());
    assert_eq!(approve(engine, bob, fourth, 1), ProposalAnswer::NotOperator);
    let carol = account(engine, "carol", Role::Operator);
    engine.set_now(monday_10_o_clock().plus_ms(WAIT_MS));
    assert_eq!(approve(engine, carol, fourth, 1), ProposalAnswer::Stage(Stage::Expired));
    assert_eq!(withdraw(engine, alice, fourth, 1), ProposalAnswer::Stage(Stage::Expired));
}

#[test]
fn one_proposes_and_another_approves_in_memory() {
    let rng = Box::new(ChaCha12Rng::seed_from_u64(91));
    one_proposes_and_another_approves(&mut MemoryEngine::with(book(), rng).unwrap());
}

fn one_proposes_and_another_approves_on_disk(kind: Kind) {
    let mut engine = StoreEngine::new(kind, 91, None);
    one_proposes_and_another_approves(&mut engine);
    let count = |action| {
        let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
        engine.read(|reader| reader.audit(&filter, None, 100)).items.len()
    };
    let counts = [
        AuditAction::Proposed,
        AuditAction::ProposalApproved,
        AuditAction::ProposalRefused,
        AuditAction::ProposalWithdrawn,
        AuditAction::ProposalCarriedOut,
    ];
    assert_eq!(counts.map(count), [4, 2, 1, 1, 1], "every step is in the log, and nothing that was refused");
    let all = engine.read(|reader| reader.proposals(None, 10));
    assert_eq!(all.len(), 4);
    let rest = engine.read(|reader| reader.proposals(Some(ProposalPlace::of(&all[1])), 10));
    assert_eq!(rest, all[2..]);
    let open = engine.read(|reader| reader.open_proposals(ProposalKind::ChangeKeys));
    assert_eq!(open.len(), 1, "the one that nobody has decided");
}
