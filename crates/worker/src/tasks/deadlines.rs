//! Carries out commands whose time has come (DDL-04), in batches.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_store::engine::Engine;
use heyan_store::tables::Readers;

use crate::driver::WorkerError;

/// Due commands carried out at once: more would hold the writer while people wait (`docs/benchmarks.md`).
pub(crate) const MAX_DUE: usize = 1_000;

pub(crate) struct Deadlines {
    pub engine: Arc<Engine>,
    pub readers: Readers,
}

impl Deadlines {
    /// Carries out at most one batch of what is due at an instant; gives how many there were.
    pub(crate) async fn run(&self, now: Timestamp) -> Result<usize, WorkerError> {
        let due = self.readers.read(move |reader| reader.due(now, MAX_DUE)).await?;
        let count = due.len();
        for outcome in self.engine.execute_due(due).await {
            outcome?;
        }
        Ok(count)
    }

    /// When the next command is due.
    pub(crate) async fn next(&self) -> Result<Option<Timestamp>, WorkerError> {
        Ok(self.readers.read(heyan_store::tables::Reader::next_due).await?)
    }
}
