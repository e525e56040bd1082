//! The whole of the data in a file, from which either database can be filled: the way from SQLite to PostgreSQL and back.
//!
//! Every line is JSON. The first says what it is; then, for each table, its name and columns, its rows in the order of the
//! key, and how many they were; the last says how many there were over all. Octets are Base64 in a list of their own. What
//! is sealed stays sealed, and the keys are not in it.

use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::database::{Database, SCHEMA_VERSION, StoreError};
use crate::files::owner_only;
use crate::location::Location;
use crate::postgres::Server;
use crate::sql::{Connection, SqlError, Value};
use crate::sqlite::{File, take_away};

/// The first word of a file.
const FORMAT: &str = "heyan-export";
/// Rows read, and sent, at once.
const AT_ONCE: usize = 1_000;

/// Why data cannot be moved.
#[derive(Debug, thiserror::Error)]
pub enum MovingError {
    /// There is nothing to take out.
    #[error(
        "there is no data in {0}\nname the directory of the data with --data, or its database with --database"
    )]
    NoData(String),
    /// Somebody's file is there already.
    #[error("{0} is there already, and is left as it is\nname a file that is not there")]
    FileThere(PathBuf),
    /// Data is there already.
    #[error(
        "there is data in {0} already, and it is left as it is\nname an empty directory or a new database"
    )]
    DataThere(String),
    /// The file is not what it has to be.
    #[error("{file}:{line}: {what}\nmake it anew with heyan export, by the same version of this program")]
    Damaged {
        /// Which.
        file: PathBuf,
        /// Where.
        line: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// A file cannot be read or written.
    #[error(
        "{path} cannot be read or written\nname a place that this account may write to, with room for the data"
    )]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for MovingError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Head {
    format: String,
    schema: i64,
}

/// A line behind the first.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Table { table: String, columns: Vec<String> },
    Row(Vec<Cell>),
    Rows { rows: u64 },
    End { end: u64 },
}

/// A value as it stands in a row.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Cell {
    Nothing(()),
    Number(i64),
    Text(String),
    Octets([String; 1]),
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Nothing(()),
            Value::Integer(number) => Self::Number(number),
            Value::Text(text) => Self::Text(text),
            Value::Blob(octets) => Self::Octets([STANDARD.encode(octets)]),
        }
    }
}

impl Cell {
    fn into_value(self) -> Option<Value> {
        Some(match self {
            Self::Nothing(()) => Value::Null,
            Self::Number(number) => Value::Integer(number),
            Self::Text(text) => Value::Text(text),
            Self::Octets([octets]) => Value::Blob(STANDARD.decode(octets).ok()?),
        })
    }
}

/// A table as the schema has it.
#[derive(Debug)]
struct Table {
    name: &'static str,
    columns: Vec<&'static str>,
    key: Vec<&'static str>,
}

/// The tables that both databases have, in the order of the schema.
fn tables() -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut within = false;
    for line in include_str!("sqlite/schema.sql").lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("CREATE TABLE ") {
            tables.push(Table { name: name.trim_end_matches(" ("), columns: Vec::new(), key: Vec::new() });
            within = true;
        } else if line.starts_with(')') {
            within = false;
        } else if let Some(table) = tables.last_mut().filter(|_| within && !line.starts_with("--")) {
            if let Some(key) = line.strip_prefix("PRIMARY KEY (") {
                table.key = key.trim_end_matches([')', ',']).split(", ").collect();
            } else if let Some((column, rest)) = line.split_once(' ') {
                table.columns.push(column);
                if rest.contains("PRIMARY KEY") {
                    table.key.push(column);
                }
            }
        }
    }
    tables
}

/// The columns that PostgreSQL numbers by itself, by table.
fn numbered() -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let mut table = "";
    for line in include_str!("postgres/schema.sql").lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("CREATE TABLE ") {
            table = name.trim_end_matches(" (");
        } else if line.contains("AS IDENTITY")
            && let Some((column, _)) = line.split_once(' ')
        {
            found.push((table, column));
        }
    }
    found
}

fn parameters(from: usize, count: usize) -> String {
    (from..from + count).map(|at| format!("?{at}")).collect::<Vec<_>>().join(", ")
}

impl Table {
    /// The next rows behind a key.
    fn read(&self, connection: &Connection, after: Option<Vec<Value>>) -> Result<Vec<Vec<Value>>, SqlError> {
        let (columns, key) = (self.columns.join(", "), self.key.join(", "));
        let behind = match &after {
            Some(after) => format!("WHERE ({key}) > ({}) ", parameters(1, after.len())),
            None => String::new(),
        };
        let sql = format!("SELECT {columns} FROM {} {behind}ORDER BY {key} LIMIT {AT_ONCE}", self.name);
        let mut statement = connection.prepare_cached(&sql)?;
        statement.query_map(after.unwrap_or_default(), |row| {
            (0..self.columns.len()).map(|at| row.get(at)).collect()
        })
    }

