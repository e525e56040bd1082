//! Ids: numbers inside, prefixed text outside.
//!
//! A verification's number holds its filing's, a message's holds its verification's, so that everything of one filing
//! lies together in every table and is found by a range of the primary key, without another index.

use std::fmt;

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TEXT_DIGITS: u32 = 13;

fn encode(f: &mut fmt::Formatter<'_>, prefix: &str, number: i64) -> fmt::Result {
    f.write_str(prefix)?;
    for place in (0..TEXT_DIGITS).rev() {
        let digit = usize::try_from((number >> (5 * place)) & 31).unwrap_or_default();
        let byte = ALPHABET.get(digit).copied().unwrap_or(b'0');
        fmt::Write::write_char(f, char::from(byte))?;
    }
    Ok(())
}

fn decode(prefix: &str, text: &str) -> Option<i64> {
    let digits = text.strip_prefix(prefix)?.as_bytes();
    if digits.len() != usize::try_from(TEXT_DIGITS).ok()? {
        return None;
    }
    let number = digits.iter().try_fold(0_i64, |sum, byte| {
        let digit = ALPHABET.iter().position(|letter| letter == byte)?;
        sum.checked_mul(32)?.checked_add(i64::try_from(digit).ok()?)
    })?;
    (number > 0).then_some(number)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// From the number as stored.
            pub const fn from_number(number: i64) -> Self {
                Self(number)
            }

            /// The number as stored; positive.
            pub const fn number(self) -> i64 {
                self.0
            }

            /// From the text of the interfaces.
            pub fn parse(text: &str) -> Option<Self> {
                decode($prefix, text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                encode(f, $prefix, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom(concat!("not an id ", $prefix, "…")))
            }
        }
    };
}

id! {
    /// One filing: `fil_…`.
    FilingId, "fil_"
}
id! {
    /// One verification: `ver_…`; the filing's number × 65,536 + its ordinal within the filing, over all rounds.
    VerificationId, "ver_"
}
id! {
    /// One message: `msg_…`; the verification's number × 256 + its number within the verification, from 1.
    MessageId, "msg_"
}
id! {
    /// One event: `evt_…`; in the order in which things happened.
    EventId, "evt_"
}

id! {
    /// One account of a person on the staff: `acc_…`; drawn at random, so that it tells nothing.
    AccountId, "acc_"
}

id! {
    /// One proposal that takes two people: `pro_…`; drawn at random.
    ProposalId, "pro_"
}

id! {
    /// One version of a rule file: `rul_…`; drawn at random.
    VersionId, "rul_"
}

id! {
    /// One file of filings: `blk_…`; made of the request that handed it in, so that a repetition finds it.
    BulkId, "blk_"
}

id! {
    /// One file of records over the enterprise interface: `upl_…`.
    UploadId, "upl_"
}

impl UploadId {
    /// The number of a part, from 0: a file has 16,383 at most.
    pub const fn part(self, no: u32) -> i64 {
        BulkId(self.0).part(no)
    }
}

impl BulkId {
    /// The job that a request makes. Rows have 14 bits below it, so 48 are taken of the request's key.
    pub fn of_request(key: &[u8; 16]) -> Self {
        let mut bytes = [0; 8];
        for (slot, byte) in bytes.iter_mut().skip(2).zip(key) {
            *slot = *byte;
        }
        Self(i64::from_be_bytes(bytes).max(1))
    }

    /// The number of a row, or of anything else that a job has up to 16,383 of.
    pub const fn part(self, no: u32) -> i64 {
        #[expect(clippy::as_conversions, reason = "`From` is not const")]
        let no = no as i64;
        (self.0 << 14) | (no & 0x3FFF)
    }
}

impl FilingId {
    /// The verification with this ordinal.
    pub const fn verification(self, ordinal: u16) -> VerificationId {
        // `as` is the only widening that is const.
        #[expect(clippy::as_conversions, reason = "`From` is not const")]
        VerificationId((self.0 << 16) | ordinal as i64)
    }
}

impl VerificationId {
    /// The filing it belongs to.
    pub const fn filing(self) -> FilingId {
        FilingId(self.0 >> 16)
    }

    /// Its place within the filing, over all rounds.
    pub fn ordinal(self) -> u16 {
        u16::try_from(self.0 & 0xFFFF).unwrap_or_default()
    }

    /// The message with this number.
    pub const fn message(self, no: u8) -> MessageId {
        #[expect(clippy::as_conversions, reason = "`From` is not const")]
        MessageId((self.0 << 8) | no as i64)
    }
}

impl MessageId {
    /// The verification it belongs to.
    pub const fn verification(self) -> VerificationId {
        VerificationId(self.0 >> 8)
    }

    /// Its number within the verification, from 1.
    pub fn no(self) -> u8 {
        u8::try_from(self.0 & 0xFF).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_nest_and_survive_their_text() {
        let filing = FilingId::from_number(1_234_567);
        let message = filing.verification(65_535).message(255);
        assert_eq!(message.verification().filing(), filing);
        assert_eq!(message.verification().ordinal(), 65_535);
        assert_eq!(message.no(), 255);
        assert_eq!(MessageId::parse(&message.to_string()), Some(message));
        assert_eq!(filing.to_string(), "fil_0000000015NM7");
        assert_eq!(FilingId::parse("fil_"), None);
        assert_eq!(FilingId::parse("ver_0000000015NM7"), None);
        assert_eq!(FilingId::parse("fil_ZZZZZZZZZZZZZ"), None);
    }
}

id! {
    /// One key of the provider API: `key_…`; drawn at random, so that it tells nothing.
    ApiKeyId, "key_"
}

id! {
    /// One endpoint for webhooks: `whe_…`; drawn at random, or made of the request that made it.
    EndpointId, "whe_"
}

id! {
    /// One event on its way to one endpoint: `whd_…`; in the order in which they were made.
    DeliveryId, "whd_"
}

impl EndpointId {
    /// The endpoint that a request makes, so that a repetition finds it.
    pub fn of_request(key: &[u8; 16]) -> Self {
        let mut bytes = [0; 8];
        for (slot, byte) in bytes.iter_mut().zip(key) {
            *slot = *byte;
        }
        Self((i64::from_be_bytes(bytes) & i64::MAX).max(1))
    }
}
