//! One connection to PostgreSQL, used by one thread at a time.
//!
//! Statements are sent as they come, and answers awaited only where they are needed (pipelining): what a group writes costs
//! one way there and back, not one for each row.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use futures_util::TryStreamExt as _;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Statement};

use super::PgError;
use super::many::{Many, many_questions};
use super::server::Driver;
use super::values::{Param, PgRow};
use crate::sql::{SqlError, Value, ValueRef};

/// So many rows are sent at the latest.
const MOST_ROWS: usize = 1_000;

/// A statement that the server knows.
#[derive(Clone)]
pub(crate) struct Prepared(Arc<Known>);

struct Known {
    /// Tells it from others of its session.
    no: usize,
    statement: Statement,
    many: Option<Many>,
    /// For many rows, or many questions, once that was needed.
    at_once: OnceLock<Statement>,
    question: Option<String>,
}

/// Rows that one statement is to write.
struct Batch {
    prepared: Prepared,
    rows: Vec<Vec<Value>>,
    keys: HashSet<Vec<Value>>,
}

impl Batch {
    fn table(&self) -> Option<&str> {
        self.prepared.0.many.as_ref().map(|many| many.table.as_str())
    }
}

/// What was found, for whoever reads it.
pub(crate) type Found = Arc<Vec<PgRow>>;

/// What was asked and not heard of yet.
pub(crate) struct Early(Arc<OnceLock<Result<Vec<PgRow>, PgError>>>);

/// What was sent. Answers are taken in the order of the questions: the connection stands still behind one that nobody takes.
enum Sent {
    Written(Answer<()>),
    Asked(Answer<Vec<PgRow>>, Early),
}

