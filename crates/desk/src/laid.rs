//! What lies in an accepted file, a few places together: as the door lays it down, and as the task takes it up.

use std::sync::Arc;

use heyan_domain::bulk::{Fault, RowError};
use heyan_domain::enterprise::{NotFiled, Place, RecordName};
use heyan_enterprise::codes::RecordCode;
use heyan_enterprise::desk;
use heyan_enterprise::download::RecordResult;
use heyan_enterprise::upload::{self, Record};
use serde::{Deserialize, Serialize};

use crate::records;

/// Places laid down, and filed, together: so many can be in front of somebody's verification.
const TOGETHER: u32 = 8;

/// A place: a record, or what something that is none came to.
#[derive(Serialize, Deserialize)]
enum Laid {
    Record(Box<Record>),
    Result(NotFiled),
}

/// What a result of the whole file, or of a record that is not filed, says.
fn answered(result: RecordResult) -> NotFiled {
    let (code, words) = result.codes.into_iter().next().unwrap_or((RecordCode::Other, None));
    NotFiled::Answered {
        operation: result.operation.number(),
        mark: result.mark,
        code: code.number(),
        words,
        note: result.note,
    }
}

/// Reads a file in its package, under the name that it has here: its places, in parts.
pub(crate) fn lay(name: &str, package: Vec<u8>, unit: i64) -> Vec<Vec<u8>> {
    // Its envelope was opened, so that there is a file in it.
    let sorted = upload::read_package(package, unit).map(|read| desk::sort(name, read)).unwrap_or_default();
    let records = sorted.records.into_iter().map(|record| Laid::Record(Box::new(record)));
    let laid: Vec<Laid> = sorted.results.into_iter().map(answered).map(Laid::Result).chain(records).collect();
    let together = usize::try_from(TOGETHER).unwrap_or(1);
    // Records are texts and numbers, which can all be written down.
    laid.chunks(together).map(|part| serde_json::to_vec(part).unwrap_or_default()).collect()
}

/// Which part has the place behind so many.
pub(crate) const fn part_with(done: u32) -> u32 {
    done / TOGETHER
}

/// The places of that part behind so many of the file.
pub(crate) fn places(part: &[u8], done: u32) -> Result<Vec<Place>, serde_json::Error> {
    let laid: Vec<Laid> = serde_json::from_slice(part)?;
    let skipped = usize::try_from(done % TOGETHER).unwrap_or(usize::MAX);
    Ok(laid.into_iter().skip(skipped).map(place).collect())
}

fn place(laid: Laid) -> Place {
    let record = match laid {
        Laid::Result(not_filed) => return Place::NotFiled(not_filed),
        Laid::Record(record) => record,
    };
    let name = RecordName {
        operation: record.operation().number(),
        mark: record.mark(),
        review_ids: record.review_ids(),
    };
    match (records::draft(&record), serde_json::to_vec(&*record)) {
        (Ok(draft), Ok(bytes)) => Place::Record { name, draft: Box::new(draft), record: Arc::from(bytes) },
        (Err(errors), _) => Place::NotFiled(NotFiled::Refused { name, errors }),
        (Ok(_), Err(_)) => {
            let errors = vec![RowError::of_row(Fault::Internal)];
            Place::NotFiled(NotFiled::Refused { name, errors })
        }
    }
}
