//! CMPP (China Mobile Peer to Peer), editions 2.0 and 3.0, for both sides of the line.
//!
//! Three layers, each usable without the one above it:
//!
//! 1. the **codec** ([`pdu`], [`frame`], [`report`], [`text`], [`auth`], [`codes`]): pure functions between octets and
//!    typed values;
//! 2. the **sessions** (`client`, `server`): state machines that are given octets, commands and the time, and give
//!    octets, events and the time at which they want to be called next. They read no clock and no socket;
//! 3. the **driver** (`net`, feature `net`): carries octets between a session and a TCP connection, as `heyan-line` does for every protocol.
//!
//! What lines of all protocols share is in `heyan-line`.
//!
//! Sources: CMPP 2.0 (2002-04), CMPP 3.0 (QB-GF-028-2003), GSM 03.40. Where deployed gateways differ from them, the
//! module says so; `docs/sms.md` has the list.

pub mod auth;
pub mod client;
pub mod codes;
mod content;
pub mod frame;
mod header;
mod ids;
#[cfg(feature = "net")]
pub mod net;
mod number;
pub mod pdu;
pub mod report;
pub mod server;
pub mod text;
pub mod time;
#[cfg(feature = "net")]
mod wire;

use heyan_line::octets;

pub use auth::Secret;
pub use content::{Content, ContentTooLong, Format};
pub use header::{HEADER_LENGTH, Header, RESPONSE, SequenceId};
pub use heyan_line::backoff;
pub use heyan_line::{Octets, TextTooLong};
pub use ids::{Edition, MsgId, MsgIdFields, SpId, Status, Version};
pub use number::{Mainland, Number, Terminal, masked};
pub use pdu::Pdu;
pub use time::{LoginTime, Moment};
pub use wire::{DecodeError, Fault};
