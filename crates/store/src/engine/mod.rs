//! Takes commands, answers them in commit groups.
//!
//! One thread owns the writing connection. While one group syncs, the next gathers; there is no timer that would make a
//! lone command wait. Commands from people and providers go before those of the worker.

mod group;

pub(crate) use group::ChangeSet;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Command, Outcome};
use heyan_domain::due::Due;
use heyan_domain::limits::Limits;
use heyan_domain::working_days::WorkingDays;
use rand::Rng;
use std::sync::{Condvar, Mutex, PoisonError};
use tokio::sync::oneshot;

use crate::audit::AuditReport;
use crate::clock::Clock;
use crate::database::{Database, StoreError};
use crate::keys::{KeySet, Ring};
use crate::rules::SharedRules;
use crate::tables::Writer;
use crate::tasks::TaskLog;
use crate::views::{Followed, Noticed, Published, StagedPart, Tally};

/// The most commands one group holds. More would hold the writer for too long (`docs/benchmarks.md`).
pub const MAX_GROUP: usize = 512;
/// The most of the worker's commands in a group while people are there: each holds their answers up.
const MAX_BESIDE: usize = 16;
/// After so many groups without anybody, nobody is there.
const QUIET_ROUNDS: u32 = 16;
/// How often a server that could not be reached is looked for while nobody asks anything.
const PROBE: Duration = Duration::from_secs(1);
/// The most commands that wait. One more is refused, so that a flood ends in a clear answer instead of in memory.
pub const MAX_QUEUE: usize = 8_192;

/// Why a command got no outcome. Whether it took effect is then unknown to the caller, who repeats it under the same
/// `Idempotency-Key`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EngineError {
    /// More commands wait than the queue holds; nothing has changed.
    #[error("too many commands are waiting")]
    Busy,
    /// The database could not be written or read.
    #[error("the database cannot be written")]
    Storage,
    /// The engine is stopping.
    #[error("the engine is stopping")]
    Stopped,
    /// It is the worker's work, and another process has that now; nothing has changed.
    #[error("another process does the worker's work")]
    Fenced,
}

/// Why other keys have not been taken up; those before stay in use.
#[derive(Debug, thiserror::Error)]
pub enum TakeUpError {
    /// They are not those of the data, or the database could not be written.
    #[error(transparent)]
    Store(StoreError),
    /// The engine is stopping.
    #[error("the engine is stopping")]
    Stopped,
}

/// What everything is decided by.
pub struct Parts {
    /// The rulebook and its archive.
    pub rules: Arc<SharedRules>,
    /// The keys.
    pub ring: Arc<Ring>,
    /// Limits; `None` where the sandbox has them off.
    pub limits: Option<Limits>,
    /// The calendar.
    pub calendar: Arc<WorkingDays>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The machine's clock, whatever `clock` shows: a database server's has to agree with it.
    pub machine: Arc<dyn Clock>,
    /// The generator of codes and nonces: the system's in production, seeded in the demo and in tests.
    pub rng: Box<dyn Rng + Send>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parts(…)")
    }
}

/// A command on its way, and where its outcome goes.
struct Job {
    command: Command,
    /// The due row that it carries out, removed in the same transaction.
    due_at: Option<Timestamp>,
    /// Whether it is the worker's.
    background: bool,
    answer: oneshot::Sender<Result<Outcome, EngineError>>,
}

/// How the groups have been, since the start.
#[derive(Default, Debug)]
pub struct Statistics {
    /// Groups committed.
    pub groups: AtomicU64,
    /// Commands in them.
    pub commands: AtomicU64,
    /// Groups that failed and were replayed one by one.
    pub replayed_groups: AtomicU64,
    /// Commands that failed.
    pub failed_commands: AtomicU64,
    /// Groups by size: at most 1, 2, 4, … 512 commands.
    pub group_sizes: [AtomicU64; 10],
}

/// Work on the database that is no command: nothing that anybody can see depends on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Chore {
    /// Removes counters of past days and replies that have been kept long enough.
    Tidy(Timestamp),
    /// Looks through a batch of rows and seals anew with the active key what older ones have sealed (SEC-07).
    Rekey,
    /// Signs the audit log's head once a day, and walks along a part of the log to see whether it is whole (SEC-12).
    Audit(Timestamp),
    /// Notes what a reader has found that walked along the whole audit log, and when.
    Checked(Arc<AuditReport>, Timestamp),
    /// Adds what events have come to, and notes up to which they have been counted.
    Count(Arc<Tally>),
    /// Adds mails that events call for, and notes up to which events have been seen to (PRO-05).
    Notice(Arc<Noticed>),
    /// Adds deliveries to webhooks that events call for, and notes up to which events have been followed.
    Follow(Arc<Followed>),
    /// Lays down a part of a file of records that may be accepted when all are there.
    Stage(Arc<StagedPart>),
    /// Puts files of results where their provider finds them, and notes what lies in them.
    Publish(Arc<Published>),
    /// A mail was sent, or never will be.
    Mailed(i64),
    /// A mail is to be tried again then.
    MailLater(i64, Timestamp),
    /// Takes or keeps the worker's work for this process, for so many milliseconds; 1 if it has it, 0 if another has.
    Lease(i64),
    /// Lets go of it.
    Release,
}

