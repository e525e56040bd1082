//! Opening, migrating, and refusing what must not be opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use heyan_domain::mark;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use crate::files::owner_only;
use crate::keys::{KeySet, Ring};

/// The schema that this version writes.
const SCHEMA_VERSION: i64 = 7;
/// Marks the file as Heyan's (`PRAGMA application_id`): "HEYN".
const APPLICATION_ID: i64 = 0x4845_594E;
/// The file's name within the data directory.
const FILE_NAME: &str = "heyan.db";
/// SQLite's page cache of the writing connection, in KiB. Not larger: at a commit SQLite may walk the whole of it (while
/// the file is below one GiB), and what it misses the system's cache has.
const WRITER_CACHE_KIB: i64 = 64 * 1024;
/// SQLite's page cache of each reading connection, in KiB.
const READER_CACHE_KIB: i64 = 16 * 1024;

/// How long a statement waits for another connection's lock; only opening and migrating ever have to.
pub(super) const BUSY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// What a database is used for. It is never used for both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Test double: virtual clock, loopback route, bearer keys that everyone knows.
    Sandbox,
    /// The real thing.
    Production,
}

impl Mode {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }
}

/// Why the database cannot be used. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory cannot be made or written.
    #[error(
        "the data directory {path} cannot be written\nname another with --data, or give this account the right to write there"
    )]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file belongs to something else.
    #[error("{0} is a database, but not one of Heyan's\nname another directory with --data")]
    Foreign(PathBuf),
    /// The file was written by a later version.
    #[error(
        "the database has schema version {found}, this program knows {known}\nuse the newer program that wrote it, or restore a backup made before the upgrade"
    )]
    Newer {
        /// The file's.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The file was written before the first release, by a schema that nothing carries over.
    #[error(
        "the database has schema version {found}, from before the first release\nname a new directory with --data; nothing carries such data over"
    )]
    Older {
        /// The file's.
        found: i64,
    },
    /// Sandbox and production do not mix.
    #[error(
        "the data was made {made}, and cannot be opened {wanted}\nname another directory with --data; sandbox and production data never mix"
    )]
    Mode {
        /// How it was made.
        made: &'static str,
        /// How it was to be opened.
        wanted: &'static str,
    },
    /// The keys are not those of the data (SEC-18).
    #[error(
        "the key file does not hold the keys of this data (key {key} is missing or different)\nset HEYAN_KEYS to the key file that belongs to the data, or restore it from its backup"
    )]
    Keys {
        /// Which is missing.
        key: u8,
    },
    /// A stored value does not open or cannot be read.
    #[error(
        "a stored value cannot be read ({what})\nthe file is damaged or was changed by hand; restore a backup"
    )]
    Damaged {
        /// What it should have been.
        what: &'static str,
    },
    /// The engine's thread cannot be started.
    #[error("the engine's thread cannot be started\nlet the account have more threads")]
    Thread(#[source] std::io::Error),
    /// Another process has the data open for writing.
    #[error("another Heyan has this data open\nstop it first, or name another directory with --data")]
    InUse,
    /// Anything else that SQLite says.
    #[error("the database refused a statement")]
    Sqlite(#[from] rusqlite::Error),
}

impl StoreError {
    /// Whether the medium is at fault (full, broken, read-only) rather than a command.
    pub fn is_storage(&self) -> bool {
        match self {
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    rusqlite::ErrorCode::DiskFull
                        | rusqlite::ErrorCode::SystemIoFailure
                        | rusqlite::ErrorCode::ReadOnly
                        | rusqlite::ErrorCode::CannotOpen
                        | rusqlite::ErrorCode::DatabaseCorrupt
                        | rusqlite::ErrorCode::NotADatabase
                )
            ),
            Self::Directory { .. } => true,
            Self::Foreign(_)
            | Self::Newer { .. }
            | Self::Older { .. }
            | Self::Mode { .. }
            | Self::Keys { .. }
            | Self::Damaged { .. }
            | Self::Thread(_)
            | Self::InUse => false,
        }
    }
}

/// An opened, migrated database.
#[derive(Clone, Debug)]
pub struct Database {
    path: PathBuf,
    /// Held for as long as the data is open: one writing process at a time.
    _lock: Arc<std::fs::File>,
}

impl Database {
    /// The schema that this program writes.
    pub const SCHEMA_VERSION: i64 = SCHEMA_VERSION;

