//! What lines to carriers share, whatever they speak: CMPP, SMPP.
//!
//! Pure parts ([`frame`], [`text`], [`codes`], [`number`], [`time`]), the pieces of which sessions are made ([`waiting`],
//! [`memory`], [`pace`], [`backoff`], [`agenda`], [`script`]), whoever watches their frames ([`watched`]), the two traits behind which a protocol hides from whoever drives
//! it ([`session`], [`double`]), and the driver itself (`net`, feature `net`).

pub mod agenda;
pub mod backoff;
pub mod codes;
pub mod double;
pub mod frame;
pub mod memory;
#[cfg(feature = "net")]
pub mod net;
pub mod number;
pub mod octets;
pub mod pace;
mod request;
pub mod script;
mod secret;
pub mod session;
pub mod text;
pub mod time;
pub mod waiting;
pub mod watched;
mod window;

pub use number::{Mainland, masked};
pub use octets::{Octets, TextTooLong};
pub use request::{Delivery, Lost, NotTaken, Stray, Ticket};
pub use secret::Secret;
pub use time::Moment;
pub use window::{Heartbeat, Window};
