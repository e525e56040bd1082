//! Sessions: what a browser shows is a random token, what is kept is its hash.

use std::fmt;

use super::{Account, AccountAnswer};
use crate::Timestamp;
use crate::audit::{AuditAction, AuditActor, Staff};
use crate::decide::Stop;
use crate::terms::AccountId;
use crate::time::{HOUR_MS, MINUTE_MS};
use crate::tx::Tx;

/// A session ends so long after it was opened, whatever happens in it.
pub const SESSION_LIFE_MS: i64 = 12 * HOUR_MS;
/// A session ends so long after it was last used.
pub const SESSION_IDLE_MS: i64 = 30 * MINUTE_MS;
/// That a session is used is noted so often at most.
pub const TOUCH_MS: i64 = MINUTE_MS;

/// SHA-256 of a session's token, which itself is kept nowhere. The token is 256 random bits, so no key is needed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionTag(pub [u8; 32]);

impl fmt::Debug for SessionTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionTag(…)")
    }
}

/// One session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Whose.
    pub account: AccountId,
    /// The account's generation when it was opened.
    pub generation: u32,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last noted to be in use.
    pub last_seen_at: Timestamp,
}

impl Session {
    /// Whether it still counts.
    pub fn is_live(&self, account: &Account, now: Timestamp) -> bool {
        self.account == account.id
            && self.generation == account.generation
            && account.disabled_at.is_none()
            && now.since_ms(self.created_at) < SESSION_LIFE_MS
            && now.since_ms(self.last_seen_at) < SESSION_IDLE_MS
    }

    /// Whether it is time to note that it is in use.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.since_ms(self.last_seen_at) >= TOUCH_MS
    }
}

/// A session that counts, with its account.
pub(super) fn live(tx: &Tx<'_>, tag: SessionTag) -> Result<Option<(Session, Account)>, Stop> {
    let Some(session) = tx.session(&tag)? else { return Ok(None) };
    let Some(account) = tx.account(&session.account)? else { return Ok(None) };
    Ok(session.is_live(&account, tx.now()).then_some((session, account)))
}

/// Ends a session; one that is over already is none the worse for it.
pub(super) fn sign_out(tx: &mut Tx<'_>, tag: SessionTag) -> Result<AccountAnswer, Stop> {
    let Some(session) = tx.session(&tag)? else { return Ok(AccountAnswer::NotFound) };
    if let Some(account) = tx.account(&session.account)? {
        tx.audit_account(AuditActor::Staff(Staff::of(&account)), AuditAction::SignedOut, &account);
    }
    tx.put_session(tag, None);
    Ok(AccountAnswer::Done(session.account))
}

/// Notes that a session is in use, at most once in [`TOUCH_MS`].
pub(super) fn touch(tx: &mut Tx<'_>, tag: SessionTag) -> Result<AccountAnswer, Stop> {
    let Some((mut session, account)) = live(tx, tag)? else { return Ok(AccountAnswer::NotFound) };
    if session.wants_touch(tx.now()) {
        session.last_seen_at = tx.now();
        tx.put_session(tag, Some(session));
    }
    Ok(AccountAnswer::Done(account.id))
}
