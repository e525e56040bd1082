//! The door of the enterprise interface, in its tables.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::api_keys::Network;
use heyan_domain::enterprise::{
    AccountSecret, AccountTerms, EnterpriseAccount, IspId, NotFiled, RecordFiled, RecordName, ResultFile,
    Upload, UsedValue, UserName,
};
use heyan_domain::filing::draft::Domain;
use heyan_domain::privacy::ENTERPRISE_FILES_KEPT_MS;
use heyan_domain::registry::{EntityNo, ServiceNo, ServiceRecord};
use heyan_domain::state::{Key, Tables};
use heyan_domain::tags::EntityTag;
use heyan_domain::terms::{EventId, FilingId, ProviderId, UploadId};
use heyan_domain::time::DAY_MS;
use heyan_domain::tx::Delta;
use rand::Rng;
use rusqlite::{Row, params};
use zeroize::Zeroizing;

use super::StoreError;
use super::read::Reader;
use super::rows::{self, damaged};
use super::write::to_json;
use super::writer::Writer;
use crate::keys::{Purpose, Ring};
use crate::views::{Published, StagedPart, Unpublished};

/// How long a file that was not accepted may have been in the laying down.
const STAGING_MS: i64 = DAY_MS;
/// How long the file accepted last can be asked for.
const KEEP_LAST_MS: i64 = ENTERPRISE_FILES_KEPT_MS / 2;
/// How long a file that was taken away is known by its name.
const KEEP_TAKEN_MS: i64 = 30 * DAY_MS;
/// Parts of a file that was not accepted, removed in one batch.
const BATCH_PARTS: i64 = 64;
/// Rows removed in one batch.
const BATCH: i64 = 500;
/// The number above all parts of a file.
const LAST_PART: u32 = 0x3FFF;

macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "SELECT provider, isp_id, user_name, networks, encrypted, may_report, sealed, generation, made_at, last, \
             last_upload, event FROM enterprise_accounts ",
            $rest
        )
    };
}
macro_rules! select_upload {
    ($rest:literal) => {
        concat!(
            "SELECT id, provider, number, parts, taken_at, done, ended_at FROM enterprise_uploads ",
            $rest
        )
    };
}
macro_rules! select_result {
    ($rest:literal) => {
        concat!("SELECT no, provider, name, made_at, acknowledged_at FROM enterprise_results ", $rest)
    };
}

fn whose(row: &Row<'_>, column: usize) -> Result<ProviderId, StoreError> {
    damaged(ProviderId::parse(&row.get::<_, String>(column)?), "provider")
}

