//! submit_sm and deliver_sm: one layout.

use std::fmt;

use heyan_line::masked;

use super::tlv::{Tlvs, tag};
use crate::client::{Unusable, fits};

/// Where a message comes from or goes.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Type of number.
    pub ton: u8,
    /// Numbering plan.
    pub npi: u8,
    /// The number, up to 20 characters.
    pub number: String,
}

impl Address {
    /// A phone in the mainland, as its carriers want it: of unknown type, in the plan of telephone numbers.
    pub fn phone(number: &str) -> Self {
        Self { ton: 0, npi: 1, number: number.to_owned() }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (ton {}, npi {})", masked(&self.number), self.ton, self.npi)
    }
}

/// esm_class: the text begins with a user data header.
pub const HAS_HEADER: u8 = 0x40;
/// esm_class of a receipt.
pub const RECEIPT: u8 = 0x04;
/// esm_class of a word from the way.
pub const INTERMEDIATE: u8 = 0x20;

/// A message, on its way there or back.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// service_type, up to five characters.
    pub service_type: String,
    /// Who sends it.
    pub source: Address,
    /// Who gets it.
    pub destination: Address,
    /// esm_class.
    pub esm_class: u8,
    /// protocol_id.
    pub protocol_id: u8,
    /// priority_flag.
    pub priority: u8,
    /// validity_period: nothing, or sixteen characters.
    pub valid_until: String,
    /// registered_delivery: 1 asks for a receipt. Other bits ask for more than message centres understand.
    pub registered_delivery: u8,
    /// data_coding.
    pub data_coding: u8,
    /// short_message: up to 255 octets.
    pub text: Vec<u8>,
    /// Optional parameters.
    pub tlvs: Tlvs,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("source", &self.source)
            .field("destination", &self.destination)
            .field("esm_class", &self.esm_class)
            .field("registered_delivery", &self.registered_delivery)
            .field("data_coding", &self.data_coding)
            .field("text", &format_args!("{} octets", self.text.len()))
            .field("tlvs", &self.tlvs)
            .finish_non_exhaustive()
    }
}

impl Message {
    /// The octets of its text: short_message, or message_payload where that is empty.
    pub fn octets(&self) -> &[u8] {
        if self.text.is_empty() { self.tlvs.get(tag::PAYLOAD).unwrap_or_default() } else { &self.text }
    }

    /// Whether its text begins with a user data header.
    pub const fn has_header(&self) -> bool {
        self.esm_class & HAS_HEADER != 0
    }

    /// Whether it is a receipt or a word from the way.
    pub const fn is_receipt(&self) -> bool {
        self.esm_class & (RECEIPT | INTERMEDIATE) != 0
    }

    /// Whether a receipt is asked for when its way has ended: always, or only when it failed.
    pub const fn wants_receipt(&self) -> bool {
        matches!(self.registered_delivery & 0x03, 1 | 2)
    }

    /// Whether every field fits.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check(&self) -> Result<(), Unusable> {
        fits("service_type", &self.service_type, 5)?;
        fits("source_addr", &self.source.number, 20)?;
        fits("destination_addr", &self.destination.number, 20)?;
        if !self.valid_until.is_empty() && self.valid_until.len() != 16 {
            return Err(Unusable { field: "validity_period", most: 16 });
        }
        fits("validity_period", &self.valid_until, 16)?;
        if self.text.len() > 254 { Err(Unusable { field: "short_message", most: 254 }) } else { Ok(()) }
    }
}
