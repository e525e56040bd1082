//! The second factor: signing in with it, setting it up, doing without it.

use super::session::{self, Session, SessionTag};
use super::sign_in::{count_failure, open};
use super::totp::{RecoveryTag, SecondFactor, Totp, TotpCode, TotpSecret};
use super::{Account, AccountAnswer, MAX_FAILURES};
use crate::audit::{AuditAction, AuditActor, Staff};
use crate::decide::Stop;
use crate::limits::{AddressBlock, count_sign_in};
use crate::terms::AccountId;
use crate::tx::Tx;

/// Opens a session for whoever has shown the right password and now shows a second factor. A wrong one counts like a wrong
/// password, together with those, and whatever is wrong gets one answer.
pub(super) fn sign_in(
    tx: &mut Tx<'_>,
    (id, generation): (AccountId, u32),
    shown: SecondFactor,
    tag: SessionTag,
    from: Option<AddressBlock>,
) -> Result<AccountAnswer, Stop> {
    if let Some(until) = count_sign_in(tx, from)? {
        return Ok(AccountAnswer::TooMany(until));
    }
    let Some(mut account) = tx.account(&id)? else { return Ok(AccountAnswer::Wrong) };
    // Another generation: the password or the second factor was changed since the password was shown.
    if account.generation != generation || account.is_locked(tx.now()) {
        return Ok(AccountAnswer::Wrong);
    }
    if account.disabled_at.is_some() {
        return Ok(AccountAnswer::Disabled);
    }
    if !account.totp.take(shown, tx.now()) {
        // Whoever it is knows the password, which need not be the person.
        count_failure(tx, account, AuditActor::Unknown);
        return Ok(AccountAnswer::Wrong);
    }
    open(tx, account, tag);
    Ok(AccountAnswer::SignedIn(id))
}

/// Draws a secret and offers it. Where a second factor is on already, it stays.
pub(super) fn offer(
    tx: &mut Tx<'_>,
    tag: SessionTag,
    rng: &mut dyn rand::Rng,
) -> Result<AccountAnswer, Stop> {
    let Some((_, mut account)) = session::live(tx, tag)? else { return Ok(AccountAnswer::NotFound) };
    if account.totp.is_on() {
        return Ok(AccountAnswer::NotFound);
    }
    if account.is_federated() {
        return Ok(AccountAnswer::Elsewhere);
    }
    let id = account.id;
    account.totp = Totp::Offered(TotpSecret::draw(rng));
    tx.put_account(account);
    Ok(AccountAnswer::Done(id))
}

/// Turns the second factor on, once a code shows that an app has the secret. Other sessions end: they were opened without.
pub(super) fn confirm(
    tx: &mut Tx<'_>,
    tag: SessionTag,
    typed: TotpCode,
    recovery: &[RecoveryTag],
) -> Result<AccountAnswer, Stop> {
    let Some((session, mut account)) = session::live(tx, tag)? else { return Ok(AccountAnswer::NotFound) };
    let Totp::Offered(secret) = &account.totp else { return Ok(AccountAnswer::NotFound) };
    // Nothing is at stake before it is on, so nothing is counted.
    let Some(used) = secret.step(typed, tx.now(), i64::MIN) else { return Ok(AccountAnswer::Wrong) };
    account.totp = Totp::On { secret: secret.clone(), used, recovery: recovery.to_vec() };
    note(tx, AuditAction::SecondFactorOn, &account);
    Ok(alone(tx, (tag, session), account))
}

/// An account of a session with its second factor shown and used up; else the answer. A wrong one counts like a wrong
/// present password does, and one too many ends the session.
fn shown(
    tx: &mut Tx<'_>,
    tag: SessionTag,
    shown: SecondFactor,
) -> Result<Result<(Session, Account), AccountAnswer>, Stop> {
    let Some((session, mut account)) = session::live(tx, tag)? else {
        return Ok(Err(AccountAnswer::NotFound));
    };
    if !account.totp.is_on() {
        return Ok(Err(AccountAnswer::NotFound));
    }
    if account.is_locked(tx.now()) {
        return Ok(Err(AccountAnswer::Wrong));
    }
    if !account.totp.take(shown, tx.now()) {
        if account.failures.saturating_add(1) >= MAX_FAILURES {
            tx.put_session(tag, None);
        }
        let by = AuditActor::Staff(Staff::of(&account));
        count_failure(tx, account, by);
        return Ok(Err(AccountAnswer::Wrong));
    }
    account.failures = 0;
    Ok(Ok((session, account)))
}

/// Turns it off.
pub(super) fn remove(tx: &mut Tx<'_>, tag: SessionTag, factor: SecondFactor) -> Result<AccountAnswer, Stop> {
    let (session, mut account) = match shown(tx, tag, factor)? {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    account.totp = Totp::Off;
    note(tx, AuditAction::SecondFactorOff, &account);
    Ok(alone(tx, (tag, session), account))
}

/// Puts other recovery codes in the place of those that are left.
pub(super) fn renew(
    tx: &mut Tx<'_>,
    tag: SessionTag,
    factor: SecondFactor,
    others: &[RecoveryTag],
) -> Result<AccountAnswer, Stop> {
    let mut account = match shown(tx, tag, factor)? {
        Ok((_, account)) => account,
        Err(answer) => return Ok(answer),
    };
    if let Totp::On { recovery, .. } = &mut account.totp {
        *recovery = others.to_vec();
    }
    let id = account.id;
    note(tx, AuditAction::RecoveryRenewed, &account);
    tx.put_account(account);
    Ok(AccountAnswer::Done(id))
}

/// Puts into the audit log what a person has done to the own account.
fn note(tx: &mut Tx<'_>, action: AuditAction, account: &Account) {
    tx.audit_account(AuditActor::Staff(Staff::of(account)), action, account);
}

/// Keeps an account whose other sessions are over.
fn alone(tx: &mut Tx<'_>, (tag, mut session): (SessionTag, Session), mut account: Account) -> AccountAnswer {
    account.generation = account.generation.saturating_add(1);
    session.generation = account.generation;
    let id = account.id;
    tx.put_account(account);
    tx.put_session(tag, Some(session));
    AccountAnswer::Done(id)
}
