//! Messages over lines to carriers, with a double of the carrier on the other side of a real connection.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops where it is surprised"
)]

mod cloud;
mod cmpp;
mod house;
mod smpp;
mod trial;