type ChoreDone = oneshot::Sender<Result<usize, EngineError>>;
type TakenUp = oneshot::Sender<Result<(), TakeUpError>>;

#[derive(Default)]
struct Waiting {
    foreground: VecDeque<Job>,
    background: VecDeque<Job>,
    chores: VecDeque<(Chore, ChoreDone)>,
    keys: Vec<(KeySet, TakenUp)>,
    stopping: bool,
    /// Groups in a row that nobody but the worker had commands in.
    quiet_rounds: u32,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.foreground.is_empty()
            && self.background.is_empty()
            && self.chores.is_empty()
            && self.keys.is_empty()
    }
}

/// What the engine's thread does next.
struct Round {
    keys: Vec<(KeySet, TakenUp)>,
    jobs: Vec<Job>,
    chore: Option<(Chore, ChoreDone)>,
}

struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

impl Queue {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// New keys, the next group, and a chore after it; `None` once the engine stops and everything is answered.
    /// While the last group could not be written, a round comes also without anybody, to see whether it goes again.
    fn next_round(&self, healthy: &AtomicBool) -> Option<Round> {
        let mut waiting = self.lock();
        while waiting.is_empty() {
            if waiting.stopping {
                return None;
            }
            if healthy.load(Ordering::Relaxed) {
                waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            } else {
                let waited = self.arrived.wait_timeout(waiting, PROBE);
                waiting = waited.unwrap_or_else(PoisonError::into_inner).0;
                break;
            }
        }
        let first = waiting.foreground.len().min(MAX_GROUP);
        let mut jobs: Vec<Job> = waiting.foreground.drain(..first).collect();
        // Where people are, they come again within a few rounds: the worker's commands are then done a few at a time.
        waiting.quiet_rounds = if jobs.is_empty() { waiting.quiet_rounds.saturating_add(1) } else { 0 };
        let beside = if waiting.quiet_rounds < QUIET_ROUNDS { MAX_BESIDE } else { MAX_GROUP };
        let rest = waiting.background.len().min(MAX_GROUP - jobs.len()).min(beside);
        jobs.extend(waiting.background.drain(..rest));
        let keys = std::mem::take(&mut waiting.keys);
        Some(Round { keys, jobs, chore: waiting.chores.pop_front() })
    }
}

/// Held by the engine's thread: however it ends, nobody waits for it any longer.
struct AtWork {
    queue: Arc<Queue>,
    healthy: Arc<AtomicBool>,
}

impl Drop for AtWork {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.healthy.store(false, Ordering::Relaxed);
        }
        let mut waiting = self.queue.lock();
        waiting.stopping = true;
        // Whoever waits for one of these hears that the engine has stopped.
        waiting.foreground.clear();
        waiting.background.clear();
        waiting.chores.clear();
        waiting.keys.clear();
    }
}

/// The way in for every change of state.
pub struct Engine {
    queue: Arc<Queue>,
    statistics: Arc<Statistics>,
    tasks: TaskLog,
    healthy: Arc<AtomicBool>,
    elsewhere: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("statistics", &self.statistics).finish_non_exhaustive()
    }
}

impl Engine {
    /// Starts the thread that owns the writing connection.
    pub fn start(database: &Database, parts: Parts) -> Result<Self, StoreError> {
        let mut writer = Writer::open(database, Arc::clone(&parts.ring), Arc::clone(&parts.machine))?;
        writer.note_keys(parts.clock.now())?;
        let queue = Arc::new(Queue { waiting: Mutex::default(), arrived: Condvar::new() });
        let statistics = Arc::new(Statistics::default());
        let healthy = Arc::new(AtomicBool::new(true));
        let elsewhere = Arc::new(AtomicBool::new(false));
        let mut groups = group::Groups::new(
            writer,
            parts,
            Arc::clone(&statistics),
            (Arc::clone(&healthy), Arc::clone(&elsewhere)),
        );
        let at_work = AtWork { queue: Arc::clone(&queue), healthy: Arc::clone(&healthy) };
        let thread = std::thread::Builder::new()
            .name("heyan-engine".to_owned())
            .spawn(move || {
                while let Some(round) = at_work.queue.next_round(&at_work.healthy) {
                    groups.carry_out(round);
                }
                groups.close();
            })
            .map_err(StoreError::Thread)?;
        Ok(Self {
            queue,
            statistics,
            tasks: TaskLog::default(),
            healthy,
            elsewhere,
            thread: Mutex::new(Some(thread)),
        })
    }

