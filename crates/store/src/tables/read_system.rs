//! How the system is, for whoever runs it. Nothing here reads more than it says.

use heyan_domain::Timestamp;

use super::read::Reader;
use crate::database::StoreError;
use crate::database::{Mode, meta};
use crate::views::System;

/// Rows counted at most: beyond, the number says only that there are many.
const MAX_COUNTED: i64 = 10_000;

impl Reader {
    /// Whether the data was made by a sandbox.
    pub fn is_sandbox(&self) -> Result<bool, StoreError> {
        Ok(meta(&self.connection, "mode")?.as_deref() == Some(Mode::Sandbox.as_str()))
    }

    /// Sizes and what waits, at an instant.
    pub fn system(&self, now: Timestamp) -> Result<System, StoreError> {
        let snapshot = self.connection.snapshot()?;
        let counts = self.counts()?;
        let late =
            "SELECT count(*), min(at) FROM (SELECT at FROM due WHERE at <= ?1 ORDER BY at LIMIT ?2) AS found";
        let late = self.one(late, (now.as_ms(), MAX_COUNTED), |row| {
            Ok((row.get(0)?, row.get::<Option<i64>>(1)?.map(Timestamp::from_ms)))
        })?;
        let (due, due_since) = late.unwrap_or_default();
        let database_bytes = u64::try_from(self.connection.size()?).unwrap_or(0);
        let next_due = self.next_due()?;
        drop(snapshot);
        Ok(System {
            outbox: counts.outbox,
            filings: counts.filings,
            events: counts.events,
            due,
            due_since,
            next_due,
            database_bytes,
        })
    }
}
