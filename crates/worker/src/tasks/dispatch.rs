//! Sends what is in the outbox, and hears what the carrier says of it.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::decide::Action;
use heyan_gateway::{Accepted, Receipt, Route};
use heyan_store::engine::Engine;
use heyan_store::tables::{OutboxPlace, Readers};

use crate::driver::WorkerError;

/// Messages handed over at once.
const MAX_BATCH: usize = 500;

/// One sender at a time takes from the outbox, so no message is handed over twice by two of them; the caller holds the
/// lock.
pub(crate) struct Dispatch {
    pub engine: Arc<Engine>,
    pub readers: Readers,
    /// Without a route messages wait (DDL-03 ends their waiting).
    pub route: Option<Arc<dyn Route>>,
}

impl Dispatch {
    /// Sends until the outbox is empty or the route takes no more; gives how many were sent.
    pub(crate) async fn run(&self) -> Result<usize, WorkerError> {
        let Some(route) = self.route.as_ref().filter(|_| !self.engine.works_elsewhere()) else {
            return Ok(0);
        };
        let mut sent = 0;
        let mut after = OutboxPlace::default();
        loop {
            let queued = self.readers.read(move |reader| reader.outbox(after, MAX_BATCH)).await?;
            let Some(last) = queued.last() else { break };
            after = OutboxPlace::after(last);
            let full = queued.len() == MAX_BATCH;
            let submitting = Arc::clone(route);
            let submitted = tokio::task::spawn_blocking(move || submitting.submit(&queued));
            let accepted = submitted.await.map_err(|_| WorkerError::Stopped)??;
            if accepted.is_empty() {
                break;
            }
            sent += accepted.len();
            self.note_accepted(route.name(), accepted).await?;
            self.note_receipts(route).await?;
            if !full {
                // Something may have been written behind `after` meanwhile: look once more from the start.
                after = OutboxPlace::default();
            }
        }
        // Word of messages that were sent before.
        self.note_receipts(route).await?;
        Ok(sent)
    }

    /// When the carrier will say something next, as far as that is known.
    pub(crate) fn next_receipt(&self) -> Result<Option<Timestamp>, WorkerError> {
        Ok(self.route.as_ref().map(|route| route.next_receipt()).transpose()?.flatten())
    }

    async fn note_accepted(&self, route: &'static str, accepted: Vec<Accepted>) -> Result<(), WorkerError> {
        let actions = accepted.into_iter().map(|Accepted { message, carrier_id }| Action::Submitted {
            message,
            route: route.to_owned(),
            carrier_id,
            to: None,
        });
        self.all(actions.collect()).await
    }

    async fn note_receipts(&self, route: &Arc<dyn Route>) -> Result<(), WorkerError> {
        let asking = Arc::clone(route);
        let receipts = tokio::task::spawn_blocking(move || asking.receipts());
        let receipts = receipts.await.map_err(|_| WorkerError::Stopped)??;
        let actions = receipts.into_iter().map(|Receipt { message, arrived, carrier_code }| {
            if arrived {
                Action::Delivered { message, carrier_code }
            } else {
                Action::SendFailed { message, carrier_code }
            }
        });
        self.all(actions.collect()).await
    }

    async fn all(&self, actions: Vec<Action>) -> Result<(), WorkerError> {
        for outcome in self.engine.execute_background(actions).await {
            outcome?;
        }
        Ok(())
    }
}
