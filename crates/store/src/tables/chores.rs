//! Work on the database that nobody waits for, in batches of its own transactions.

use crate::sql::Value;
use crate::sql::params;
use heyan_domain::Timestamp;
use heyan_domain::privacy::REPLIES_KEPT_MS;
use heyan_domain::tags::Keyring as _;
use heyan_domain::time::DAY_MS;
use rand::Rng;

use super::writer::Writer;
use crate::database::StoreError;
use crate::database::{check_keys, meta, put_meta};
use crate::engine::Chore;
use crate::keys::{KeySet, Purpose, counter_floor};

/// Rows touched in one batch.
const BATCH: i64 = 500;
/// How long a message that has failed is listed.
const KEEP_FAILED_MS: i64 = 90 * DAY_MS;

/// What a table's key is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum KeyOf {
    Number,
    Text,
    Octets,
}

impl KeyOf {
    /// What comes before every key.
    const fn least(self) -> Value {
        match self {
            Self::Number => Value::Integer(i64::MIN),
            Self::Text => Value::Text(String::new()),
            Self::Octets => Value::Blob(Vec::new()),
        }
    }
}

/// The tables that hold sealed values: table, key column, what it is, purpose.
pub(super) const SEALED: [(&str, &str, KeyOf, Purpose); 13] = [
    ("filing_bodies", "filing", KeyOf::Number, Purpose::FilingBody),
    ("outbox", "message", KeyOf::Number, Purpose::Message),
    ("entities", "no", KeyOf::Text, Purpose::Entity),
    ("services", "no", KeyOf::Text, Purpose::Service),
    ("replies", "key", KeyOf::Octets, Purpose::Reply),
    ("accounts", "id", KeyOf::Number, Purpose::Account),
    ("api_keys", "id", KeyOf::Number, Purpose::ApiKey),
    ("webhooks", "id", KeyOf::Number, Purpose::Webhook),
    ("bulk_chunks", "no", KeyOf::Number, Purpose::BulkChunk),
    ("enterprise_accounts", "provider", KeyOf::Text, Purpose::EnterpriseAccount),
    ("enterprise_parts", "no", KeyOf::Number, Purpose::EnterprisePart),
    ("enterprise_filed", "filing", KeyOf::Number, Purpose::EnterpriseRecord),
    ("enterprise_results", "no", KeyOf::Number, Purpose::EnterpriseResult),
];

/// Which key everything has been sealed with, in `meta`.
const REKEYED: &str = "rekeyed";

/// How far sealing anew has come since the start, or since a key was taken up: each row is looked at once. Rows written
/// meanwhile are sealed with the active key anyway.
#[derive(Clone, Default)]
pub(super) struct Rekeying {
    table: usize,
    /// The last key looked at in it.
    after: Option<Value>,
}

impl Writer {
    /// Does one batch; gives how many rows it looked at, 0 when there is nothing left.
    pub(crate) fn chore(&mut self, chore: &Chore, rng: &mut dyn Rng) -> Result<usize, StoreError> {
        // A part of a file counts only once the file is accepted, and the commit of that syncs all that stands before it
        // in the log: no group has to wait for the disk for a part alone.
        let waits_for_disk = !matches!(chore, Chore::Stage(_));
        if waits_for_disk {
            return self.carry_out(chore, rng);
        }
        self.connection.wait_for_disk(false)?;
        let done = self.carry_out(chore, rng);
        self.connection.wait_for_disk(true)?;
        done
    }

    fn carry_out(&mut self, chore: &Chore, rng: &mut dyn Rng) -> Result<usize, StoreError> {
        self.begin()?;
        let done = match chore {
            Chore::Tidy(now) => self.tidy(*now).map(|touched| (touched, self.rekeying.clone())),
            Chore::Rekey => self.rekey(rng),
            Chore::Audit(now) => self.audit_chore(*now).map(|touched| (touched, self.rekeying.clone())),
            Chore::Checked(report, now) => {
                self.note_checked(report, *now).map(|touched| (touched, self.rekeying.clone()))
            }
            Chore::Count(tally) => self.add(tally).map(|added| (added, self.rekeying.clone())),
            Chore::Notice(noticed) => self.note_notices(noticed).map(|added| (added, self.rekeying.clone())),
            Chore::Follow(followed) => self.follow(followed).map(|added| (added, self.rekeying.clone())),
            Chore::Stage(part) => self.stage(part, rng).map(|added| (added, self.rekeying.clone())),
            Chore::Publish(published) => {
                self.publish(published, rng).map(|added| (added, self.rekeying.clone()))
            }
            Chore::Lease(ms) => self.lease(*ms).map(|held| (held, self.rekeying.clone())),
            Chore::Release => self.release().map(|released| (released, self.rekeying.clone())),
            Chore::Mailed(mail) => self.mailed(*mail).map(|gone| (gone, self.rekeying.clone())),
            Chore::MailLater(mail, at) => {
                self.mail_later(*mail, *at).map(|moved| (moved, self.rekeying.clone()))
            }
        };
        match done.and_then(|done| self.commit().map(|()| done)) {
            Ok((rows, rekeying)) => {
                self.rekeying = rekeying;
                Ok(rows)
            }
            Err(error) => {
                self.take_back();
                Err(error)
            }
        }
    }

