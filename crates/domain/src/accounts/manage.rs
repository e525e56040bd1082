//! Making and changing accounts of others.

use rand::RngExt as _;

use super::{Account, AccountAnswer, Authority, DisplayName, PasswordHash, Role, SignInName, Totp};
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Staff};
use crate::decide::Stop;
use crate::terms::AccountId;
use crate::tx::Tx;

/// Whether somebody may make or change accounts of a role.
fn may(tx: &Tx<'_>, by: Authority, role: &Role) -> Result<bool, Stop> {
    Ok(match by {
        Authority::Machine => true,
        Authority::Staff(id) => {
            tx.account(&id)?.is_some_and(|staff| staff.disabled_at.is_none() && staff.role.manages(role))
        }
    })
}

/// The same, as the audit log names them.
fn actor(tx: &Tx<'_>, by: Authority) -> Result<AuditActor, Stop> {
    Ok(match by {
        Authority::Machine => AuditActor::Machine,
        Authority::Staff(id) => {
            tx.account(&id)?.map_or(AuditActor::Unknown, |staff| AuditActor::Staff(Staff::of(&staff)))
        }
    })
}

/// Makes an account.
pub(super) fn create(
    tx: &mut Tx<'_>,
    by: Authority,
    (name, display_name, role): (&SignInName, &DisplayName, &Role),
    password: &PasswordHash,
    rng: &mut dyn rand::Rng,
) -> Result<AccountAnswer, Stop> {
    if !may(tx, by, role)? {
        return Ok(AccountAnswer::NotFound);
    }
    if tx.account_name(name)?.is_some() {
        return Ok(AccountAnswer::NameTaken);
    }
    let id = AccountId::from_number(rng.random_range(1..=i64::MAX));
    let actor = actor(tx, by)?;
    let data = AuditData {
        account: Some(name.as_str().to_owned()),
        role: Some(role.to_string()),
        provider: role.provider().cloned(),
        ..AuditData::default()
    };
    let subject = AuditSubject::Account(id);
    tx.audit(AuditEntry::new(tx.now(), actor, AuditAction::AccountCreated, subject).with(data));
    tx.put_account(Account {
        id,
        name: name.clone(),
        display_name: display_name.clone(),
        role: role.clone(),
        password: password.clone(),
        totp: Totp::Off,
        failures: 0,
        locked_until: None,
        disabled_at: None,
        generation: 1,
        created_at: tx.now(),
    });
    Ok(AccountAnswer::Done(id))
}

/// An account that somebody may change; of any other they learn nothing.
fn managed(tx: &Tx<'_>, by: Authority, id: AccountId) -> Result<Option<Account>, Stop> {
    let Some(account) = tx.account(&id)? else { return Ok(None) };
    Ok(may(tx, by, &account.role)?.then_some(account))
}

/// Gives an account another password, and opens a lock.
pub(super) fn reset_password(
    tx: &mut Tx<'_>,
    by: Authority,
    id: AccountId,
    password: &PasswordHash,
) -> Result<AccountAnswer, Stop> {
    let Some(mut account) = managed(tx, by, id)? else { return Ok(AccountAnswer::NotFound) };
    // The own password is changed by whoever knows it; otherwise a browser left open would be enough to take the account.
    if by == Authority::Staff(id) {
        return Ok(AccountAnswer::OwnAccount);
    }
    if account.is_federated() {
        return Ok(AccountAnswer::Elsewhere);
    }
    account.password = password.clone();
    account.failures = 0;
    account.locked_until = None;
    account.generation = account.generation.saturating_add(1);
    tx.audit_account(actor(tx, by)?, AuditAction::PasswordReset, &account);
    tx.put_account(account);
    Ok(AccountAnswer::Done(id))
}

/// Takes the second factor from an account, and opens a lock.
pub(super) fn reset_totp(tx: &mut Tx<'_>, by: Authority, id: AccountId) -> Result<AccountAnswer, Stop> {
    let Some(mut account) = managed(tx, by, id)? else { return Ok(AccountAnswer::NotFound) };
    // Otherwise a browser left open would be enough to get rid of it.
    if by == Authority::Staff(id) {
        return Ok(AccountAnswer::OwnAccount);
    }
    if account.is_federated() {
        return Ok(AccountAnswer::Elsewhere);
    }
    account.totp = Totp::Off;
    account.failures = 0;
    account.locked_until = None;
    account.generation = account.generation.saturating_add(1);
    tx.audit_account(actor(tx, by)?, AuditAction::SecondFactorReset, &account);
    tx.put_account(account);
    Ok(AccountAnswer::Done(id))
}

/// Shuts an account, or opens it again.
pub(super) fn set_disabled(
    tx: &mut Tx<'_>,
    by: Authority,
    id: AccountId,
    disabled: bool,
) -> Result<AccountAnswer, Stop> {
    let Some(mut account) = managed(tx, by, id)? else { return Ok(AccountAnswer::NotFound) };
    if disabled && by == Authority::Staff(id) {
        return Ok(AccountAnswer::OwnAccount);
    }
    if account.disabled_at.is_some() != disabled {
        account.disabled_at = disabled.then_some(tx.now());
        account.generation = account.generation.saturating_add(1);
        let action = if disabled { AuditAction::AccountDisabled } else { AuditAction::AccountEnabled };
        tx.audit_account(actor(tx, by)?, action, &account);
        tx.put_account(account);
    }
    Ok(AccountAnswer::Done(id))
}
