//! Counts what happens, for the operator's charts: follows the events from where it stopped.

use std::sync::Arc;

use heyan_store::engine::{Chore, Engine};
use heyan_store::tables::Readers;

use crate::driver::WorkerError;

/// Events of each provider counted at once; their sums are few rows.
const MAX_EVENTS: usize = 2_000;

pub(crate) struct Statistics {
    pub engine: Arc<Engine>,
    pub readers: Readers,
}

impl Statistics {
    /// Counts until it has come to the end. Many may run at once: a sum that another has added already is dropped.
    pub(crate) async fn run(&self) -> Result<(), WorkerError> {
        loop {
            let tally = self.readers.read(|reader| reader.tally(MAX_EVENTS)).await?;
            if tally.counted.is_empty() {
                return Ok(());
            }
            self.engine.chore(Chore::Count(Arc::new(tally))).await?;
        }
    }
}