    fn key_of(&self, row: &[Value]) -> Vec<Value> {
        let place = |name: &&str| self.columns.iter().position(|column| column == name);
        self.key.iter().filter_map(place).filter_map(|at| row.get(at).cloned()).collect()
    }
}

/// Whether a row belongs to where it is, and not to the data.
fn stays(table: &str, row: &[Value]) -> bool {
    table == "meta" && row.first() == Some(&Value::Text("schema".to_owned()))
}

fn in_file(path: &Path) -> impl Fn(std::io::Error) -> MovingError + '_ {
    |source| MovingError::File { path: path.to_owned(), source }
}

/// Takes the whole of the data out into a file, of one instant and beside whoever writes it. `progress` is told each table and how
/// many of its rows are done. Gives how many rows there were.
///
/// # Errors
/// See [`MovingError`]; nothing is left behind.
pub fn export(
    location: &Location,
    file: &Path,
    mut progress: impl FnMut(&str, u64),
) -> Result<u64, MovingError> {
    if file.exists() {
        return Err(MovingError::FileThere(file.to_owned()));
    }
    let connection = Database::connect_beside(location)?;
    let connection = connection.ok_or_else(|| MovingError::NoData(location.to_string()))?;
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = write(&connection, &part, &mut progress);
    let kept = written.and_then(|rows| {
        std::fs::rename(&part, file).map_err(in_file(file))?;
        Ok(rows)
    });
    if kept.is_err() {
        // It is of no use, and nobody knows its name.
        let _ = std::fs::remove_file(&part);
    }
    kept
}

fn write(
    connection: &Connection,
    part: &Path,
    progress: &mut impl FnMut(&str, u64),
) -> Result<u64, MovingError> {
    let file = owner_only().create(true).truncate(true).open(part).map_err(in_file(part))?;
    let mut out = BufWriter::new(file);
    let mut line = |line: &dyn erased::Json| -> Result<(), MovingError> {
        line.write(&mut out).and_then(|()| out.write_all(b"\n")).map_err(in_file(part))
    };
    let snapshot = connection.snapshot()?;
    line(&Head { format: FORMAT.to_owned(), schema: SCHEMA_VERSION })?;
    let mut all = 0;
    for table in tables() {
        let columns = table.columns.iter().map(|column| (*column).to_owned()).collect();
        line(&Line::Table { table: table.name.to_owned(), columns })?;
        let (mut rows, mut after) = (0, None);
        loop {
            let read = table.read(connection, after)?;
            let more = read.len() == AT_ONCE;
            after = read.last().map(|row| table.key_of(row));
            for row in read.into_iter().filter(|row| !stays(table.name, row)) {
                line(&Line::Row(row.into_iter().map(Cell::from).collect()))?;
                rows += 1;
            }
            progress(table.name, rows);
            if !more {
                break;
            }
        }
        line(&Line::Rows { rows })?;
        all += rows;
    }
    line(&Line::End { end: all })?;
    drop(snapshot);
    out.into_inner().map_err(|error| in_file(part)(error.into_error()))?.sync_all().map_err(in_file(part))?;
    Ok(all)
}

/// What can be written as a line.
mod erased {
    pub(super) trait Json {
        fn write(&self, out: &mut dyn std::io::Write) -> std::io::Result<()>;
    }

    impl<T: serde::Serialize> Json for T {
        fn write(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
            serde_json::to_writer(out, self).map_err(Into::into)
        }
    }
}

/// Fills an empty directory, or a new database, from a file, in one transaction, and counts what is there then. Whoever calls opens
/// it next, and so learns whether keys and mode are its own. Gives how many rows there were.
///
/// # Errors
/// See [`MovingError`]; nothing is left behind.
pub fn import(
    file: &Path,
    location: &Location,
    mut progress: impl FnMut(&str, u64),
) -> Result<u64, MovingError> {
    let lines = BufReader::new(std::fs::File::open(file).map_err(in_file(file))?);
    match location {
        Location::Directory(directory) => {
            if File::in_directory(directory).exists() {
                return Err(MovingError::DataThere(location.to_string()));
            }
            let target = File::open(directory)?;
            let filled = Filling::begin(Connection::Sqlite(target.connect_writer()?), file)
                .and_then(|filling| filling.fill(lines, &mut progress));
            if filled.is_err() {
                take_away(directory);
            }
            filled
        }
        Location::Server(address) => {
            let connection = Connection::Postgres(Server::open(address)?.lasting()?);
            let there: i64 =
                connection
                    .query_row("SELECT count(*) FROM meta WHERE name <> 'schema'", (), |row| row.get(0))?;
            if there > 0 {
                return Err(MovingError::DataThere(location.to_string()));
            }
            Filling::begin(connection, file)?.fill(lines, &mut progress)
        }
    }
}

