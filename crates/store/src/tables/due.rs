//! The worker's view of commands with a due time (DDL-04).

use crate::sql::Optional as _;
use heyan_domain::Timestamp;
use heyan_domain::due::Due;

use super::read::Reader;
use super::rows::damaged;
use crate::database::StoreError;

impl Reader {
    /// What is due at an instant, the earliest first, at most `limit`.
    pub fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Timestamp, Due)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT at, kind, target, round_no FROM due WHERE at <= ?1 ORDER BY at, kind, target, round_no LIMIT ?2",
        )?;
        let mut cursor = statement.query((now.as_ms(), i64::try_from(limit).unwrap_or(i64::MAX)))?;
        let mut found = Vec::new();
        while let Some(row) = cursor.next()? {
            let due = damaged(Due::from_parts(row.get(1)?, row.get(2)?, row.get(3)?), "due command")?;
            found.push((Timestamp::from_ms(row.get(0)?), due));
        }
        Ok(found)
    }

    /// When the next command is due.
    pub fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT at FROM due ORDER BY at LIMIT 1")?;
        let at: Option<i64> = statement.query_row((), |row| row.get(0)).optional()?;
        Ok(at.map(Timestamp::from_ms))
    }
}
