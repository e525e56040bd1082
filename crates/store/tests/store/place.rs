//! A data directory, and the engine that is opened over it, closed and opened again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::limits::Limits;
use heyan_domain::rulebook::Rulebook;
use heyan_domain::rules::Rules;
use heyan_domain::terms::{Code, MessageId, Phone};
use heyan_domain::working_days::WorkingDays;
use heyan_store::clock::{Clock, FixedClock, SystemClock, VirtualClock};
use heyan_store::database::{Database, Mode, StoreError};
use heyan_store::engine::{Engine, Parts};
use heyan_store::keys::{KeyFile, Ring};
use heyan_store::rules::SharedRules;
use heyan_store::tables::{OutboxPlace, Readers, RulesError};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use crate::server::TestDatabase;

pub type TestClock = VirtualClock<FixedClock>;

/// Data, keys and clock; what is opened over them comes and goes.
pub struct Place {
    pub directory: PathBuf,
    pub clock: Arc<TestClock>,
    pub limits: Option<Limits>,
    pub seed: u64,
    /// The machine's clock, as the database server's is held against it.
    pub machine: Arc<dyn Clock>,
    /// Where the data is, unless it is a file in the directory.
    pub server: Option<TestDatabase>,
}

/// Where data lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Sqlite,
    Postgresql,
}

/// Has tests hold wherever the data lies: each is a function of the [`Kind`].
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[test] fn $name() { super::$name($crate::place::Kind::Sqlite); })+
        }
        mod on_postgresql {
            $(#[test] fn $name() { super::$name($crate::place::Kind::Postgresql); })+
        }
    };
}
pub(crate) use on_both;

/// An engine at work.
pub struct Opened {
    pub engine: Engine,
    pub readers: Readers,
    pub rules: Arc<SharedRules>,
    pub ring: Arc<Ring>,
    pub database: Database,
}

pub fn monday_10_o_clock() -> Timestamp {
    Timestamp::parse_rfc3339("2026-03-02T10:00:00+08:00").unwrap()
}

/// The shipped rules, read once for all tests.
pub fn book() -> Rulebook {
    static BOOK: LazyLock<Rulebook> = LazyLock::new(|| Rulebook::shipped().unwrap());
    BOOK.clone()
}

/// The shipped calendar, read once for all tests.
pub fn calendar() -> Arc<WorkingDays> {
    static CALENDAR: LazyLock<Arc<WorkingDays>> = LazyLock::new(|| Arc::new(WorkingDays::shipped().unwrap()));
    Arc::clone(&CALENDAR)
}

/// A runtime on which everything is polled in order.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// A runtime with threads of its own.
pub fn threads() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap()
}

impl Place {
    /// Over a directory that may hold data already.
    pub fn new(directory: &Path, seed: u64) -> Self {
        let clock = Arc::new(VirtualClock::new(FixedClock(monday_10_o_clock()), 0));
        Self {
            directory: directory.to_owned(),
            clock,
            limits: None,
            seed,
            machine: Arc::new(SystemClock),
            server: None,
        }
    }

    /// The same, with a new database where it is asked for.
    pub fn of(kind: Kind, directory: &Path, seed: u64) -> Self {
        let server = (kind == Kind::Postgresql).then(TestDatabase::new);
        Self { server, ..Self::new(directory, seed) }
    }

    pub fn keys(&self) -> PathBuf {
        self.directory.join("keys.toml")
    }

    pub fn file(&self) -> PathBuf {
        Database::file_in(&self.directory)
    }

    /// A generator that nothing else has drawn from: nonces must not repeat under one key.
    fn generator(&mut self) -> ChaCha12Rng {
        self.seed += 1;
        ChaCha12Rng::seed_from_u64(self.seed)
    }

    /// The keys, made if there are none.
    pub fn ring(&mut self) -> Arc<Ring> {
        let mut rng = self.generator();
        let file = KeyFile::read(&self.keys());
        let file =
            file.unwrap_or_else(|_| KeyFile::init(&self.keys(), monday_10_o_clock(), &mut rng).unwrap());
        Arc::new(Ring::new(&file))
    }

    /// Adds a key to the file: the active one from the next opening on, or once it is taken up.
    pub fn rotate(&mut self) {
        let mut rng = self.generator();
        KeyFile::rotate(&self.keys(), monday_10_o_clock(), &mut rng).unwrap();
    }

