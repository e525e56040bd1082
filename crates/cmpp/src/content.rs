//! Msg_Fmt and Msg_Content.

use std::fmt;

/// Msg_Fmt: how the octets of a content are to be read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format(pub u8);

impl Format {
    /// ASCII, less than 160 octets.
    pub const ASCII: Self = Self(0);
    /// To be written onto the SIM card.
    pub const CARD: Self = Self(3);
    /// Octets without meaning as text.
    pub const BINARY: Self = Self(4);
    /// UCS-2, high octet first. In truth UTF-16: characters outside the first plane come as surrogate pairs.
    pub const UCS2: Self = Self(8);
    /// GB 18030.
    pub const GB: Self = Self(15);

    /// The most octets that the standard lets a content have.
    pub const fn longest(self) -> usize {
        if self.0 == Self::ASCII.0 { 159 } else { 140 }
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ASCII => f.write_str("ASCII"),
            Self::CARD => f.write_str("card"),
            Self::BINARY => f.write_str("binary"),
            Self::UCS2 => f.write_str("UCS2"),
            Self::GB => f.write_str("GB"),
            Self(other) => write!(f, "format {other}"),
        }
    }
}

/// Msg_Content: at most 255 octets, since one octet counts them. Never prints what it holds.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Content(Vec<u8>);

/// More octets than one octet can count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a content of {0} octets: at most 255 can be sent")]
pub struct ContentTooLong(pub usize);

impl Content {
    /// From its octets.
    ///
    /// # Errors
    /// There are more than 255.
    pub fn new(octets: Vec<u8>) -> Result<Self, ContentTooLong> {
        if octets.len() > usize::from(u8::MAX) { Err(ContentTooLong(octets.len())) } else { Ok(Self(octets)) }
    }

    /// From what Msg_Length has counted.
    pub(crate) fn counted(octets: &[u8]) -> Self {
        Self(octets.to_vec())
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn append(&self, out: &mut Vec<u8>) {
        out.push(u8::try_from(self.0.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(&self.0);
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_is_counted_by_one_octet() {
        assert!(Content::new(vec![0; 255]).is_ok());
        assert_eq!(Content::new(vec![0; 256]), Err(ContentTooLong(256)));
    }

    #[test]
    fn a_content_does_not_print() {
        assert_eq!(format!("{:?}", Content::new(b"123456".to_vec()).unwrap()), "6 octets");
    }
}
