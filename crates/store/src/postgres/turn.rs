//! Whose turn it is to write.
//!
//! Any number of processes write to one database, one group at a time: a group begins by locking the one row of `turn`, so
//! that groups follow on each other over all processes as they do within one, and a limit is one limit. What a process
//! remembers between its groups still holds if nobody else had a turn meanwhile; the number of turns says so.
//!
//! A process that stops in the middle of its turn loses it (`idle_in_transaction_session_timeout`): its transaction is gone,
//! and with it every effect.

use std::time::{Duration, Instant};

use heyan_domain::Timestamp;

use super::session::Early;
use super::values::PgRow;
use crate::clock::Clock;
use crate::database::{Database, StoreError};
use crate::sql::{Connection, Optional as _, Row, SqlError, ValueRef};

/// For how long it is tried to find out what became of a group whose connection broke at the commit.
const FIND_OUT: Duration = Duration::from_secs(30);
/// How far the clocks of the machines may be apart.
const MOST_APART_MS: i64 = 10_000;
/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// See the module.
pub(crate) struct Turn {
    writer: i64,
    /// The last turn that this process knows of.
    no: i64,
    /// How often the rules have changed, as far as it knows.
    rules: i64,
    /// Whether the group at hand changes them.
    rules_change: bool,
}

/// The turn, asked for and not heard of yet.
pub(crate) struct Asked {
    turn: Early,
    leases: Early,
    numbers: Early,
}

/// The first two numbers of the first row.
fn two(rows: &[PgRow]) -> Result<(i64, i64), SqlError> {
    let row = Row::Postgres(rows.first().ok_or(SqlError::NoRow)?);
    Ok((row.get(0)?, row.get(1)?))
}

/// What has happened between two groups of this process.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Meanwhile {
    pub others_wrote: bool,
    pub rules_changed: bool,
    /// Another process has the worker's work now.
    pub fenced: bool,
}

/// The server's time, in milliseconds since 1970: of leases no process's own clock has anything to say.
macro_rules! now {
    () => {
        "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
    };
}

impl Turn {
    /// Enters this process among those that write.
    pub fn begin(connection: &Connection) -> Result<Self, StoreError> {
        connection.begin_exclusive()?;
        // Nobody asks what became of a group for so long.
        connection
            .put("DELETE FROM writers WHERE at < CAST(extract(epoch FROM now()) AS BIGINT) - 86400", ())?;
        let writer = connection.query_row(
            "INSERT INTO writers (turn, at) VALUES (0, CAST(extract(epoch FROM now()) AS BIGINT)) RETURNING id",
            (),
            |row| row.get(0),
        )?;
        let (no, rules) =
            connection.query_row("SELECT no, rules FROM turn", (), |row| Ok((row.get(0)?, row.get(1)?)))?;
        connection.commit()?;
        Ok(Self { writer, no, rules, rules_change: false })
    }

    /// Asks for the turn. Whatever is asked after this is answered within it.
    pub fn ask(&mut self, connection: &Connection) -> Result<Asked, SqlError> {
        self.rules_change = false;
        let Connection::Postgres(session) = connection else { return Err(SqlError::NoRow) };
        session.begin("BEGIN");
        let turn = session.ask_early("SELECT no, rules FROM turn WHERE one = 1 FOR UPDATE", &[])?;
        // Questions of their own: what the first of them saw while it waited may be out of date.
        let sql = concat!(
            "SELECT (SELECT count(*) FROM leases WHERE holder <> ?1 AND until > ",
            now!(),
            "), ",
            now!()
        );
        let leases = session.ask_early(sql, &[ValueRef::Integer(self.writer)])?;
        let numbers = session.ask_early("SELECT name, next FROM sequences", &[])?;
        Ok(Asked { turn, leases, numbers })
    }

