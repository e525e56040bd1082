//! 证件号码后六位.

use std::fmt;

use zeroize::Zeroize;

use super::nfkc;
use crate::mark;

/// The last six characters of a document number, normalised (WHO-06). Never printed, wiped on drop.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdLast6(String);

impl IdLast6 {
    /// What is compared has exactly so many characters.
    pub const LENGTH: usize = 6;

    /// The last six **characters** after NFKC, upper-casing and removing white space; `None` if there are fewer. The
    /// filed and the typed value both come through here, so `Ｘ` is `X` and `（8）` is `(8)`.
    pub fn of(number: &str) -> Option<Self> {
        mark!("WHO-06");
        let plain: Vec<char> =
            nfkc(number).chars().flat_map(char::to_uppercase).filter(|c| !c.is_whitespace()).collect();
        let start = plain.len().checked_sub(Self::LENGTH)?;
        Some(Self(plain.get(start..)?.iter().collect()))
    }

    /// Reads a typed value: [`of`](Self::of), but more than six characters is a mistake rather than a document number.
    pub fn parse(typed: &str) -> Option<Self> {
        let count = nfkc(typed).chars().filter(|c| !c.is_whitespace()).count();
        if count == Self::LENGTH { Self::of(typed) } else { None }
    }

    /// The six characters. For the keyed hash only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for IdLast6 {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for IdLast6 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdLast6(…)")
    }
}
