//! The SQLite engine: one file, WAL, `synchronous=FULL`.
//!
//! [`Database`] opens and migrates; [`Writer`] is the one writing connection, used by the engine's thread;
//! [`Reader`]s answer queries on connections of their own. The SQL lives in this folder alone.

mod accounts;
mod chores;
mod columns;
mod database;
mod due;
mod load;
mod outbox;
mod packed;
mod read;
mod read_keys;
mod read_lists;
mod rows;
mod tally;
mod write;
mod writer;

pub use database::{Database, Mode, StoreError};
pub use outbox::Queued;
pub use read::{Reader, Readers};
pub use read_lists::{FilingFilter, Page, QueuePlace};
pub use tally::{DeadlinePlace, PlaceFilter, Tally};
pub use writer::Writer;
