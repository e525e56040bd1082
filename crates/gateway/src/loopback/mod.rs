//! The loopback: accepts everything, delivers at once but for a few numbers, and keeps what has arrived as the sandbox's
//! inbox.
//!
//! The inbox is the carrier's memory, not Heyan's: it lies in a file of its own, in clear, as messages lie on a phone.
//! Only the sandbox has this route.

mod numbers;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use heyan_domain::Timestamp;
use heyan_domain::terms::{MessageId, Phone};
use heyan_domain::verification::Outgoing;
use rusqlite::{Connection, params};

use crate::route::{Accepted, Receipt, Route, RouteError};

pub use numbers::{Behaviour, LATE_MS, NUMBERS};

/// The route's name.
pub const NAME: &str = "loopback";
/// The file's name within the data directory.
const FILE_NAME: &str = "sandbox-inbox.db";

/// A message as it arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrived {
    /// Which.
    pub message: MessageId,
    /// To whom.
    pub to: Phone,
    /// The sender's number.
    pub sender: String,
    /// The text.
    pub text: String,
    /// When the carrier got it.
    pub at: Timestamp,
}

/// See the module.
pub struct Loopback {
    inbox: Mutex<Connection>,
    pending: Mutex<Vec<Receipt>>,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl std::fmt::Debug for Loopback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Loopback")
    }
}

impl Loopback {
    /// Opens the inbox of a data directory.
    pub fn open(
        directory: &Path,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Self, rusqlite::Error> {
        let file = directory.join(FILE_NAME);
        // What cannot be made here SQLite refuses with its reason.
        let _ = make_private(&file);
        let inbox = Connection::open(&file)?;
        inbox.pragma_update(None, "journal_mode", "WAL")?;
        inbox.pragma_update(None, "synchronous", "NORMAL")?;
        inbox.execute_batch(
            "CREATE TABLE IF NOT EXISTS inbox (
                 message INTEGER PRIMARY KEY NOT NULL,
                 phone TEXT NOT NULL,
                 sender TEXT NOT NULL,
                 text TEXT NOT NULL,
                 at INTEGER NOT NULL
             ) STRICT;
             CREATE INDEX IF NOT EXISTS inbox_by_phone ON inbox (phone, at);
             CREATE INDEX IF NOT EXISTS inbox_by_at ON inbox (at);
             CREATE TABLE IF NOT EXISTS late (message INTEGER PRIMARY KEY NOT NULL, at INTEGER NOT NULL) STRICT;",
        )?;
        Ok(Self { inbox: Mutex::new(inbox), pending: Mutex::default(), now: Box::new(now) })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, messages: &[Outgoing]) -> Result<(), rusqlite::Error> {
        let mut inbox = self.lock();
        let transaction = inbox.transaction()?;
        {
            let mut statement = transaction.prepare_cached(
                "INSERT INTO inbox (message, phone, sender, text, at) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (message) DO NOTHING",
            )?;
            let mut late = transaction.prepare_cached(
                "INSERT INTO late (message, at) VALUES (?1, ?2) ON CONFLICT (message) DO NOTHING",
            )?;
            let now = (self.now)();
            for outgoing in messages {
                let at = match Behaviour::of(&outgoing.to) {
                    Behaviour::Arrives => now.as_ms(),
                    Behaviour::Late => now.plus_ms(LATE_MS).as_ms(),
                    Behaviour::NeverHeardOf | Behaviour::Blacklisted | Behaviour::Undeliverable => continue,
                };
                if at > now.as_ms() {
                    late.execute([outgoing.message.number(), at])?;
                }
                statement.execute(params![
                    outgoing.message.number(),
                    outgoing.to.as_str(),
                    outgoing.sender,
                    outgoing.text.as_str(),
                    at
                ])?;
            }
        }
        transaction.commit()
    }

