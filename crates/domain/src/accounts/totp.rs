//! Codes of an authenticator app (TOTP, RFC 6238: HMAC-SHA-1, six digits, 30 seconds) and recovery codes.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::Rng;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Timestamp;
use crate::terms::nfkc;

/// A code counts for so long, in milliseconds (RFC 6238 §4).
const STEP_MS: i64 = 30_000;
/// So many steps before and after the present one are taken as well, for clocks that go wrong (RFC 6238 §5.2).
const DRIFT: i64 = 1;
/// A code has so many digits.
pub const TOTP_DIGITS: usize = 6;
/// So many recovery codes are made at once.
pub const RECOVERY_CODES: usize = 10;

/// What an account and an authenticator app share: 160 random bits (RFC 4226 §4). Debug output hides it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TotpSecret([u8; 20]);

impl TotpSecret {
    pub(super) fn draw(rng: &mut dyn Rng) -> Self {
        let mut bytes = [0; 20];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// In letters and digits (base 32, RFC 4648 §6), as an app takes it.
    pub fn base32(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let (fives, _) = self.0.as_chunks::<5>();
        let letter = |bits: u64| {
            usize::try_from(bits & 31).ok().and_then(|at| LETTERS.get(at)).map_or('=', |b| char::from(*b))
        };
        fives
            .iter()
            .flat_map(|five| {
                let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
                (0..8).rev().map(move |place| letter(bits >> (5 * place)))
            })
            .collect()
    }

    /// The code of a step (RFC 4226 §5.3).
    fn code(&self, step: i64) -> Option<TotpCode> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).ok()?;
        mac.update(&step.to_be_bytes());
        let digest: [u8; 20] = mac.finalize().into_bytes().into();
        let at = usize::from(digest.last()? & 15);
        let four: [u8; 4] = digest.get(at..at + 4)?.try_into().ok()?;
        Some(TotpCode((u32::from_be_bytes(four) & 0x7FFF_FFFF) % 1_000_000))
    }

    /// The code that an app shows at a time; for tests and for programs that stand in for an app.
    pub fn code_at(&self, at: Timestamp) -> Option<String> {
        Some(format!("{:06}", self.code(step_of(at))?.0))
    }

    /// The step of a code that counts now and is later than every one that was used. All steps are compared, so that the
    /// time says nothing about which one it is.
    pub(super) fn step(&self, typed: TotpCode, now: Timestamp, used: i64) -> Option<i64> {
        let present = step_of(now);
        let mut found = None;
        for step in present - DRIFT..=present + DRIFT {
            let right = self.code(step)?.0.ct_eq(&typed.0);
            if bool::from(right) && step > used {
                found = found.or(Some(step));
            }
        }
        found
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

const fn step_of(at: Timestamp) -> i64 {
    at.as_ms().div_euclid(STEP_MS)
}

/// A code of an app as it was typed. Debug output hides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TotpCode(u32);

impl TotpCode {
    /// Reads what was typed: six digits, with or without spaces, full-width ones too.
    pub fn parse(typed: &str) -> Option<Self> {
        let text: String = nfkc(typed).chars().filter(|c| !c.is_whitespace()).collect();
        let plain = text.len() == TOTP_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse().ok().map(Self))?
    }
}

impl fmt::Debug for TotpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpCode(…)")
    }
}

/// SHA-256 of a recovery code, which itself is kept nowhere. A code is 80 random bits, so no key and no slow hash is
/// needed.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecoveryTag(pub [u8; 32]);

impl RecoveryTag {
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for RecoveryTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryTag(…)")
    }
}

/// What somebody shows beside the password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecondFactor {
    /// A code of the app.
    Code(TotpCode),
    /// One of the recovery codes.
    Recovery(RecoveryTag),
}

/// Whether an account asks for a second factor.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Totp {
    /// It does not.
    #[default]
    Off,
    /// Not yet: the secret has been shown, and no code has proved that an app has it.
    Offered(TotpSecret),
    /// It does.
    On {
        /// What the app has.
        secret: TotpSecret,
        /// The step of the last code that was taken; only later ones count, so that a code works once.
        used: i64,
        /// Recovery codes that have not been used.
        recovery: Vec<RecoveryTag>,
    },
}

impl Totp {
    /// Whether a second factor is asked for.
    pub const fn is_on(&self) -> bool {
        matches!(self, Self::On { .. })
    }

    /// How many recovery codes are left.
    pub const fn recovery_left(&self) -> usize {
        match self {
            Self::Off | Self::Offered(_) => 0,
            Self::On { recovery, .. } => recovery.len(),
        }
    }

    /// Uses up a factor: a code and all before it, or the recovery code. Whether it was right.
    pub(super) fn take(&mut self, shown: SecondFactor, now: Timestamp) -> bool {
        let Self::On { secret, used, recovery } = self else { return false };
        match shown {
            SecondFactor::Code(typed) => match secret.step(typed, now, *used) {
                Some(step) => {
                    *used = step;
                    true
                }
                None => false,
            },
            SecondFactor::Recovery(tag) => {
                let before = recovery.len();
                recovery.retain(|kept| !kept.is(&tag));
                recovery.len() < before
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = TotpSecret(*b"12345678901234567890");
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code_at(Timestamp::from_ms(seconds * 1_000)).unwrap(), code);
        }
    }

    #[test]
    fn a_code_is_six_digits_however_they_are_typed() {
        assert_eq!(TotpCode::parse(" 012 345 "), Some(TotpCode(12_345)));
        assert_eq!(TotpCode::parse("\u{ff10}12345"), Some(TotpCode(12_345)));
        for strange in ["", "12345", "1234567", "12345a", "+12345"] {
            assert_eq!(TotpCode::parse(strange), None, "{strange}");
        }
    }
}
