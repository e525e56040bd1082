//! One connection to PostgreSQL, used by one thread at a time.
//!
//! Statements are sent as they come, and answers awaited only where they are needed (pipelining): what a group writes costs
//! one way there and back, not one for each row.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use bytes::{BufMut as _, BytesMut};
use futures_util::TryStreamExt as _;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::PgError;
use super::server::Driver;
use crate::sql::{SqlError, Value, ValueRef};

/// A statement that the server knows.
pub(crate) type Prepared = tokio_postgres::Statement;

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, tokio_postgres::Error>> + Send>>;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits on this thread. What is waited for is done by the thread that all sessions share, so this may be called anywhere.
pub(super) fn wait<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// Sends what a future sends first, without waiting for what comes back.
fn sent<T: Send + 'static>(
    future: impl Future<Output = Result<T, tokio_postgres::Error>> + Send + 'static,
) -> Answer<T> {
    let mut answer: Answer<T> = Box::pin(future);
    let mut context = Context::from_waker(Waker::noop());
    match answer.as_mut().poll(&mut context) {
        Poll::Pending => answer,
        Poll::Ready(done) => Box::pin(std::future::ready(done)),
    }
}

/// See the module.
pub(crate) struct Session {
    client: Arc<Client>,
    prepared: RefCell<HashMap<Box<str>, Prepared>>,
    /// What was sent and not heard of yet, in order.
    pending: RefCell<Vec<Answer<()>>>,
    /// Whether a transaction is open.
    open: Cell<bool>,
    /// The thread that does the work, where nothing else keeps it.
    driver: Option<Arc<Driver>>,
}

