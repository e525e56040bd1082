//! The one writing connection of a process.

use std::collections::HashMap;
use std::sync::Arc;

use heyan_domain::filing::Filing;
use heyan_domain::terms::{FilingId, MessageId};
use heyan_domain::verification::Verification;

use super::audit::Chain;
use super::chores::Rekeying;
use crate::clock::Clock;
use crate::database::{Database, StoreError};
use crate::keys::Ring;
use crate::postgres::{Asked, Meanwhile, Turn};
use crate::sql::{Connection, Row, SqlError};
use crate::sqlite::Log;

/// Rows as they were when loaded: what is there already is updated, and only where it differs; the rest is inserted.
#[derive(Default)]
pub(super) struct Originals {
    pub filings: HashMap<FilingId, (Filing, Vec<Verification>)>,
    pub messages: std::collections::HashSet<MessageId>,
}

/// The next numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Next {
    pub filing: i64,
    pub event: i64,
}

impl Default for Next {
    fn default() -> Self {
        Self { filing: 1, event: 1 }
    }
}

impl Next {
    fn note(&mut self, row: &Row<'_>) -> Result<(), SqlError> {
        match row.get_ref(0)?.as_str()? {
            "filing" => self.filing = row.get(1)?,
            "event" => self.event = row.get(1)?,
            _ => {}
        }
        Ok(())
    }
}

/// A group that has begun.
pub(crate) struct Begun {
    pub meanwhile: Meanwhile,
    pub next: Next,
}

/// Without its turn nobody gets further, whatever the reason.
fn without_turn(error: StoreError, database: &Database) -> StoreError {
    match error {
        StoreError::Sql(SqlError::Postgres(source)) => StoreError::Server { place: database.name(), source },
        other => other,
    }
}

/// What each database needs of whoever writes.
enum Medium {
    /// The log is copied back into the file.
    File(Log),
    /// Others write too, each in its turn.
    Server(Turn),
}

/// See the module.
pub struct Writer {
    pub(super) connection: Connection,
    pub(super) ring: Arc<Ring>,
    pub(super) originals: Originals,
    pub(super) rekeying: Rekeying,
    /// The last count of every key of yesterday and today, as committed.
    pub(super) counters: HashMap<i64, u32>,
    /// Up to which row they have been read.
    counters_read: i64,
    /// What the group at hand has counted; part of `counters` once it is committed.
    pub(super) counted: Vec<(i64, u32)>,
    /// Where the audit log ends.
    pub(super) chain: Chain,
    database: Database,
    /// The machine's clock, to be held against the server's.
    machine: Arc<dyn Clock>,
    medium: Medium,
}

impl Writer {
    /// Opens the connection.
    pub fn open(database: &Database, ring: Arc<Ring>, machine: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let mut connection = database.connect_writer()?;
        let medium = match (database.file(), &mut connection) {
            (Some(file), Connection::Sqlite(sqlite)) => Medium::File(Log::of(file, sqlite)?),
            _ => Medium::Server(Turn::begin(&connection)?),
        };
        let chain = Chain::read(&connection)?;
        let mut writer = Self {
            connection,
            ring,
            originals: Originals::default(),
            rekeying: Rekeying::default(),
            counters: HashMap::new(),
            counters_read: 0,
            counted: Vec::new(),
            chain,
            database: database.clone(),
            machine,
            medium,
        };
        writer.read_counters()?;
        Ok(writer)
    }

    /// Begins a group.
    pub(crate) fn begin(&mut self) -> Result<Begun, StoreError> {
        let asked = self.ask_turn()?;
        self.take_turn(asked)
    }

    /// Asks for the turn, without waiting for it where there are others.
    pub(crate) fn ask_turn(&mut self) -> Result<Option<Asked>, StoreError> {
        self.originals = Originals::default();
        self.counted.clear();
        self.chain.take_back();
        // A group that could not even be taken back would otherwise stand in the way of every later one.
        self.roll_back();
        let Medium::Server(turn) = &mut self.medium else {
            self.connection.begin_exclusive()?;
            return Ok(None);
        };
        if self.connection.is_lost() {
            self.connection = self.database.connect_writer()?;
        }
        let asked = turn.ask(&self.connection);
        asked.map(Some).map_err(|error| without_turn(error.into(), &self.database))
    }

