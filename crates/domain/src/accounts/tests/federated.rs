//! Who comes from an identity provider: made and changed on its word, and nobody's password here.

use super::*;

fn person(role: Role) -> Federated {
    Federated {
        name: SignInName::parse("oidc-0123456789ab").unwrap(),
        display_name: DisplayName::parse("王小明").unwrap(),
        role,
    }
}

fn operator() -> Role {
    Role::of(RoleKind::Operator, None, None).unwrap()
}

fn auditor() -> Role {
    Role::of(RoleKind::Auditor, None, None).unwrap()
}

impl Story {
    fn come(&mut self, role: Role, no: u8) -> AccountAnswer {
        self.ask(AccountAction::SignInFederated { person: person(role), session: session(no) })
    }

    fn is_in(&mut self, no: u8) -> bool {
        self.ask(AccountAction::Touch { session: session(no) }) != AccountAnswer::NotFound
    }

    fn actions(&self) -> Vec<AuditAction> {
        self.audit.iter().map(|entry| entry.action).collect()
    }
}

fn id_of(answer: AccountAnswer) -> AccountId {
    match answer {
        AccountAnswer::SignedIn(id) => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_account_is_made_at_the_first_sign_in_and_follows_at_each_later_one() {
    let mut story = Story::new();
    let id = id_of(story.come(operator(), 1));
    assert_eq!(id_of(story.come(operator(), 2)), id);
    assert!(story.is_in(1), "who signs in twice is signed in twice");
    assert_eq!(id_of(story.come(auditor(), 3)), id);
    assert!(!story.is_in(1) && !story.is_in(2), "sessions of another role end");
    assert!(story.is_in(3));
    let expected = [
        AuditAction::AccountCreated,
        AuditAction::SignedIn,
        AuditAction::SignedIn,
        AuditAction::RoleChanged,
        AuditAction::SignedIn,
    ];
    assert_eq!(story.actions(), expected);
}

#[test]
fn who_has_no_role_any_more_is_signed_out_everywhere_and_it_is_noted() {
    let mut story = Story::new();
    let id = id_of(story.come(operator(), 1));
    let lose = AccountAction::LoseRole { name: person(operator()).name };
    assert_eq!(story.ask(lose.clone()), AccountAnswer::Done(id));
    assert!(!story.is_in(1));
    assert_eq!(story.actions().last(), Some(&AuditAction::RoleLost));
    assert_eq!(id_of(story.come(operator(), 2)), id, "who is given a role again gets in again");
    let local = story.create("lin", operator());
    let other = AccountAction::LoseRole { name: SignInName::parse("lin").unwrap() };
    assert_eq!(story.ask(other), AccountAnswer::NotFound, "{local} is no business of the identity provider");
}

#[test]
fn each_way_to_the_identity_provider_leads_back_once() {
    let mut story = Story::new();
    let back = AccountAction::ReturnFederated { way: [7; 16], from: None };
    assert_eq!(story.ask(back.clone()), AccountAnswer::Onward);
    assert_eq!(story.ask(back), AccountAnswer::Wrong);
}

#[test]
fn password_and_second_factor_are_kept_elsewhere_and_the_account_can_be_shut_here() {
    let mut story = Story::new();
    let id = id_of(story.come(auditor(), 1));
    let by = Authority::Machine;
    let password = AccountAction::ResetPassword { by, account: id, password: hash("mine") };
    assert_eq!(story.ask(password), AccountAnswer::Elsewhere);
    assert_eq!(story.ask(AccountAction::ResetTotp { by, account: id }), AccountAnswer::Elsewhere);
    assert_eq!(story.ask(AccountAction::OfferTotp { session: session(1) }), AccountAnswer::Elsewhere);
    assert_eq!(story.sign_in("oidc-0123456789ab", "", 2), AccountAnswer::Wrong, "no password opens it");
    let shut = AccountAction::SetDisabled { by, account: id, disabled: true };
    assert_eq!(story.ask(shut), AccountAnswer::Done(id));
    assert!(!story.is_in(1));
    assert_eq!(story.come(auditor(), 3), AccountAnswer::Disabled);
}

#[test]
fn a_local_account_of_that_name_is_not_taken_over() {
    let mut story = Story::new();
    story.create("oidc-0123456789ab", operator());
    assert_eq!(story.come(operator(), 1), AccountAnswer::Wrong);
}
