//! SMPP 3.4 (Short Message Peer to Peer), for both sides of the line.
//!
//! 1. the **PDUs** ([`pdu`]): those of which a session of a transceiver consists, as typed values; their mandatory fields are
//!    read and written by the crate `rusmpp-core`, optional parameters here, so that one that is wrong costs no message;
//!    [`receipt`], [`text`] and [`codes`] say what they mean;
//! 2. the **sessions** ([`client`], [`server`]): state machines that are given octets, commands and the time, and give octets,
//!    events and the time at which they want to be called next. They read no clock and no socket;
//! 3. the **driver** (`net`, feature `net`), shared with CMPP through `heyan-line`.
//!
//! Source: SMPP v3.4 issue 1.2. Where deployed message centres differ from it, the module says so; `docs/sms.md` has the list.

pub mod client;
pub mod codes;
mod ids;
#[cfg(feature = "net")]
pub mod net;
pub mod pdu;
pub mod receipt;
pub mod server;
pub mod text;

pub use heyan_line::{Mainland, Moment, Secret, masked};
pub use ids::{IdForm, MessageIds};
pub use pdu::{DecodeError, Pdu};

use heyan_line::frame::Shape;

/// Octets of a header: command_length, command_id, command_status, sequence_number.
pub const HEADER_LENGTH: usize = 16;

/// The longest frame that is read. A message of the length that phones take has a few hundred octets.
pub const SMPP: Shape = Shape { shortest: HEADER_LENGTH, longest: 16_384 };
