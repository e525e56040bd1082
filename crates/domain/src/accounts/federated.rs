//! Signing in on the word of an identity provider (OpenID Connect): who somebody is and what they may do is kept there, and
//! applied here at each sign-in.

use rand::RngExt as _;

use super::sign_in::open;
use super::{Account, AccountAnswer, DisplayName, PasswordHash, Role, SessionTag, SignInName, Totp};
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Staff};
use crate::decide::Stop;
use crate::limits::{AddressBlock, count_sign_in, use_way};
use crate::terms::AccountId;
use crate::tx::Tx;

/// What an identity provider says of a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Federated {
    /// The name of the account here, made of issuer and subject, so that it is always the same and nobody else's.
    pub name: SignInName,
    /// The name that colleagues see.
    pub display_name: DisplayName,
    /// What the person may do.
    pub role: Role,
}

/// Lets somebody on who comes back, once: what is asked of the identity provider then is asked no oftener than passwords
/// are compared, and no way there leads back twice, whatever a browser keeps.
pub(super) fn come_back(
    tx: &mut Tx<'_>,
    way: &[u8; 16],
    from: Option<AddressBlock>,
) -> Result<AccountAnswer, Stop> {
    if let Some(until) = count_sign_in(tx, from)? {
        return Ok(AccountAnswer::TooMany(until));
    }
    Ok(if use_way(tx, way)? { AccountAnswer::Onward } else { AccountAnswer::Wrong })
}

fn known(tx: &Tx<'_>, name: &SignInName) -> Result<Option<Account>, Stop> {
    match tx.account_name(name)? {
        Some(id) => tx.account(&id),
        None => Ok(None),
    }
}

/// Ends the sessions of somebody who has no role here any more. The account keeps the role of its last sign-in: nobody
/// gets in with it, and the next sign-in says which it is then.
pub(super) fn lose_role(tx: &mut Tx<'_>, name: &SignInName) -> Result<AccountAnswer, Stop> {
    let Some(mut account) = known(tx, name)?.filter(Account::is_federated) else {
        return Ok(AccountAnswer::NotFound);
    };
    account.generation = account.generation.saturating_add(1);
    let id = account.id;
    note(tx, AuditAction::RoleLost, &account);
    tx.put_account(account);
    Ok(AccountAnswer::Done(id))
}

/// Opens a session. The account is made at the first sign-in, and follows what the identity provider says at each later
/// one; whoever was shut out here stays out.
pub(super) fn sign_in(
    tx: &mut Tx<'_>,
    person: &Federated,
    tag: SessionTag,
    rng: &mut dyn rand::Rng,
) -> Result<AccountAnswer, Stop> {
    let account = match known(tx, &person.name)? {
        // A local account of the same name is somebody else's.
        Some(account) if !account.is_federated() => return Ok(AccountAnswer::Wrong),
        Some(account) if account.disabled_at.is_some() => return Ok(AccountAnswer::Disabled),
        Some(account) => follow(tx, account, person),
        None => create(tx, person, rng),
    };
    let id = account.id;
    open(tx, account, tag);
    Ok(AccountAnswer::SignedIn(id))
}

fn create(tx: &mut Tx<'_>, person: &Federated, rng: &mut dyn rand::Rng) -> Account {
    let account = Account {
        id: AccountId::from_number(rng.random_range(1..=i64::MAX)),
        name: person.name.clone(),
        display_name: person.display_name.clone(),
        role: person.role.clone(),
        password: PasswordHash::elsewhere(),
        totp: Totp::Off,
        failures: 0,
        locked_until: None,
        disabled_at: None,
        generation: 1,
        created_at: tx.now(),
    };
    note(tx, AuditAction::AccountCreated, &account);
    tx.put_account(account.clone());
    account
}

/// Sessions that were opened under another role end.
fn follow(tx: &mut Tx<'_>, mut account: Account, person: &Federated) -> Account {
    if account.role == person.role && account.display_name == person.display_name {
        return account;
    }
    if account.role != person.role {
        account.role = person.role.clone();
        account.generation = account.generation.saturating_add(1);
        note(tx, AuditAction::RoleChanged, &account);
    }
    account.display_name = person.display_name.clone();
    tx.put_account(account.clone());
    account
}

fn note(tx: &mut Tx<'_>, action: AuditAction, account: &Account) {
    let data = AuditData {
        account: Some(account.name.as_str().to_owned()),
        role: Some(account.role.to_string()),
        ..AuditData::default()
    };
    let (actor, subject) = (AuditActor::Staff(Staff::of(account)), AuditSubject::Account(account.id));
    tx.audit(AuditEntry::new(tx.now(), actor, action, subject).with(data));
}
