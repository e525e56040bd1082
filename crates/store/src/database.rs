//! The database, wherever it is: opening it, what it is used for, and why it cannot be used.

use std::path::{Path, PathBuf};

use heyan_domain::mark;

use crate::keys::{KeySet, Ring};
use crate::location::Location;
use crate::postgres::{PgError, Server};
use crate::sql::{Connection, Optional as _, SqlError};
use crate::sqlite::File;

/// The schema that this version writes.
pub(crate) const SCHEMA_VERSION: i64 = 8;

/// What a database is used for. It is never used for both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Test double: virtual clock, loopback route, bearer keys that everyone knows.
    Sandbox,
    /// The real thing.
    Production,
}

impl Mode {
    pub(crate) const fn as_str(self) -> &'static str {
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
    /// The server cannot be reached, or does not let us in.
    #[error(
        "the PostgreSQL server of {place} cannot be reached\nlook whether it runs, and whether address, user and password of --database are right"
    )]
    Server {
        /// Which, without user and password.
        place: String,
        /// Why.
        #[source]
        source: PgError,
    },
    /// The clocks of this machine and of the server differ.
    #[error(
        "the clock of this machine is {} s ahead of the database server's; nothing is decided by it\nset the clocks of both by NTP; it goes on by itself",
        ahead_ms / 1_000
    )]
    Clock {
        /// By how much; negative, if it is behind.
        ahead_ms: i64,
    },
    /// What names the server cannot be read.
    #[error("--database is not an address of PostgreSQL: {0}\nwrite it as postgres://user@host:5432/name")]
    Address(String),
    /// The server keeps texts in another encoding.
    #[error(
        "the database keeps its texts in {0}, and Heyan needs UTF8\nmake it anew: createdb --encoding=UTF8 --template=template0"
    )]
    Encoding(String),
    /// Anything else that the database says.
    #[error("the database refused a statement")]
    Sql(#[from] SqlError),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error.into())
    }
}

impl StoreError {
    /// Whether the medium is at fault (full, broken, read-only) rather than a command.
    pub fn is_storage(&self) -> bool {
        match self {
            Self::Sql(error) => error.is_storage(),
            Self::Directory { .. } | Self::Server { .. } | Self::Clock { .. } => true,
            Self::Foreign(_)
            | Self::Newer { .. }
            | Self::Older { .. }
            | Self::Mode { .. }
            | Self::Keys { .. }
            | Self::Damaged { .. }
            | Self::Thread(_)
            | Self::Address(_)
            | Self::Encoding(_)
            | Self::InUse => false,
        }
    }
}

/// An opened, migrated database.
#[derive(Clone, Debug)]
pub struct Database {
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    File(File),
    Server(Server),
}

impl Database {
    /// The schema that this program writes.
    pub const SCHEMA_VERSION: i64 = SCHEMA_VERSION;

    /// Where the database of a data directory is.
    pub fn file_in(directory: &Path) -> PathBuf {
        File::in_directory(directory)
    }

    /// Opens a database, making and migrating it as needed.
    pub fn open(location: impl Into<Location>, mode: Mode, ring: &Ring) -> Result<Self, StoreError> {
        let place = match location.into() {
            Location::Directory(directory) => Place::File(File::open(&directory)?),
            Location::Server(address) => Place::Server(Server::open(&address)?),
        };
        let database = Self { place };
        let connection = database.connect_writer()?;
        check_mode(&connection, mode)?;
        check_keys(&connection, &ring.current())?;
        Ok(database)
    }

    /// A reading connection beside whoever has the data open; `None` if there is no data yet.
    pub(crate) fn connect_beside(location: &Location) -> Result<Option<Connection>, StoreError> {
        match location {
            Location::Directory(directory) => Ok(File::connect_beside(directory)?.map(Connection::Sqlite)),
            Location::Server(address) => Ok(Server::connect_beside(address)?.map(Connection::Postgres)),
        }
    }

