//! The rules of accounts as little stories.

mod federated;
mod second_factor;

use std::collections::BTreeMap;

use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use super::*;
use crate::audit::{AuditAction, AuditActor, AuditEntry, AuditSubject, Staff};
use crate::decide::{Action, Command, Context, Outcome};
use crate::rulebook::Rulebook;
use crate::rules::Rules;
use crate::state::{Key, State};
use crate::tags::{CodeTag, CounterKey, EntityTag, KeyId, Keyring, PersonTag, PhoneTag};
use crate::terms::{Code, Document, IdLast6, Phone, ProviderId, Province, VerificationId};
use crate::time::HOUR_MS;
use crate::working_days::WorkingDays;

/// Accounts need no keyed hashes.
struct NoKeys;

impl Keyring for NoKeys {
    fn keys(&self) -> &[KeyId] {
        &[]
    }
    fn phone(&self, key: KeyId, _: &Phone) -> PhoneTag {
        PhoneTag::new(key, [0; 15])
    }
    fn person(&self, key: KeyId, _: &Phone, _: &IdLast6) -> PersonTag {
        PersonTag::new(key, [0; 15])
    }
    fn code(&self, key: KeyId, _: VerificationId, _: &Code) -> CodeTag {
        CodeTag::new(key, [0; 15])
    }
    fn entity(&self, key: KeyId, _: &Document) -> EntityTag {
        EntityTag::new(key, [0; 15])
    }
    fn counter(&self, _: &[u8], begins_at: Timestamp) -> CounterKey {
        CounterKey(begins_at.as_ms())
    }
}

/// A password is its own hash here.
fn hash(password: &str) -> PasswordHash {
    PasswordHash::from_phc(password)
}

fn session(no: u8) -> SessionTag {
    SessionTag([no; 32])
}

struct Story {
    now: Timestamp,
    rules: Rules,
    calendar: WorkingDays,
    state: State,
    audit: Vec<AuditEntry>,
    rng: ChaCha12Rng,
}

impl Story {
    fn new() -> Self {
        Self {
            now: Timestamp::parse_rfc3339("2026-03-02T09:00:00+08:00").unwrap(),
            rules: Rules::new(Rulebook::shipped().unwrap(), BTreeMap::new()).0,
            calendar: WorkingDays::shipped().unwrap(),
            state: State::default(),
            audit: Vec::new(),
            rng: ChaCha12Rng::seed_from_u64(1),
        }
    }

    fn ask(&mut self, action: AccountAction) -> AccountAnswer {
        let command = Command::from(Action::Account(Box::new(action)));
        loop {
            let context = Context {
                now: self.now,
                rules: &self.rules,
                keyring: &NoKeys,
                limits: None,
                calendar: &self.calendar,
            };
            match crate::decide::decide(&context, &self.state, &command, &mut self.rng) {
                Ok((Outcome::Account(answer), delta)) => {
                    self.state.apply(&delta);
                    self.audit.extend(delta.audit);
                    return answer;
                }
                Ok((other, _)) => panic!("{other:?}"),
                Err(keys) => {
                    for key in keys {
                        match key {
                            Key::Account(id) => _ = self.state.rows.accounts.insert(id, None),
                            Key::AccountName(name) => _ = self.state.rows.account_names.insert(name, None),
                            Key::Counter(counter) => _ = self.state.rows.counters.insert(counter, None),
                            Key::Session(tag) => _ = self.state.rows.sessions.insert(tag, None),
                            other => panic!("{other:?}"),
                        }
                    }
                }
            }
        }
    }

    fn create_as(&mut self, by: Authority, name: &str, role: Role) -> AccountAnswer {
        self.ask(AccountAction::Create {
            by,
            name: SignInName::parse(name).unwrap(),
            display_name: DisplayName::parse(name).unwrap(),
            role,
            password: hash("right"),
        })
    }

