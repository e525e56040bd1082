//! Runs the tasks: on a signal when there is new work, on time when something is due, and now and then in any case.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use heyan_domain::Timestamp;
use heyan_domain::privacy::Retention;
use heyan_gateway::{Route, RouteError};
use heyan_store::clock::Clock;
use heyan_store::database::StoreError;
use heyan_store::engine::{Engine, EngineError};
use heyan_store::tables::Readers;
use heyan_store::tasks::Task;
use tokio::sync::{Mutex, watch};

use crate::tasks::{Bulk, Deadlines, Dispatch, Housekeeping, MAX_DUE, Retire, Statistics};

/// How long the worker sleeps at most when nothing tells it to wake (DDL-04: begun within a second).
const TICK: Duration = Duration::from_millis(250);
/// How often the house is tidied.
const TIDY_EVERY_MS: i64 = 10 * 60 * 1_000;
/// How often what has happened is counted.
const COUNT_EVERY_MS: i64 = 5_000;
/// How often a batch of filings whose time is over is erased: the writer has much else to do, and a day is early enough.
const ERASE_EVERY_MS: i64 = 1_000;
/// How long the worker waits after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Why a task stopped. It is tried again; nothing is lost.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The database.
    #[error("the worker cannot read its work")]
    Store(#[from] StoreError),
    /// The engine.
    #[error("the engine did not carry out the worker's command")]
    Engine(#[from] EngineError),
    /// The route.
    #[error("the route takes no messages")]
    Route(#[from] RouteError),
    /// The system is stopping.
    #[error("the worker is stopping")]
    Stopped,
}

/// When what is done now and then was last done.
#[derive(Default)]
struct LastTimes {
    tidied_at: Timestamp,
    counted_at: Timestamp,
    /// From when on the next batch is erased.
    next_erasure: Timestamp,
}

/// The tasks and the lock that keeps them one at a time: whoever holds it may move the sandbox's clock.
pub struct Worker {
    dispatch: Dispatch,
    deadlines: Deadlines,
    housekeeping: Housekeeping,
    statistics: Statistics,
    retire: Retire,
    bulk: Bulk,
    clock: Arc<dyn Clock>,
    turn: Mutex<()>,
    /// How many times sending has begun, so that whoever waits for it knows whether somebody else has seen to it.
    sendings: AtomicU64,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Worker")
    }
}

impl Worker {
    /// A worker that has not begun.
    pub fn new(
        engine: &Arc<Engine>,
        readers: &Readers,
        route: Option<Arc<dyn Route>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let engine = Arc::clone(engine);
        Self {
            dispatch: Dispatch { engine: Arc::clone(&engine), readers: readers.clone(), route },
            deadlines: Deadlines { engine: Arc::clone(&engine), readers: readers.clone() },
            housekeeping: Housekeeping { engine: Arc::clone(&engine) },
            statistics: Statistics { engine: Arc::clone(&engine), readers: readers.clone() },
            retire: Retire {
                engine: Arc::clone(&engine),
                readers: readers.clone(),
                retention: Retention::default(),
            },
            bulk: Bulk { engine, readers: readers.clone() },
            clock,
            turn: Mutex::new(()),
            sendings: AtomicU64::new(0),
        }
    }

    /// The same, keeping the personal data of filings for so long (SEC-13).
    #[must_use]
    pub fn keeping(mut self, retention: Retention) -> Self {
        self.retire.retention = retention;
        self
    }

    /// Does a task and notes how it went.
    async fn noted<T>(
        &self,
        task: Task,
        work: impl Future<Output = Result<T, WorkerError>>,
        count: impl FnOnce(&T) -> usize,
    ) -> Result<T, WorkerError> {
        let log = self.dispatch.engine.tasks().of(task);
        log.begins(self.clock.now());
        let done = work.await;
        match &done {
            Ok(done) => log.ends(self.clock.now(), count(done)),
            Err(_) => log.fails(),
        }
        done
    }

    /// Sends everything that was in the outbox when it was called. Of many that wait, one sends for all.
    pub async fn settle(&self) -> Result<(), WorkerError> {
        let before = self.sendings.load(Ordering::SeqCst);
        let _turn = self.turn.lock().await;
        if self.sendings.load(Ordering::SeqCst) > before {
            return Ok(());
        }
        self.send().await
    }

    /// The caller has the turn.
    async fn send(&self) -> Result<(), WorkerError> {
        self.sendings.fetch_add(1, Ordering::SeqCst);
        self.noted(Task::Dispatch, self.dispatch.run(), |sent| *sent).await.map(|_| ())
    }

    /// Carries out everything due up to an instant in order: before each step `hold` sets the clock to the time at
    /// which it is due, and what it puts into the outbox is sent at that time.
    pub async fn run_until(&self, until: Timestamp, hold: impl Fn(Timestamp)) -> Result<(), WorkerError> {
        let _turn = self.turn.lock().await;
        self.send().await?;
        while let Some(at) = self.next().await?.filter(|at| *at <= until) {
            let at = at.max(self.clock.now());
            hold(at);
            while self.deadlines.run(at).await? > 0 {}
            self.send().await?;
        }
        hold(until);
        Ok(())
    }

    /// When something is due next: a command, or word of a late message.
    async fn next(&self) -> Result<Option<Timestamp>, WorkerError> {
        let (command, word) = (self.deadlines.next().await?, self.dispatch.next_receipt()?);
        Ok(command.into_iter().chain(word).min())
    }

    /// Counts everything that has happened so far, for the operator's charts.
    pub async fn count(&self) -> Result<(), WorkerError> {
        self.noted(Task::Statistics, self.statistics.run(), |()| 0).await
    }

    /// Erases one batch of filings whose time is over (SEC-13); gives how many it has erased, and how many it could not.
    pub async fn erase(&self) -> Result<(usize, usize), WorkerError> {
        let now = self.clock.now();
        let erased = self.noted(Task::Retention, self.retire.run(now), |(erased, _)| *erased).await?;
        if erased.1 > 0 {
            self.dispatch.engine.tasks().of(Task::Retention).fails();
        }
        Ok(erased)
    }

    /// Files the next rows of every file that was handed in; whether there are more.
    pub async fn file_rows(&self) -> Result<bool, WorkerError> {
        self.bulk.run().await
    }

    /// Works until `stopping` turns true.
    pub async fn run(&self, mut stopping: watch::Receiver<bool>) {
        let mut last = LastTimes::default();
        while !*stopping.borrow() {
            let pause = match self.work(&mut last).await {
                Ok(true) => Duration::ZERO,
                Ok(false) => TICK,
                Err(error) => {
                    tracing::warn!(name: "worker.failed", error = %error, "a task failed and will be tried again");
                    PAUSE
                }
            };
            if !pause.is_zero() {
                // Whether it was the time or the signal that woke us, the loop looks.
                let _ = tokio::time::timeout(pause, stopping.changed()).await;
            }
        }
    }

    /// One round of all tasks; whether there may be more at once.
    async fn work(&self, last: &mut LastTimes) -> Result<bool, WorkerError> {
        let _turn = self.turn.lock().await;
        let now = self.clock.now();
        self.send().await?;
        let carried_out = self.noted(Task::Deadlines, self.deadlines.run(now), |count| *count).await?;
        if carried_out > 0 {
            self.send().await?;
        }
        if now.since_ms(last.tidied_at) >= TIDY_EVERY_MS {
            self.noted(Task::Tidy, self.housekeeping.tidy(now), |count| *count).await?;
            self.noted(Task::Audit, self.housekeeping.audit(now), |count| *count).await?;
            last.tidied_at = now;
        }
        if now.since_ms(last.counted_at) >= COUNT_EVERY_MS {
            self.count().await?;
            last.counted_at = now;
        }
        if now.since_ms(last.next_erasure) >= 0 {
            let (_, failed) = self.erase().await?;
            // What cannot be erased is tried again, but not every second.
            let pause_ms = if failed > 0 { TIDY_EVERY_MS } else { ERASE_EVERY_MS };
            last.next_erasure = now.plus_ms(pause_ms);
        }
        // Last, so that nothing that is due waits for it.
        let more_rows = self.file_rows().await?;
        Ok(carried_out == MAX_DUE || more_rows)
    }
}