/// A database being filled.
struct Filling<'f> {
    connection: Connection,
    file: &'f Path,
    line: usize,
}

impl<'f> Filling<'f> {
    fn begin(connection: Connection, file: &'f Path) -> Result<Self, MovingError> {
        connection.begin_exclusive()?;
        Ok(Self { connection, file, line: 0 })
    }

    fn damaged(&self, what: &'static str) -> MovingError {
        MovingError::Damaged { file: self.file.to_owned(), line: self.line, what }
    }

    fn fill(
        mut self,
        lines: BufReader<std::fs::File>,
        progress: &mut impl FnMut(&str, u64),
    ) -> Result<u64, MovingError> {
        let mut lines = lines.lines();
        let mut next = |filling: &mut Self| -> Result<Option<String>, MovingError> {
            filling.line += 1;
            lines.next().transpose().map_err(in_file(filling.file))
        };
        let head = next(&mut self)?.and_then(|line| serde_json::from_str(&line).ok());
        if head != Some(Head { format: FORMAT.to_owned(), schema: SCHEMA_VERSION }) {
            return Err(self.damaged("this is no export that this version of the program can read"));
        }
        let known = tables();
        let mut known = known.iter();
        let (mut at, mut rows, mut all) = (None, 0, 0);
        while let Some(line) = next(&mut self)? {
            let line =
                serde_json::from_str(&line).map_err(|_| self.damaged("this is no line of an export"))?;
            match (line, at) {
                (Line::Table { table, columns }, None) => {
                    let expected = known.next().filter(|one| one.name == table && one.columns == columns);
                    let expected = expected.ok_or_else(|| self.damaged("another table belongs here"))?;
                    let insert = format!(
                        "INSERT INTO {table} ({}) VALUES ({})",
                        columns.join(", "),
                        parameters(1, columns.len())
                    );
                    (at, rows) = (Some((expected, insert)), 0);
                }
                (Line::Row(row), Some((table, insert))) => {
                    let values: Option<Vec<Value>> = row.into_iter().map(Cell::into_value).collect();
                    let values = values.filter(|values| values.len() == table.columns.len());
                    let values = values.ok_or_else(|| self.damaged("this is no row of its table"))?;
                    self.connection.put(&insert, values)?;
                    rows += 1;
                    if rows % 1_000 == 0 {
                        self.connection.settle()?;
                        progress(table.name, rows);
                    }
                    at = Some((table, insert));
                }
                (Line::Rows { rows: said }, Some((table, _))) => {
                    self.connection.settle()?;
                    progress(table.name, rows);
                    let sql = format!("SELECT count(*) FROM {}", table.name);
                    let own =
                        u64::from(table.name == "meta" && matches!(self.connection, Connection::Postgres(_)));
                    let found: u64 = self.connection.query_row(&sql, (), |row| row.get(0))?;
                    if said != rows || found != rows + own {
                        return Err(self.damaged("so many rows are not there"));
                    }
                    all += rows;
                    at = None;
                }
                (Line::End { end }, None) if end == all && known.next().is_none() => {
                    self.number_on()?;
                    self.connection.commit()?;
                    return Ok(all);
                }
                _ => return Err(self.damaged("this does not belong here")),
            }
        }
        Err(self.damaged("it ends too soon"))
    }

    /// What PostgreSQL numbers by itself goes on behind what was put there.
    fn number_on(&self) -> Result<(), MovingError> {
        if let Connection::Postgres(_) = self.connection {
            for (table, column) in numbered().into_iter().filter(|(table, _)| *table != "writers") {
                self.connection.batch(&format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table} \
                     HAVING max({column}) IS NOT NULL"
                ))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_schema_is_moved_with_its_key() {
        let tables = tables();
        assert_eq!(tables.len(), include_str!("sqlite/schema.sql").matches("CREATE TABLE ").count());
        for table in &tables {
            assert!(
                !table.key.is_empty() && table.key.iter().all(|key| table.columns.contains(key)),
                "{table:?}"
            );
        }
        let events = tables.iter().find(|table| table.name == "events").unwrap();
        assert_eq!((events.key.as_slice(), events.columns.len()), (["provider", "id"].as_slice(), 9));
        assert!(numbered().contains(&("counters", "no")));
    }
}
