//! Files of filings (PRO-04), in their tables.

use std::sync::Arc;

use crate::sql::{Row, params};
use heyan_domain::Timestamp;
use heyan_domain::audit::Staff;
use heyan_domain::bulk::{BulkEntry, BulkJob, BulkResult, BulkState, RowError};
use heyan_domain::state::{Key, Tables};
use heyan_domain::terms::{AccountId, BulkId, FilingId, ProviderId};
use heyan_domain::time::DAY_MS;
use heyan_domain::tx::Delta;
use rand::Rng;

use super::read::Reader;
use super::read_lists::Page;
use super::rows::{self, damaged};
use super::write::to_json;
use super::writer::Writer;
use crate::database::StoreError;
use crate::keys::Purpose;

/// How long it can be read what became of a file.
const KEEP_MS: i64 = 90 * DAY_MS;
/// Rows of old files removed in one batch.
const BATCH: i64 = 500;
/// The number above all places of a job.
const LAST_PLACE: u32 = 0x3FFF;

macro_rules! select_job {
    ($rest:literal) => {
        concat!(
            "SELECT id, provider, created_at, total, created, refused, state, ended_at, account, name \
             FROM bulk_jobs ",
            $rest
        )
    };
}

/// A place in the list of a provider's files, the newest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BulkPlace {
    /// When it was handed in.
    pub at: Timestamp,
    /// Which.
    pub job: BulkId,
}

const fn state_number(state: BulkState) -> i64 {
    match state {
        BulkState::Working => 0,
        BulkState::Finished { .. } => 1,
        BulkState::Refused { .. } => 2,
    }
}

fn job(row: &Row<'_>) -> Result<BulkJob, StoreError> {
    let ended_at = row.get::<Option<i64>>(7)?.map(Timestamp::from_ms);
    let state = match (row.get::<i64>(6)?, ended_at) {
        (0, None) => Some(BulkState::Working),
        (1, Some(at)) => Some(BulkState::Finished { at }),
        (2, Some(at)) => Some(BulkState::Refused { at }),
        _ => None,
    };
    let account = row.get::<Option<i64>>(8)?.map(AccountId::from_number);
    let name: Option<String> = row.get(9)?;
    Ok(BulkJob {
        by: account.zip(name).map(|(account, name)| Staff { account, name }),
        id: BulkId::from_number(row.get(0)?),
        provider: damaged(ProviderId::parse(&row.get::<String>(1)?), "provider")?,
        created_at: Timestamp::from_ms(row.get(2)?),
        total: row.get(3)?,
        created: row.get(4)?,
        refused: row.get(5)?,
        state: damaged(state, "state of a file")?,
    })
}

fn result(id: BulkId, row: &Row<'_>) -> Result<BulkResult, StoreError> {
    let no: i64 = row.get(0)?;
    let errors: Option<String> = row.get(4)?;
    let filing = row.get::<Option<i64>>(3)?.map(FilingId::from_number);
    let outcome = match (filing, errors) {
        (Some(filing), None) => Ok(filing),
        (_, Some(errors)) => Err(serde_json::from_str::<Vec<RowError>>(&errors)
            .map_err(|_| StoreError::Damaged { what: "errors of a row" })?),
        (None, None) => return Err(StoreError::Damaged { what: "row of a file" }),
    };
    let place = u32::try_from(no & i64::from(LAST_PLACE)).unwrap_or_default();
    Ok(BulkResult { job: id, place, row: row.get(1)?, order_no: row.get(2)?, outcome })
}

impl Writer {
    pub(super) fn load_bulk(&self, key: &Key, rows: &mut Tables) -> Result<(), StoreError> {
        if let Key::BulkJob(id) = key {
            let found = self.one(select_job!("WHERE id = ?1"), [id.number()], job)?;
            rows.bulk_jobs.insert(*id, found);
        }
        if let Key::BulkChunk((id, no)) = key {
            let (ring, no_there) = (Arc::clone(&self.ring), id.part(*no));
            let sql = "SELECT sealed FROM bulk_chunks WHERE no = ?1";
            let found = self.one(sql, [no_there], |row| {
                let sealed = row.get_ref(0)?.as_blob()?;
                let place = no_there.to_be_bytes();
                rows::unseal::<Vec<BulkEntry>>(&ring, Purpose::BulkChunk, &place, sealed, "rows of a file")
            })?;
            rows.bulk_chunks.insert((*id, *no), found.map(Arc::new));
        }
        if let Key::BulkOpen(provider) = key {
            let sql = "SELECT id FROM bulk_jobs WHERE provider = ?1 AND state = 0 ORDER BY id";
            let mut statement = self.connection.prepare_cached(sql)?;
            let found =
                statement.query_map([provider.as_str()], |row| row.get(0).map(BulkId::from_number))?;
            rows.bulk_open.insert(provider.clone(), Some(found));
        }
        Ok(())
    }

