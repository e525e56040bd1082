//! An account as it is kept.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Role, Totp};
use crate::Timestamp;
use crate::terms::{AccountId, nfkc};

/// The name that somebody signs in with: lower-case letters, digits, `.`, `-`, `_`, `@`; 2 to 64 characters, so that an
/// address of e-mail fits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SignInName(std::sync::Arc<str>);

impl SignInName {
    /// The longest name that is taken.
    pub const MAX_CHARS: usize = 64;

    /// Reads what was typed; full-width and capital letters become plain ones.
    pub fn parse(typed: &str) -> Option<Self> {
        let text = nfkc(typed).trim().to_lowercase();
        let fits = (2..=Self::MAX_CHARS).contains(&text.len());
        let plain =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_' | b'@');
        (fits && text.bytes().all(plain)).then(|| Self(text.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SignInName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for SignInName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name that colleagues see: 1 to 40 characters, no control characters. Personal data; debug output hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// The longest name that is taken.
    pub const MAX_CHARS: usize = 40;

    /// Reads what was typed.
    pub fn parse(typed: &str) -> Option<Self> {
        let text = typed.trim();
        let fits = (1..=Self::MAX_CHARS).contains(&text.chars().count());
        (fits && !text.chars().any(char::is_control)).then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DisplayName(…)")
    }
}

/// An Argon2id hash in the PHC string format. Debug output hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(std::sync::Arc<str>);

impl PasswordHash {
    /// From the PHC string.
    pub fn from_phc(phc: &str) -> Self {
        Self(phc.into())
    }

    /// Of an account whose password is kept by an identity provider: no password has this hash.
    pub fn elsewhere() -> Self {
        Self("".into())
    }

    /// The PHC string.
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// One account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Which.
    pub id: AccountId,
    /// The name to sign in with.
    pub name: SignInName,
    /// The name that colleagues see.
    pub display_name: DisplayName,
    /// What it may do.
    pub role: Role,
    /// The hash of its password.
    pub password: PasswordHash,
    /// The second factor.
    pub totp: Totp,
    /// Wrong passwords and codes in a row since the last right one or the last lock.
    pub failures: u8,
    /// Until when nobody signs in, whatever the password.
    pub locked_until: Option<Timestamp>,
    /// Since when it is shut.
    pub disabled_at: Option<Timestamp>,
    /// Sessions of earlier generations are over: a new one begins with every new password, when the
    /// account is shut, and when its second factor comes or goes.
    pub generation: u32,
    /// Since when it is there.
    pub created_at: Timestamp,
}

impl Account {
    /// Whether an identity provider vouches for the person, who has neither password nor second factor here.
    pub fn is_federated(&self) -> bool {
        self.password == PasswordHash::elsewhere()
    }

    /// Whether nobody may sign in now, whatever the password.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }
}
