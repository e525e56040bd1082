//! What is stored about somebody, and what is to be erased (SEC-13).

use heyan_domain::Timestamp;
use heyan_domain::tags::Keyring as _;
use heyan_domain::terms::{FilingId, IdLast6, MessageId, Phone};
use heyan_domain::verification::Message;

use super::read::Reader;
use super::rows::{self, select_message};
use crate::database::StoreError;

/// A message that has failed for good, or that waits for a carrier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadLetter {
    /// Since when.
    pub since: Timestamp,
    /// Which.
    pub message: Message,
}

/// What waits for its time to be over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ToErase {
    /// Filings whose personal data is still there and whose time runs.
    pub kept: i64,
    /// Those whose time is over; counted up to 10,000.
    pub overdue: i64,
    /// Since when the time of the first of them ran.
    pub since: Option<Timestamp>,
}

impl Reader {
    /// Filings that had ended by an instant and whose personal data is still there, the oldest first.
    pub fn to_erase(&self, ended_before: Timestamp, limit: usize) -> Result<Vec<FilingId>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "SELECT filing FROM ended WHERE at <= ?1 ORDER BY at, filing LIMIT ?2";
        self.many(sql, (ended_before.as_ms(), limit), |row| Ok(FilingId::from_number(row.get(0)?)))
    }

    /// How many that are.
    pub fn count_to_erase(&self, ended_before: Timestamp) -> Result<ToErase, StoreError> {
        let kept = self.one("SELECT count(*) FROM ended", (), |row| Ok(row.get(0)?))?.unwrap_or(0);
        let sql = "SELECT count(*), min(at) FROM (SELECT at FROM ended WHERE at <= ?1 ORDER BY at LIMIT 10000) AS found";
        let overdue = self.one(sql, [ended_before.as_ms()], |row| {
            Ok((row.get(0)?, row.get::<Option<i64>>(1)?.map(Timestamp::from_ms)))
        })?;
        let (overdue, since) = overdue.unwrap_or_default();
        Ok(ToErase { kept, overdue, since })
    }

    /// The filings in which a phone was asked to verify, and with the last six of a document also those that name the person
    /// without having asked; by blind index, under every key. In the order of their ids.
    pub fn filings_about(
        &self,
        phone: &Phone,
        id_last6: Option<&IdLast6>,
        limit: usize,
    ) -> Result<Vec<FilingId>, StoreError> {
        let keys = self.ring.current();
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut found = std::collections::BTreeSet::new();
        for key in keys.keys() {
            let tag = keys.phone(*key, phone);
            let sql = "SELECT filing FROM phones WHERE phone = ?1 ORDER BY filing LIMIT ?2";
            found.extend(
                self.many(sql, (tag.as_bytes(), most), |row| Ok(FilingId::from_number(row.get(0)?)))?,
            );
            if let Some(id_last6) = id_last6 {
                let tag = keys.person(*key, phone, id_last6);
                let sql = "SELECT filing FROM people WHERE person = ?1 ORDER BY filing LIMIT ?2";
                let named =
                    self.many(sql, (tag.as_bytes(), most), |row| Ok(FilingId::from_number(row.get(0)?)))?;
                found.extend(named);
            }
        }
        Ok(found.into_iter().take(limit).collect())
    }

    /// Messages that have failed for good, the newest first.
    pub fn failed_messages(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "SELECT at, message FROM failed_messages ORDER BY at DESC, message DESC LIMIT ?1";
        let found = self.many(sql, [limit], |row| {
            Ok((Timestamp::from_ms(row.get(0)?), MessageId::from_number(row.get(1)?)))
        })?;
        let mut letters = Vec::with_capacity(found.len());
        for (since, id) in found {
            letters.extend(self.message(id)?.map(|message| DeadLetter { since, message }));
        }
        Ok(letters)
    }

    /// How many failed at or after an instant; counted up to 10,000.
    pub fn count_failed(&self, since: Timestamp) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM failed_messages WHERE at >= ?1 LIMIT 10000) AS found";
        Ok(self.one(sql, [since.as_ms()], |row| Ok(row.get(0)?))?.unwrap_or(0))
    }

    /// Messages in the outbox that were written before an instant, the oldest first. The outbox is read through, up to
    /// 10,000 of it: what waits there is what no carrier takes.
    pub fn stuck_messages(
        &self,
        written_before: Timestamp,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = select_message!(
            "FROM messages WHERE id IN (SELECT message FROM outbox ORDER BY message LIMIT 10000) \
             AND created_at < ?1 ORDER BY created_at, id LIMIT ?2"
        );
        let found = self.many(sql, (written_before.as_ms(), limit), rows::message)?;
        Ok(found.into_iter().map(|message| DeadLetter { since: message.created_at, message }).collect())
    }
}