    /// Reads everything and says what is damaged; nothing, if the data is whole.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        match &self.place {
            Place::File(file) => file.check(),
            Place::Server(server) => server.check(),
        }
    }

    pub(crate) fn connect_writer(&self) -> Result<Connection, StoreError> {
        match &self.place {
            Place::File(file) => file.connect_writer().map(Connection::Sqlite),
            Place::Server(server) => server.connect_writer().map(Connection::Postgres),
        }
    }

    pub(crate) fn connect_reader(&self) -> Result<Connection, StoreError> {
        match &self.place {
            Place::File(file) => file.connect_reader().map(Connection::Sqlite),
            Place::Server(server) => server.connect().map(Connection::Postgres),
        }
    }

    /// The file, unless it is on a server.
    pub(crate) const fn file(&self) -> Option<&File> {
        match &self.place {
            Place::File(file) => Some(file),
            Place::Server(_) => None,
        }
    }

    /// Where it is, for people: the file, or the server without user and password.
    pub fn name(&self) -> String {
        match &self.place {
            Place::File(file) => file.path().display().to_string(),
            Place::Server(server) => server.name().to_owned(),
        }
    }

    /// A value kept beside the data, such as the sandbox clock's offset.
    pub fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(meta(&self.connect_reader()?, name)?)
    }

    /// Keeps such a value.
    pub fn set_meta(&self, name: &str, value: &str) -> Result<(), StoreError> {
        Ok(put_meta(&self.connect_writer()?, name, value)?)
    }
}

pub(crate) fn meta(connection: &Connection, name: &str) -> Result<Option<String>, SqlError> {
    connection.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0)).optional()
}

pub(crate) fn put_meta(connection: &Connection, name: &str, value: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    connection.prepare_cached(sql)?.execute([name, value]).map(|_| ())
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
pub(crate) const KEY_SEEN: &str = "key-";

/// Keys that are not those of the data are refused, at a start and while running (SEC-18): the database keeps a check
/// value of each key it has seen, from before anything is sealed with it.
pub(crate) fn check_keys(connection: &Connection, keys: &KeySet) -> Result<(), StoreError> {
    let ours = keys.check_values();
    let mut statement = connection.prepare_cached("SELECT name, value FROM meta WHERE name LIKE 'key-%'")?;
    let seen: Vec<(String, String)> = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
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
    use std::collections::BTreeMap;

    const SQLITE: &str = include_str!("sqlite/schema.sql");
    const POSTGRES: &str = include_str!("postgres/schema.sql");
    /// What only several processes need.
    const OF_SEVERAL: [&str; 3] = ["leases", "turn", "writers"];

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

    /// The tables of a schema, and of each what must be the same everywhere: columns, which may be empty, keys.
    fn tables(schema: &str) -> BTreeMap<String, Vec<String>> {
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut name = String::new();
        for line in schema.lines().map(str::trim).filter(|line| !line.starts_with("--")) {
            if let Some(table) = line.strip_prefix("CREATE TABLE ") {
                name = table.trim_end_matches(" (").to_owned();
                tables.insert(name.clone(), Vec::new());
            } else if line.starts_with(')') {
                name.clear();
            } else if let Some(columns) = tables.get_mut(&name) {
                let line = line.trim_end_matches(',').replace(" AUTOINCREMENT", "");
                let line =
                    line.replace(" GENERATED BY DEFAULT AS IDENTITY", "").replace(" COLLATE \"C\"", "");
                columns.push(line.replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB"));
            }
        }
        tables
    }

    fn indexes(schema: &str) -> Vec<&str> {
        schema.lines().filter(|line| line.starts_with("CREATE") && line.contains(" INDEX ")).collect()
    }

    #[test]
    fn every_table_says_what_it_is_for() {
        for schema in [SQLITE, POSTGRES] {
            assert!(schema.matches("CREATE TABLE ").count() > 15);
            assert_eq!(without_comment(schema), Vec::<&str>::new());
        }
    }

    #[test]
    fn both_databases_have_the_same_tables_and_indexes() {
        let mut of_server = tables(POSTGRES);
        for table in OF_SEVERAL {
            assert!(of_server.remove(table).is_some(), "{table}");
        }
        assert_eq!(of_server, tables(SQLITE));
        assert_eq!(indexes(POSTGRES), indexes(SQLITE));
    }
}
