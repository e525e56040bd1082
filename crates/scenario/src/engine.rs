//! What a scenario needs of the system it is run against.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::audit::AuditEntry;
use heyan_domain::decide::{Command, Outcome};
use heyan_domain::event::Event;
use heyan_domain::filing::{Body, Filing};
use heyan_domain::limits::Limits;
use heyan_domain::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use heyan_domain::review::Review;
use heyan_domain::rules::Rules;
use heyan_domain::terms::{FilingId, MessageId};
use heyan_domain::verification::{Message, Outgoing, Verification};

/// A system that decides and remembers, with a clock that the scenario sets.
///
/// Nothing here has a default: an engine that cannot do something must say so itself.
pub trait Engine {
    /// The time that decisions are made at.
    fn now(&self) -> Timestamp;

    /// Sets the time; the runner never sets it back.
    fn set_now(&mut self, now: Timestamp);

    /// Carries out a command at the current time.
    fn execute(&mut self, command: Command) -> Outcome;

    /// When the next command with a due time is due.
    fn next_due(&self) -> Option<Timestamp>;

    /// Carries out everything that is due at or before the current time, in order of due time, kind, target.
    fn run_due(&mut self);

    /// The messages written since the last call, in clear, in order.
    fn take_outbox(&mut self) -> Vec<Outgoing>;

    /// Whether the clear text of a message is still held anywhere (SMS-03).
    fn holds_text(&self, message: MessageId) -> bool;

    /// A filing's row.
    fn filing(&self, id: FilingId) -> Option<Filing>;

    /// A filing's body.
    fn body(&self, id: FilingId) -> Option<Arc<Body>>;

    /// All verifications of a filing, over all rounds, in order.
    fn verifications(&self, id: FilingId) -> Vec<Verification>;

    /// One message.
    fn message(&self, id: MessageId) -> Option<Message>;

    /// All events of a filing and of its verifications, in order.
    fn events(&self, id: FilingId) -> Vec<Event>;

    /// The entries of the audit log about a filing, in order.
    fn audit(&self, id: FilingId) -> Vec<AuditEntry>;

    /// The review of a filing.
    fn review(&self, id: FilingId) -> Option<Review>;

    /// An organiser's record.
    fn entity(&self, no: &EntityNo) -> Option<Arc<EntityRecord>>;

    /// A service's record.
    fn service(&self, no: &ServiceNo) -> Option<Arc<ServiceRecord>>;

    /// The rules that decide.
    fn rules(&self) -> Arc<Rules>;

    /// Writes records into the registry, as an import of what was approved elsewhere does.
    fn import(&mut self, entity: EntityRecord, services: Vec<ServiceRecord>);

    /// Sets the request and message limits, or switches them off.
    fn set_limits(&mut self, limits: Option<Limits>);

    /// Makes a new key the active one; what older keys made stays readable (SEC-07).
    fn add_key(&mut self);

    /// Whether decisions are made on the calling thread, so that the marks of [`mod@heyan_domain::mark`] are to be seen.
    fn same_thread(&self) -> bool;
}
