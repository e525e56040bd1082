//! What the SMS verification of ICP filings *is*: terms, the rulebook, and one pure function that decides.
//!
//! Nothing here reads a clock, draws a random number of its own or does I/O: time, randomness and ids come in as
//! arguments, state comes in as [`state::State`], and what changes goes out as values. `ARCHITECTURE.md` has the map.

pub mod accounts;
pub mod api_keys;
pub mod audit;
pub mod bulk;
pub mod decide;
pub mod due;
pub mod enterprise;
pub mod event;
mod feed;
pub mod filing;
pub mod limits;
pub mod mark;
pub mod notices;
pub mod outage;
pub mod privacy;
pub mod proposals;
pub mod providers;
pub mod registry;
pub mod review;
pub mod routes;
pub mod rulebook;
pub mod rules;
pub mod state;
pub mod tags;
pub mod terms;
pub mod time;
pub mod tx;
pub mod verification;
pub mod webhooks;
pub mod working_days;

pub use time::Timestamp;
