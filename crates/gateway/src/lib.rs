//! The ways on which messages leave the house, and which of them a message takes.

pub mod loopback;
mod route;
pub mod routing;
pub mod segments;

pub use route::{Accepted, Receipt, Route, RouteError};
