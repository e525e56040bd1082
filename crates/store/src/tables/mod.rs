//! What lies in the tables: statements that both databases run, and what they mean.
//!
//! [`Writer`] is the one writing connection of a process, used by the engine's thread; [`Reader`]s answer queries on
//! connections of their own. What one database says differently is in `sqlite/` and `postgres/`.

mod accounts;
mod api_keys;
mod audit;
mod audit_walk;
mod bulk;
mod carriers;
mod chores;
mod columns;
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
mod providers;
mod read;
mod read_enterprise;
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
pub use decisions::{DecisionPlace, QueueFigures, ReviewFigures};
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
pub(crate) use writer::Begun;
pub use writer::Writer;
