//! Both sides of a line as state machines, on a clock that the test moves.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod client;
mod double;
mod line;
mod losses;
