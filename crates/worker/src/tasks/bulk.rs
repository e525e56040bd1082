//! Files rows of files (PRO-04), a few of each job at a time, behind everything that people wait for.

use std::sync::Arc;

use heyan_domain::bulk::{BulkAction, CHUNK_ROWS};
use heyan_domain::decide::Action;
use heyan_store::engine::Engine;
use heyan_store::tables::Readers;

use crate::driver::WorkerError;

/// Jobs that take turns; one more waits for one of them to end.
const MAX_JOBS: usize = 20;

pub(crate) struct Bulk {
    pub engine: Arc<Engine>,
    pub readers: Readers,
}

impl Bulk {
    /// Files the next rows of every job under way; whether there are more.
    ///
    /// Where a job stands is in its row, so a restart goes on with the row after the last one that was written. The
    /// commands go in line behind those of people and providers, and the next ones are not there before these are done.
    pub(crate) async fn run(&self) -> Result<bool, WorkerError> {
        let jobs = self.readers.read(|reader| reader.bulk_under_way(MAX_JOBS)).await?;
        let rows = u32::try_from(CHUNK_ROWS).unwrap_or(u32::MAX);
        let (mut more, mut failed) = (false, None);
        for job in jobs {
            // To the end of the rows that lie sealed together.
            let last = (job.done() / rows).saturating_add(1).saturating_mul(rows).min(job.total);
            more |= last < job.total;
            let file = |place| Action::Bulk(Box::new(BulkAction::File { job: job.id, place }));
            let actions = (job.done() + 1..=last).map(file).collect();
            for outcome in self.engine.execute_background(actions).await {
                // A row that cannot be written holds its own job up, not those of others.
                failed = failed.or(outcome.err());
            }
        }
        match failed {
            Some(error) => Err(error.into()),
            None => Ok(more),
        }
    }
}
