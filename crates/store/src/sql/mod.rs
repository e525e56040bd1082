//! Statements on a connection, whichever of the two databases it leads to.
//!
//! Both run the same statements (`tables/`), written with numbered parameters. What one of them says differently is told
//! apart in its own folder, `sqlite/` and `postgres/`.

mod value;

pub(crate) use value::{FromSql, Params, Value, ValueRef, params};

use crate::postgres::{Found, PgRow, Prepared, Session};

/// Why a statement was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// SQLite says so.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL says so, or cannot be reached.
    #[error(transparent)]
    Postgres(#[from] crate::postgres::PgError),
    /// There is no row where one is needed.
    #[error("there is no such row")]
    NoRow,
    /// A column holds something else.
    #[error("a column holds a value of another type")]
    Column,
    /// It is asked together with others, see [`Connection::gather`].
    #[error("this is asked later, together with others")]
    Later,
}

impl SqlError {
    /// Whether the medium or the way to it is at fault (full, broken, read-only, gone) rather than a statement.
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
            Self::Postgres(error) => error.is_storage(),
            Self::NoRow | Self::Column | Self::Later => false,
        }
    }
}

/// A connection to a database.
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Session),
}

/// Everything that is read while this is held is of one instant.
pub(crate) enum Snapshot<'c> {
    Sqlite { _transaction: rusqlite::Transaction<'c> },
    Postgres(&'c Session),
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if let Self::Postgres(session) = self {
            session.end_snapshot();
        }
    }
}

impl Connection {
    /// A statement, made ready once.
    pub fn prepare_cached(&self, sql: &str) -> Result<Statement<'_>, SqlError> {
        match self {
            Self::Sqlite(connection) => Ok(Statement::Sqlite(connection.prepare_cached(sql)?)),
            Self::Postgres(session) => Ok(Statement::Postgres(session, session.prepare(sql)?)),
        }
    }

    /// Carries out a statement whose effect nobody asks for now: PostgreSQL gets it with those that follow, many rows at once, and
    /// a failure shows at the latest when the transaction is committed.
    pub fn put(&self, sql: &str, params: impl Params) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(_) => self.prepare_cached(sql)?.execute(params).map(|_| ()),
            Self::Postgres(session) => Ok(session.put(session.prepare(sql)?, &params.values())?),
        }
    }

    /// On PostgreSQL questions are noted from now on and refused with [`SqlError::Later`]; [`Self::fetch`] asks them together, and
    /// asked once more they are answered. Says whether that is so.
    pub fn gather(&self) -> bool {
        if let Self::Postgres(session) = self {
            session.gather();
            return true;
        }
        false
    }

    /// Asks what was noted.
    pub fn fetch(&self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(_) => Err(SqlError::Later),
            Self::Postgres(session) => session.fetch(),
        }
    }

    /// Forgets what was found; questions are asked as they come.
    pub fn end_gathering(&self) {
        if let Self::Postgres(session) = self {
            session.end_gathering();
        }
    }

    /// The first row of what a statement finds.
    pub fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        self.prepare_cached(sql)?.query_row(params, read)
    }

    /// Begins to write; nobody else does until this is over.
    pub fn begin_exclusive(&self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(_) => self.prepare_cached("BEGIN IMMEDIATE")?.execute(()).map(|_| ()),
            Self::Postgres(session) => {
                session.begin("BEGIN");
                self.query_row("SELECT no FROM turn WHERE one = 1 FOR UPDATE", (), |_| Ok(()))
            }
        }
    }

    /// Statements without parameters, carried out as they stand.
    pub fn batch(&self, sql: &str) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Self::Postgres(session) => Ok(session.batch(sql)?),
        }
    }

    /// Waits until what was sent has been carried out.
    pub fn settle(&self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(session) => Ok(session.settle()?),
        }
    }

    /// Has other processes read the rules anew at their next turn.
    pub fn note_rules_changed(&self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(_) => self.put("UPDATE turn SET rules = rules + 1 WHERE one = 1", ()),
        }
    }

    /// Makes what was written durable.
    pub fn commit(&self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(_) => self.prepare_cached("COMMIT")?.execute(()).map(|_| ()),
            Self::Postgres(session) => Ok(session.commit()?),
        }
    }

    /// Takes what was written back, if anything was begun.
    pub fn roll_back(&self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(connection) if connection.is_autocommit() => Ok(()),
            Self::Sqlite(connection) => Ok(connection.execute_batch("ROLLBACK")?),
            Self::Postgres(session) if session.is_open() => Ok(session.roll_back()?),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Whether what is committed next is waited for to be on disk.
    pub fn wait_for_disk(&self, wait: bool) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(connection) => {
                let mode = if wait { "FULL" } else { "NORMAL" };
                Ok(connection.pragma_update(None, "synchronous", mode)?)
            }
            Self::Postgres(session) => {
                let mode = if wait { "on" } else { "off" };
                Ok(session.batch(&format!("SET synchronous_commit = {mode}"))?)
            }
        }
    }

    /// Holds the instant for what is read next.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, SqlError> {
        match self {
            Self::Sqlite(connection) => {
                Ok(Snapshot::Sqlite { _transaction: connection.unchecked_transaction()? })
            }
            Self::Postgres(session) => {
                session.begin_snapshot();
                Ok(Snapshot::Postgres(session))
            }
        }
    }

    /// Whether it is of no use any more, because the server or the way to it is gone.
    pub fn is_lost(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(session) => session.is_lost(),
        }
    }

    /// How many octets the database takes.
    pub fn size(&self) -> Result<i64, SqlError> {
        match self {
            Self::Sqlite(connection) => {
                let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
                Ok(pragma("page_count")?.saturating_mul(pragma("page_size")?))
            }
            Self::Postgres(_) => {
                self.query_row("SELECT pg_database_size(current_database())", (), |row| row.get(0))
            }
        }
    }
}