    /// Reads everything and says what is damaged; nothing, if the data is whole.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.connect_reader()?;
        let mut statement = connection.prepare("PRAGMA integrity_check")?;
        let faults =
            statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(faults.into_iter().filter(|fault| fault != "ok").collect())
    }

    /// Where the database of a data directory is.
    pub fn file_in(directory: &Path) -> PathBuf {
        directory.join(FILE_NAME)
    }

    /// Opens the database of a data directory, making and migrating it as needed.
    pub fn open(directory: &Path, mode: Mode, ring: &Ring) -> Result<Self, StoreError> {
        let in_directory = |source| StoreError::Directory { path: directory.to_owned(), source };
        std::fs::create_dir_all(directory).map_err(in_directory)?;
        let lock = owner_only().create(true).open(directory.join("heyan.lock")).map_err(in_directory)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(StoreError::InUse),
            Err(std::fs::TryLockError::Error(source)) => return Err(in_directory(source)),
        }
        let database = Self { path: Self::file_in(directory), _lock: Arc::new(lock) };
        if !database.path.exists() {
            // SQLite would let the whole machine read it. The log and its index get the rights of the file.
            owner_only().create(true).open(&database.path).map_err(in_directory)?;
        }
        database.recognise()?;
        let mut connection = database.connect_writer()?;
        Self::migrate(&mut connection)?;
        check_mode(&connection, mode)?;
        check_keys(&connection, &ring.current())?;
        Ok(database)
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn connect_writer(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = connect(&self.path, flags, WRITER_CACHE_KIB)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // What is deleted or replaced leaves no bytes behind in the file (SEC-13).
        connection.pragma_update(None, "secure_delete", "ON")?;
        // The engine checkpoints between groups instead of in the middle of one.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        Ok(connection)
    }

    pub(super) fn connect_reader(&self) -> Result<Connection, StoreError> {
        connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB)
    }

    /// A connection to a file that is to become the database, if it can.
    pub(super) fn connect_file(path: &Path) -> Result<Connection, StoreError> {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB)?;
        recognise(&connection, path)?;
        Ok(connection)
    }

    /// A reading connection beside the process that has the data open; `None` if there is no data yet.
    pub(super) fn connect_beside(directory: &Path) -> Result<Option<Connection>, StoreError> {
        let path = Self::file_in(directory);
        if !path.exists() {
            return Ok(None);
        }
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB)?;
        recognise(&connection, &path)?;
        Ok(Some(connection))
    }

    /// Refuses a file that is not ours or not yet known, before anything in it is touched: already the journal mode
    /// is kept in the file.
    fn recognise(&self) -> Result<(), StoreError> {
        if !self.path.exists() {
            return Ok(());
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        recognise(&Connection::open_with_flags(&self.path, flags)?, &self.path)
    }

    fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
        if schema_version(connection)? < SCHEMA_VERSION {
            let transaction = connection.transaction()?;
            transaction.execute_batch(include_str!("schema.sql"))?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            transaction.commit()?;
        }
        Ok(())
    }

    /// A value kept beside the data, such as the sandbox clock's offset.
    pub fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        let connection = self.connect_reader()?;
        Ok(meta(&connection, name)?)
    }

    /// Keeps such a value.
    pub fn set_meta(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let connection = self.connect_writer()?;
        Ok(put_meta(&connection, name, value)?)
    }
}

fn connect(path: &Path, flags: OpenFlags, cache_kib: i64) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // Statement statistics would re-parse at every bind: 8 to 27 % of the write path.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn recognise(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    let tables = tables.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign(path.to_owned()),
        _ => error.into(),
    })?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    let found = schema_version(connection)?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer { found, known: SCHEMA_VERSION });
    }
    if (1..SCHEMA_VERSION).contains(&found) {
        return Err(StoreError::Older { found });
    }
    Ok(())
}

fn schema_version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

pub(super) fn meta(connection: &Connection, name: &str) -> Result<Option<String>, rusqlite::Error> {
    let mut statement = connection.prepare("SELECT value FROM meta WHERE name = ?1")?;
    statement.query_row([name], |row| row.get(0)).optional()
}

pub(super) fn put_meta(connection: &Connection, name: &str, value: &str) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    connection.execute(sql, [name, value]).map(|_| ())
}

fn check_mode(connection: &Connection, mode: Mode) -> Result<(), StoreError> {
    mark!("SEC-16");
    match meta(connection, "mode")? {
        Some(made) if made == mode.as_str() => Ok(()),
        Some(made) => {
            let made = if made == Mode::Sandbox.as_str() { "with --sandbox" } else { "without --sandbox" };
            let wanted = match mode {
                Mode::Sandbox => "with it",
                Mode::Production => "without it",
            };
            Err(StoreError::Mode { made, wanted })
        }
        None => Ok(put_meta(connection, "mode", mode.as_str())?),
    }
}

/// What the name of a key's check value begins with in `meta`.
pub(super) const KEY_SEEN: &str = "key-";

/// Keys that are not those of the data are refused, at a start and while running (SEC-18): the database keeps a check
/// value of each key it has seen, from before anything is sealed with it.
pub(super) fn check_keys(connection: &Connection, keys: &KeySet) -> Result<(), StoreError> {
    let ours = keys.check_values();
    let mut statement = connection.prepare("SELECT name, value FROM meta WHERE name LIKE 'key-%'")?;
    let seen: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let named = |key: u8| format!("{KEY_SEEN}{key:03}");
    let text = |value: &[u8; 15]| crate::keys::encode_hex(value);
    for (name, value) in seen {
        let known = ours.iter().any(|(key, check)| named(key.0) == name && text(check) == value);
        if !known {
            let key = name.trim_start_matches(KEY_SEEN).parse().unwrap_or(0);
            return Err(StoreError::Keys { key });
        }
    }
    for (key, check) in &ours {
        put_meta(connection, &named(key.0), &text(check))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    /// The tables of a schema without a comment of their own above them.
    fn without_comment(schema: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let mut before = "";
        for line in schema.lines() {
            if let Some(table) = line.strip_prefix("CREATE TABLE ")
                && !before.starts_with("-- ")
            {
                found.push(table.trim_end_matches(" ("));
            }
            before = line;
        }
        found
    }

    #[test]
    fn every_table_says_what_it_is_for() {
        let schema = include_str!("schema.sql");
        assert!(schema.matches("CREATE TABLE ").count() > 15);
        assert_eq!(without_comment(schema), Vec::<&str>::new());
    }
}