    pub(super) fn write_bulk(&self, delta: &Delta, rng: &mut dyn Rng) -> Result<(), StoreError> {
        for job in delta.rows.bulk_jobs.values().flatten() {
            let sql = "INSERT INTO bulk_jobs (id, provider, created_at, total, created, refused, state, ended_at, \
                       account, name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO UPDATE SET \
                       created = excluded.created, refused = excluded.refused, state = excluded.state, \
                       ended_at = excluded.ended_at";
            self.connection.put(
                sql,
                params![
                    job.id.number(),
                    job.provider.as_str(),
                    job.created_at.as_ms(),
                    job.total,
                    job.created,
                    job.refused,
                    state_number(job.state),
                    job.state.ended_at().map(Timestamp::as_ms),
                    job.by.as_ref().map(|by| by.account.number()),
                    job.by.as_ref().map(|by| by.name.as_str()),
                ],
            )?;
        }
        for ((id, no), chunk) in &delta.rows.bulk_chunks {
            let no = id.part(*no);
            let Some(chunk) = chunk else {
                self.connection.put("DELETE FROM bulk_chunks WHERE no = ?1", [no])?;
                continue;
            };
            let clear = zeroize::Zeroizing::new(to_json(&**chunk, "rows of a file")?);
            let sealed = self.ring.seal(Purpose::BulkChunk, &no.to_be_bytes(), &clear, rng);
            let sql = "INSERT INTO bulk_chunks (no, sealed) VALUES (?1, ?2)";
            self.connection.put(sql, params![no, sealed])?;
        }
        for result in &delta.bulk_results {
            let errors = match &result.outcome {
                Ok(_) => None,
                Err(errors) => Some(
                    serde_json::to_string(errors)
                        .map_err(|_| StoreError::Damaged { what: "errors of a row" })?,
                ),
            };
            let sql =
                "INSERT INTO bulk_results (no, row_no, order_no, filing, errors) VALUES (?1, ?2, ?3, ?4, ?5)";
            self.connection.put(
                sql,
                params![
                    result.job.part(result.place),
                    result.row,
                    result.order_no,
                    result.outcome.as_ref().ok().map(|filing| filing.number()),
                    errors,
                ],
            )?;
        }
        Ok(())
    }

    /// Forgets files that ended long ago, a batch of rows at a time.
    pub(super) fn tidy_bulk(&self, now: Timestamp) -> Result<usize, StoreError> {
        // Files are few; the oldest that has ended is found by looking through them.
        let sql = "SELECT id FROM bulk_jobs WHERE ended_at < ?1 ORDER BY ended_at LIMIT 1";
        let old = self.one(sql, [now.plus_ms(-KEEP_MS).as_ms()], |row| Ok(row.get(0)?))?;
        let Some(id) = old.map(BulkId::from_number) else { return Ok(0) };
        let sql = "DELETE FROM bulk_results WHERE no IN \
                   (SELECT no FROM bulk_results WHERE no BETWEEN ?1 AND ?2 ORDER BY no LIMIT ?3)";
        let rows = self.connection.prepare_cached(sql)?.execute((id.part(0), id.part(LAST_PLACE), BATCH))?;
        if rows > 0 {
            return Ok(rows);
        }
        Ok(self.connection.prepare_cached("DELETE FROM bulk_jobs WHERE id = ?1")?.execute([id.number()])?)
    }
}

impl Reader {
    /// A file of filings.
    pub fn bulk_job(&self, id: BulkId) -> Result<Option<BulkJob>, StoreError> {
        self.one(select_job!("WHERE id = ?1"), [id.number()], job)
    }

    /// The files of a provider, the newest first.
    pub fn bulk_jobs(
        &self,
        provider: &ProviderId,
        before: Option<BulkPlace>,
        limit: usize,
    ) -> Result<Page<BulkJob, BulkPlace>, StoreError> {
        let sql = select_job!(
            "WHERE provider = ?1 AND (created_at, id) < (?2, ?3) ORDER BY created_at DESC, id DESC LIMIT ?4"
        );
        let (at, id) = before.map_or((i64::MAX, i64::MAX), |place| (place.at.as_ms(), place.job.number()));
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut items = self.many(sql, params![provider.as_str(), at, id, one_more], job)?;
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().map(|job| BulkPlace { at: job.created_at, job: job.id });
        Ok(Page { items, next: last.filter(|_| more) })
    }

    /// Files that are under way, of whomever; their ids are in no order that anybody can choose.
    pub fn bulk_under_way(&self, limit: usize) -> Result<Vec<BulkJob>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.many(select_job!("WHERE state = 0 ORDER BY provider, id LIMIT ?1"), [limit], job)
    }

    /// What became of the rows of a file behind a place, in order.
    pub fn bulk_results(
        &self,
        id: BulkId,
        after: u32,
        limit: usize,
    ) -> Result<Page<BulkResult, u32>, StoreError> {
        self.results(
            "SELECT no, row_no, order_no, filing, errors FROM bulk_results \
             WHERE no > ?1 AND no <= ?2 ORDER BY no LIMIT ?3",
            (id, after, limit),
        )
    }

    /// The rows of a file behind a place that have not become filings, in order.
    pub fn bulk_errors(
        &self,
        id: BulkId,
        after: u32,
        limit: usize,
    ) -> Result<Page<BulkResult, u32>, StoreError> {
        self.results(
            "SELECT no, row_no, order_no, filing, errors FROM bulk_results \
             WHERE no > ?1 AND no <= ?2 AND errors IS NOT NULL ORDER BY no LIMIT ?3",
            (id, after, limit),
        )
    }

    fn results(
        &self,
        sql: &str,
        (id, after, limit): (BulkId, u32, usize),
    ) -> Result<Page<BulkResult, u32>, StoreError> {
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let (first, last) = (id.part(after.min(LAST_PLACE)), id.part(LAST_PLACE));
        let mut items = self.many(sql, (first, last, one_more), |row| result(id, row))?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().map(|result| result.place).filter(|_| more);
        Ok(Page { items, next })
    }
}
