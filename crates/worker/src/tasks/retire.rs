//! Erases the personal data of filings whose time is over (SEC-13), a few at a time and after everything that people wait for.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::privacy::{ErasureCause, Retention};
use heyan_domain::terms::FilingId;
use heyan_store::engine::{Engine, EngineError};
use heyan_store::tables::Readers;

use crate::driver::WorkerError;

/// Filings erased at once: each is a row, a body and some entries of indexes.
const MAX_BATCH: usize = 50;

pub(crate) struct Retire {
    pub engine: Arc<Engine>,
    pub readers: Readers,
    pub retention: Retention,
}

impl Retire {
    /// Erases at most one batch; gives how many it has erased, and how many it could not. One that cannot be erased keeps
    /// none of the others: what is damaged in it says the log.
    pub(crate) async fn run(&self, now: Timestamp) -> Result<(usize, usize), WorkerError> {
        let ended_before = self.retention.ended_before(now);
        let filings = self.readers.read(move |reader| reader.to_erase(ended_before, MAX_BATCH)).await?;
        let cause = ErasureCause::Period { ended_before };
        let erase = |filing: &FilingId| Action::Erase { filing: *filing, cause: Box::new(cause.clone()) };
        let outcomes = self.engine.execute_background(filings.iter().map(erase).collect()).await;
        let mut failed = 0;
        for (filing, outcome) in filings.iter().zip(outcomes) {
            match outcome {
                Ok(Outcome::Done) => {}
                Ok(_) => failed += 1,
                Err(EngineError::Storage) => {
                    tracing::error!(name: "worker.erasure_failed", %filing, "the personal data of a filing could not be erased");
                    failed += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok((filings.len() - failed, failed))
    }
}
