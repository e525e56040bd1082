//! 手机号码.

use std::fmt;

use super::nfkc;
use crate::mark;

/// A mainland mobile number in the one form in which it is stored and compared: eleven digits (WHO-07).
///
/// Prints masked; [`Phone::as_str`] gives the digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone([u8; 11]);

impl Phone {
    /// Reads `^1[3-9]\d{9}$` after NFKC and removing spaces, dashes and the country code.
    pub fn parse(text: &str) -> Option<Self> {
        mark!("WHO-07");
        let plain: String = nfkc(text)
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '‑' | '–' | '—' | '−'))
            .collect();
        let digits = plain.strip_prefix("+86").or_else(|| plain.strip_prefix("0086")).unwrap_or(&plain);
        let bytes: [u8; 11] = digits.as_bytes().try_into().ok()?;
        match bytes {
            [b'1', b'3'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => Some(Self(bytes)),
            _ => None,
        }
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// `138****8000` (SEC-07).
    pub fn masked(&self) -> String {
        let digits = self.as_str();
        format!("{}****{}", digits.get(..3).unwrap_or_default(), digits.get(7..).unwrap_or_default())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl serde::Serialize for Phone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Phone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a mainland mobile number"))
    }
}