    /// Waits for the turn, and holds it until the transaction ends. Also gives the next numbers.
    ///
    /// # Errors
    /// If the server cannot be reached, or if its clock and this machine's differ: deadlines are decided by the clock, and two
    /// processes must not decide by two.
    pub fn take(
        &mut self,
        connection: &Connection,
        asked: Asked,
        clock: &dyn Clock,
    ) -> Result<(Meanwhile, Vec<PgRow>), StoreError> {
        let Connection::Postgres(session) = connection else { return Err(SqlError::NoRow.into()) };
        let (no, rules) = two(&session.hear(asked.turn).map_err(SqlError::from)?)?;
        let (others, now) = two(&session.hear(asked.leases).map_err(SqlError::from)?)?;
        let numbers = session.hear(asked.numbers).map_err(SqlError::from)?;
        let ahead_ms = clock.now().since_ms(Timestamp::from_ms(now));
        if ahead_ms.abs() > MOST_APART_MS {
            return Err(StoreError::Clock { ahead_ms });
        }
        let meanwhile =
            Meanwhile { others_wrote: no != self.no, rules_changed: rules != self.rules, fenced: others > 0 };
        (self.no, self.rules) = (no, rules);
        Ok((meanwhile, numbers))
    }

    /// Takes or keeps the worker's work, unless another process has it; gives 1 if it is this one's now.
    pub fn lease(&self, connection: &Connection, ms: i64) -> Result<usize, SqlError> {
        let sql = concat!(
            "INSERT INTO leases (name, holder, until) VALUES ('worker', ?1, ",
            now!(),
            " + ?2) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until \
             WHERE leases.holder = excluded.holder OR leases.until < ",
            now!()
        );
        connection.prepare_cached(sql)?.execute([self.writer, ms])
    }

    /// Lets go of it, so that another need not wait for its end.
    pub fn release(&self, connection: &Connection) -> Result<usize, SqlError> {
        connection.prepare_cached("DELETE FROM leases WHERE holder = ?1")?.execute([self.writer])
    }

    /// Counts what this process remembers as out of date.
    pub const fn forget(&mut self) {
        (self.no, self.rules) = (-1, -1);
    }

    /// The group at hand changes the rules.
    pub const fn rules_change(&mut self) {
        self.rules_change = true;
    }

    /// Ends the turn. If the connection breaks, the database is asked what became of it.
    pub fn commit(&mut self, connection: &mut Connection, database: &Database) -> Result<(), StoreError> {
        let (no, rules) = (self.no + 1, self.rules + i64::from(self.rules_change));
        connection.put("UPDATE turn SET no = ?1, rules = ?2 WHERE one = 1", [no, rules])?;
        let sql = "INSERT INTO writers (id, turn, at) VALUES (?1, ?2, CAST(extract(epoch FROM now()) AS BIGINT)) \
                   ON CONFLICT (id) DO UPDATE SET turn = excluded.turn, at = excluded.at";
        connection.put(sql, [self.writer, no])?;
        if let Err(error) = connection.commit()
            && !(connection.is_lost() && self.was_committed(connection, database, no))
        {
            return Err(error.into());
        }
        (self.no, self.rules) = (no, rules);
        Ok(())
    }

    /// Whether a turn of this process was committed. Taking the next turn waits for whatever is left of it on the server.
    fn was_committed(&self, connection: &mut Connection, database: &Database, no: i64) -> bool {
        tracing::warn!(name: "store.commit_unknown", "the connection broke at a commit; asking what became of it");
        let since = Instant::now();
        while since.elapsed() < FIND_OUT {
            match self.last_committed(database) {
                Ok((found, last)) => {
                    *connection = found;
                    tracing::warn!(name: "store.commit_known", committed = last == no, "what became of it is known");
                    return last == no;
                }
                Err(error) => {
                    tracing::warn!(name: "store.commit_unknown", error = %error, "asking again");
                    std::thread::sleep(PAUSE);
                }
            }
        }
        false
    }

    fn last_committed(&self, database: &Database) -> Result<(Connection, i64), StoreError> {
        let connection = database.connect_writer()?;
        connection.begin_exclusive()?;
        let sql = "SELECT turn FROM writers WHERE id = ?1";
        let last = connection.query_row(sql, [self.writer], |row| row.get(0)).optional()?.unwrap_or(0);
        connection.roll_back()?;
        Ok((connection, last))
    }
}
