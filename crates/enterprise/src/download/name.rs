//! Names of files: `20260325145800_zj_3058.xml`.

use jiff::civil::DateTime;

/// A file's name: when it was made, in China's civil time; the province's letters; a number.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FileName(String);

/// The most characters of a name.
const MAX_LENGTH: usize = 128;

/// No name of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a file's name has digits, letters, _ and . only, at most 128")]
pub struct NoFileName;

impl FileName {
    /// Makes one. `province` is the province's letters, as in `zj`.
    ///
    /// # Errors
    /// If they are no letters.
    pub fn new(at: DateTime, province: &str, number: u64) -> Result<Self, NoFileName> {
        Self::parse(&format!("{}_{province}_{number}.xml", at.strftime("%Y%m%d%H%M%S")))
    }

    /// Reads one that came back. It is only ever looked up, never a path.
    ///
    /// # Errors
    /// If it can be none of ours.
    pub fn parse(name: &str) -> Result<Self, NoFileName> {
        let is_sound = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'.');
        let fits = (1..=MAX_LENGTH).contains(&name.len());
        if fits && name.bytes().all(is_sound) { Ok(Self(name.to_owned())) } else { Err(NoFileName) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_where_and_which() {
        let at = jiff::civil::date(2026, 3, 25).at(14, 58, 0, 0);
        assert_eq!(FileName::new(at, "zj", 3058).unwrap().as_str(), "20260325145800_zj_3058.xml");
        for wrong in ["", "../a.xml", "a b.xml", &"a".repeat(129)] {
            assert_eq!(FileName::parse(wrong), Err(NoFileName), "{wrong}");
        }
    }
}
