//! Telephone numbers: masked for people, and as mainland mobile numbers for comparison.

use std::fmt;

/// Keeps the first three and the last four characters of a longer number, and nothing of a shorter one.
pub fn masked(number: &str) -> String {
    let characters = number.chars().count();
    if characters < 8 {
        return "****".to_owned();
    }
    let head: String = number.chars().take(3).collect();
    let tail: String = number.chars().skip(characters - 4).collect();
    format!("{head}****{tail}")
}

/// A mainland mobile number in the one form in which it is compared: eleven digits. Prints masked.
///
/// Carriers write the same number with `86` and without, and reports need not repeat the spelling of the SUBMIT.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mainland([u8; 11]);

impl Mainland {
    /// Reads `^(\+86|0086|86)?1[3-9]\d{9}$`, spaces around it allowed.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        ["+86", "0086", "86", ""].iter().find_map(|prefix| Self::plain(text.strip_prefix(prefix)?))
    }

    fn plain(digits: &str) -> Option<Self> {
        let digits: [u8; 11] = digits.as_bytes().try_into().ok()?;
        match digits {
            [b'1', b'3'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => Some(Self(digits)),
            _ => None,
        }
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Mainland {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(self.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_in_all_its_spellings() {
        let plain = Mainland::parse("15400000001").unwrap();
        for spelling in ["+8615400000001", "008615400000001", "8615400000001", " 15400000001 "] {
            assert_eq!(Mainland::parse(spelling), Some(plain), "{spelling}");
        }
        for other in ["", "86", "1540000000", "154000000011", "12400000001", "1540000000a", "85215400000001"]
        {
            assert_eq!(Mainland::parse(other), None, "{other}");
        }
    }

    #[test]
    fn numbers_print_masked() {
        assert_eq!(format!("{:?}", Mainland::parse("15400000001").unwrap()), "154****0001");
        assert_eq!(masked("12381"), "****");
    }
}
