//! The door of the enterprise interface, in its tables.

use crate::sql::{Row, params};
use heyan_domain::Timestamp;
use heyan_domain::api_keys::Network;
use heyan_domain::enterprise::{
    AccountSecret, AccountTerms, EnterpriseAccount, IspId, ResultFile, Upload, UserName,
};
use heyan_domain::privacy::ENTERPRISE_FILES_KEPT_MS;
use heyan_domain::state::{Key, Tables};
use heyan_domain::terms::{ProviderId, UploadId};
use heyan_domain::time::DAY_MS;
use heyan_domain::tx::Delta;
use rand::Rng;
use zeroize::Zeroizing;

use super::rows::{self, damaged};
use super::write::to_json;
use super::writer::Writer;
use crate::database::StoreError;
use crate::keys::{Purpose, Ring};
use crate::views::{Published, StagedPart};

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
pub(super) use select_account;
macro_rules! select_upload {
    ($rest:literal) => {
        concat!(
            "SELECT id, provider, number, parts, taken_at, done, ended_at FROM enterprise_uploads ",
            $rest
        )
    };
}
pub(super) use select_upload;
macro_rules! select_result {
    ($rest:literal) => {
        concat!("SELECT no, provider, name, made_at, acknowledged_at FROM enterprise_results ", $rest)
    };
}

pub(super) fn whose(row: &Row<'_>, column: usize) -> Result<ProviderId, StoreError> {
    damaged(ProviderId::parse(&row.get::<String>(column)?), "provider")
}