/// A statement made ready.
pub(crate) enum Statement<'c> {
    Sqlite(rusqlite::CachedStatement<'c>),
    Postgres(&'c Session, Prepared),
}

fn bind(statement: &mut rusqlite::CachedStatement<'_>, values: &[ValueRef<'_>]) -> Result<(), SqlError> {
    for (at, value) in (1..).zip(values) {
        let value = match *value {
            ValueRef::Null => rusqlite::types::ValueRef::Null,
            ValueRef::Integer(number) => rusqlite::types::ValueRef::Integer(number),
            ValueRef::Text(text) => rusqlite::types::ValueRef::Text(text.as_bytes()),
            ValueRef::Blob(blob) => rusqlite::types::ValueRef::Blob(blob),
        };
        statement.raw_bind_parameter(at, rusqlite::types::ToSqlOutput::Borrowed(value))?;
    }
    if statement.parameter_count() == values.len() {
        Ok(())
    } else {
        Err(rusqlite::Error::InvalidParameterCount(values.len(), statement.parameter_count()).into())
    }
}

impl Statement<'_> {
    /// Carries it out; gives how many rows it touched.
    #[expect(clippy::needless_pass_by_value, reason = "values are written where they are handed in")]
    pub fn execute(&mut self, params: impl Params) -> Result<usize, SqlError> {
        match self {
            Self::Sqlite(statement) => {
                bind(statement, &params.values())?;
                Ok(statement.raw_execute()?)
            }
            Self::Postgres(session, prepared) => Ok(session.execute(prepared, &params.values())?),
        }
    }

    /// What it finds.
    #[expect(clippy::needless_pass_by_value, reason = "values are written where they are handed in")]
    pub fn query(&mut self, params: impl Params) -> Result<Rows<'_>, SqlError> {
        match self {
            Self::Sqlite(statement) => {
                bind(statement, &params.values())?;
                Ok(Rows::Sqlite(statement.raw_query()))
            }
            Self::Postgres(session, prepared) => {
                Ok(Rows::Postgres { found: session.ask(prepared, &params.values())?, next: 0 })
            }
        }
    }

    /// The first row of what it finds.
    pub fn query_row<T>(
        &mut self,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        let mut rows = self.query(params)?;
        let row = rows.next()?;
        read(&row.ok_or(SqlError::NoRow)?)
    }

    /// All that it finds, each row read.
    pub fn query_map<T>(
        &mut self,
        params: impl Params,
        read: impl Fn(&Row<'_>) -> Result<T, SqlError>,
    ) -> Result<Vec<T>, SqlError> {
        let mut rows = self.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(&row)?);
        }
        Ok(found)
    }
}

/// What a statement finds, row by row.
pub(crate) enum Rows<'s> {
    Sqlite(rusqlite::Rows<'s>),
    Postgres { found: Found, next: usize },
}

impl Rows<'_> {
    /// The next row.
    pub fn next(&mut self) -> Result<Option<Row<'_>>, SqlError> {
        match self {
            Self::Sqlite(rows) => Ok(rows.next()?.map(Row::Sqlite)),
            Self::Postgres { found, next } => {
                let row = found.get(*next);
                *next += 1;
                Ok(row.map(Row::Postgres))
            }
        }
    }
}

/// A row.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r PgRow),
}

impl Row<'_> {
    /// A column's value, where it lies.
    pub fn get_ref(&self, at: usize) -> Result<ValueRef<'_>, SqlError> {
        match self {
            Self::Sqlite(row) => match row.get_ref(at)? {
                rusqlite::types::ValueRef::Null => Ok(ValueRef::Null),
                rusqlite::types::ValueRef::Integer(number) => Ok(ValueRef::Integer(number)),
                rusqlite::types::ValueRef::Text(text) => {
                    Ok(ValueRef::Text(std::str::from_utf8(text).map_err(|_| SqlError::Column)?))
                }
                rusqlite::types::ValueRef::Blob(blob) => Ok(ValueRef::Blob(blob)),
                rusqlite::types::ValueRef::Real(_) => Err(SqlError::Column),
            },
            Self::Postgres(row) => row.value(at),
        }
    }

    /// A column's value.
    pub fn get<T: FromSql>(&self, at: usize) -> Result<T, SqlError> {
        T::from_sql(self.get_ref(at)?)
    }
}

/// Tells "no such row" from what went wrong.
pub(crate) trait Optional<T> {
    fn optional(self) -> Result<Option<T>, SqlError>;
}

impl<T> Optional<T> for Result<T, SqlError> {
    fn optional(self) -> Result<Option<T>, SqlError> {
        match self {
            Ok(found) => Ok(Some(found)),
            Err(SqlError::NoRow) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
