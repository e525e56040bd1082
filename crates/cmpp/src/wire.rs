//! Reading and writing fields: what every PDU is made of.

use crate::header::{HEADER_LENGTH, SequenceId};

/// Why a frame is not the PDU that its command says. Names the field, so that a carrier can be told what is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{pdu}, field {field} at octet {offset}: {fault}")]
pub struct DecodeError {
    /// The PDU's name in the standard.
    pub pdu: &'static str,
    /// The field's name in the standard.
    pub field: &'static str,
    /// Where the field begins, counted from the first octet of the header.
    pub offset: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// The frame ends before the field does.
    #[error("{needed} octets needed, {left} left")]
    Short {
        /// The field's length.
        needed: usize,
        /// What the frame still has.
        left: usize,
    },
    /// The frame goes on after its last field.
    #[error("{extra} octets too many")]
    Trailing {
        /// How many.
        extra: usize,
    },
    /// A number that the standard does not allow here.
    #[error("{found} is not allowed here")]
    Value {
        /// The number.
        found: u64,
    },
    /// A command that this crate does not know.
    #[error("command {found:#010x} is unknown")]
    Command {
        /// Its number.
        found: u32,
    },
}

/// Takes the fields of a body one after another. Never panics; every failure names its field.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
    pdu: &'static str,
}

impl<'a> Reader<'a> {
    /// Over the body of a PDU; offsets count from its header.
    pub(crate) fn body(pdu: &'static str, body: &'a [u8]) -> Self {
        Self { rest: body, offset: HEADER_LENGTH, pdu }
    }

    /// Over something that has no header, such as the content of a report.
    pub(crate) fn bare(pdu: &'static str, octets: &'a [u8]) -> Self {
        Self { rest: octets, offset: 0, pdu }
    }

    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn fault(&self, field: &'static str, fault: Fault) -> DecodeError {
        DecodeError { pdu: self.pdu, field, offset: self.offset, fault }
    }

    pub(crate) fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], DecodeError> {
        let Some((head, rest)) = self.rest.split_first_chunk::<N>() else {
            return Err(self.fault(field, Fault::Short { needed: N, left: self.rest.len() }));
        };
        self.rest = rest;
        self.offset += N;
        Ok(*head)
    }

    pub(crate) fn octets(&mut self, field: &'static str, length: usize) -> Result<&'a [u8], DecodeError> {
        let Some((head, rest)) = self.rest.split_at_checked(length) else {
            return Err(self.fault(field, Fault::Short { needed: length, left: self.rest.len() }));
        };
        self.rest = rest;
        self.offset += length;
        Ok(head)
    }

    pub(crate) fn u8(&mut self, field: &'static str) -> Result<u8, DecodeError> {
        self.array::<1>(field).map(|[octet]| octet)
    }

    pub(crate) fn u32(&mut self, field: &'static str) -> Result<u32, DecodeError> {
        self.array(field).map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self, field: &'static str) -> Result<u64, DecodeError> {
        self.array(field).map(u64::from_be_bytes)
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(self.fault("end", Fault::Trailing { extra: self.rest.len() }))
    }
}

/// Appends one PDU: the header with a length that is filled in at the end, then what `body` appends.
pub(crate) fn append(out: &mut Vec<u8>, command: u32, sequence: SequenceId, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&command.to_be_bytes());
    out.extend_from_slice(&sequence.number().to_be_bytes());
    body(out);
    // No PDU comes near four gigabytes: its parts are bounded by the octets that count them.
    let length = u32::try_from(out.len() - start).unwrap_or(u32::MAX);
    if let Some(slot) = out.get_mut(start..start + 4) {
        slot.copy_from_slice(&length.to_be_bytes());
    }
}
