//! Erases the personal data of filings whose time is over (SEC-13), a few at a time and after everything that people wait for.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::decide::Action;
use heyan_domain::privacy::{ErasureCause, Retention};
use heyan_store::engine::Engine;
use heyan_store::sqlite::Readers;

use crate::driver::WorkerError;

/// Filings erased at once: each is a row, a body and some entries of indexes.
const MAX_BATCH: usize = 50;

pub(crate) struct Retire {
    pub engine: Arc<Engine>,
    pub readers: Readers,
    pub retention: Retention,
}

impl Retire {
    /// Erases at most one batch; gives how many there were.
    pub(crate) async fn run(&self, now: Timestamp) -> Result<usize, WorkerError> {
        let ended_before = self.retention.ended_before(now);
        let filings = self.readers.read(move |reader| reader.to_erase(ended_before, MAX_BATCH)).await?;
        let count = filings.len();
        let cause = ErasureCause::Period { ended_before };
        let erase = |filing| Action::Erase { filing, cause: Box::new(cause.clone()) };
        for outcome in self.engine.execute_background(filings.into_iter().map(erase).collect()).await {
            outcome?;
        }
        Ok(count)
    }
}
