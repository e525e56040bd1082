//! Why somebody wants to see what is masked.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A reason as it is kept in the log: 4 to 200 characters, no control characters, and no run of digits as long as a phone
/// or a document number, since the log is never erased.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(String);

impl Reason {
    /// The fewest characters that can say anything.
    pub const MIN_CHARS: usize = 4;
    /// The most characters that are taken.
    pub const MAX_CHARS: usize = 200;
    /// From so many digits in a row on, spaces and hyphens between them left out, it may be a phone or a document.
    pub const MAX_DIGITS: usize = 10;

    /// Reads what was typed; `None` if it is too short, too long, or holds what must not be kept.
    pub fn parse(typed: &str) -> Option<Self> {
        let text = crate::terms::nfkc(typed.trim());
        let fits = (Self::MIN_CHARS..=Self::MAX_CHARS).contains(&text.chars().count());
        (fits && !text.chars().any(char::is_control) && longest_run_of_digits(&text) <= Self::MAX_DIGITS)
            .then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn longest_run_of_digits(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            run += 1;
            longest = longest.max(run);
        } else if !matches!(letter, ' ' | '-') {
            run = 0;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_holds_no_number_of_a_person() {
        assert!(Reason::parse("  complaint 2026-0311, no 12 ").is_some());
        for refused in [
            "why",
            "",
            "line\nbreak",
            "call 154 0000 0101",
            "call 154-0000-0101",
            "１５４０００００１０１ asks",
        ] {
            assert_eq!(Reason::parse(refused), None, "{refused}");
        }
        assert_eq!(Reason::parse(&"a".repeat(Reason::MAX_CHARS + 1)), None);
    }
}