    fn create(&mut self, name: &str, role: Role) -> AccountId {
        match self.create_as(Authority::Machine, name, role) {
            AccountAnswer::Done(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Signs in as the door does: compares with what is on record now.
    fn sign_in(&mut self, name: &str, password: &str, no: u8) -> AccountAnswer {
        let name = SignInName::parse(name).unwrap();
        let id = self.state.rows.account_names.get(&name).copied().flatten();
        let account = id.and_then(|id| self.state.rows.accounts.get(&id).cloned().flatten());
        let compared = account
            .map(|account| Compared { right: account.password.as_phc() == password, with: account.password });
        self.ask(AccountAction::SignIn { name, compared, session: session(no), from: None })
    }

    fn is_live(&mut self, no: u8) -> bool {
        self.ask(AccountAction::Touch { session: session(no) }) != AccountAnswer::NotFound
    }
}

#[test]
fn the_right_password_opens_a_session_and_signing_out_ends_it() {
    let mut story = Story::new();
    let id = story.create("li.lei", Role::Operator);
    assert_eq!(story.sign_in("Li.Lei ", "right", 1), AccountAnswer::SignedIn(id));
    assert!(story.is_live(1) && !story.is_live(2));
    assert_eq!(story.ask(AccountAction::SignOut { session: session(1) }), AccountAnswer::Done(id));
    assert!(!story.is_live(1));
}

#[test]
fn five_wrong_passwords_lock_for_fifteen_minutes_and_a_right_one_forgives_four() {
    let mut story = Story::new();
    let id = story.create("li.lei", Role::Operator);
    for _ in 0..3 {
        for _ in 0..MAX_FAILURES - 1 {
            assert_eq!(story.sign_in("li.lei", "wrong", 1), AccountAnswer::Wrong);
        }
        assert_eq!(story.sign_in("li.lei", "right", 1), AccountAnswer::SignedIn(id));
    }
    for _ in 0..MAX_FAILURES {
        story.sign_in("li.lei", "wrong", 2);
    }
    story.now = story.now.plus_ms(LOCK_MS - 1);
    assert_eq!(story.sign_in("li.lei", "right", 2), AccountAnswer::Wrong, "locked");
    story.now = story.now.plus_ms(1);
    assert_eq!(story.sign_in("li.lei", "right", 2), AccountAnswer::SignedIn(id));
}

#[test]
fn of_64_guesses_made_at_once_five_are_told_apart() {
    let mut story = Story::new();
    story.create("li.lei", Role::Operator);
    let name = SignInName::parse("li.lei").unwrap();
    // All were compared before the first was decided; the sixth is right and comes too late.
    let answers: Vec<_> = (0..64_u8)
        .map(|no| {
            let compared = Some(Compared { with: hash("right"), right: no == 5 });
            story.ask(AccountAction::SignIn {
                name: name.clone(),
                compared,
                session: session(no),
                from: None,
            })
        })
        .collect();
    assert!(answers.iter().all(|answer| *answer == AccountAnswer::Wrong));
    assert!((0..64).all(|no| !story.is_live(no)));
}

#[test]
fn a_comparison_with_another_hash_than_the_account_s_says_nothing() {
    let mut story = Story::new();
    let id = story.create("li.lei", Role::Operator);
    let by = Authority::Machine;
    story.ask(AccountAction::ResetPassword { by, account: id, password: hash("newer") });
    let name = SignInName::parse("li.lei").unwrap();
    for right in [true, false] {
        for no in 0..10 {
            let compared = Some(Compared { with: hash("right"), right });
            let ask =
                AccountAction::SignIn { name: name.clone(), compared, session: session(no), from: None };
            assert_eq!(story.ask(ask), AccountAnswer::Wrong);
        }
    }
    assert_eq!(story.sign_in("li.lei", "newer", 1), AccountAnswer::SignedIn(id), "and was not counted");
}

#[test]
fn a_session_ends_after_half_an_hour_without_use_and_after_twelve_hours_with_it() {
    let mut story = Story::new();
    story.create("li.lei", Role::Operator);
    story.sign_in("li.lei", "right", 1);
    story.now = story.now.plus_ms(SESSION_IDLE_MS);
    assert!(!story.is_live(1), "idle");
    story.sign_in("li.lei", "right", 2);
    let opened_at = story.now;
    while story.now.since_ms(opened_at) < SESSION_LIFE_MS {
        assert!(story.is_live(2));
        story.now = story.now.plus_ms(HOUR_MS / 4);
    }
    assert!(!story.is_live(2), "its life is over");
}

#[test]
fn use_is_noted_once_a_minute() {
    let mut story = Story::new();
    story.create("li.lei", Role::Operator);
    story.sign_in("li.lei", "right", 1);
    let seen = |story: &Story| story.state.rows.sessions[&session(1)].clone().unwrap().last_seen_at;
    let opened_at = story.now;
    story.now = story.now.plus_ms(TOUCH_MS - 1);
    assert!(story.is_live(1));
    assert_eq!(seen(&story), opened_at);
    story.now = story.now.plus_ms(1);
    assert!(story.is_live(1));
    assert_eq!(seen(&story), story.now);
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    let mut story = Story::new();
    let id = story.create("li.lei", Role::Operator);
    story.sign_in("li.lei", "right", 1);
    story.sign_in("li.lei", "right", 2);
    let change = |right| AccountAction::ChangePassword {
        session: session(1),
        compared: Compared { with: hash("right"), right },
        password: hash("newer"),
    };
    assert_eq!(story.ask(change(false)), AccountAnswer::Wrong);
    assert_eq!(story.ask(change(true)), AccountAnswer::Done(id));
    assert!(story.is_live(1) && !story.is_live(2));
    assert_eq!(story.sign_in("li.lei", "right", 3), AccountAnswer::Wrong);
}

#[test]
fn guessing_the_present_password_in_an_open_session_ends_it() {
    let mut story = Story::new();
    story.create("li.lei", Role::Operator);
    story.sign_in("li.lei", "right", 1);
    for _ in 0..MAX_FAILURES {
        assert!(story.is_live(1));
        story.ask(AccountAction::ChangePassword {
            session: session(1),
            compared: Compared { with: hash("right"), right: false },
            password: hash("newer"),
        });
    }
    assert!(!story.is_live(1));
}

#[test]
fn a_shut_account_has_no_sessions_and_opens_none() {
    let mut story = Story::new();
    let operator = story.create("operator", Role::Operator);
    let id = story.create("li.lei", Role::Auditor);
    story.sign_in("li.lei", "right", 1);
    let set = |disabled| AccountAction::SetDisabled { by: Authority::Staff(operator), account: id, disabled };
    assert_eq!(story.ask(set(true)), AccountAnswer::Done(id));
    assert!(!story.is_live(1));
    assert_eq!(story.sign_in("li.lei", "right", 2), AccountAnswer::Disabled);
    assert_eq!(story.sign_in("li.lei", "wrong", 2), AccountAnswer::Wrong);
    assert_eq!(story.ask(set(false)), AccountAnswer::Done(id));
    assert!(!story.is_live(1), "what was ended stays so");
    assert_eq!(story.sign_in("li.lei", "right", 2), AccountAnswer::SignedIn(id));
    let own =
        AccountAction::SetDisabled { by: Authority::Staff(operator), account: operator, disabled: true };
    assert_eq!(story.ask(own), AccountAnswer::OwnAccount);
}

#[test]
fn a_provider_s_admin_manages_the_own_members_and_learns_of_no_others() {
    let mut story = Story::new();
    let [one, other] = ["one", "other"].map(|name| ProviderId::parse(name).unwrap());
    let admin = Authority::Staff(story.create("admin", Role::ProviderAdmin(one.clone())));
    let clerk = Role::ProviderClerk(one);
    assert!(matches!(story.create_as(admin, "clerk", clerk.clone()), AccountAnswer::Done(_)));
    assert_eq!(story.create_as(admin, "clerk", clerk.clone()), AccountAnswer::NameTaken);
    for foreign in [Role::Operator, Role::Administration(Province::Zhejiang), Role::ProviderClerk(other)] {
        assert_eq!(story.create_as(admin, "more", foreign.clone()), AccountAnswer::NotFound);
        let name = format!("{:?}", foreign.kind()).to_lowercase();
        let account = story.create(&name, foreign);
        let shut = AccountAction::SetDisabled { by: admin, account, disabled: true };
        assert_eq!(story.ask(shut), AccountAnswer::NotFound);
        let reset = AccountAction::ResetPassword { by: admin, account, password: hash("mine") };
        assert_eq!(story.ask(reset), AccountAnswer::NotFound);
    }
    let by = Authority::Staff(story.create("second-clerk", clerk.clone()));
    assert_eq!(story.create_as(by, "third-clerk", clerk), AccountAnswer::NotFound, "a clerk manages nobody");
}

#[test]
fn the_audit_log_tells_who_did_what_to_which_account() {
    let mut story = Story::new();
    let operator = story.create("operator", Role::Operator);
    let by = Authority::Staff(operator);
    let AccountAnswer::Done(id) = story.create_as(by, "li.lei", Role::Administration(Province::Zhejiang))
    else {
        panic!()
    };
    story.sign_in("li.lei", "wrong", 1);
    story.sign_in("nobody", "wrong", 1);
    story.sign_in("li.lei", "right", 1);
    story.ask(AccountAction::Touch { session: session(1) });
    let compared = Compared { with: hash("right"), right: true };
    story.ask(AccountAction::ChangePassword { session: session(1), compared, password: hash("newer") });
    story.ask(AccountAction::SignOut { session: session(1) });
    story.ask(AccountAction::ResetPassword { by, account: id, password: hash("newest") });
    for disabled in [true, true, false] {
        story.ask(AccountAction::SetDisabled { by, account: id, disabled });
    }
    let staff = |account, name: &str| AuditActor::Staff(Staff { account, name: name.to_owned() });
    let (operator, own) = (staff(operator, "operator"), staff(id, "li.lei"));
    let told: Vec<_> = story.audit.iter().map(|entry| (entry.action, entry.actor.clone())).collect();
    let expected = [
        (AuditAction::AccountCreated, AuditActor::Machine),
        (AuditAction::AccountCreated, operator.clone()),
        (AuditAction::SignInFailed, AuditActor::Unknown),
        (AuditAction::SignedIn, own.clone()),
        (AuditAction::PasswordChanged, own.clone()),
        (AuditAction::SignedOut, own),
        (AuditAction::PasswordReset, operator.clone()),
        (AuditAction::AccountDisabled, operator.clone()),
        (AuditAction::AccountEnabled, operator),
    ];
    assert_eq!(told, expected);
    let created = &story.audit[1];
    assert_eq!(created.subject, AuditSubject::Account(id));
    assert_eq!(created.data.role.as_deref(), Some("administration:zhejiang"));
    assert!(story.audit[1..].iter().all(|entry| entry.data.account.as_deref() == Some("li.lei")));
}
