//! The content of a report.

use crate::codes::{self, Row};
use crate::ids::MsgId;
use crate::number::{Number, Terminal};
use crate::octets::Octets;
use crate::wire::{DecodeError, Reader};

/// Octets of a report's content in 2.0.
pub const LENGTH_TWO: usize = 60;
/// Octets of a report's content in 3.0.
pub const LENGTH_THREE: usize = 71;

/// What the carrier says about a message after it accepted it.
///
/// The layout follows from the length of the content, not from the session's edition: gateways are deployed that send 60
/// octets in a 3.0 session, and the other way round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Report {
    /// Msg_Id of the SUBMIT_RESP.
    pub msg_id: MsgId,
    /// Stat: what became of it.
    pub stat: Octets<7>,
    /// Submit_time: YYMMDDhhmm.
    pub submitted_at: Octets<10>,
    /// Done_time: YYMMDDhhmm.
    pub done_at: Octets<10>,
    /// Dest_terminal_Id: the phone.
    pub destination: Terminal,
    /// SMSC_sequence.
    pub smsc_sequence: u32,
}

/// Why a content is no report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReportError {
    /// Neither length of a report.
    #[error("a report has {LENGTH_TWO} octets in 2.0 and {LENGTH_THREE} in 3.0, not {found}")]
    Length {
        /// Octets of the content.
        found: usize,
    },
    /// A field could not be read.
    #[error(transparent)]
    Field(#[from] DecodeError),
}

impl Report {
    /// Reads the content of a report by its length.
    ///
    /// # Errors
    /// The length is neither 60 nor 71 octets.
    pub fn decode(content: &[u8]) -> Result<Self, ReportError> {
        let is_two = match content.len() {
            LENGTH_TWO => true,
            LENGTH_THREE => false,
            found => return Err(ReportError::Length { found }),
        };
        let mut reader = Reader::bare("report", content);
        let msg_id = MsgId::from_number(reader.u64("Msg_Id")?);
        let stat = Octets::from_wire(reader.array("Stat")?);
        let submitted_at = Octets::from_wire(reader.array("Submit_time")?);
        let done_at = Octets::from_wire(reader.array("Done_time")?);
        let destination = if is_two {
            Terminal::Two(Number::from_wire(reader.array("Dest_terminal_Id")?))
        } else {
            Terminal::Three(Number::from_wire(reader.array("Dest_terminal_Id")?))
        };
        let smsc_sequence = reader.u32("SMSC_sequence")?;
        reader.end()?;
        Ok(Self { msg_id, stat, submitted_at, done_at, destination, smsc_sequence })
    }

    /// The content.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(LENGTH_THREE);
        out.extend_from_slice(&self.msg_id.number().to_be_bytes());
        out.extend_from_slice(self.stat.as_wire());
        out.extend_from_slice(self.submitted_at.as_wire());
        out.extend_from_slice(self.done_at.as_wire());
        match &self.destination {
            Terminal::Two(number) => out.extend_from_slice(number.as_wire()),
            Terminal::Three(number) => out.extend_from_slice(number.as_wire()),
        }
        out.extend_from_slice(&self.smsc_sequence.to_be_bytes());
        out
    }

    /// What its Stat means.
    pub fn outcome(&self) -> Row {
        codes::stat(&self.stat.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_lengths_are_reports() {
        for length in 0..=255_usize {
            let decoded = Report::decode(&vec![0; length]);
            assert_eq!(decoded.is_ok(), length == 60 || length == 71, "{length}");
        }
    }
}
