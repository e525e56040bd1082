//! The header of twelve octets, and sequence numbers.

use crate::wire::{DecodeError, Fault, Reader};

/// Octets of a header: Total_Length, Command_Id, Sequence_Id.
pub const HEADER_LENGTH: usize = 12;

/// The bit that makes a command its response.
pub const RESPONSE: u32 = 0x8000_0000;

/// Sequence_Id: goes up by one with each request of a side and wraps; a response repeats its request's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct SequenceId(u32);

impl SequenceId {
    /// From its number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The one after it; after the last comes 0.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// The first twelve octets of every PDU.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// Length of the PDU with this header, in octets.
    pub total_length: u32,
    /// Command_Id.
    pub command: u32,
    /// Sequence_Id.
    pub sequence: SequenceId,
}

impl Header {
    /// Reads the header of a whole frame.
    ///
    /// # Errors
    /// If the frame is shorter than a header, or its length is not the one it states.
    pub fn decode(frame: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::bare("header", frame);
        let total_length = reader.u32("Total_Length")?;
        let command = reader.u32("Command_Id")?;
        let sequence = SequenceId(reader.u32("Sequence_Id")?);
        if usize::try_from(total_length) != Ok(frame.len()) {
            let fault = Fault::Value { found: total_length.into() };
            return Err(DecodeError { pdu: "header", field: "Total_Length", offset: 0, fault });
        }
        Ok(Self { total_length, command, sequence })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_wrap() {
        assert_eq!(SequenceId::new(u32::MAX).next(), SequenceId::new(0));
        assert_eq!(SequenceId::new(7).next(), SequenceId::new(8));
    }

    #[test]
    fn a_header_states_the_length_of_its_frame() {
        let frame = [0, 0, 0, 12, 0, 0, 0, 8, 0, 0, 0, 1];
        assert_eq!(Header::decode(&frame).unwrap().command, 8);
        assert_eq!(Header::decode(&frame[..11]).unwrap_err().field, "Sequence_Id");
        let mut longer = frame.to_vec();
        longer.push(0);
        assert_eq!(Header::decode(&longer).unwrap_err().field, "Total_Length");
    }
}