/// Questions that are asked together.
#[derive(Default)]
struct Gathering {
    found: HashMap<(usize, Vec<Value>), Found>,
    asked: Vec<(Prepared, Vec<Vec<Value>>)>,
    seen: HashSet<(usize, Vec<Value>)>,
}

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
    /// What is to be written and was not sent yet. Statements on one table are in order.
    batches: RefCell<Vec<Batch>>,
    gathering: RefCell<Option<Gathering>>,
    /// What was sent and not heard of yet, in order.
    pending: RefCell<Vec<Sent>>,
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
            batches: RefCell::default(),
            gathering: RefCell::default(),
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
        let statement = self.make_ready(numbered(sql))?;
        let mut all = self.prepared.borrow_mut();
        let prepared = Prepared(Arc::new(Known {
            no: all.len(),
            many: Many::of(sql, statement.params()),
            question: many_questions(sql, statement.params()),
            at_once: OnceLock::new(),
            statement,
        }));
        all.insert(sql.into(), prepared.clone());
        Ok(prepared)
    }

    fn make_ready(&self, text: String) -> Result<Statement, PgError> {
        let client = Arc::clone(&self.client);
        let asked = sent(async move { client.prepare(&text).await });
        self.hear_pending()?;
        Ok(wait(asked)?)
    }

    /// The statement for many.
    fn at_once(&self, prepared: &Prepared, text: &str) -> Result<Statement, PgError> {
        if let Some(known) = prepared.0.at_once.get() {
            return Ok(known.clone());
        }
        let made = self.make_ready(text.to_owned())?;
        Ok(prepared.0.at_once.get_or_init(|| made).clone())
    }

    /// Waits for everything that was sent before, then for this.
    fn after_pending<T>(&self, answer: Answer<T>) -> Result<T, PgError> {
        self.hear_pending()?;
        Ok(wait(answer)?)
    }

    /// Sends what is to be written, and hears of everything that was sent.
    pub fn settle(&self) -> Result<(), PgError> {
        let sent = self.send_batches();
        self.hear_pending().and(sent)
    }

    /// The first failure is the one that counts: those behind it only follow from it.
    fn hear_pending(&self) -> Result<(), PgError> {
        let pending = std::mem::take(&mut *self.pending.borrow_mut());
        let mut first = Ok(());
        for sent in pending {
            match sent {
                Sent::Written(answer) => {
                    let heard = wait(answer);
                    if first.is_ok() {
                        first = heard;
                    }
                }
                Sent::Asked(answer, Early(place)) => {
                    // Nobody else fills it.
                    let _ = place.set(wait(answer).map_err(PgError::from));
                }
            }
        }
        Ok(first?)
    }

    fn later(&self, answer: Answer<()>) {
        self.pending.borrow_mut().push(Sent::Written(answer));
    }

    fn owned(values: &[ValueRef<'_>]) -> Vec<Value> {
        values.iter().map(|value| Value::from(*value)).collect()
    }

    fn one(values: Vec<Value>) -> Vec<Param> {
        values.into_iter().map(Param::One).collect()
    }

    /// Carries out a statement whose failure shows later. Within a transaction it waits for others of its kind.
    pub fn put(&self, prepared: Prepared, values: &[ValueRef<'_>]) -> Result<(), PgError> {
        let values = Self::owned(values);
        let Some(many) = prepared.0.many.as_ref().filter(|_| self.is_open()) else {
            self.send_batches()?;
            self.send(prepared.0.statement.clone(), Self::one(values));
            return Ok(());
        };
        let key: Vec<Value> = many.key.iter().filter_map(|at| values.get(*at).cloned()).collect();
        let mut batches = self.batches.borrow_mut();
        let last = batches.iter_mut().rev().find(|batch| batch.table() == Some(&many.table));
        let batch = last.filter(|batch| batch.prepared.0.no == prepared.0.no && !batch.keys.contains(&key));
        let full = if let Some(batch) = batch {
            batch.rows.push(values);
            batch.keys.extend((!key.is_empty()).then_some(key));
            batch.rows.len() >= MOST_ROWS
        } else {
            let keys = (!key.is_empty()).then_some(key).into_iter().collect();
            batches.push(Batch { prepared, rows: vec![values], keys });
            false
        };
        drop(batches);
        if full { self.send_batches() } else { Ok(()) }
    }

    /// Sends what is to be written.
    fn send_batches(&self) -> Result<(), PgError> {
        let batches = std::mem::take(&mut *self.batches.borrow_mut());
        for Batch { prepared, mut rows, .. } in batches {
            if let (Some(many), 2..) = (&prepared.0.many, rows.len()) {
                let statement = self.at_once(&prepared, &many.text)?;
                self.send(statement, Param::columns(rows));
            } else {
                let values = rows.pop().unwrap_or_default();
                self.send(prepared.0.statement.clone(), Self::one(values));
            }
        }
        Ok(())
    }

    fn send(&self, statement: Statement, params: Vec<Param>) {
        let client = Arc::clone(&self.client);
        self.later(sent(async move { client.execute_raw(&statement, params).await.map(|_| ()) }));
    }

    pub fn execute(&self, prepared: &Prepared, values: &[ValueRef<'_>]) -> Result<usize, PgError> {
        self.send_batches()?;
        let (client, statement) = (Arc::clone(&self.client), prepared.0.statement.clone());
        let params = Self::one(Self::owned(values));
        let touched =
            self.after_pending(sent(async move { client.execute_raw(&statement, params).await }))?;
        Ok(usize::try_from(touched).unwrap_or(usize::MAX))
    }

    pub fn query(&self, prepared: &Prepared, values: &[ValueRef<'_>]) -> Result<Vec<PgRow>, PgError> {
        self.send_batches()?;
        let params = Self::one(Self::owned(values));
        self.after_pending(self.question(prepared.0.statement.clone(), params))
    }

    /// Asks without waiting for the answer, which [`Self::hear`] gives.
    pub fn ask_early(&self, sql: &str, values: &[ValueRef<'_>]) -> Result<Early, PgError> {
        let prepared = self.prepare(sql)?;
        self.send_batches()?;
        let answer = self.question(prepared.0.statement.clone(), Self::one(Self::owned(values)));
        let place = Arc::new(OnceLock::new());
        self.pending.borrow_mut().push(Sent::Asked(answer, Early(Arc::clone(&place))));
        Ok(Early(place))
    }

    /// Waits for the answer to what was asked early.
    pub fn hear(&self, early: Early) -> Result<Vec<PgRow>, PgError> {
        self.hear_pending()?;
        let heard = Arc::into_inner(early.0).and_then(OnceLock::into_inner);
        heard.unwrap_or_else(|| Err(PgError::own("an answer was lost")))
    }

    fn question(&self, statement: Statement, params: Vec<Param>) -> Answer<Vec<PgRow>> {
        let client = Arc::clone(&self.client);
        sent(async move {
            let rows = client.query_raw(&statement, params).await?;
            rows.map_ok(PgRow).try_collect().await
        })
    }

    /// From now on questions are noted, and asked together by [`Self::fetch`].
    pub fn gather(&self) {
        self.gathering.replace(Some(Gathering::default()));
    }

    /// From now on questions are asked as they come.
    pub fn end_gathering(&self) {
        self.gathering.replace(None);
    }

    /// What is found, unless the question has to be asked with others first.
    pub fn ask(&self, prepared: &Prepared, values: &[ValueRef<'_>]) -> Result<Found, SqlError> {
        let mut gathering = self.gathering.borrow_mut();
        let Some(gathering) = gathering.as_mut() else {
            return Ok(Arc::new(self.query(prepared, values)?));
        };
        let question = (prepared.0.no, Self::owned(values));
        if let Some(found) = gathering.found.get(&question) {
            return Ok(Arc::clone(found));
        }
        if !gathering.seen.contains(&question) {
            let values = question.1.clone();
            match gathering.asked.iter_mut().find(|(asked, _)| asked.0.no == prepared.0.no) {
                Some((_, all)) => all.push(values),
                None => gathering.asked.push((prepared.clone(), vec![values])),
            }
            gathering.seen.insert(question);
        }
        Err(SqlError::Later)
    }

    /// Asks what was noted, each statement once for all that it was asked.
    pub fn fetch(&self) -> Result<(), SqlError> {
        let asked =
            self.gathering.borrow_mut().as_mut().map(|gathering| std::mem::take(&mut gathering.asked));
        let asked = asked.unwrap_or_default();
        if asked.is_empty() {
            return Err(SqlError::Later);
        }
        self.send_batches()?;
        // All are made ready before any is asked: nothing else can be heard while an answer waits to be taken.
        for (prepared, _) in asked.iter().filter(|(_, questions)| questions.len() > 1) {
            if let Some(text) = &prepared.0.question {
                self.at_once(prepared, text)?;
            }
        }
        let mut answers = Vec::with_capacity(asked.len());
        for (prepared, questions) in asked {
            match prepared.0.at_once.get().filter(|_| questions.len() > 1) {
                Some(statement) => {
                    let statement = statement.clone();
                    let answer = self.question(statement, Param::columns(questions.clone()));
                    answers.push((prepared.0.no, questions, answer));
                }
                _ => {
                    for values in questions {
                        let params = Self::one(values.clone());
                        let answer = self.question(prepared.0.statement.clone(), params);
                        answers.push((prepared.0.no, vec![values], answer));
                    }
                }
            }
        }
        self.hear_pending()?;
        for (no, questions, answer) in answers {
            let found = answers_to(questions.len(), wait(answer).map_err(PgError::from)?)?;
            if let Some(gathering) = self.gathering.borrow_mut().as_mut() {
                let found = questions.into_iter().zip(found);
                gathering.found.extend(found.map(|(values, rows)| ((no, values), Arc::new(rows))));
            }
        }
        Ok(())
    }

    /// Statements without parameters, as they stand.
    pub fn batch(&self, sql: &str) -> Result<(), PgError> {
        self.send_batches()?;
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
        self.send_batches()?;
        let answer = self.plain("COMMIT");
        self.open.set(false);
        self.after_pending(answer)
    }

    /// Takes the transaction back.
    pub fn roll_back(&self) -> Result<(), PgError> {
        self.open.set(false);
        self.batches.borrow_mut().clear();
        self.end_gathering();
        let answer = self.plain("ROLLBACK");
        // Whatever went wrong before is taken back with it.
        let _ = self.hear_pending();
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

/// Which rows answer which of so many questions. Asked alone, all do; asked with others, the last column says it.
fn answers_to(questions: usize, rows: Vec<PgRow>) -> Result<Vec<Vec<PgRow>>, SqlError> {
    if questions == 1 {
        return Ok(vec![rows]);
    }
    let mut answers: Vec<Vec<PgRow>> = Vec::new();
    answers.resize_with(questions, Vec::new);
    for row in rows {
        let ValueRef::Integer(nth) = row.value(row.0.len().saturating_sub(1))? else {
            return Err(SqlError::Column);
        };
        let at = usize::try_from(nth).ok().and_then(|nth| nth.checked_sub(1));
        at.and_then(|at| answers.get_mut(at)).ok_or(SqlError::Column)?.push(row);
    }
    Ok(answers)
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
