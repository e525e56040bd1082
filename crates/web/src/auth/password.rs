//! Passwords: what is taken, and hashing and comparing them beside the asynchronous threads.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use heyan_domain::accounts::{Compared, PasswordHash, SignInName};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// The shortest password that is taken.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// The longest, so that nobody makes the server hash a book.
pub const MAX_PASSWORD_CHARS: usize = 128;

/// How many passwords are hashed at once. Each takes 19 MiB and one processor for some tens of milliseconds; more wait.
const AT_ONCE: usize = 2;

/// What a name that nobody has is compared with, so that it costs the same: a hash of the same shape whose password
/// nobody knows.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WeakPassword {
    /// Shorter than [`MIN_PASSWORD_CHARS`].
    #[error("a password has at least {MIN_PASSWORD_CHARS} characters")]
    TooShort,
    /// Longer than [`MAX_PASSWORD_CHARS`].
    #[error("a password has at most {MAX_PASSWORD_CHARS} characters")]
    TooLong,
    /// Few different characters, or the name itself.
    #[error("a password must not be the name or the same few characters again and again")]
    TooSimple,
}

/// Judges a new password: length counts, mixtures of kinds of characters do not (NIST SP 800-63B-4 §3.1.1.2).
pub fn check_password(password: &str, name: &SignInName) -> Result<(), WeakPassword> {
    let chars = password.chars().count();
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    if chars < MIN_PASSWORD_CHARS {
        Err(WeakPassword::TooShort)
    } else if chars > MAX_PASSWORD_CHARS {
        Err(WeakPassword::TooLong)
    } else if different.len() < 5
        || password.to_lowercase().contains(name.as_str()) && name.as_str().len() >= 8
    {
        Err(WeakPassword::TooSimple)
    } else {
        Ok(())
    }
}

/// Argon2id with 19 MiB and two passes, as OWASP advises.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// Hashes passwords, a few at a time.
#[derive(Debug)]
pub struct Passwords {
    permits: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { permits: Semaphore::new(AT_ONCE) }
    }
}

impl Passwords {
    /// The hash of a new password; `None` if it cannot be computed, which is a fault of the machine.
    pub async fn hash(&self, password: Zeroizing<String>, salt: [u8; 16]) -> Option<PasswordHash> {
        let _permit = self.permits.acquire().await.ok()?;
        let hashing = tokio::task::spawn_blocking(move || {
            let hashed = argon2().hash_password_with_salt(password.as_bytes(), &salt).ok()?;
            Some(PasswordHash::from_phc(&hashed.to_string()))
        });
        hashing.await.ok().flatten()
    }

    /// Compares a password with a hash; with none, it takes as long and gives nothing.
    pub async fn compare(&self, password: Zeroizing<String>, with: Option<PasswordHash>) -> Option<Compared> {
        let _permit = self.permits.acquire().await.ok()?;
        let comparing = tokio::task::spawn_blocking(move || {
            let phc = with.as_ref().map_or(NOBODY, PasswordHash::as_phc);
            let right = argon2().verify_password(password.as_bytes(), phc).is_ok();
            with.map(|with| Compared { with, right })
        });
        comparing.await.ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_recognised_and_no_other() {
        let passwords = Passwords::default();
        let typed = |text: &str| Zeroizing::new(text.to_owned());
        let hash = passwords.hash(typed("correct horse battery"), [7; 16]).await.unwrap();
        assert!(hash.as_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let right = passwords.compare(typed("correct horse battery"), Some(hash.clone())).await.unwrap();
        assert!(right.right && right.with == hash);
        assert!(!passwords.compare(typed("correct horse batterz"), Some(hash)).await.unwrap().right);
        assert_eq!(passwords.compare(typed("correct horse battery"), None).await, None);
    }

    /// What stands in for nobody is read like any other hash; a text that is no hash would be refused at once.
    #[test]
    fn nobody_s_hash_is_one() {
        let error = argon2().verify_password(b"anything at all", NOBODY).unwrap_err();
        assert_eq!(error, argon2::password_hash::Error::PasswordInvalid);
    }

    #[test]
    fn length_counts() {
        let name = SignInName::parse("li.lei@corp").unwrap();
        assert_eq!(check_password("short", &name), Err(WeakPassword::TooShort));
        assert_eq!(check_password(&"ab".repeat(10), &name), Err(WeakPassword::TooSimple));
        assert_eq!(check_password("my Li.Lei@corp!", &name), Err(WeakPassword::TooSimple));
        assert_eq!(check_password(&"abcdefg".repeat(20), &name), Err(WeakPassword::TooLong));
        assert_eq!(check_password("correct horse", &name), Ok(()));
    }
}
