//! The rules of the second factor.

use super::*;

/// A recovery code's hash.
fn recovery(no: u8) -> RecoveryTag {
    RecoveryTag([no; 32])
}

impl Story {
    fn account(&self, id: AccountId) -> Account {
        self.state.rows.accounts[&id].clone().unwrap()
    }

    /// What the app shows, some seconds from now.
    fn code(&self, id: AccountId, seconds: i64) -> SecondFactor {
        let account = self.account(id);
        let (Totp::On { secret, .. } | Totp::Offered(secret)) = &account.totp else { panic!("no secret") };
        let shown = secret.code_at(self.now.plus_ms(seconds * 1_000)).unwrap();
        SecondFactor::Code(TotpCode::parse(&shown).unwrap())
    }

    /// An account with a second factor and two recovery codes, set up in session 1 a minute ago.
    fn with_totp(&mut self) -> AccountId {
        let id = self.create("li.lei", Role::Operator);
        self.sign_in("li.lei", "right", 1);
        assert_eq!(self.ask(AccountAction::OfferTotp { session: session(1) }), AccountAnswer::Done(id));
        let SecondFactor::Code(code) = self.code(id, 0) else { panic!() };
        let recovery = vec![recovery(1), recovery(2)];
        let confirm = AccountAction::ConfirmTotp { session: session(1), code, recovery };
        assert_eq!(self.ask(confirm), AccountAnswer::Done(id));
        self.now = self.now.plus_ms(60_000);
        id
    }

    fn second(&mut self, id: AccountId, shown: SecondFactor, no: u8) -> AccountAnswer {
        let generation = self.account(id).generation;
        let session = session(no);
        self.ask(AccountAction::SignInSecond { account: id, generation, shown, session, from: None })
    }
}

/// A code that is not the app's now.
const WRONG: SecondFactor = SecondFactor::Recovery(RecoveryTag([99; 32]));

#[test]
fn with_a_second_factor_the_password_alone_opens_nothing() {
    let mut story = Story::new();
    let id = story.with_totp();
    let next = AccountAnswer::SecondNext { account: id, generation: 2 };
    assert_eq!(story.sign_in("li.lei", "right", 2), next);
    assert!(!story.is_live(2));
    assert_eq!(story.second(id, WRONG, 2), AccountAnswer::Wrong);
    assert!(!story.is_live(2));
    let code = story.code(id, 0);
    assert_eq!(story.second(id, code, 2), AccountAnswer::SignedIn(id));
    assert!(story.is_live(2) && story.is_live(1));
}

#[test]
fn a_code_counts_from_one_step_before_to_one_after_and_once() {
    let mut story = Story::new();
    let id = story.with_totp();
    let (late, early, too_late, too_early) =
        (story.code(id, -30), story.code(id, 30), story.code(id, -60), story.code(id, 60));
    assert_eq!(story.second(id, too_late, 2), AccountAnswer::Wrong);
    assert_eq!(story.second(id, too_early, 2), AccountAnswer::Wrong);
    assert_eq!(story.second(id, late, 2), AccountAnswer::SignedIn(id));
    assert_eq!(story.second(id, late, 3), AccountAnswer::Wrong, "used");
    assert_eq!(story.second(id, early, 3), AccountAnswer::SignedIn(id));
    let present = story.code(id, 0);
    assert_eq!(story.second(id, present, 4), AccountAnswer::Wrong, "a later one was used");
}

#[test]
fn the_code_that_has_set_it_up_signs_nobody_in() {
    let mut story = Story::new();
    let id = story.with_totp();
    story.now = story.now.plus_ms(-60_000);
    let code = story.code(id, 0);
    assert_eq!(story.second(id, code, 2), AccountAnswer::Wrong);
}

#[test]
fn five_wrong_codes_lock_as_wrong_passwords_do_and_right_passwords_between_forgive_nothing() {
    let mut story = Story::new();
    let id = story.with_totp();
    for _ in 0..MAX_FAILURES {
        let next = story.sign_in("li.lei", "right", 2);
        assert!(matches!(next, AccountAnswer::SecondNext { .. }), "{next:?}");
        assert_eq!(story.second(id, WRONG, 2), AccountAnswer::Wrong);
    }
    story.now = story.now.plus_ms(LOCK_MS - 1);
    let code = story.code(id, 0);
    assert_eq!(story.second(id, code, 2), AccountAnswer::Wrong, "locked");
    assert_eq!(story.sign_in("li.lei", "right", 2), AccountAnswer::Wrong, "locked");
    story.now = story.now.plus_ms(1);
    let code = story.code(id, 0);
    assert_eq!(story.second(id, code, 2), AccountAnswer::SignedIn(id));
}

