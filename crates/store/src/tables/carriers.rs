//! What is kept of messages on their way: where they stand in the outbox, the carriers' ids, and early receipts.

use crate::sql::params;
use heyan_domain::Timestamp;
use heyan_domain::privacy::RECEIPTS_KEPT_MS;
use heyan_domain::state::Tables;
use heyan_domain::tags::PhoneTag;
use heyan_domain::terms::MessageId;
use heyan_domain::tx::Delta;
use heyan_domain::verification::{Orphan, Standing};

use super::columns;
use super::writer::Writer;
use crate::database::StoreError;

/// How long a receipt may come. Carriers give up on a message after 48 hours (CMPP's waiting time for a report); a day
/// more for those that are late.
const KEEP_MS: i64 = RECEIPTS_KEPT_MS;

/// As stored; the kinds' numbers are the order in which messages leave.
const fn standing_number(standing: Standing) -> u8 {
    match standing {
        Standing::Waits(kind) => columns::message_kind_number(kind),
        Standing::Handed => HANDED,
        Standing::Unknown => 5,
    }
}

pub(super) const HANDED: u8 = 4;

impl Writer {
    pub(super) fn write_transport(&mut self, delta: &Delta, now: Timestamp) -> Result<(), StoreError> {
        for (message, standing) in &delta.standings {
            let sql = "UPDATE outbox SET standing = ?2 WHERE message = ?1";
            self.connection.put(sql, params![message.number(), standing_number(*standing)])?;
        }
        for (message, route, carrier_id) in &delta.carrier_ids {
            let sql = "INSERT INTO carrier_ids (route, carrier_id, message, at) VALUES (?1, ?2, ?3, ?4)";
            self.connection.put(sql, params![route, carrier_id, message.number(), now.as_ms()])?;
        }
        for ((route, phone), orphans) in &delta.rows.orphans {
            let sql = "DELETE FROM orphans WHERE route = ?1 AND phone = ?2";
            self.connection.put(sql, params![route, phone.as_bytes()])?;
            for orphan in orphans.iter().flatten() {
                let sql = "INSERT INTO orphans (route, phone, carrier_id, other_ids, arrived, carrier_code, at) \
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
                self.connection.put(
                    sql,
                    params![
                        route,
                        phone.as_bytes(),
                        orphan.carrier_id,
                        orphan.other_ids.join(" "),
                        orphan.arrived,
                        orphan.carrier_code,
                        orphan.at.as_ms()
                    ],
                )?;
            }
        }
        Ok(())
    }

    pub(super) fn load_of_carrier(
        &self,
        key: &(String, String),
        rows: &mut Tables,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT message FROM carrier_ids WHERE route = ?1 AND carrier_id = ?2 ORDER BY no",
        )?;
        let found =
            statement.query_map(params![key.0, key.1], |row| row.get(0).map(MessageId::from_number))?;
        rows.of_carrier.insert(key.clone(), Some(found));
        Ok(())
    }

    pub(super) fn load_orphans(&self, key: &(String, PhoneTag), rows: &mut Tables) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT carrier_id, other_ids, arrived, carrier_code, at FROM orphans WHERE route = ?1 AND phone = ?2 \
             ORDER BY no",
        )?;
        let found = statement.query_map(params![key.0, key.1.as_bytes()], |row| {
            Ok(Orphan {
                carrier_id: row.get(0)?,
                other_ids: row.get::<String>(1)?.split_whitespace().map(str::to_owned).collect(),
                arrived: row.get(2)?,
                carrier_code: row.get(3)?,
                at: Timestamp::from_ms(row.get(4)?),
            })
        })?;
        rows.orphans.insert(key.clone(), Some(found));
        Ok(())
    }

    /// Forgets what no receipt can need any more. Both lie in the order in which they were written, so looking at the
    /// oldest is enough.
    pub(super) fn tidy_carriers(&self, now: Timestamp, batch: i64) -> Result<usize, StoreError> {
        let before = now.plus_ms(-KEEP_MS).as_ms();
        let ids = self
            .connection
            .prepare_cached(
                "DELETE FROM carrier_ids WHERE no IN (SELECT no FROM (SELECT no, at FROM carrier_ids ORDER BY no \
                 LIMIT ?2) AS oldest WHERE at < ?1)",
            )?
            .execute(params![before, batch])?;
        let orphans = self
            .connection
            .prepare_cached(
                "DELETE FROM orphans WHERE no IN (SELECT no FROM (SELECT no, at FROM orphans ORDER BY no LIMIT ?2) AS oldest \
                 WHERE at < ?1)",
            )?
            .execute(params![before, batch])?;
        Ok(ids + orphans)
    }
}
