//! Telephone numbers: as fields of the wire, and as mainland mobile numbers.

use std::borrow::Cow;
use std::fmt;

pub use heyan_line::{Mainland, masked};

use crate::octets::{Octets, TextTooLong};

/// A field that holds a number: a phone's or a service's. Prints masked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Number<const N: usize>(Octets<N>);

impl<const N: usize> Number<N> {
    /// No number.
    pub const EMPTY: Self = Self(Octets::EMPTY);

    /// The octets as they came.
    pub const fn from_wire(octets: [u8; N]) -> Self {
        Self(Octets::from_wire(octets))
    }

    /// A number as text.
    ///
    /// # Errors
    /// The text is longer than the field or is not printable ASCII.
    pub fn new(text: &str) -> Result<Self, TextTooLong> {
        Octets::new(text).map(Self)
    }

    /// All octets.
    pub const fn as_wire(&self) -> &[u8; N] {
        self.0.as_wire()
    }

    /// The number in clear.
    pub fn text(&self) -> Cow<'_, str> {
        self.0.text()
    }

    /// The mainland mobile number that this is, if it is one.
    pub fn mainland(&self) -> Option<Mainland> {
        Mainland::parse(&self.text())
    }
}

impl<const N: usize> fmt::Debug for Number<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.text()))
    }
}

/// A number whose field is 21 octets wide in 2.0 and 32 in 3.0.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Terminal {
    /// CMPP 2.0.
    Two(Number<21>),
    /// CMPP 3.0.
    Three(Number<32>),
}

impl Terminal {
    /// The number in clear.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Two(number) => number.text(),
            Self::Three(number) => number.text(),
        }
    }

    /// The mainland mobile number that this is, if it is one.
    pub fn mainland(&self) -> Option<Mainland> {
        Mainland::parse(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_and_print_without_their_spelling() {
        let number = Number::<21>::new("8615400000001").unwrap();
        assert_eq!(number.mainland(), Mainland::parse("15400000001"));
        assert_eq!(format!("{:?}", Number::<21>::new("15400000001").unwrap()), "154****0001");
        assert_eq!(format!("{:?}", Number::<21>::new("12381").unwrap()), "****");
    }
}
