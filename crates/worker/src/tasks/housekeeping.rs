//! Removes what has outlived its use: counters of past days, replies older than seven days, requests that are over. Signs
//! the audit log, and looks whether it is whole (SEC-12).

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_store::engine::{Chore, Engine};

use crate::driver::WorkerError;

pub(crate) struct Housekeeping {
    pub engine: Arc<Engine>,
}

impl Housekeeping {
    /// Gives how many rows were removed.
    pub(crate) async fn tidy(&self, now: Timestamp) -> Result<usize, WorkerError> {
        self.to_the_end(Chore::Tidy(now)).await
    }

    /// Gives how many entries were looked at.
    pub(crate) async fn audit(&self, now: Timestamp) -> Result<usize, WorkerError> {
        self.to_the_end(Chore::Audit(now)).await
    }

    async fn to_the_end(&self, chore: Chore) -> Result<usize, WorkerError> {
        let mut all = 0_usize;
        loop {
            let rows = self.engine.chore(chore.clone()).await?;
            if rows == 0 {
                return Ok(all);
            }
            all = all.saturating_add(rows);
        }
    }
}