    /// Takes up other keys between two groups. The database knows their check values before anything is sealed with
    /// them; keys that lack one of the data's are refused, and those before stay in use.
    pub(crate) fn take_up(&mut self, keys: KeySet, now: Timestamp) -> Result<(), StoreError> {
        self.begin()?;
        let noted = check_keys(&self.connection, &keys).and_then(|()| self.audit_keys(&keys, now));
        match noted.and_then(|()| self.commit()) {
            Ok(()) => {
                self.ring.put(keys);
                self.rekeying = Rekeying::default();
                Ok(())
            }
            Err(error) => {
                self.take_back();
                Err(error)
            }
        }
    }

    fn tidy(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let yesterday = counter_floor(now.plus_ms(-DAY_MS));
        let counters = self.connection.prepare_cached(
            "DELETE FROM counters WHERE no IN (SELECT no FROM (SELECT no, key FROM counters ORDER BY no LIMIT ?2) AS oldest \
             WHERE key < ?1)",
        )?
        .execute(params![yesterday.0, BATCH])?;
        if i64::try_from(counters).is_ok_and(|counters| counters < BATCH) {
            self.counters.retain(|key, _| *key >= yesterday.0);
        }
        // Replies lie in the order in which they were made, so looking at the oldest is enough.
        let replies = self.connection.prepare_cached(
            "DELETE FROM replies WHERE no IN (SELECT no FROM (SELECT no, at FROM replies ORDER BY no LIMIT ?2) AS oldest \
             WHERE at < ?1)",
        )?
        .execute(params![now.plus_ms(-REPLIES_KEPT_MS).as_ms(), BATCH])?;
        let failed = self
            .connection
            .prepare_cached(
                "DELETE FROM failed_messages WHERE (at, message) IN (SELECT at, message FROM failed_messages \
             WHERE at < ?1 ORDER BY at, message LIMIT ?2)",
            )?
            .execute(params![now.plus_ms(-KEEP_FAILED_MS).as_ms(), BATCH])?;
        Ok(counters
            + replies
            + failed
            + self.tidy_sessions(now)?
            + self.tidy_unmaskings(now)?
            + self.tidy_carriers(now, BATCH)?
            + self.tidy_webhooks(now, BATCH)?
            + self.tidy_bulk(now)?
            + self.tidy_enterprise(now)?)
    }

    /// Seals anew what was sealed with another than the active key. The first byte of a sealed value names its key.
    fn rekey(&mut self, rng: &mut dyn Rng) -> Result<(usize, Rekeying), StoreError> {
        let mut progress = self.rekeying.clone();
        let keys = self.ring.current();
        // With one key there is nothing to do: data that has seen another is not opened without it (SEC-18).
        let [active, _, ..] = *keys.keys() else { return Ok((0, progress)) };
        let done = active.0.to_string();
        if meta(&self.connection, REKEYED)?.as_ref() == Some(&done) {
            return Ok((0, progress));
        }
        while let Some((table, column, key_of, purpose)) = SEALED.get(progress.table).copied() {
            let after = progress.after.take().unwrap_or_else(|| key_of.least());
            let rows = self.sealed_after(table, column, &after)?;
            let Some((last, _)) = rows.last() else {
                progress.table += 1;
                continue;
            };
            progress.after = Some(last.clone());
            let looked_at = rows.len();
            let update = format!("UPDATE {table} SET sealed = ?2 WHERE {column} = ?1");
            for (key, sealed) in rows.into_iter().filter(|(_, sealed)| sealed.first() != Some(&active.0)) {
                let place = place_of(&key)?;
                let Ok(clear) = keys.open(purpose, &place, &sealed) else {
                    tracing::error!(name: "store.value_damaged", table, ?key, "a value does not open and is left as it is");
                    continue;
                };
                let sealed = keys.seal(purpose, &place, &clear, rng);
                self.connection.put(&update, params![key, sealed])?;
            }
            return Ok((looked_at, progress));
        }
        put_meta(&self.connection, REKEYED, &done)?;
        Ok((0, progress))
    }

    /// The next batch of a table's sealed values in the order of its key.
    fn sealed_after(
        &self,
        table: &str,
        column: &str,
        after: &Value,
    ) -> Result<Vec<(Value, Vec<u8>)>, StoreError> {
        let sql = format!(
            "SELECT {column}, sealed FROM {table} WHERE {column} > ?1 AND sealed IS NOT NULL \
             ORDER BY {column} LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![after, BATCH], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows)
    }
}

/// The place that a value was sealed for: the key of its row.
fn place_of(key: &Value) -> Result<Vec<u8>, StoreError> {
    match key {
        Value::Integer(number) => Ok(number.to_be_bytes().to_vec()),
        Value::Text(text) => Ok(text.as_bytes().to_vec()),
        Value::Blob(bytes) => Ok(bytes.clone()),
        Value::Null => Err(StoreError::Damaged { what: "key of a sealed value" }),
    }
}
