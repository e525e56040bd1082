//! The access providers that operators have named, in their table.

use crate::sql::params;
use heyan_domain::providers::SupportContact;
use heyan_domain::state::Tables;
use heyan_domain::terms::ProviderId;

use super::read::Reader;
use super::rows::damaged;
use super::write::to_json;
use super::writer::Writer;
use crate::database::StoreError;

fn contact(text: &str) -> Result<SupportContact, StoreError> {
    damaged(serde_json::from_str(text).ok(), "contact of a provider")
}

impl Writer {
    pub(super) fn load_support_contact(
        &self,
        provider: &ProviderId,
        rows: &mut Tables,
    ) -> Result<(), StoreError> {
        let sql = "SELECT support FROM providers WHERE id = ?1";
        let found = self.one(sql, [provider.as_str()], |row| contact(&row.get::<String>(0)?))?;
        rows.support_contacts.insert(provider.clone(), found);
        Ok(())
    }

    pub(super) fn write_providers(&self, rows: &Tables) -> Result<(), StoreError> {
        for (provider, contact) in &rows.support_contacts {
            let Some(contact) = contact else { continue };
            let text = to_json(contact, "contact of a provider")?;
            let sql = "INSERT INTO providers (id, support) VALUES (?1, ?2) \
                       ON CONFLICT (id) DO UPDATE SET support = excluded.support";
            let values = params![provider.as_str(), String::from_utf8_lossy(&text)];
            self.connection.put(sql, values)?;
        }
        Ok(())
    }
}

impl Reader {
    /// The providers that operators have named.
    pub fn providers(&self) -> Result<Vec<(ProviderId, SupportContact)>, StoreError> {
        self.many("SELECT id, support FROM providers ORDER BY id", (), |row| {
            let provider = damaged(ProviderId::parse(&row.get::<String>(0)?), "provider")?;
            Ok((provider, contact(&row.get::<String>(1)?)?))
        })
    }
}
