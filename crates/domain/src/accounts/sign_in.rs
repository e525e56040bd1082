//! Signing in, and changing the own password.

use super::session::{self, Session, SessionTag};
use super::{Account, AccountAnswer, Compared, LOCK_MS, MAX_FAILURES, PasswordHash, SignInName};
use crate::audit::{AuditAction, AuditActor, Staff};
use crate::decide::Stop;
use crate::limits::{AddressBlock, count_sign_in};
use crate::tx::Tx;

/// Opens a session if everything is right, or asks for the second factor. Whatever is wrong gets one answer, and a locked account gets it for the right
/// password too: of any number of guesses made at once, only those before the lock are told apart.
pub(super) fn sign_in(
    tx: &mut Tx<'_>,
    name: &SignInName,
    compared: Option<&Compared>,
    tag: SessionTag,
    from: Option<AddressBlock>,
) -> Result<AccountAnswer, Stop> {
    if let Some(until) = count_sign_in(tx, from)? {
        return Ok(AccountAnswer::TooMany(until));
    }
    let Some(id) = tx.account_name(name)? else { return Ok(AccountAnswer::Wrong) };
    let Some(account) = tx.account(&id)? else { return Ok(AccountAnswer::Wrong) };
    // Whom an identity provider vouches for has no password that could be right.
    if account.is_locked(tx.now()) || account.is_federated() {
        return Ok(AccountAnswer::Wrong);
    }
    // The account was made or got another password since the comparison, which therefore says nothing about it.
    let Some(compared) = compared.filter(|compared| compared.with == account.password) else {
        return Ok(AccountAnswer::Wrong);
    };
    if !compared.right {
        count_failure(tx, account, AuditActor::Unknown);
        return Ok(AccountAnswer::Wrong);
    }
    if account.disabled_at.is_some() {
        return Ok(AccountAnswer::Disabled);
    }
    if account.totp.is_on() {
        // Failures are not forgiven yet: whoever has the password would else get four guesses at codes each time.
        return Ok(AccountAnswer::SecondNext { account: id, generation: account.generation });
    }
    open(tx, account, tag);
    Ok(AccountAnswer::SignedIn(id))
}

/// Opens a session, and forgives what was typed wrong before.
pub(super) fn open(tx: &mut Tx<'_>, mut account: Account, tag: SessionTag) {
    tx.audit_account(AuditActor::Staff(Staff::of(&account)), AuditAction::SignedIn, &account);
    let now = tx.now();
    let session =
        Session { account: account.id, generation: account.generation, created_at: now, last_seen_at: now };
    if account.failures > 0 || account.locked_until.is_some() || account.totp.is_on() {
        account.failures = 0;
        account.locked_until = None;
        tx.put_account(account);
    }
    tx.put_session(tag, Some(session));
}

pub(super) fn count_failure(tx: &mut Tx<'_>, mut account: Account, by: AuditActor) {
    tx.audit_account(by, AuditAction::SignInFailed, &account);
    account.failures = account.failures.saturating_add(1);
    if account.failures >= MAX_FAILURES {
        account.failures = 0;
        account.locked_until = Some(tx.now().plus_ms(LOCK_MS));
    }
    tx.put_account(account);
}

/// Changes the own password. A wrong present one counts like a wrong sign-in, and one too many ends the session as well:
/// a browser left open must not be a place to guess at leisure.
pub(super) fn change_password(
    tx: &mut Tx<'_>,
    tag: SessionTag,
    compared: &Compared,
    password: &PasswordHash,
) -> Result<AccountAnswer, Stop> {
    let Some((mut session, mut account)) = session::live(tx, tag)? else {
        return Ok(AccountAnswer::NotFound);
    };
    if account.is_federated() {
        return Ok(AccountAnswer::Elsewhere);
    }
    if account.is_locked(tx.now()) || compared.with != account.password {
        return Ok(AccountAnswer::Wrong);
    }
    if !compared.right {
        if account.failures.saturating_add(1) >= MAX_FAILURES {
            tx.put_session(tag, None);
        }
        let by = AuditActor::Staff(Staff::of(&account));
        count_failure(tx, account, by);
        return Ok(AccountAnswer::Wrong);
    }
    account.password = password.clone();
    account.failures = 0;
    account.generation = account.generation.saturating_add(1);
    session.generation = account.generation;
    let id = account.id;
    tx.audit_account(AuditActor::Staff(Staff::of(&account)), AuditAction::PasswordChanged, &account);
    tx.put_account(account);
    tx.put_session(tag, Some(session));
    Ok(AccountAnswer::Done(id))
}
