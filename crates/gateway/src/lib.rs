//! The ways on which messages leave the house. So far one: the loopback, which is the sandbox's carrier and its inbox.

pub mod loopback;
mod route;

pub use route::{Accepted, Receipt, Route, RouteError};
