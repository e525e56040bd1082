//! Outages for which clocks were stopped (DDL-06).

use std::sync::Arc;

use crate::sql::{Row, params};
use heyan_domain::Timestamp;
use heyan_domain::outage::StoppedClocks;
use heyan_domain::state::Tables;

use super::read::Reader;
use super::writer::Writer;
use crate::database::StoreError;

fn outage(row: &Row<'_>) -> Result<StoppedClocks, StoreError> {
    let body = row.get_ref(0)?.as_str()?;
    serde_json::from_str(body).map_err(|_| StoreError::Damaged { what: "outage" })
}

impl Writer {
    pub(super) fn load_outages(&self, rows: &mut Tables) -> Result<(), StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT body FROM outages ORDER BY approved_at")?;
        let mut cursor = statement.query(())?;
        let mut found = Vec::new();
        while let Some(row) = cursor.next()? {
            found.push(outage(&row)?);
        }
        rows.outages.insert((), Some(Arc::new(found)));
        Ok(())
    }

    /// None is ever changed or removed.
    pub(super) fn write_outages(&self, rows: &Tables) -> Result<(), StoreError> {
        for row in rows.outages.values().flatten().flat_map(|all| all.iter()) {
            let sql = "INSERT INTO outages (proposal, approved_at, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            let body = serde_json::to_string(row).map_err(|_| StoreError::Damaged { what: "outage" })?;
            let id = row.proposal.number();
            self.connection.put(sql, params![id, row.approved_at.as_ms(), body])?;
        }
        Ok(())
    }
}

impl Reader {
    /// The outages for which clocks were stopped since an instant, the latest first.
    pub fn outages_since(&self, since: Timestamp) -> Result<Vec<StoppedClocks>, StoreError> {
        let sql = "SELECT body FROM outages WHERE approved_at >= ?1 ORDER BY approved_at DESC";
        self.many(sql, [since.as_ms()], outage)
    }
}
