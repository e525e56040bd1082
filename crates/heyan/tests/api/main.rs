//! The provider API through the real world: every test has a sandbox of its own on a clock of its own.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

#[path = "../common/server.rs"]
#[expect(dead_code, reason = "what other tests need")]
mod server;

mod bad_input;
mod door;
mod events;
mod idempotency;
mod life;
mod numbers;
mod operations;
mod reviews;
mod rules;
mod shape;
mod signed;
mod versions;
mod webhooks;