impl Session {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client: Arc::new(client),
            prepared: RefCell::default(),
            pending: RefCell::default(),
            open: Cell::new(false),
            driver: None,
        }
    }

    /// Keeps the thread that does the work for as long as this is.
    pub(super) fn keep(&mut self, driver: Arc<Driver>) {
        self.driver = Some(driver);
    }

    pub fn is_lost(&self) -> bool {
        self.client.is_closed()
    }

    /// Whether a transaction is open.
    pub fn is_open(&self) -> bool {
        self.open.get()
    }

    pub fn prepare(&self, sql: &str) -> Result<Prepared, PgError> {
        if let Some(known) = self.prepared.borrow().get(sql) {
            return Ok(known.clone());
        }
        let client = Arc::clone(&self.client);
        let text = numbered(sql);
        let asked = sent(async move { client.prepare(&text).await });
        let prepared = self.after_pending(asked)?;
        self.prepared.borrow_mut().insert(sql.into(), prepared.clone());
        Ok(prepared)
    }

    /// Waits for everything that was sent before, then for this.
    fn after_pending<T>(&self, answer: Answer<T>) -> Result<T, PgError> {
        self.settle()?;
        Ok(wait(answer)?)
    }

    /// Hears of everything that was sent. The first failure is the one that counts: those behind it only follow from it.
    pub fn settle(&self) -> Result<(), PgError> {
        let pending = std::mem::take(&mut *self.pending.borrow_mut());
        let mut first = Ok(());
        for answer in pending {
            let heard = wait(answer);
            if first.is_ok() {
                first = heard;
            }
        }
        Ok(first?)
    }

    fn later(&self, answer: Answer<()>) {
        self.pending.borrow_mut().push(answer);
    }

    fn owned(values: &[ValueRef<'_>]) -> Vec<Value> {
        values.iter().map(|value| Value::from(*value)).collect()
    }

    /// Carries out a statement whose failure shows later.
    pub fn put(&self, prepared: Prepared, values: &[ValueRef<'_>]) {
        let (client, values) = (Arc::clone(&self.client), Self::owned(values));
        self.later(sent(async move { client.execute_raw(&prepared, values).await.map(|_| ()) }));
    }

    pub fn execute(&self, prepared: &Prepared, values: &[ValueRef<'_>]) -> Result<usize, PgError> {
        let (client, prepared, values) = (Arc::clone(&self.client), prepared.clone(), Self::owned(values));
        let touched = self.after_pending(sent(async move { client.execute_raw(&prepared, values).await }))?;
        Ok(usize::try_from(touched).unwrap_or(usize::MAX))
    }

    pub fn query(&self, prepared: &Prepared, values: &[ValueRef<'_>]) -> Result<Vec<PgRow>, PgError> {
        let (client, prepared, values) = (Arc::clone(&self.client), prepared.clone(), Self::owned(values));
        let found = sent(async move {
            let rows = client.query_raw(&prepared, values).await?;
            rows.map_ok(PgRow).try_collect().await
        });
        self.after_pending(found)
    }

    /// Statements without parameters, as they stand.
    pub fn batch(&self, sql: &str) -> Result<(), PgError> {
        let answer = self.plain(sql);
        self.after_pending(answer)
    }

    fn plain(&self, sql: &str) -> Answer<()> {
        let (client, sql) = (Arc::clone(&self.client), sql.to_owned());
        sent(async move { client.batch_execute(&sql).await })
    }

    /// Begins a transaction; a failure shows with what follows.
    pub fn begin(&self, sql: &str) {
        let answer = self.plain(sql);
        self.later(answer);
        self.open.set(true);
    }

    /// Makes the transaction durable. An error does not say that it was not: only the database knows.
    pub fn commit(&self) -> Result<(), PgError> {
        let answer = self.plain("COMMIT");
        self.open.set(false);
        self.after_pending(answer)
    }

    /// Takes the transaction back.
    pub fn roll_back(&self) -> Result<(), PgError> {
        self.open.set(false);
        let answer = self.plain("ROLLBACK");
        // Whatever went wrong before is taken back with it.
        let _ = self.settle();
        Ok(wait(answer)?)
    }

    pub fn begin_snapshot(&self) {
        // What went wrong before belongs to somebody else.
        let _ = self.settle();
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    }

    pub fn end_snapshot(&self) {
        self.open.set(false);
        let answer = self.plain("COMMIT");
        self.later(answer);
    }
}

/// A statement as PostgreSQL writes it: parameters `$1` for `?1`, and one more for each bare `?`.
fn numbered(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len() + 8);
    let mut rest = sql;
    let mut bare = 0_u32;
    while let Some((before, after)) = rest.split_once('?') {
        text.push_str(before);
        text.push('$');
        if !after.starts_with(|c: char| c.is_ascii_digit()) {
            bare += 1;
            let _ = write!(text, "{bare}");
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// A row as it came.
pub(crate) struct PgRow(tokio_postgres::Row);

struct Raw<'r>(ValueRef<'r>);

impl<'r> tokio_postgres::types::FromSql<'r> for Raw<'r> {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(match *kind {
            Type::INT8 => ValueRef::Integer(i64::from_sql(kind, raw)?),
            Type::INT4 => ValueRef::Integer(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => ValueRef::Integer(i16::from_sql(kind, raw)?.into()),
            Type::BOOL => ValueRef::Integer(bool::from_sql(kind, raw)?.into()),
            Type::BYTEA => ValueRef::Blob(raw),
            _ => ValueRef::Text(std::str::from_utf8(raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(ValueRef::Null))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::BOOL
                | Type::BYTEA
                | Type::TEXT
                | Type::VARCHAR
                | Type::NAME
        )
    }
}

impl PgRow {
    pub fn value(&self, at: usize) -> Result<ValueRef<'_>, SqlError> {
        self.0.try_get::<_, Raw<'_>>(at).map(|raw| raw.0).map_err(|_| SqlError::Column)
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, kind) {
            (Self::Null, _) => return Ok(IsNull::Yes),
            (Self::Integer(number), &Type::INT8) => out.put_i64(*number),
            (Self::Integer(number), &Type::INT4) => out.put_i32(i32::try_from(*number)?),
            (Self::Integer(number), &Type::INT2) => out.put_i16(i16::try_from(*number)?),
            (Self::Integer(number), &Type::BOOL) => out.put_u8(u8::from(*number != 0)),
            (Self::Text(text), &(Type::TEXT | Type::VARCHAR | Type::NAME)) => out.put_slice(text.as_bytes()),
            (Self::Blob(blob), &Type::BYTEA) => out.put_slice(blob),
            (Self::Integer(_) | Self::Text(_) | Self::Blob(_), other) => {
                return Err(format!("a value of another type than {other}").into());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Whether it is the server, or the way to it, that is at fault, and not the statement.
pub(super) fn is_storage(code: &SqlState) -> bool {
    // 08 connection, 25006 read only, 53 resources, 57P shutdown, 58 system error, 72 snapshot, XX corrupted.
    let code = code.code();
    ["08", "53", "57P", "58", "XX"].iter().any(|class| code.starts_with(class)) || code == "25006"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_as_postgresql_writes_them() {
        assert_eq!(numbered("SELECT ?2, ?1 WHERE a = ?10"), "SELECT $2, $1 WHERE a = $10");
        assert_eq!(numbered("a = ? AND b IN (?, ?)"), "a = $1 AND b IN ($2, $3)");
        assert_eq!(numbered("SELECT 1"), "SELECT 1");
    }
}
