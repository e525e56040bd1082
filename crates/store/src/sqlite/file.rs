//! The file: opening, migrating, and refusing what must not be opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::database::{SCHEMA_VERSION, StoreError};
use crate::files::owner_only;

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

/// An opened, migrated file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    path: PathBuf,
    /// Held for as long as the data is open: one writing process at a time.
    _lock: Arc<std::fs::File>,
}

impl File {
    /// Reads everything and says what is damaged; nothing, if the data is whole.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.connect_reader()?;
        let faults = connection.prepare("PRAGMA integrity_check").and_then(|mut statement| {
            statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()
        });
        Ok(faults?.into_iter().filter(|fault| fault != "ok").collect())
    }

    /// Where the database of a data directory is.
    pub fn in_directory(directory: &Path) -> PathBuf {
        directory.join(FILE_NAME)
    }

    /// Opens the database of a data directory, making and migrating it as needed.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        let in_directory = |source| StoreError::Directory { path: directory.to_owned(), source };
        std::fs::create_dir_all(directory).map_err(in_directory)?;
        let lock = owner_only().create(true).open(directory.join("heyan.lock")).map_err(in_directory)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(StoreError::InUse),
            Err(std::fs::TryLockError::Error(source)) => return Err(in_directory(source)),
        }
        let file = Self { path: Self::in_directory(directory), _lock: Arc::new(lock) };
        if !file.path.exists() {
            // SQLite would let the whole machine read it. The log and its index get the rights of the file.
            owner_only().create(true).open(&file.path).map_err(in_directory)?;
        }
        file.recognise()?;
        let mut connection = file.connect_writer()?;
        Self::migrate(&mut connection)?;
        Ok(file)
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn connect_writer(&self) -> Result<Connection, StoreError> {
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

    pub(crate) fn connect_reader(&self) -> Result<Connection, StoreError> {
        connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB)
    }

    /// A connection to a file that is to become the database, if it can.
    pub(crate) fn connect_file(path: &Path) -> Result<Connection, StoreError> {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB)?;
        recognise(&connection, path)?;
        Ok(connection)
    }

    /// A reading connection beside the process that has the data open; `None` if there is no data yet.
    pub(crate) fn connect_beside(directory: &Path) -> Result<Option<Connection>, StoreError> {
        let path = Self::in_directory(directory);
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