    /// What has arrived, the newest first; at one phone if asked.
    pub fn arrived(&self, phone: Option<Phone>, limit: usize) -> Result<Vec<Arrived>, rusqlite::Error> {
        let now = (self.now)().as_ms();
        let inbox = self.lock();
        let sql = if phone.is_some() {
            "SELECT message, phone, sender, text, at FROM inbox WHERE phone = ?1 AND at <= ?3 \
             ORDER BY at DESC, message DESC LIMIT ?2"
        } else {
            "SELECT message, phone, sender, text, at FROM inbox WHERE ?1 IS NULL AND at <= ?3 \
             ORDER BY at DESC, message DESC LIMIT ?2"
        };
        let mut statement = inbox.prepare_cached(sql)?;
        let phone = phone.as_ref().map(Phone::as_str);
        let mut rows = statement.query(params![phone, i64::try_from(limit).unwrap_or(i64::MAX), now])?;
        let mut arrived = Vec::new();
        while let Some(row) = rows.next()? {
            arrived.extend(read(row)?);
        }
        Ok(arrived)
    }

    /// The late messages that have arrived by now; each is told once.
    fn no_longer_late(&self) -> Result<Vec<MessageId>, rusqlite::Error> {
        let now = (self.now)().as_ms();
        let inbox = self.lock();
        let mut statement = inbox.prepare_cached("DELETE FROM late WHERE at <= ?1 RETURNING message")?;
        let arrived = statement.query_map([now], |row| Ok(MessageId::from_number(row.get(0)?)))?;
        arrived.collect()
    }

    /// Shows every message that has arrived, in the order of their ids, without keeping them all in memory.
    pub fn for_each_arrived(&self, mut show: impl FnMut(Arrived)) -> Result<(), rusqlite::Error> {
        let inbox = self.lock();
        let mut statement =
            inbox.prepare_cached("SELECT message, phone, sender, text, at FROM inbox ORDER BY message")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(arrived) = read(row)? {
                show(arrived);
            }
        }
        Ok(())
    }
}

/// Makes the file, if there is none, for the account Heyan runs under alone: it holds codes in clear. SQLite gives its log
/// and index the same rights.
fn make_private(file: &Path) -> Result<(), std::io::Error> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(file).map(|_| ())
}

/// A row of the inbox; `None` if it was changed by hand so that its phone is none.
fn read(row: &rusqlite::Row<'_>) -> Result<Option<Arrived>, rusqlite::Error> {
    let Some(to) = Phone::parse(row.get_ref(1)?.as_str()?) else { return Ok(None) };
    Ok(Some(Arrived {
        message: MessageId::from_number(row.get(0)?),
        to,
        sender: row.get(2)?,
        text: row.get(3)?,
        at: Timestamp::from_ms(row.get(4)?),
    }))
}

