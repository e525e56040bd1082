//! Work on the database that nobody waits for, in batches of its own transactions.

use heyan_domain::Timestamp;
use heyan_domain::time::DAY_MS;
use rand::Rng;
use rusqlite::params;

use super::StoreError;
use super::writer::Writer;
use crate::engine::Chore;
use crate::keys::{Purpose, counter_floor};

/// Rows touched in one batch.
const BATCH: i64 = 500;
/// How long a reply is kept for repetitions of its request.
const KEEP_REPLIES_MS: i64 = 7 * DAY_MS;

/// The tables that hold sealed values: table, key column, whether the key is a number, purpose.
const SEALED: [(&str, &str, bool, Purpose); 5] = [
    ("filing_bodies", "filing", true, Purpose::FilingBody),
    ("outbox", "message", true, Purpose::Message),
    ("entities", "no", false, Purpose::Entity),
    ("services", "no", false, Purpose::Service),
    ("replies", "key", false, Purpose::Reply),
];

impl Writer {
    /// Does one batch; gives how many rows it touched, 0 when there is nothing left.
    pub(crate) fn chore(&mut self, chore: Chore, rng: &mut dyn Rng) -> Result<usize, StoreError> {
        self.begin()?;
        let touched = match chore {
            Chore::Tidy(now) => self.tidy(now),
            Chore::Rekey => self.rekey(rng),
        };
        let touched = touched.and_then(|touched| self.commit().map(|()| touched));
        if touched.is_err() {
            self.roll_back();
        }
        touched
    }

    fn tidy(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let yesterday = counter_floor(now.plus_ms(-DAY_MS));
        let counters = self.connection.prepare_cached(
            "DELETE FROM counters WHERE key IN (SELECT key FROM counters WHERE key < ?1 ORDER BY key LIMIT ?2)",
        )?
        .execute(params![yesterday.0, BATCH])?;
        // Replies lie in the order in which they were made, so looking at the oldest is enough.
        let replies = self.connection.prepare_cached(
            "DELETE FROM replies WHERE no IN (SELECT no FROM (SELECT no, at FROM replies ORDER BY no LIMIT ?2) \
             WHERE at < ?1)",
        )?
        .execute(params![now.plus_ms(-KEEP_REPLIES_MS).as_ms(), BATCH])?;
        Ok(counters + replies)
    }

    /// Seals anew what was sealed with another than the active key. The first byte of a sealed value names its key.
    fn rekey(&mut self, rng: &mut dyn Rng) -> Result<usize, StoreError> {
        let Some((active, _)) = self.ring.check_values().first().copied() else { return Ok(0) };
        for (table, column, by_number, purpose) in SEALED {
            let sql = format!(
                "SELECT rowid_or_key, sealed FROM (SELECT {column} AS rowid_or_key, sealed FROM {table}) \
                 WHERE sealed IS NOT NULL AND substr(sealed, 1, 1) <> ?1 LIMIT ?2"
            );
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![[active.0], BATCH])?;
            let mut found: Vec<(rusqlite::types::Value, Vec<u8>)> = Vec::new();
            while let Some(row) = rows.next()? {
                found.push((row.get(0)?, row.get(1)?));
            }
            drop(rows);
            drop(statement);
            if found.is_empty() {
                continue;
            }
            let touched = found.len();
            let update = format!("UPDATE {table} SET sealed = ?2 WHERE {column} = ?1");
            for (key, sealed) in found {
                let place = place_of(&key, by_number)?;
                let clear = self
                    .ring
                    .open(purpose, &place, &sealed)
                    .map_err(|_| StoreError::Damaged { what: "sealed value" })?;
                let sealed = self.ring.seal(purpose, &place, &clear, rng);
                self.connection.prepare_cached(&update)?.execute(params![key, sealed])?;
            }
            return Ok(touched);
        }
        Ok(0)
    }
}

/// The place that a value was sealed for: the key of its row.
fn place_of(key: &rusqlite::types::Value, by_number: bool) -> Result<Vec<u8>, StoreError> {
    use rusqlite::types::Value;
    match key {
        Value::Integer(number) if by_number => Ok(number.to_be_bytes().to_vec()),
        Value::Text(text) if !by_number => Ok(text.as_bytes().to_vec()),
        Value::Blob(bytes) if !by_number => Ok(bytes.clone()),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Text(_) | Value::Blob(_) => {
            Err(StoreError::Damaged { what: "key of a sealed value" })
        }
    }
}