#[test]
fn a_recovery_code_works_once_until_there_are_others() {
    let mut story = Story::new();
    let id = story.with_totp();
    let first = SecondFactor::Recovery(recovery(1));
    assert_eq!(story.second(id, first, 2), AccountAnswer::SignedIn(id));
    assert_eq!(story.second(id, first, 3), AccountAnswer::Wrong);
    assert_eq!(story.account(id).totp.recovery_left(), 1);
    let renew = |shown| AccountAction::RenewRecovery {
        session: session(1),
        shown,
        recovery: vec![recovery(3), recovery(4)],
    };
    assert_eq!(story.ask(renew(WRONG)), AccountAnswer::Wrong);
    let code = story.code(id, 0);
    assert_eq!(story.ask(renew(code)), AccountAnswer::Done(id));
    let old = SecondFactor::Recovery(recovery(2));
    assert_eq!(story.second(id, old, 3), AccountAnswer::Wrong);
    let new = SecondFactor::Recovery(recovery(3));
    assert_eq!(story.second(id, new, 3), AccountAnswer::SignedIn(id));
}

#[test]
fn only_a_right_code_turns_it_on_and_that_ends_the_sessions_opened_without() {
    let mut story = Story::new();
    let id = story.create("li.lei", Role::Operator);
    story.sign_in("li.lei", "right", 1);
    story.sign_in("li.lei", "right", 2);
    let code = TotpCode::parse("123456").unwrap();
    let confirm = |code| AccountAction::ConfirmTotp { session: session(1), code, recovery: Vec::new() };
    assert_eq!(story.ask(confirm(code)), AccountAnswer::NotFound, "nothing has been offered");
    story.ask(AccountAction::OfferTotp { session: session(1) });
    assert_eq!(story.ask(confirm(code)), AccountAnswer::Wrong);
    assert!(story.is_live(2));
    assert_eq!(story.sign_in("li.lei", "right", 2), AccountAnswer::SignedIn(id), "it is not on yet");
    let SecondFactor::Code(code) = story.code(id, 0) else { panic!() };
    assert_eq!(story.ask(confirm(code)), AccountAnswer::Done(id));
    assert!(story.is_live(1) && !story.is_live(2));
    let offer = AccountAction::OfferTotp { session: session(1) };
    assert_eq!(story.ask(offer), AccountAnswer::NotFound, "no other secret takes its place");
}

#[test]
fn doing_without_it_needs_a_code_and_guessing_one_ends_the_session() {
    let mut story = Story::new();
    let id = story.with_totp();
    let code = story.code(id, 0);
    story.second(id, code, 2);
    let remove = |no, shown| AccountAction::RemoveTotp { session: session(no), shown };
    for _ in 0..MAX_FAILURES {
        assert_eq!(story.ask(remove(2, WRONG)), AccountAnswer::Wrong);
    }
    assert!(story.is_live(1) && !story.is_live(2));
    story.now = story.now.plus_ms(LOCK_MS);
    let code = story.code(id, 0);
    story.sign_in("li.lei", "right", 3);
    assert_eq!(story.second(id, code, 3), AccountAnswer::SignedIn(id));
    let code = story.code(id, 30);
    assert_eq!(story.ask(remove(3, code)), AccountAnswer::Done(id));
    assert!(story.is_live(3) && !story.is_live(1));
    assert_eq!(story.sign_in("li.lei", "right", 4), AccountAnswer::SignedIn(id));
}

#[test]
fn whoever_manages_an_account_can_take_a_lost_factor_from_it_but_nobody_from_the_own() {
    let mut story = Story::new();
    let id = story.with_totp();
    let operator = story.create("operator", Role::Operator);
    let auditor = story.create("auditor", Role::Auditor);
    let reset = |by, account| AccountAction::ResetTotp { by, account };
    assert_eq!(story.ask(reset(Authority::Staff(auditor), id)), AccountAnswer::NotFound);
    assert_eq!(story.ask(reset(Authority::Staff(id), id)), AccountAnswer::OwnAccount);
    let half = AccountAction::SignInSecond {
        account: id,
        generation: story.account(id).generation,
        shown: story.code(id, 0),
        session: session(2),
        from: None,
    };
    assert_eq!(story.ask(reset(Authority::Staff(operator), id)), AccountAnswer::Done(id));
    assert!(!story.is_live(1));
    assert_eq!(story.ask(half), AccountAnswer::Wrong, "what was begun before is void");
    assert_eq!(story.sign_in("li.lei", "right", 2), AccountAnswer::SignedIn(id));
}

#[test]
fn the_audit_log_tells_what_became_of_the_second_factor() {
    let mut story = Story::new();
    let id = story.with_totp();
    story.second(id, WRONG, 2);
    let first = SecondFactor::Recovery(recovery(1));
    story.second(id, first, 2);
    let code = story.code(id, 0);
    let renew =
        AccountAction::RenewRecovery { session: session(2), shown: code, recovery: vec![recovery(3)] };
    story.ask(renew);
    let shown = SecondFactor::Recovery(recovery(3));
    story.ask(AccountAction::RemoveTotp { session: session(2), shown });
    story.ask(AccountAction::ResetTotp { by: Authority::Machine, account: id });
    let told: Vec<_> = story.audit.iter().map(|entry| entry.action).collect();
    let expected = [
        AuditAction::AccountCreated,
        AuditAction::SignedIn,
        AuditAction::SecondFactorOn,
        AuditAction::SignInFailed,
        AuditAction::SignedIn,
        AuditAction::RecoveryRenewed,
        AuditAction::SecondFactorOff,
        AuditAction::SecondFactorReset,
    ];
    assert_eq!(told, expected);
}
