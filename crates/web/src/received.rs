//! The sandbox's own receiver of webhooks: an address for whoever has none yet, and a page that shows what came.
//!
//! It answers what its address asks for (`/sandbox/webhooks/500`), so that retries and switching off can be seen as well. What
//! came is kept in memory, the last of it, and is gone with the program.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use heyan_domain::Timestamp;
use heyan_domain::terms::{EndpointId, ProviderId};

/// So many messages are kept.
const MAX_KEPT: usize = 50;

/// A message that came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Received {
    /// When, by the sandbox's clock.
    pub at: Timestamp,
    /// What it was answered.
    pub status: u16,
    /// `webhook-id`: the same each time that the message is sent.
    pub id: String,
    /// What is in it.
    pub body: String,
    /// The endpoint with whose secret it was signed, if there is one.
    pub signed_for: Option<(ProviderId, EndpointId)>,
}

/// What came last.
#[derive(Default, Debug)]
pub struct Inbox(Mutex<VecDeque<Received>>);

impl Inbox {
    pub(crate) fn add(&self, received: Received) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(MAX_KEPT - 1);
        kept.push_front(received);
    }

    /// The newest first.
    pub(crate) fn all(&self) -> Vec<Received> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
