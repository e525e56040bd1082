//! Identifiers: of messages and of service providers; the version; statuses.

use std::fmt;

use crate::octets::{Octets, TextTooLong};

/// Msg_Id: eight octets in which the gateway packs the time, itself and a counter.
///
/// Gateways do not keep it unique under load, and some put something else into it: compare it, never reckon with it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct MsgId(u64);

/// What the standard says is in a Msg_Id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MsgIdFields {
    /// 1 to 12 (4 bits).
    pub month: u8,
    /// 1 to 31 (5 bits).
    pub day: u8,
    /// 0 to 23 (5 bits).
    pub hour: u8,
    /// 0 to 59 (6 bits).
    pub minute: u8,
    /// 0 to 59 (6 bits).
    pub second: u8,
    /// The gateway's number (22 bits).
    pub gateway: u32,
    /// A counter (16 bits).
    pub sequence: u16,
}

impl MsgId {
    /// No id: what a SUBMIT carries.
    pub const NONE: Self = Self(0);

    /// From its eight octets, the first the highest.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Its eight octets as a number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Packs the fields; bits that do not fit are cut off.
    pub fn pack(fields: MsgIdFields) -> Self {
        let mut number = 0_u64;
        for (bits, value) in [
            (4, u64::from(fields.month)),
            (5, fields.day.into()),
            (5, fields.hour.into()),
            (6, fields.minute.into()),
            (6, fields.second.into()),
            (22, fields.gateway.into()),
            (16, fields.sequence.into()),
        ] {
            number = (number << bits) | (value & ((1 << bits) - 1));
        }
        Self(number)
    }

    /// The fields, whether or not they make sense.
    pub fn fields(self) -> MsgIdFields {
        let small = |shift: u32, mask: u64| u8::try_from((self.0 >> shift) & mask).unwrap_or_default();
        MsgIdFields {
            month: small(60, 0xF),
            day: small(55, 0x1F),
            hour: small(50, 0x1F),
            minute: small(44, 0x3F),
            second: small(38, 0x3F),
            gateway: u32::try_from((self.0 >> 16) & 0x3F_FFFF).unwrap_or_default(),
            sequence: u16::try_from(self.0 & 0xFFFF).unwrap_or_default(),
        }
    }
}

impl fmt::Display for MsgId {
    /// Sixteen hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for MsgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MsgId({self})")
    }
}

/// SP_Id: the six octets by which a gateway knows a service provider. Source_Addr of CONNECT, Msg_src of SUBMIT.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpId(Octets<6>);

impl SpId {
    /// The octets as they came.
    pub const fn from_wire(octets: [u8; 6]) -> Self {
        Self(Octets::from_wire(octets))
    }

    /// From its text, of one to six characters.
    ///
    /// # Errors
    /// The text is longer or is not printable ASCII.
    pub fn new(text: &str) -> Result<Self, TextTooLong> {
        Octets::new(text).map(Self)
    }

    /// All octets.
    pub const fn as_wire(&self) -> &[u8; 6] {
        self.0.as_wire()
    }

    /// As text.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        self.0.text()
    }
}

impl fmt::Debug for SpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpId({})", self.text())
    }
}

/// Which of the two layouts of PDUs a session speaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Edition {
    /// CMPP 2.0 and 2.1: numbers of 21 octets, statuses of one.
    Two,
    /// CMPP 3.0: numbers of 32 octets, statuses of four, LinkID.
    Three,
}

/// The version octet: 0x20, 0x21 or 0x30.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version(pub u8);

impl Version {
    /// CMPP 2.0.
    pub const V20: Self = Self(0x20);
    /// CMPP 2.1, laid out as 2.0.
    pub const V21: Self = Self(0x21);
    /// CMPP 3.0.
    pub const V30: Self = Self(0x30);

    /// The layout that goes with it.
    pub const fn edition(self) -> Edition {
        if self.0 < 0x30 { Edition::Two } else { Edition::Three }
    }

    /// Whether the standard knows it.
    pub const fn is_known(self) -> bool {
        matches!(self, Self::V20 | Self::V21 | Self::V30)
    }
}

impl fmt::Display for Version {
    /// As people write it: `2.0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 >> 4, self.0 & 0xF)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({self})")
    }
}

/// A status or result: one octet in 2.0, four in 3.0.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Status {
    /// CMPP 2.0.
    Two(u8),
    /// CMPP 3.0.
    Three(u32),
}

impl Status {
    /// The code in the width of an edition; what does not fit one octet becomes 255.
    pub fn new(edition: Edition, code: u32) -> Self {
        match edition {
            Edition::Two => Self::Two(u8::try_from(code).unwrap_or(u8::MAX)),
            Edition::Three => Self::Three(code),
        }
    }

    /// The code, whatever its width.
    pub fn code(self) -> u32 {
        match self {
            Self::Two(code) => code.into(),
            Self::Three(code) => code,
        }
    }

    /// Whether it says that all is well.
    pub fn is_ok(self) -> bool {
        self.code() == 0
    }

    pub(crate) fn append(self, out: &mut Vec<u8>) {
        match self {
            Self::Two(code) => out.push(code),
            Self::Three(code) => out.extend_from_slice(&code.to_be_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_msg_id_has_its_fields_where_the_standard_puts_them() {
        // From a captured frame: 22 November, 15:38:20 at gateway 0x0c8ab9... as its fields say.
        let id = MsgId::from_number(0xbb3e_650c_8ab9_8469);
        let fields = id.fields();
        assert_eq!((fields.month, fields.day, fields.hour, fields.minute), (11, 22, 15, 38));
        assert_eq!(fields.sequence, 0x8469);
        assert_eq!(MsgId::pack(fields), id);
        assert_eq!(id.to_string(), "bb3e650c8ab98469");
    }

    #[test]
    fn versions_name_their_layout() {
        assert_eq!(Version::V20.edition(), Edition::Two);
        assert_eq!(Version::V21.edition(), Edition::Two);
        assert_eq!(Version::V30.edition(), Edition::Three);
        assert_eq!(Version::V30.to_string(), "3.0");
        assert!(!Version(0x12).is_known());
    }
}
