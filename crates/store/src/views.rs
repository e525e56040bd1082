//! What is read for pages and answers.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::filing::{Body, Filing};
use heyan_domain::registry::ServiceRecord;
use heyan_domain::review::Review;
use heyan_domain::verification::{Message, Verification};

/// A filing with everything that is shown of it.
#[derive(Clone, Debug)]
pub struct FilingView {
    /// Its row.
    pub filing: Filing,
    /// Its content and rounds.
    pub body: Arc<Body>,
    /// All its verifications, over all rounds.
    pub verifications: Vec<Verification>,
    /// All its messages.
    pub messages: Vec<Message>,
    /// The registry's record of the service that it refers to.
    pub service: Option<ServiceRecord>,
    /// Its place in the administration's queue.
    pub review: Option<Review>,
}

impl FilingView {
    /// The verifications of the latest round.
    pub fn current(&self) -> impl Iterator<Item = &Verification> {
        self.verifications.iter().filter(|verification| verification.round_no == self.filing.round_no)
    }

    /// A verification's messages.
    pub fn messages_of(&self, verification: &Verification) -> impl Iterator<Item = &Message> {
        let id = verification.id;
        self.messages.iter().filter(move |message| message.id.verification() == id)
    }
}

/// Sizes for the metrics.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Messages that no carrier has accepted yet.
    pub outbox: i64,
    /// Filings ever made.
    pub filings: i64,
    /// Events ever written.
    pub events: i64,
}

/// How the system is, for the operator's page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct System {
    /// Messages that no carrier has accepted yet.
    pub outbox: i64,
    /// Filings ever made.
    pub filings: i64,
    /// Events ever written.
    pub events: i64,
    /// Commands whose time has come and that have not been carried out; counted up to 10,000.
    pub due: i64,
    /// Since when the oldest of them is due.
    pub due_since: Option<Timestamp>,
    /// When the next command is due, or was.
    pub next_due: Option<Timestamp>,
    /// Size of the database's file, in bytes.
    pub database_bytes: u64,
}
