//! The one writing connection.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use heyan_domain::filing::Filing;
use heyan_domain::state::State;
use heyan_domain::terms::{FilingId, MessageId};
use heyan_domain::verification::Verification;
use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::audit::Chain;
use super::chores::Rekeying;
use super::database::{BUSY_TIMEOUT, Database, StoreError};
use crate::keys::Ring;

/// From this many pages in the log on it is copied back into the file, by a thread of its own while groups go on.
const CHECKPOINT_PAGES: u32 = 32 * 1024;

/// Rows as they were when loaded: what is there already is updated, and only where it differs; the rest is inserted.
#[derive(Default)]
pub(super) struct Originals {
    pub filings: HashMap<FilingId, (Filing, Vec<Verification>)>,
    pub messages: std::collections::HashSet<MessageId>,
}

/// See the module.
pub struct Writer {
    pub(super) connection: Connection,
    pub(super) ring: Arc<Ring>,
    pub(super) originals: Originals,
    pub(super) rekeying: Rekeying,
    /// The last count of every key of yesterday and today, as committed.
    pub(super) counters: HashMap<i64, u32>,
    /// What the group at hand has counted; part of `counters` once it is committed.
    pub(super) counted: Vec<(i64, u32)>,
    /// Where the audit log ends.
    pub(super) chain: Chain,
    database: Database,
    /// Pages in the log, as of the last commit.
    log_pages: Arc<AtomicU32>,
    checkpoint: Option<JoinHandle<()>>,
}

impl Writer {
    /// Opens the connection.
    pub fn open(database: &Database, ring: Arc<Ring>) -> Result<Self, StoreError> {
        let mut connection = database.connect_writer()?;
        let log_pages = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&log_pages);
        connection.wal_hook(Some(move |_: &mut Wal, pages| {
            seen.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        let counters = read_counters(&connection)?;
        let chain = Chain::read(&connection)?;
        Ok(Self {
            connection,
            ring,
            originals: Originals::default(),
            rekeying: Rekeying::default(),
            counters,
            counted: Vec::new(),
            chain,
            database: database.clone(),
            log_pages,
            checkpoint: None,
        })
    }

    /// Begins a group.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        self.originals = Originals::default();
        self.counted.clear();
        self.chain.take_back();
        // A group that could not even be taken back would otherwise stand in the way of every later one.
        self.roll_back();
        Ok(self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([]).map(|_| ())?)
    }

    /// An empty state with the next numbers.
    pub fn state(&mut self) -> Result<State, StoreError> {
        let mut state = State { next_filing: 1, next_event: 1, ..State::default() };
        let mut statement = self.connection.prepare_cached("SELECT name, next FROM sequences")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let next: i64 = row.get(1)?;
            match row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)? {
                "filing" => state.next_filing = next,
                "event" => state.next_event = next,
                _ => {}
            }
        }
        Ok(state)
    }

    /// Makes the group durable.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        self.counters.extend(self.counted.drain(..));
        self.chain.keep();
        Ok(())
    }

    /// Takes the group back.
    pub fn roll_back(&mut self) {
        if self.connection.is_autocommit() {
            return;
        }
        if let Err(error) = self.connection.execute_batch("ROLLBACK") {
            tracing::error!(name: "store.rollback_failed", error = %error, "the group could not be taken back");
        }
    }

    /// Keeps the log from growing without end. Checkpoints set the p99, so the copying is done beside the groups; only
    /// what they have written meanwhile is copied here, between two of them, so that the log can start over.
    pub fn between_groups(&mut self) {
        match self.checkpoint.take() {
            Some(running) if !running.is_finished() => self.checkpoint = Some(running),
            // In the file it has: allocating that anew would cost more than the space is worth.
            Some(_) => self.checkpoint_now("PRAGMA wal_checkpoint(RESTART)"),
            None if self.log_pages.load(Ordering::Relaxed) >= CHECKPOINT_PAGES => {
                let database = self.database.clone();
                let thread = std::thread::Builder::new().name("heyan-copy".to_owned());
                self.checkpoint = thread.spawn(move || passive_checkpoint(&database)).ok();
            }
            None => {}
        }
    }

    fn checkpoint_now(&self, sql: &str) {
        let copied = self.connection.busy_timeout(Duration::ZERO).and_then(|()| {
            // A busy answer is no failure: the next look tries again.
            self.connection.query_row(sql, [], |_| Ok(()))
        });
        if let Err(error) = copied.and(self.connection.busy_timeout(BUSY_TIMEOUT)) {
            tracing::warn!(name: "store.checkpoint_failed", error = %error, "the log could not be copied back");
        }
    }

    /// Copies the log back and closes.
    pub fn close(mut self) {
        if let Some(thread) = self.checkpoint.take() {
            let _ = thread.join();
        }
        self.checkpoint_now("PRAGMA wal_checkpoint(TRUNCATE)");
    }
}

fn passive_checkpoint(database: &Database) {
    let copied = database.connect_writer().and_then(|connection| {
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).map_err(StoreError::from)
    });
    if let Err(error) = copied {
        tracing::warn!(name: "store.checkpoint_failed", error = %error, "the log could not be copied back");
    }
}

fn read_counters(connection: &Connection) -> Result<HashMap<i64, u32>, StoreError> {
    let mut counters = HashMap::new();
    let mut statement = connection.prepare("SELECT key, count FROM counters ORDER BY no")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        counters.insert(row.get(0)?, row.get(1)?);
    }
    Ok(counters)
}
