//! Takes in a file, and files its rows.

use super::fault::of_refusal;
use super::{
    BulkAction, BulkFile, BulkJob, BulkResult, BulkState, CHUNK_ROWS, FaultyRow, MAX_FAULTY_ROWS,
    MAX_OPEN_JOBS,
};
use crate::decide::{Outcome, Refusal, Stop};
use crate::filing::{self, initial_review};
use crate::mark;
use crate::terms::{BulkId, ProviderId};
use crate::tx::Tx;

use super::{Fault, RowError};

/// Decides something about filing in bulk.
pub fn decide(tx: &mut Tx<'_>, action: &BulkAction, rng: &mut dyn rand::Rng) -> Result<Outcome, Stop> {
    match action {
        BulkAction::Begin { id, provider, file } => begin(tx, *id, provider, file),
        BulkAction::Refuse { id, provider, total, faulty, rows } => {
            refuse(tx, *id, provider, (*total, *faulty), rows)
        }
        BulkAction::File { job, place } => file_row(tx, *job, *place, rng),
    }
}

/// The id is made of the request: a job that has it already was made by the same one.
fn is_new(tx: &Tx<'_>, id: BulkId) -> Result<(), Stop> {
    match tx.bulk_job(&id)? {
        Some(_) => Err(Refusal::RequestReused.into()),
        None => Ok(()),
    }
}

fn begin(tx: &mut Tx<'_>, id: BulkId, provider: &ProviderId, file: &BulkFile) -> Result<Outcome, Stop> {
    is_new(tx, id)?;
    let mut open = tx.bulk_open(provider)?.unwrap_or_default();
    if open.len() >= MAX_OPEN_JOBS {
        return Err(Refusal::BulkJobs.into());
    }
    open.push(id);
    tx.put_bulk_open(provider.clone(), open);
    for (no, chunk) in (0_u32..).zip(&file.chunks) {
        tx.put_bulk_chunk((id, no), Some(std::sync::Arc::clone(chunk)));
    }
    tx.put_bulk_job(BulkJob {
        id,
        provider: provider.clone(),
        created_at: tx.now(),
        by: file.by.clone(),
        total: file.total,
        created: 0,
        refused: 0,
        state: BulkState::Working,
    });
    Ok(Outcome::Bulk(id))
}

fn refuse(
    tx: &mut Tx<'_>,
    id: BulkId,
    provider: &ProviderId,
    (total, faulty): (u32, u32),
    rows: &[FaultyRow],
) -> Result<Outcome, Stop> {
    is_new(tx, id)?;
    let at = tx.now();
    for (place, faulty) in (1_u32..).zip(rows.iter().take(MAX_FAULTY_ROWS)) {
        tx.put_bulk_result(BulkResult {
            job: id,
            place,
            row: faulty.row,
            order_no: faulty.order_no.clone(),
            outcome: Err(faulty.errors.clone()),
        });
    }
    tx.put_bulk_job(BulkJob {
        id,
        provider: provider.clone(),
        created_at: at,
        by: None,
        total,
        created: 0,
        refused: faulty,
        state: BulkState::Refused { at },
    });
    Ok(Outcome::Bulk(id))
}

/// Files the row at a place. Rows are filed in order and the job notes each with its filing in one transaction: whoever
/// asks again for a place that is behind, after a crash or by mistake, finds nothing to do.
fn file_row(tx: &mut Tx<'_>, id: BulkId, place: u32, rng: &mut dyn rand::Rng) -> Result<Outcome, Stop> {
    mark!("PRO-04");
    let Some(mut job) = tx.bulk_job(&id)? else { return Ok(Outcome::Done) };
    if job.state != BulkState::Working || place != job.done() + 1 {
        return Ok(Outcome::Done);
    }
    let rows = u32::try_from(CHUNK_ROWS).unwrap_or(u32::MAX);
    let (chunk_no, within) = ((place - 1) / rows, (place - 1) % rows);
    let chunk = tx.bulk_chunk(&(id, chunk_no))?;
    let within = usize::try_from(within).unwrap_or(usize::MAX);
    let entry = chunk.as_ref().and_then(|chunk| chunk.get(within));
    let (row, order_no, outcome) = match entry {
        Some(entry) => {
            let (provider, draft, report) = (job.provider.clone(), &entry.draft, entry.report);
            let by = job.by.clone();
            let tried = tx.attempt(|tx| match &by {
                Some(by) => initial_review::file_row(tx, by, &provider, draft, report, rng),
                None => filing::create(tx, &provider, draft, report, rng),
            })?;
            let outcome = match tried {
                Ok(Outcome::Filing(filing)) => Ok(filing),
                Ok(_) => Err(vec![RowError::of_row(Fault::Internal)]),
                Err(refusal) => Err(of_refusal(refusal)),
            };
            (entry.row, draft.provider_order_no.clone(), outcome)
        }
        None => (place, None, Err(vec![RowError::of_row(Fault::Internal)])),
    };
    match outcome {
        Ok(_) => job.created += 1,
        Err(_) => job.refused += 1,
    }
    tx.put_bulk_result(BulkResult { job: id, place, row, order_no, outcome });
    let finished = place == job.total;
    if finished || place.is_multiple_of(rows) {
        // What the rows said is kept no longer than they wait.
        tx.put_bulk_chunk((id, chunk_no), None);
    }
    if finished {
        job.state = BulkState::Finished { at: tx.now() };
        let mut open = tx.bulk_open(&job.provider)?.unwrap_or_default();
        open.retain(|other| *other != id);
        tx.put_bulk_open(job.provider.clone(), open);
    }
    tx.put_bulk_job(job);
    Ok(Outcome::Done)
}
