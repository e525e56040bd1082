//! 批量备案 (PRO-04): hand in a file, see how far it has come and what is wrong with which rows.

mod files;
mod job;
mod list;
mod upload;

use heyan_domain::bulk::{BulkJob, BulkState};
use heyan_domain::terms::{BulkId, ProviderId};

use super::own::failed;
use crate::app::App;
use crate::console::Problem;
use crate::console::parts::{Cell, Tone};
use crate::texts::Texts;

pub(super) use files::{csv_template, errors_csv, result_csv, xlsx_template};
pub(super) use job::show as job;
pub(super) use list::show as list;
pub(super) use upload::upload;

/// The page of a file.
fn path(id: BulkId) -> String {
    format!("{}/jobs/{id}", super::BULK)
}

/// Where a file stands, as a coloured word.
fn state(t: &Texts, job: &BulkJob) -> Cell {
    let tone = match job.state {
        BulkState::Working => Tone::Info,
        BulkState::Finished { .. } if job.refused > 0 => Tone::Warning,
        BulkState::Finished { .. } => Tone::Success,
        BulkState::Refused { .. } => Tone::Error,
    };
    Cell::tag(tone, t.get(&format!("bulk-state-{}", job.state.as_str())))
}

/// A provider's own file by the text of its id; another's is not there (SEC-09).
async fn own(app: &App, provider: &ProviderId, id: &str) -> Result<BulkJob, Problem> {
    let id = BulkId::parse(id).ok_or(Problem::NotFound)?;
    let job = app.readers.read(move |reader| reader.bulk_job(id)).await.map_err(|error| failed(&error))?;
    job.filter(|job| job.provider == *provider).ok_or(Problem::NotFound)
}
