//! Routes that operators run empty.

use crate::sql::params;
use heyan_domain::routes::Drained;
use heyan_domain::state::Tables;

use super::read::Reader;
use super::writer::Writer;
use crate::database::StoreError;

const WHAT: &str = "drained route";

fn drained(body: &str) -> Result<Drained, StoreError> {
    serde_json::from_str(body).map_err(|_| StoreError::Damaged { what: WHAT })
}

impl Writer {
    pub(super) fn load_drained_route(&self, route: &str, rows: &mut Tables) -> Result<(), StoreError> {
        let sql = "SELECT body FROM drained_routes WHERE route = ?1";
        let found = self.one(sql, [route], |row| drained(&row.get::<String>(0)?))?;
        rows.drained_routes.insert(route.to_owned(), found);
        Ok(())
    }

    pub(super) fn write_drained_routes(&self, rows: &Tables) -> Result<(), StoreError> {
        for (route, row) in &rows.drained_routes {
            let Some(row) = row else {
                let sql = "DELETE FROM drained_routes WHERE route = ?1";
                self.connection.put(sql, [route])?;
                continue;
            };
            let body = serde_json::to_string(row).map_err(|_| StoreError::Damaged { what: WHAT })?;
            let sql = "INSERT INTO drained_routes (route, body) VALUES (?1, ?2) \
                       ON CONFLICT (route) DO UPDATE SET body = excluded.body";
            self.connection.put(sql, params![route, body])?;
        }
        Ok(())
    }
}

impl Reader {
    /// The routes that get no messages, by name, whether they are configured or not.
    pub fn drained_routes(&self) -> Result<Vec<(String, Drained)>, StoreError> {
        let sql = "SELECT route, body FROM drained_routes ORDER BY route";
        self.many(sql, (), |row| Ok((row.get(0)?, drained(&row.get::<String>(1)?)?)))
    }
}
