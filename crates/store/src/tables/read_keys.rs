//! What can be seen of a rotation in the data (SEC-07).

use std::collections::BTreeMap;
use std::sync::Arc;

use heyan_domain::tags::KeyId;

use super::chores::SEALED;
use super::read::Reader;
use crate::database::StoreError;
use crate::database::{Database, KEY_SEEN};
use crate::keys::Ring;
use crate::location::Location;

impl Reader {
    /// A reader beside the server that has the data open; `None` if there is no data yet. It writes nothing.
    pub fn beside(location: impl Into<Location>, ring: Arc<Ring>) -> Result<Option<Self>, StoreError> {
        let connection = Database::connect_beside(&location.into())?;
        Ok(connection.map(|connection| Self { connection, ring }))
    }

    /// The keys that the data has seen: those that anything in it may be sealed or hashed with.
    pub fn keys_seen(&self) -> Result<Vec<KeyId>, StoreError> {
        let sql = "SELECT name FROM meta WHERE name LIKE CAST(?1 AS TEXT) || '%' ORDER BY name";
        self.many(sql, [KEY_SEEN], |row| {
            let name: String = row.get(0)?;
            let id = name.trim_start_matches(KEY_SEEN).parse();
            id.map(KeyId).map_err(|_| StoreError::Damaged { what: "name of a key" })
        })
    }

    /// How many sealed values there are under each key. Reads every one of them.
    pub fn sealed_values(&self) -> Result<BTreeMap<KeyId, u64>, StoreError> {
        let mut by_key = BTreeMap::new();
        for (table, ..) in SEALED {
            let sql = format!(
                "SELECT substr(sealed, 1, 1), count(*) FROM {table} WHERE sealed IS NOT NULL GROUP BY 1"
            );
            let found = self.many(&sql, (), |row| Ok((row.get::<[u8; 1]>(0)?, row.get::<i64>(1)?)))?;
            for ([key], count) in found {
                let values: &mut u64 = by_key.entry(KeyId(key)).or_default();
                *values = values.saturating_add(u64::try_from(count).unwrap_or(0));
            }
        }
        Ok(by_key)
    }
}