fn counted(row: &Row<'_>, column: usize) -> Result<u64, StoreError> {
    damaged(u64::try_from(row.get::<_, i64>(column)?).ok(), "number of a file")
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn account(ring: &Ring, row: &Row<'_>) -> Result<EnterpriseAccount, StoreError> {
    let provider = whose(row, 0)?;
    let networks: String = row.get(3)?;
    let networks = networks.split_whitespace().map(|one| damaged(Network::parse(one), "network"));
    let sealed = row.get_ref(6)?.as_blob().map_err(rusqlite::Error::from)?;
    let place = provider.as_str().as_bytes();
    let secret: AccountSecret =
        rows::unseal(ring, Purpose::EnterpriseAccount, place, sealed, "password of an account")?;
    Ok(EnterpriseAccount {
        terms: AccountTerms {
            isp_id: damaged(IspId::new(row.get(1)?), "number of a provider")?,
            user_name: damaged(UserName::parse(&row.get::<_, String>(2)?), "user")?,
            networks: networks.collect::<Result<_, _>>()?,
            encrypted: row.get(4)?,
            may_report: row.get(5)?,
        },
        secret,
        generation: row.get(7)?,
        made_at: Timestamp::from_ms(row.get(8)?),
        last: counted(row, 9)?,
        last_upload: row.get::<_, Option<i64>>(10)?.map(UploadId::from_number),
        provider,
    })
}

fn upload(row: &Row<'_>) -> Result<Upload, StoreError> {
    Ok(Upload {
        id: UploadId::from_number(row.get(0)?),
        provider: whose(row, 1)?,
        number: counted(row, 2)?,
        parts: row.get(3)?,
        taken_at: Timestamp::from_ms(row.get(4)?),
        done: row.get(5)?,
        ended_at: row.get::<_, Option<i64>>(6)?.map(Timestamp::from_ms),
    })
}

fn result(row: &Row<'_>) -> Result<ResultFile, StoreError> {
    Ok(ResultFile {
        no: row.get(0)?,
        provider: whose(row, 1)?,
        name: row.get(2)?,
        made_at: Timestamp::from_ms(row.get(3)?),
        acknowledged_at: row.get::<_, Option<i64>>(4)?.map(Timestamp::from_ms),
    })
}

fn open(
    ring: &Ring,
    purpose: Purpose,
    place: i64,
    sealed: &[u8],
    what: &'static str,
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    ring.open(purpose, &place.to_be_bytes(), sealed).map_err(|_| StoreError::Damaged { what })
}

impl Writer {
    pub(super) fn load_enterprise(&self, key: &Key, rows: &mut Tables) -> Result<(), StoreError> {
        if let Key::EnterpriseAccount(provider) = key {
            let sql = select_account!("WHERE provider = ?1");
            let found = self.one(sql, [provider.as_str()], |row| account(&self.ring, row))?;
            rows.enterprise_accounts.insert(provider.clone(), found);
        }
        if let Key::EnterpriseUnit(isp_id) = key {
            let sql = "SELECT provider FROM enterprise_accounts WHERE isp_id = ?1";
            let found = self.one(sql, [isp_id.number()], |row| whose(row, 0))?;
            rows.enterprise_units.insert(*isp_id, found);
        }
        if let Key::EnterpriseUsed(used) = key {
            let sql = "SELECT 1 FROM enterprise_used WHERE provider = ?1 AND generation = ?2 AND value = ?3";
            let found = self.one(sql, params![used.0.as_str(), used.1, used.2], |_| Ok(()))?;
            rows.enterprise_used.insert(used.clone(), found);
        }
        if let Key::EnterpriseUpload(id) = key {
            let found = self.one(select_upload!("WHERE id = ?1"), [id.number()], upload)?;
            rows.enterprise_uploads.insert(*id, found);
        }
        if let Key::EnterpriseResult((provider, name)) = key {
            let sql = select_result!("WHERE provider = ?1 AND name = ?2");
            let found = self.one(sql, [provider.as_str(), name], result)?;
            rows.enterprise_results.insert((provider.clone(), name.clone()), found);
        }
        Ok(())
    }

    pub(super) fn write_enterprise(&self, delta: &Delta, rng: &mut dyn Rng) -> Result<(), StoreError> {
        let rows = &delta.rows;
        for (provider, account) in &rows.enterprise_accounts {
            match account {
                Some(account) => self.write_enterprise_account(account, rng)?,
                None => self.forget_enterprise_account(provider)?,
            }
        }
        for used in rows.enterprise_used.iter().filter_map(|(used, there)| there.map(|()| used)) {
            let sql = "INSERT INTO enterprise_used (provider, generation, value) VALUES (?1, ?2, ?3)";
            self.connection.prepare_cached(sql)?.execute(params![used.0.as_str(), used.1, used.2])?;
        }
        for upload in rows.enterprise_uploads.values().flatten() {
            let sql = "INSERT INTO enterprise_uploads (id, provider, number, parts, taken_at, done, ended_at) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET done = excluded.done, \
                       ended_at = excluded.ended_at";
            self.connection.prepare_cached(sql)?.execute(params![
                upload.id.number(),
                upload.provider.as_str(),
                number(upload.number),
                upload.parts,
                upload.taken_at.as_ms(),
                upload.done,
                upload.ended_at.map(Timestamp::as_ms),
            ])?;
            if upload.ended_at.is_some() {
                // What was in it is in filings and results, or nowhere.
                let sql = "DELETE FROM enterprise_parts WHERE no BETWEEN ?1 AND ?2";
                let parts = (upload.id.part(0), upload.id.part(LAST_PART));
                self.connection.prepare_cached(sql)?.execute(parts)?;
            }
        }
        for file in rows.enterprise_results.values().flatten() {
            let sql = "UPDATE enterprise_results SET acknowledged_at = ?2, sealed = NULL WHERE no = ?1";
            let at = file.acknowledged_at.map(Timestamp::as_ms);
            self.connection.prepare_cached(sql)?.execute(params![file.no, at])?;
        }
        for filed in &delta.enterprise_filed {
            let filing = filed.filing.number();
            let name = to_json(&filed.name, "name of a record")?;
            let sql = "INSERT INTO enterprise_filed (filing, provider, name, sealed) VALUES (?1, ?2, ?3, ?4)";
            self.connection.prepare_cached(sql)?.execute(params![
                filing,
                filed.provider.as_str(),
                String::from_utf8_lossy(&name),
                self.ring.seal(Purpose::EnterpriseRecord, &filing.to_be_bytes(), &filed.record, rng),
            ])?;
        }
        for (provider, not_filed) in &delta.enterprise_not_filed {
            let body = to_json(not_filed, "what a record came to")?;
            let sql = "INSERT INTO enterprise_not_filed (provider, body) VALUES (?1, ?2)";
            let values = params![provider.as_str(), String::from_utf8_lossy(&body)];
            self.connection.prepare_cached(sql)?.execute(values)?;
        }
        for filing in &delta.forgotten {
            let sql = "UPDATE enterprise_filed SET sealed = NULL WHERE filing = ?1";
            if self.connection.prepare_cached(sql)?.execute([filing.number()])? > 0 {
                // It may lie in the file that came last, which is then not given out again; the next sweep removes it.
                let sql = "UPDATE enterprise_accounts SET last_upload = NULL \
                           WHERE provider = (SELECT provider FROM enterprise_filed WHERE filing = ?1)";
                self.connection.prepare_cached(sql)?.execute([filing.number()])?;
            }
        }
        Ok(())
    }

    fn write_enterprise_account(
        &self,
        account: &EnterpriseAccount,
        rng: &mut dyn Rng,
    ) -> Result<(), StoreError> {
        let provider = account.provider.as_str();
        let terms = &account.terms;
        let clear = Zeroizing::new(to_json(&account.secret, "password of an account")?);
        let networks: Vec<String> = terms.networks.iter().map(ToString::to_string).collect();
        // It begins behind what has happened before it was made.
        let sql = "INSERT INTO enterprise_accounts (provider, isp_id, user_name, networks, encrypted, may_report, \
                   sealed, generation, made_at, last, last_upload, tables, event) VALUES (?1, ?2, ?3, ?4, ?5, ?6, \
                   ?7, ?8, ?9, ?10, ?11, 0, (SELECT ifnull(max(id), 0) FROM events WHERE provider = ?1)) \
                   ON CONFLICT (provider) DO UPDATE SET isp_id = excluded.isp_id, user_name = excluded.user_name, \
                   networks = excluded.networks, encrypted = excluded.encrypted, may_report = excluded.may_report, \
                   sealed = excluded.sealed, generation = excluded.generation, last = excluded.last, \
                   last_upload = excluded.last_upload";
        self.connection.prepare_cached(sql)?.execute(params![
            provider,
            terms.isp_id.number(),
            terms.user_name.as_str(),
            networks.join(" "),
            terms.encrypted,
            terms.may_report,
            self.ring.seal(Purpose::EnterpriseAccount, provider.as_bytes(), &clear, rng),
            account.generation,
            account.made_at.as_ms(),
            number(account.last),
            account.last_upload.map(UploadId::number),
        ])?;
        Ok(())
    }

    /// What was accepted is filed all the same; nobody takes results away any more.
    fn forget_enterprise_account(&self, provider: &ProviderId) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM enterprise_accounts WHERE provider = ?1",
            "DELETE FROM enterprise_used WHERE provider = ?1",
            "DELETE FROM enterprise_not_filed WHERE provider = ?1",
            "DELETE FROM enterprise_results WHERE provider = ?1",
        ] {
            self.connection.prepare_cached(sql)?.execute([provider.as_str()])?;
        }
        Ok(())
    }

    /// Lays down a part of a file.
    pub(super) fn stage(&self, part: &StagedPart, rng: &mut dyn Rng) -> Result<usize, StoreError> {
        let sql = "INSERT INTO enterprise_staged (upload, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.connection.prepare_cached(sql)?.execute((part.upload.number(), part.at.as_ms()))?;
        let no = part.upload.part(part.no);
        let sealed = self.ring.seal(Purpose::EnterprisePart, &no.to_be_bytes(), &part.bytes, rng);
        let sql = "INSERT INTO enterprise_parts (no, sealed) VALUES (?1, ?2)";
        Ok(self.connection.prepare_cached(sql)?.execute(params![no, sealed])?)
    }

    /// Puts files where their provider finds them. What somebody else has looked at meanwhile is left alone.
    pub(super) fn publish(&self, published: &Published, rng: &mut dyn Rng) -> Result<usize, StoreError> {
        let provider = published.provider.as_str();
        let sql = "UPDATE enterprise_accounts SET event = ?3, tables = 1 WHERE provider = ?1 AND event = ?2";
        let values = params![provider, published.from.number(), published.to.number()];
        if self.connection.prepare_cached(sql)?.execute(values)? == 0 {
            return Ok(0);
        }
        let sql = "DELETE FROM enterprise_not_filed WHERE provider = ?1 AND no <= ?2";
        self.connection.prepare_cached(sql)?.execute(params![provider, published.not_filed])?;
        for file in &published.files {
            let sql = "SELECT ifnull(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'enterprise_results'";
            let no: i64 = self.one(sql, [], |row| Ok(row.get(0)?))?.unwrap_or(1);
            let sql = "INSERT INTO enterprise_results (no, provider, name, sealed, made_at) \
                       VALUES (?1, ?2, ?3, ?4, ?5)";
            self.connection.prepare_cached(sql)?.execute(params![
                no,
                provider,
                format!("{}_{no}.xml", published.stem),
                self.ring.seal(Purpose::EnterpriseResult, &no.to_be_bytes(), file, rng),
                published.at.as_ms(),
            ])?;
        }
        Ok(published.files.len())
    }

    /// Forgets, a batch at a time: what never was accepted, files that were worked off and are not the last any more, the last
    /// when it has been kept long enough; names of files that were taken away; values of earlier passwords.
    pub(super) fn tidy_enterprise(&self, now: Timestamp) -> Result<usize, StoreError> {
        let sql = "DELETE FROM enterprise_used WHERE (provider, generation, value) IN \
                   (SELECT u.provider, u.generation, u.value FROM enterprise_accounts AS a \
                    JOIN enterprise_used AS u ON u.provider = a.provider AND u.generation < a.generation LIMIT ?1)";
        let used = self.connection.prepare_cached(sql)?.execute([BATCH])?;
        let sql = "DELETE FROM enterprise_results WHERE no IN (SELECT no FROM (SELECT no, made_at, acknowledged_at \
                   FROM enterprise_results ORDER BY no LIMIT ?3) WHERE acknowledged_at < ?1 OR made_at < ?2)";
        let ago = |ms: i64| now.plus_ms(-ms).as_ms();
        let results = self.connection.prepare_cached(sql)?.execute((
            ago(KEEP_TAKEN_MS),
            ago(ENTERPRISE_FILES_KEPT_MS),
            BATCH,
        ))?;
        Ok(used + results + self.tidy_upload(now)?)
    }

    fn tidy_upload(&self, now: Timestamp) -> Result<usize, StoreError> {
        let sql = "SELECT s.upload FROM enterprise_staged AS s LEFT JOIN enterprise_uploads AS u ON u.id = s.upload \
                   LEFT JOIN enterprise_accounts AS a ON a.provider = u.provider WHERE CASE WHEN u.id IS NULL \
                   THEN s.at < ?1 ELSE u.ended_at IS NOT NULL AND (a.last_upload IS NOT u.id OR u.ended_at < ?2) END \
                   LIMIT 1";
        let (staged, last) = (now.plus_ms(-STAGING_MS).as_ms(), now.plus_ms(-KEEP_LAST_MS).as_ms());
        let old = self.one(sql, (staged, last), |row| Ok(UploadId::from_number(row.get(0)?)))?;
        let Some(id) = old else { return Ok(0) };
        let sql = "DELETE FROM enterprise_parts WHERE no IN \
                   (SELECT no FROM enterprise_parts WHERE no BETWEEN ?1 AND ?2 ORDER BY no LIMIT ?3)";
        let places = (id.part(0), id.part(LAST_PART), BATCH_PARTS);
        let parts = self.connection.prepare_cached(sql)?.execute(places)?;
        if parts > 0 {
            return Ok(parts);
        }
        let sql = "DELETE FROM enterprise_uploads WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute([id.number()])?;
        let sql = "DELETE FROM enterprise_staged WHERE upload = ?1";
        Ok(self.connection.prepare_cached(sql)?.execute([id.number()])?)
    }
}

