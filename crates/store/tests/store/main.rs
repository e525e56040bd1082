//! The engine on SQLite and on PostgreSQL: the scenarios hold on it as in memory, many at once change nothing, and no failure of the
//! machine below it loses or halves what was acknowledged.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod audit;
mod bulk;
mod concurrency;
mod conformance;
mod content;
mod custody;
mod erasure;
mod failures;
mod kill;
mod letters;
mod outages;
mod place;
mod proposals;
mod refusals;
mod rotation;
mod rules;
mod same_outcomes;
mod server;
mod turns;
mod unmask;