pub(super) fn counted(row: &Row<'_>, column: usize) -> Result<u64, StoreError> {
    damaged(u64::try_from(row.get::<i64>(column)?).ok(), "number of a file")
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn account(ring: &Ring, row: &Row<'_>) -> Result<EnterpriseAccount, StoreError> {
    let provider = whose(row, 0)?;
    let networks: String = row.get(3)?;
    let networks = networks.split_whitespace().map(|one| damaged(Network::parse(one), "network"));
    let sealed = row.get_ref(6)?.as_blob()?;
    let place = provider.as_str().as_bytes();
    let secret: AccountSecret =
        rows::unseal(ring, Purpose::EnterpriseAccount, place, sealed, "password of an account")?;
    Ok(EnterpriseAccount {
        terms: AccountTerms {
            isp_id: damaged(IspId::new(row.get(1)?), "number of a provider")?,
            user_name: damaged(UserName::parse(&row.get::<String>(2)?), "user")?,
            networks: networks.collect::<Result<_, _>>()?,
            encrypted: row.get(4)?,
            may_report: row.get(5)?,
        },
        secret,
        generation: row.get(7)?,
        made_at: Timestamp::from_ms(row.get(8)?),
        last: counted(row, 9)?,
        last_upload: row.get::<Option<i64>>(10)?.map(UploadId::from_number),
        provider,
    })
}

pub(super) fn upload(row: &Row<'_>) -> Result<Upload, StoreError> {
    Ok(Upload {
        id: UploadId::from_number(row.get(0)?),
        provider: whose(row, 1)?,
        number: counted(row, 2)?,
        parts: row.get(3)?,
        taken_at: Timestamp::from_ms(row.get(4)?),
        done: row.get(5)?,
        ended_at: row.get::<Option<i64>>(6)?.map(Timestamp::from_ms),
    })
}

fn result(row: &Row<'_>) -> Result<ResultFile, StoreError> {
    Ok(ResultFile {
        no: row.get(0)?,
        provider: whose(row, 1)?,
        name: row.get(2)?,
        made_at: Timestamp::from_ms(row.get(3)?),
        acknowledged_at: row.get::<Option<i64>>(4)?.map(Timestamp::from_ms),
    })
}

pub(super) fn open(
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
            self.connection.put(sql, params![used.0.as_str(), used.1, used.2])?;
        }
        for upload in rows.enterprise_uploads.values().flatten() {
            let sql = "INSERT INTO enterprise_uploads (id, provider, number, parts, taken_at, done, ended_at) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET done = excluded.done, \
                       ended_at = excluded.ended_at";
            self.connection.put(
                sql,
                params![
                    upload.id.number(),
                    upload.provider.as_str(),
                    number(upload.number),
                    upload.parts,
                    upload.taken_at.as_ms(),
                    upload.done,
                    upload.ended_at.map(Timestamp::as_ms),
                ],
            )?;
            if upload.ended_at.is_some() {
                // What was in it is in filings and results, or nowhere.
                let sql = "DELETE FROM enterprise_parts WHERE no BETWEEN ?1 AND ?2";
                let parts = (upload.id.part(0), upload.id.part(LAST_PART));
                self.connection.put(sql, parts)?;
            }
        }
        for file in rows.enterprise_results.values().flatten() {
            let sql = "UPDATE enterprise_results SET acknowledged_at = ?2, sealed = NULL WHERE no = ?1";
            let at = file.acknowledged_at.map(Timestamp::as_ms);
            self.connection.put(sql, params![file.no, at])?;
        }
        for filed in &delta.enterprise_filed {
            let filing = filed.filing.number();
            let name = to_json(&filed.name, "name of a record")?;
            let sql = "INSERT INTO enterprise_filed (filing, provider, name, sealed) VALUES (?1, ?2, ?3, ?4)";
            self.connection.put(
                sql,
                params![
                    filing,
                    filed.provider.as_str(),
                    String::from_utf8_lossy(&name),
                    self.ring.seal(Purpose::EnterpriseRecord, &filing.to_be_bytes(), &filed.record, rng),
                ],
            )?;
        }
        for (provider, not_filed) in &delta.enterprise_not_filed {
            let body = to_json(not_filed, "what a record came to")?;
            let sql = "INSERT INTO enterprise_not_filed (provider, body) VALUES (?1, ?2)";
            let values = params![provider.as_str(), String::from_utf8_lossy(&body)];
            self.connection.put(sql, values)?;
        }
        for filing in &delta.forgotten {
            let sql = "UPDATE enterprise_filed SET sealed = NULL WHERE filing = ?1";
            if self.connection.prepare_cached(sql)?.execute([filing.number()])? > 0 {
                // It may lie in the file that came last, which is then not given out again; the next sweep removes it.
                let sql = "UPDATE enterprise_accounts SET last_upload = NULL \
                           WHERE provider = (SELECT provider FROM enterprise_filed WHERE filing = ?1)";
                self.connection.put(sql, [filing.number()])?;
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
                   ?7, ?8, ?9, ?10, ?11, 0, (SELECT coalesce(max(id), 0) FROM events WHERE provider = ?1)) \
                   ON CONFLICT (provider) DO UPDATE SET isp_id = excluded.isp_id, user_name = excluded.user_name, \
                   networks = excluded.networks, encrypted = excluded.encrypted, may_report = excluded.may_report, \
                   sealed = excluded.sealed, generation = excluded.generation, last = excluded.last, \
                   last_upload = excluded.last_upload";
        self.connection.put(
            sql,
            params![
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
            ],
        )?;
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
            self.connection.put(sql, [provider.as_str()])?;
        }
        Ok(())
    }

    /// Lays down a part of a file.
    pub(super) fn stage(&self, part: &StagedPart, rng: &mut dyn Rng) -> Result<usize, StoreError> {
        let sql = "INSERT INTO enterprise_staged (upload, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.connection.put(sql, (part.upload.number(), part.at.as_ms()))?;
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
        self.connection.put(sql, params![provider, published.not_filed])?;
        for file in &published.files {
            // Names are never given twice, so neither are numbers.
            let sql = "INSERT INTO sequences (name, next) VALUES ('result', 2) \
                       ON CONFLICT (name) DO UPDATE SET next = sequences.next + 1 RETURNING next - 1";
            let no: i64 = self.one(sql, (), |row| Ok(row.get(0)?))?.unwrap_or(1);
            let sql = "INSERT INTO enterprise_results (no, provider, name, sealed, made_at) \
                       VALUES (?1, ?2, ?3, ?4, ?5)";
            self.connection.put(
                sql,
                params![
                    no,
                    provider,
                    format!("{}_{no}.xml", published.stem),
                    self.ring.seal(Purpose::EnterpriseResult, &no.to_be_bytes(), file, rng),
                    published.at.as_ms(),
                ],
            )?;
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
                   FROM enterprise_results ORDER BY no LIMIT ?3) AS oldest WHERE acknowledged_at < ?1 OR made_at < ?2)";
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
                   THEN s.at < ?1 ELSE u.ended_at IS NOT NULL AND (a.last_upload IS DISTINCT FROM u.id OR u.ended_at < ?2) END \
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
        self.connection.put(sql, [id.number()])?;
        let sql = "DELETE FROM enterprise_staged WHERE upload = ?1";
        Ok(self.connection.prepare_cached(sql)?.execute([id.number()])?)
    }
}
