//! The SQLite engine: one file, WAL, `synchronous=FULL`.
//!
//! [`Database`] opens and migrates; [`Writer`] is the one writing connection, used by the engine's thread;
//! [`Reader`]s answer queries on connections of their own. The SQL lives in this folder alone.

mod accounts;
mod api_keys;
mod audit;
mod audit_walk;
mod bulk;
mod carriers;
mod chores;
mod columns;
mod database;
mod decisions;
mod due;
mod enterprise;
mod initial_reviews;
mod load;
mod notices;
mod outages;
mod outbox;
mod packed;
mod proposals;
mod read;
mod read_keys;
mod read_lists;
mod read_privacy;
mod read_system;
mod rounds;
mod routes;
mod rows;
mod rule_versions;
mod standings;
mod tally;
mod unmaskings;
mod webhooks;
mod write;
mod write_kept;
mod write_registry;
mod writer;

pub use audit::AuditFilter;
pub use bulk::BulkPlace;
pub use database::{Database, Mode, StoreError};
pub use decisions::{DecisionPlace, QueueFigures, ReviewFigures};
pub use enterprise::PART;
pub use notices::addresses;
pub use outbox::{OutboxPlace, Queued};
pub use proposals::ProposalPlace;
pub use read::{Reader, Readers};
pub use read_lists::{FilingFilter, Page, QueuePlace};
pub use read_privacy::{DeadLetter, ToErase};
pub use rounds::{Asked, RoundSeen, RoundsSeen};
pub use rule_versions::{RulesError, VersionPlace};
pub use standings::{DeadlinePlace, InitialPlace, PlaceFilter, Standings};
pub use tally::{CountFilter, CountedBy};
pub use unmaskings::{UnmaskingPlace, Whose};
pub use writer::Writer;
