//! 短信验证码.

use std::fmt;

use rand::RngExt as _;
use zeroize::Zeroize;

use super::nfkc;
use crate::mark;

/// The six digits of a verification message: a string, leading zeros count (VER-01). Never printed, wiped on drop.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code([u8; 6]);

impl Code {
    /// Draws a code uniformly from 000000–999999 (SEC-01, VER-04).
    pub fn draw(rng: &mut dyn rand::Rng) -> Self {
        mark!("SEC-01");
        // `random_range` rejects instead of folding, so no code is likelier than another.
        let mut rest: u32 = rng.random_range(0..1_000_000);
        let mut digits = [b'0'; 6];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        Self(digits)
    }

    /// Reads what a person typed or pasted: the one run of exactly six digits in it, after NFKC and removing spaces
    /// and dashes between digits. A whole pasted message is fine (VER-01).
    pub fn parse(text: &str) -> Option<Self> {
        mark!("VER-01");
        let plain = nfkc(text);
        Self::only_run(&plain).or_else(|| {
            let squeezed: String = plain.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
            squeezed
                .as_bytes()
                .try_into()
                .ok()
                .filter(|run: &[u8; 6]| run.iter().all(u8::is_ascii_digit))
                .map(Self)
        })
    }

    fn only_run(plain: &str) -> Option<Self> {
        let mut runs = plain.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 6);
        let first = runs.next()?;
        // The same code may stand twice in a message (origin-bound last line, SMS-01); two different ones are no code.
        if runs.any(|run| run != first) {
            return None;
        }
        first.as_bytes().try_into().ok().map(Self)
    }

    /// The six digits. For the message text and the keyed hash only.
    pub fn expose(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}