    fn enqueue(
        &self,
        command: Command,
        due_at: Option<Timestamp>,
        background: bool,
    ) -> Result<oneshot::Receiver<Result<Outcome, EngineError>>, EngineError> {
        let (answer, outcome) = oneshot::channel();
        let mut waiting = self.queue.lock();
        if waiting.stopping {
            return Err(EngineError::Stopped);
        }
        let line = if background { &mut waiting.background } else { &mut waiting.foreground };
        if line.len() >= MAX_QUEUE {
            return Err(EngineError::Busy);
        }
        line.push_back(Job { command, due_at, background, answer });
        drop(waiting);
        self.queue.arrived.notify_one();
        Ok(outcome)
    }

    /// Carries out a command; the outcome comes once it is on disk.
    pub async fn execute(&self, command: impl Into<Command>) -> Result<Outcome, EngineError> {
        let outcome = self.enqueue(command.into(), None, false)?;
        outcome.await.unwrap_or(Err(EngineError::Stopped))
    }

    /// Carries out the worker's commands, after those of people and providers; the outcomes in their order.
    pub async fn execute_background(&self, actions: Vec<Action>) -> Vec<Result<Outcome, EngineError>> {
        self.all(actions.into_iter().map(|action| (action, None))).await
    }

    /// Carries out due commands, and removes their rows in the same transactions.
    pub async fn execute_due(&self, due: Vec<(Timestamp, Due)>) -> Vec<Result<Outcome, EngineError>> {
        self.all(due.into_iter().map(|(at, due)| (Action::Due(due), Some(at)))).await
    }

    async fn all(
        &self,
        actions: impl Iterator<Item = (Action, Option<Timestamp>)>,
    ) -> Vec<Result<Outcome, EngineError>> {
        let answers: Vec<_> =
            actions.map(|(action, due_at)| self.enqueue(action.into(), due_at, true)).collect();
        let mut outcomes = Vec::with_capacity(answers.len());
        for answer in answers {
            outcomes.push(match answer {
                Ok(outcome) => outcome.await.unwrap_or(Err(EngineError::Stopped)),
                Err(error) => Err(error),
            });
        }
        outcomes
    }

    /// Does a batch of a chore; gives how many rows it saw to, 0 when there is nothing left.
    pub async fn chore(&self, chore: Chore) -> Result<usize, EngineError> {
        let (done, rows) = oneshot::channel();
        {
            let mut waiting = self.queue.lock();
            if waiting.stopping {
                return Err(EngineError::Stopped);
            }
            waiting.chores.push_back((chore, done));
        }
        self.queue.arrived.notify_one();
        rows.await.unwrap_or(Err(EngineError::Stopped))
    }

    /// Takes up other keys between two groups, while everything goes on: those in use, with a newer one before them.
    /// Done once the database knows them; from then on what is written is sealed and hashed with the newest (SEC-07).
    pub async fn take_up(&self, keys: KeySet) -> Result<(), TakeUpError> {
        let (done, taken_up) = oneshot::channel();
        {
            let mut waiting = self.queue.lock();
            if waiting.stopping {
                return Err(TakeUpError::Stopped);
            }
            waiting.keys.push((keys, done));
        }
        self.queue.arrived.notify_one();
        taken_up.await.unwrap_or(Err(TakeUpError::Stopped))
    }

    /// How the groups have been.
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// How the worker's tasks have been: written by the worker, shown by the doors.
    pub const fn tasks(&self) -> &TaskLog {
        &self.tasks
    }

    /// Whether the last group could be written.
    pub fn is_healthy(&self) -> bool {
        self.healthy.load(Ordering::Relaxed)
    }

    /// Whether another process does the worker's work, as far as was known at the last group.
    pub fn works_elsewhere(&self) -> bool {
        self.elsewhere.load(Ordering::Relaxed)
    }

    /// How many commands wait.
    pub fn waiting(&self) -> usize {
        let waiting = self.queue.lock();
        waiting.foreground.len() + waiting.background.len()
    }

    /// Answers what has been taken in, then stops.
    pub fn stop(&self) {
        self.queue.lock().stopping = true;
        self.queue.arrived.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!(name: "engine.thread_panicked", "the engine's thread ended by a panic");
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop();
    }
}