    pub fn try_open(&mut self) -> Result<Opened, StoreError> {
        std::fs::create_dir_all(&self.directory).unwrap();
        let ring = self.ring();
        let database = match &self.server {
            Some(server) => Database::open(server.location(), Mode::Sandbox, &ring)?,
            None => Database::open(self.directory.as_path(), Mode::Sandbox, &ring)?,
        };
        let rules = Arc::new(SharedRules::new(rules_of(&database)?));
        let clock: Arc<dyn Clock> = self.clock.clone();
        let parts = Parts {
            rules: Arc::clone(&rules),
            ring: Arc::clone(&ring),
            limits: self.limits,
            calendar: calendar(),
            clock,
            machine: Arc::clone(&self.machine),
            rng: Box::new(self.generator()),
        };
        let engine = Engine::start(&database, parts)?;
        let readers = Readers::new(&database, Arc::clone(&ring));
        Ok(Opened { engine, readers, rules, ring, database })
    }

    pub fn open(&mut self) -> Opened {
        self.try_open().unwrap()
    }

    /// A connection of somebody who goes behind the engine's back.
    pub fn connection(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.file()).unwrap()
    }

    /// Statements of somebody who goes behind the engine's back, wherever the data lies.
    pub fn run(&self, sql: &str) {
        match &self.server {
            Some(server) => server.run(sql),
            None => self.connection().execute_batch(sql).unwrap(),
        }
    }

    /// A number that is to be found there.
    pub fn number(&self, sql: &str) -> i64 {
        match &self.server {
            Some(server) => server.one(sql),
            None => self.connection().query_row(sql, [], |row| row.get(0)).unwrap(),
        }
    }

    /// Octets that are to be found there.
    pub fn octets(&self, sql: &str) -> Vec<u8> {
        match &self.server {
            Some(server) => server.one(sql),
            None => self.connection().query_row(sql, [], |row| row.get(0)).unwrap(),
        }
    }

    /// The condition that a column's octets begin with this one.
    pub fn begins_with(&self, column: &str, octet: u8) -> String {
        let literal =
            if self.server.is_some() { format!("'\\x{octet:02x}'") } else { format!("x'{octet:02x}'") };
        format!("substr({column}, 1, 1) = {literal}")
    }

    /// Has the database refuse rows for a table.
    pub fn refuse(&self, table: &str, when: &str) {
        self.run(&match &self.server {
            Some(_) => format!(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; \
                 CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse()"
            ),
            None => format!(
                "CREATE TRIGGER refuse BEFORE INSERT ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, 'no'); END"
            ),
        });
    }

    /// Has it take them again.
    pub fn refuse_no_more(&self, table: &str) {
        self.run(&match &self.server {
            Some(_) => format!("DROP TRIGGER refuse ON {table}"),
            None => "DROP TRIGGER refuse".to_owned(),
        });
    }

    /// Puts a row where it was not decided to be; what is no text in UTF-8 is octets.
    pub fn insert(&self, table: &str, row: &[&[u8]]) {
        let hex =
            |value: &[u8]| value.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().concat();
        let on_server = self.server.is_some();
        let literals: Vec<String> = row
            .iter()
            .map(|value| match std::str::from_utf8(value) {
                Ok(text) if !text.contains(|c: char| c.is_control() || c == '\'') => format!("'{text}'"),
                Ok(_) | Err(_) if on_server => format!("'\\x{}'", hex(value)),
                Ok(_) | Err(_) => format!("x'{}'", hex(value)),
            })
            .collect();
        self.run(&format!("INSERT INTO {table} VALUES ({})", literals.join(", ")));
    }

    /// What SQLite says of the file, once nobody has it open.
    pub fn integrity(&self) -> String {
        self.connection().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap()
    }
}

fn rules_of(database: &Database) -> Result<Rules, StoreError> {
    database.rules(book()).map_err(|error| match error {
        RulesError::Store(error) => error,
        RulesError::Defective(defects) => panic!("{defects:?}"),
    })
}

impl Opened {
    pub async fn execute(&self, action: Action) -> Outcome {
        self.engine.execute(action).await.unwrap()
    }

    /// What waits for a carrier: to whom, and the code in it.
    pub fn outbox(&self) -> Vec<(MessageId, Phone, Code)> {
        let queued =
            self.readers.read_blocking(|reader| reader.outbox(OutboxPlace::default(), 100_000)).unwrap();
        let opened = queued.into_iter().map(|out| (out.message, out.to, Code::parse(&out.text).unwrap()));
        opened.collect()
    }

    /// Gives everything in the outbox to a carrier.
    pub async fn send(&self) -> Vec<(MessageId, Phone, Code)> {
        let sent = self.outbox();
        let submitted = sent.iter().map(|(message, _, _)| Action::Submitted {
            message: *message,
            route: "loopback".to_owned(),
            carrier_id: "taken".to_owned(),
            to: None,
        });
        for outcome in self.engine.execute_background(submitted.collect()).await {
            assert_eq!(outcome, Ok(Outcome::Done));
        }
        sent
    }
}
