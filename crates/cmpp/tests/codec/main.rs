//! The codec against captured frames, against itself, and against octets that mean no good.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod golden;
mod hostile;
mod roundtrip;
mod strategies;
