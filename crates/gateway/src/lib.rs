//! The ways on which messages leave the house, and which of them a message takes.

pub mod capture;
pub mod cloud;
pub mod cmpp;
pub mod drill;
mod ledger;
mod line;
pub mod loopback;
pub mod mail;
pub mod rehearsal;
mod reporter;
mod route;
pub mod routing;
pub mod segments;
pub mod smpp;

pub use line::{Acknowledge, Handed, Mouth, Refusal, Reported, Said, Slot, Taken};
pub use route::{Accepted, Receipt, Route, RouteError};