impl Route for Loopback {
    fn name(&self) -> &'static str {
        NAME
    }

    fn submit(&self, messages: &[Outgoing]) -> Result<Vec<Accepted>, RouteError> {
        self.store(messages).map_err(|error| RouteError { route: NAME, source: Box::new(error) })?;
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(messages
            .iter()
            .map(|outgoing| {
                let message = outgoing.message;
                let behaviour = Behaviour::of(&outgoing.to);
                if !matches!(behaviour, Behaviour::NeverHeardOf | Behaviour::Late) {
                    let arrived = behaviour == Behaviour::Arrives;
                    pending.push(Receipt { message, arrived, carrier_code: behaviour.code().to_owned() });
                }
                Accepted { message, carrier_id: format!("lo{:x}", message.number()) }
            })
            .collect())
    }

    fn receipts(&self) -> Result<Vec<Receipt>, RouteError> {
        let mut receipts = std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
        let late = self.no_longer_late();
        let late = late.map_err(|error| RouteError { route: NAME, source: Box::new(error) })?;
        receipts.extend(late.into_iter().map(|message| Receipt {
            message,
            arrived: true,
            carrier_code: Behaviour::Late.code().to_owned(),
        }));
        Ok(receipts)
    }

    fn next_receipt(&self) -> Result<Option<Timestamp>, RouteError> {
        let first = self.lock().query_row("SELECT min(at) FROM late", [], |row| row.get::<_, Option<i64>>(0));
        let first = first.map_err(|error| RouteError { route: NAME, source: Box::new(error) })?;
        Ok(first.map(Timestamp::from_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heyan_domain::verification::MessageKind;
    use zeroize::Zeroizing;

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_inbox() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let loopback = Loopback::open(directory.path(), || Timestamp::from_ms(1)).unwrap();
        let files: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 3, "the inbox, its log and the log's index: {files:?}");
        assert!(files.iter().all(|file| file.metadata().unwrap().permissions().mode() & 0o777 == 0o600));
        drop(loopback);
    }

    #[test]
    fn a_message_handed_over_twice_arrives_once() {
        let directory = tempfile::tempdir().unwrap();
        let loopback = Loopback::open(directory.path(), || Timestamp::from_ms(1)).unwrap();
        let outgoing = Outgoing {
            message: MessageId::from_number(1 << 24),
            kind: MessageKind::First,
            to: Phone::parse("15400000001").unwrap(),
            sender: "12381".to_owned(),
            text: Zeroizing::new("text".to_owned()),
        };
        loopback.submit(std::slice::from_ref(&outgoing)).unwrap();
        loopback.submit(std::slice::from_ref(&outgoing)).unwrap();
        assert_eq!(loopback.arrived(Some(outgoing.to), 10).unwrap().len(), 1);
        let mut shown = 0;
        loopback.for_each_arrived(|arrived| shown += usize::from(arrived.text == "text")).unwrap();
        assert_eq!(shown, 1);
        assert_eq!(loopback.receipts().unwrap().len(), 2);
        assert_eq!(loopback.receipts().unwrap().len(), 0);
    }

    #[test]
    fn some_numbers_behave_each_time() {
        let directory = tempfile::tempdir().unwrap();
        let now = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(1));
        let clock = std::sync::Arc::clone(&now);
        let read = move || Timestamp::from_ms(clock.load(std::sync::atomic::Ordering::Relaxed));
        let loopback = Loopback::open(directory.path(), read).unwrap();
        let numbers = ["15499999001", "15499999101", "15499999201", "15499999301", "15499999401"];
        let messages: Vec<Outgoing> = (1..)
            .zip(numbers)
            .map(|(no, phone)| Outgoing {
                message: MessageId::from_number(no << 24),
                kind: MessageKind::First,
                to: Phone::parse(phone).unwrap(),
                sender: "12381".to_owned(),
                text: Zeroizing::new("text".to_owned()),
            })
            .collect();
        assert_eq!(loopback.submit(&messages).unwrap().len(), 5, "the carrier takes all of them");
        let said = |loopback: &Loopback| -> Vec<(i64, bool, String)> {
            let all = loopback.receipts().unwrap();
            all.into_iter().map(|one| (one.message.number() >> 24, one.arrived, one.carrier_code)).collect()
        };
        let code = |text: &str| text.to_owned();
        let first = [(3, false, code("MBBLACK")), (4, false, code("UNDELIV")), (5, true, code("DELIVRD"))];
        assert_eq!(said(&loopback), first);
        assert_eq!(loopback.arrived(None, 10).unwrap().len(), 1);
        assert_eq!(loopback.next_receipt().unwrap(), Some(Timestamp::from_ms(1 + LATE_MS)));
        now.store(1 + LATE_MS, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(said(&loopback), [(2, true, code("DELIVRD"))]);
        assert_eq!((said(&loopback), loopback.next_receipt().unwrap()), (Vec::new(), None));
        assert_eq!(loopback.arrived(None, 10).unwrap().len(), 2);
    }
}