    /// Waits for the turn. Gives what has happened since the last one, and the next numbers.
    pub(crate) fn take_turn(&mut self, asked: Option<Asked>) -> Result<Begun, StoreError> {
        let (Medium::Server(turn), Some(asked)) = (&mut self.medium, asked) else {
            return Ok(Begun { meanwhile: Meanwhile::default(), next: self.numbers()? });
        };
        let taken = turn.take(&self.connection, asked, &*self.machine);
        let (meanwhile, rows) = taken.map_err(|error| without_turn(error, &self.database))?;
        let mut next = Next::default();
        for row in &rows {
            next.note(&Row::Postgres(row))?;
        }
        if meanwhile.others_wrote {
            let Self { connection, chain, .. } = self;
            // Both questions are asked together; what is missing is asked for once more.
            connection.gather();
            let read = match (chain.read_again(connection), self.read_counters()) {
                (Ok(()), Ok(())) => Ok(()),
                _ => self.connection.fetch().map_err(StoreError::from).and_then(|()| {
                    self.chain.read_again(&self.connection)?;
                    self.read_counters()
                }),
            };
            self.connection.end_gathering();
            read?;
        }
        Ok(Begun { meanwhile, next })
    }

    /// Whether the data is on a server.
    pub(crate) const fn is_on_server(&self) -> bool {
        matches!(self.medium, Medium::Server(_))
    }

    fn numbers(&self) -> Result<Next, StoreError> {
        let mut next = Next::default();
        let mut statement = self.connection.prepare_cached("SELECT name, next FROM sequences")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            next.note(&row)?;
        }
        Ok(next)
    }

    /// Notes that the group has changed the rules, for whoever writes next.
    pub(super) fn rules_change(&mut self) {
        if let Medium::Server(turn) = &mut self.medium {
            turn.rules_change();
        }
    }

    /// Makes the group durable.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        match &mut self.medium {
            Medium::File(_) => self.connection.commit()?,
            Medium::Server(turn) => turn.commit(&mut self.connection, &self.database)?,
        }
        self.counters.extend(self.counted.drain(..));
        self.chain.keep();
        Ok(())
    }

    /// Takes the group back.
    pub fn roll_back(&mut self) {
        if let Err(error) = self.connection.roll_back() {
            tracing::error!(name: "store.rollback_failed", error = %error, "the group could not be taken back");
        }
    }

    /// Takes the group back after something has failed; what others may have done counts as unknown.
    pub fn take_back(&mut self) {
        self.roll_back();
        if let Medium::Server(turn) = &mut self.medium {
            turn.forget();
        }
    }

    /// Takes or keeps the worker's work for so long. A file has one process, and that has it.
    pub(super) fn lease(&self, ms: i64) -> Result<usize, StoreError> {
        match &self.medium {
            Medium::File(_) => Ok(1),
            Medium::Server(turn) => Ok(turn.lease(&self.connection, ms)?),
        }
    }

    /// Lets go of it.
    pub(super) fn release(&self) -> Result<usize, StoreError> {
        match &self.medium {
            Medium::File(_) => Ok(0),
            Medium::Server(turn) => Ok(turn.release(&self.connection)?),
        }
    }

    /// Keeps the log of a file from growing without end.
    pub fn between_groups(&mut self) {
        if let (Medium::File(log), Connection::Sqlite(connection)) = (&mut self.medium, &self.connection) {
            log.between_groups(connection);
        }
    }

    /// Ends writing.
    pub fn close(self) {
        if let (Medium::File(log), Connection::Sqlite(connection)) = (self.medium, &self.connection) {
            log.close(connection);
        }
    }

    /// What was counted since this was last read, by whomever.
    fn read_counters(&mut self) -> Result<(), StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT no, key, count FROM counters WHERE no > ?1 ORDER BY no")?;
        let mut rows = statement.query([self.counters_read])?;
        while let Some(row) = rows.next()? {
            self.counters_read = row.get(0)?;
            self.counters.insert(row.get(1)?, row.get(2)?);
        }
        Ok(())
    }
}
