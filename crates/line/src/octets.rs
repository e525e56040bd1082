//! Octet strings: left aligned, filled up with zeros, and not always ended by one.

use std::borrow::Cow;
use std::fmt;

/// A text that does not fit its field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TextTooLong {
    /// It is longer than the field.
    #[error("{length} octets do not fit a field of {field}")]
    Length {
        /// The text's octets.
        length: usize,
        /// The field's octets.
        field: usize,
    },
    /// It has characters that are not printable ASCII.
    #[error("only printable ASCII fits an octet string")]
    NotAscii,
}

/// A field of N octets that holds text. Keeps every octet as it came, also those after the first zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Octets<const N: usize>([u8; N]);

impl<const N: usize> Octets<N> {
    /// A field of zeros.
    pub const EMPTY: Self = Self([0; N]);

    /// The octets as they came.
    pub const fn from_wire(octets: [u8; N]) -> Self {
        Self(octets)
    }

    /// A text, filled up with zeros.
    ///
    /// # Errors
    /// The text is longer than the field or is not printable ASCII.
    pub fn new(text: &str) -> Result<Self, TextTooLong> {
        if !text.bytes().all(|octet| octet == b' ' || octet.is_ascii_graphic()) {
            return Err(TextTooLong::NotAscii);
        }
        let mut octets = [0; N];
        let Some(head) = octets.get_mut(..text.len()) else {
            return Err(TextTooLong::Length { length: text.len(), field: N });
        };
        head.copy_from_slice(text.as_bytes());
        Ok(Self(octets))
    }

    /// All octets.
    pub const fn as_wire(&self) -> &[u8; N] {
        &self.0
    }

    /// The octets before the first zero, without spaces around them.
    pub fn trimmed(&self) -> &[u8] {
        self.0.split(|octet| *octet == 0).next().unwrap_or_default().trim_ascii()
    }

    /// The text before the first zero, without spaces around it. What is not UTF-8 shows as `U+FFFD`.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.trimmed())
    }
}

impl<const N: usize> Default for Octets<N> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<const N: usize> fmt::Debug for Octets<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text(), f)
    }
}

impl<const N: usize> std::str::FromStr for Octets<N> {
    type Err = TextTooLong;
    fn from_str(text: &str) -> Result<Self, TextTooLong> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_at_the_first_zero_or_at_the_field_s_end() {
        assert_eq!(Octets::from_wire(*b"ab\0cd").text(), "ab");
        assert_eq!(Octets::from_wire(*b"abcde").text(), "abcde");
        assert_eq!(Octets::from_wire(*b"ab   ").text(), "ab");
        assert_eq!(Octets::from_wire([0xFF, 0, 0]).text(), "\u{FFFD}");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(Octets::<3>::new("abc").unwrap().as_wire(), b"abc");
        assert_eq!(Octets::<3>::new("abcd"), Err(TextTooLong::Length { length: 4, field: 3 }));
        assert_eq!(Octets::<3>::new("a\0"), Err(TextTooLong::NotAscii));
        assert_eq!(Octets::<9>::new("é"), Err(TextTooLong::NotAscii));
    }
}