impl Reader {
    /// All accounts at the door of the enterprise interface, by their numbers.
    pub fn enterprise_accounts(&self) -> Result<Vec<EnterpriseAccount>, StoreError> {
        self.many(select_account!("ORDER BY isp_id"), [], |row| account(&self.ring, row))
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
        let sql = "SELECT ifnull(sum(done), 0) FROM enterprise_uploads";
        Ok(self.one(sql, [], |row| counted(row, 0))?.unwrap_or_default())
    }

    /// How many files wait for their records to be filed, and since when the oldest.
    pub fn enterprise_backlog(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let sql = "SELECT count(*), min(taken_at) FROM enterprise_uploads WHERE ended_at IS NULL";
        let found = self.one(sql, [], |row| {
            let oldest: Option<i64> = row.get(1)?;
            Ok((counted(row, 0)?, oldest.map(Timestamp::from_ms)))
        })?;
        Ok(found.unwrap_or_default())
    }

    /// A part of what is in a file of records, from 0.
    pub fn enterprise_part(&self, id: UploadId, no: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let no = id.part(no);
        self.one("SELECT sealed FROM enterprise_parts WHERE no = ?1", [no], |row| {
            let sealed = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
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
            damaged(ServiceNo::parse(&row.get::<_, String>(0)?), "service number")
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
                damaged(EntityNo::parse(&row.get::<_, String>(0)?), "entity number")
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
            let sealed = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
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
