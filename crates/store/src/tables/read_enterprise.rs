//! What is read of the enterprise interface.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::enterprise::{
    EnterpriseAccount, IspId, NotFiled, RecordFiled, RecordName, Upload, UsedValue,
};
use heyan_domain::filing::draft::Domain;
use heyan_domain::registry::{EntityNo, ServiceNo, ServiceRecord};
use heyan_domain::tags::EntityTag;
use heyan_domain::terms::{EventId, FilingId, ProviderId, UploadId};

use super::enterprise::{account, counted, open, select_account, select_upload, upload, whose};
use super::read::Reader;
use super::rows::{self, damaged};
use crate::database::StoreError;
use crate::keys::Purpose;
use crate::sql::params;
use crate::views::Unpublished;

impl Reader {
    /// All accounts at the door of the enterprise interface, by their numbers.
    pub fn enterprise_accounts(&self) -> Result<Vec<EnterpriseAccount>, StoreError> {
        self.many(select_account!("ORDER BY isp_id"), (), |row| account(&self.ring, row))
    }

    /// The account with a number.
    pub fn enterprise_account(&self, isp_id: IspId) -> Result<Option<EnterpriseAccount>, StoreError> {
        self.one(select_account!("WHERE isp_id = ?1"), [isp_id.number()], |row| account(&self.ring, row))
    }

    /// Whether a random value was used.
    pub fn enterprise_is_used(&self, used: &UsedValue) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM enterprise_used WHERE provider = ?1 AND generation = ?2 AND value = ?3";
        Ok(self.one(sql, params![used.0.as_str(), used.1, used.2], |_| Ok(()))?.is_some())
    }

    /// A file of records.
    pub fn enterprise_upload(&self, id: UploadId) -> Result<Option<Upload>, StoreError> {
        self.one(select_upload!("WHERE id = ?1"), [id.number()], upload)
    }

    /// The files whose records are still to be filed, those that came first before the others.
    pub fn enterprise_waiting(&self, limit: usize) -> Result<Vec<Upload>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.many(select_upload!("WHERE ended_at IS NULL ORDER BY taken_at, id LIMIT ?1"), [limit], upload)
    }

    /// How many places of all files have been looked at.
    pub fn enterprise_looked_at(&self) -> Result<u64, StoreError> {
        let sql = "SELECT CAST(coalesce(sum(done), 0) AS BIGINT) FROM enterprise_uploads";
        Ok(self.one(sql, (), |row| counted(row, 0))?.unwrap_or_default())
    }

    /// How many files wait for their records to be filed, and since when the oldest.
    pub fn enterprise_backlog(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let sql = "SELECT count(*), min(taken_at) FROM enterprise_uploads WHERE ended_at IS NULL";
        let found = self.one(sql, (), |row| {
            let oldest: Option<i64> = row.get(1)?;
            Ok((counted(row, 0)?, oldest.map(Timestamp::from_ms)))
        })?;
        Ok(found.unwrap_or_default())
    }

    /// A part of what is in a file of records, from 0.
    pub fn enterprise_part(&self, id: UploadId, no: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let no = id.part(no);
        self.one("SELECT sealed FROM enterprise_parts WHERE no = ?1", [no], |row| {
            let sealed = row.get_ref(0)?.as_blob()?;
            open(&self.ring, Purpose::EnterprisePart, no, sealed, "part of a file").map(|part| part.to_vec())
        })
    }

    /// The record that a filing came as: by what results name it, and the record unless it was erased.
    pub fn enterprise_filed(&self, filing: FilingId) -> Result<Option<RecordFiled>, StoreError> {
        let sql = "SELECT provider, name, sealed FROM enterprise_filed WHERE filing = ?1";
        self.one(sql, [filing.number()], |row| {
            let name: String = row.get(1)?;
            let name: Option<RecordName> = serde_json::from_str(&name).ok();
            let sealed: Option<Vec<u8>> = row.get(2)?;
            let record = match sealed {
                Some(sealed) => {
                    open(&self.ring, Purpose::EnterpriseRecord, filing.number(), &sealed, "record")?.to_vec()
                }
                None => Vec::new(),
            };
            Ok(RecordFiled {
                filing,
                provider: whose(row, 0)?,
                name: damaged(name, "name of a record")?,
                record: Arc::from(record),
            })
        })
    }

    /// The service on record that has a domain, and its organiser's number.
    pub fn registered_domain(&self, domain: &Domain) -> Result<Option<ServiceRecord>, StoreError> {
        let sql = "SELECT service_no FROM domains WHERE domain = ?1";
        let no = self.one(sql, [domain.as_str()], |row| {
            damaged(ServiceNo::parse(&row.get::<String>(0)?), "service number")
        })?;
        match no {
            Some(no) => self.service(&no),
            None => Ok(None),
        }
    }

    /// The number of the organiser that is on record under one of these.
    pub fn registered_entity(&self, tags: &[EntityTag]) -> Result<Option<EntityNo>, StoreError> {
        for tag in tags {
            let sql = "SELECT no FROM entity_numbers WHERE entity = ?1";
            let found = self.one(sql, [tag.as_bytes()], |row| {
                damaged(EntityNo::parse(&row.get::<String>(0)?), "entity number")
            })?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The file that has waited longest for a provider, and what is in it.
    pub fn enterprise_result(&self, provider: &ProviderId) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let sql = "SELECT no, name, sealed FROM enterprise_results \
                   WHERE provider = ?1 AND acknowledged_at IS NULL ORDER BY no LIMIT 1";
        self.one(sql, [provider.as_str()], |row| {
            let sealed = row.get_ref(2)?.as_blob()?;
            let file = open(&self.ring, Purpose::EnterpriseResult, row.get(0)?, sealed, "file of results")?;
            Ok((row.get(1)?, file.to_vec()))
        })
    }

    /// Whether a file waits for a provider.
    pub fn enterprise_has_result(&self, provider: &ProviderId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM enterprise_results WHERE provider = ?1 AND acknowledged_at IS NULL LIMIT 1";
        Ok(self.one(sql, [provider.as_str()], |_| Ok(()))?.is_some())
    }

    /// What a provider's next files of results are made of; nothing while one waits.
    pub fn enterprise_unpublished(
        &self,
        provider: &ProviderId,
        limit: usize,
    ) -> Result<Option<Unpublished>, StoreError> {
        if self.enterprise_has_result(provider)? {
            return Ok(None);
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "SELECT event, tables FROM enterprise_accounts WHERE provider = ?1";
        let account =
            self.one(sql, [provider.as_str()], |row| Ok((EventId::from_number(row.get(0)?), row.get(1)?)))?;
        let Some((from, has_tables)) = account else { return Ok(None) };
        let sql = "SELECT no, body FROM enterprise_not_filed WHERE provider = ?1 ORDER BY no LIMIT ?2";
        let not_filed = self.many(sql, params![provider.as_str(), limit], |row| {
            let body: String = row.get(1)?;
            let body: Option<NotFiled> = serde_json::from_str(&body).ok();
            Ok((row.get(0)?, damaged(body, "what a record came to")?))
        })?;
        let sql = rows::select_event!("FROM events WHERE provider = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
        let values = params![provider.as_str(), from.number(), limit];
        let events = self.many(sql, values, rows::event)?;
        let to = events.last().map_or(from, |event| event.id);
        let events = events.into_iter().filter(|event| event.kind.decides_filing()).collect();
        Ok(Some(Unpublished { has_tables, not_filed, from, to, events }))
    }
}
