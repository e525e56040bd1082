//! How the worker's tasks have been since the start: when each last ran, what it did, how often it failed.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use heyan_domain::Timestamp;

/// A task of the worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Task {
    /// Sends what is in the outbox.
    Dispatch,
    /// Carries out commands whose time has come.
    Deadlines,
    /// Erases the personal data of filings whose time is over.
    Retention,
    /// Removes counters, replies and requests that are over.
    Tidy,
    /// Signs the audit log and walks along it.
    Audit,
    /// Counts what has happened, for the charts.
    Statistics,
    /// Sends notices by e-mail, where a server for them is configured (PRO-05).
    Notices,
    /// Sends events to providers' webhooks (PRO-03).
    Webhooks,
    /// Files records that came over the enterprise interface, and makes files of what became of them.
    Enterprise,
}

impl Task {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Dispatch,
        Self::Deadlines,
        Self::Retention,
        Self::Tidy,
        Self::Audit,
        Self::Statistics,
        Self::Notices,
        Self::Webhooks,
        Self::Enterprise,
    ];

    /// The name in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dispatch => "dispatch",
            Self::Deadlines => "deadlines",
            Self::Retention => "retention",
            Self::Tidy => "tidy",
            Self::Audit => "audit",
            Self::Statistics => "statistics",
            Self::Notices => "notices",
            Self::Webhooks => "webhooks",
            Self::Enterprise => "enterprise",
        }
    }
}

/// What is known of one task.
#[derive(Default, Debug)]
pub struct TaskRecord {
    began_ms: AtomicI64,
    ended_ms: AtomicI64,
    done: AtomicU64,
    failures: AtomicU64,
    failing: AtomicBool,
}

fn instant(ms: &AtomicI64) -> Option<Timestamp> {
    let ms = ms.load(Ordering::Relaxed);
    (ms > 0).then(|| Timestamp::from_ms(ms))
}

impl TaskRecord {
    /// It begins.
    pub fn begins(&self, now: Timestamp) {
        self.began_ms.store(now.as_ms(), Ordering::Relaxed);
    }

    /// It has come to its end and done so much.
    pub fn ends(&self, now: Timestamp, done: usize) {
        self.ended_ms.store(now.as_ms(), Ordering::Relaxed);
        self.done.fetch_add(u64::try_from(done).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.failing.store(false, Ordering::Relaxed);
    }

    /// It could not go on; it is tried again.
    pub fn fails(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.failing.store(true, Ordering::Relaxed);
    }

    /// When it last began.
    pub fn began_at(&self) -> Option<Timestamp> {
        instant(&self.began_ms)
    }

    /// When it last came to its end.
    pub fn ended_at(&self) -> Option<Timestamp> {
        instant(&self.ended_ms)
    }

    /// What it has done since the start: messages, commands, filings, rows, entries.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// How often it has failed since the start.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Whether the last time was one of them.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }
}

/// What is known of each task.
#[derive(Default, Debug)]
pub struct TaskLog {
    dispatch: TaskRecord,
    deadlines: TaskRecord,
    retention: TaskRecord,
    tidy: TaskRecord,
    audit: TaskRecord,
    statistics: TaskRecord,
    notices: TaskRecord,
    webhooks: TaskRecord,
    enterprise: TaskRecord,
}

impl TaskLog {
    /// Of one.
    pub const fn of(&self, task: Task) -> &TaskRecord {
        match task {
            Task::Dispatch => &self.dispatch,
            Task::Deadlines => &self.deadlines,
            Task::Retention => &self.retention,
            Task::Tidy => &self.tidy,
            Task::Audit => &self.audit,
            Task::Statistics => &self.statistics,
            Task::Notices => &self.notices,
            Task::Webhooks => &self.webhooks,
            Task::Enterprise => &self.enterprise,
        }
    }
}
