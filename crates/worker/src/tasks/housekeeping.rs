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
    pub(crate) async fn run(&self, now: Timestamp) -> Result<(), WorkerError> {
        while self.engine.chore(Chore::Tidy(now)).await? > 0 {}
        while self.engine.chore(Chore::Audit(now)).await? > 0 {}
        Ok(())
    }
}
