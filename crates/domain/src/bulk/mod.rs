//! Filing in bulk (PRO-04): a checked file becomes a job, and its rows are filed one after the other, each in a
//! transaction of its own that also notes how far the job has come.
//!
//! A file is taken whole or not at all: what does not parse never becomes a job that files anything. What only filing
//! itself can find, such as an organiser that has an open filing, is noted at the row, and the next row follows.

mod decide;
mod fault;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::audit::Staff;
use crate::filing::draft::Draft;
use crate::terms::{BulkId, FilingId, ProviderId};

pub use decide::decide;
pub(crate) use fault::of_refusal as faults;
pub use fault::{Fault, RowError};

/// The most rows of one file.
pub const MAX_ROWS: usize = 10_000;
/// Rows that lie sealed together, and that are worked off together: so many can be in front of somebody's verification.
pub const CHUNK_ROWS: usize = 50;
/// The most jobs of one provider that are under way at once.
pub const MAX_OPEN_JOBS: usize = 5;
/// The most faulty rows that are kept of a refused file; all are counted.
pub const MAX_FAULTY_ROWS: usize = 1_000;

/// One row of a file, as parsed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BulkEntry {
    /// Its number as a spreadsheet shows it; the heading is row 1.
    pub row: u32,
    /// Whether it is reported at once.
    pub report: bool,
    /// What is filed.
    pub draft: Draft,
}

/// The rows of a file that is whole: at least one, at most [`MAX_ROWS`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BulkFile {
    chunks: Vec<Arc<Vec<BulkEntry>>>,
    total: u32,
    by: Option<Staff>,
}

impl BulkFile {
    /// From its rows; `None` if there are none or too many.
    pub fn new(entries: &[BulkEntry]) -> Option<Self> {
        let total = u32::try_from(entries.len()).ok()?;
        if entries.is_empty() || entries.len() > MAX_ROWS {
            return None;
        }
        let chunks = entries.chunks(CHUNK_ROWS).map(|chunk| Arc::new(chunk.to_vec())).collect();
        Some(Self { chunks, total, by: None })
    }

    /// Handed in by somebody in the console, where 初审 may stand before the report; over the API a provider has reviewed
    /// it in a system of its own.
    #[must_use]
    pub fn handed_in_by(mut self, staff: Staff) -> Self {
        self.by = Some(staff);
        self
    }

    /// Its rows, in order.
    pub fn entries(&self) -> impl Iterator<Item = &BulkEntry> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// How many rows there are.
    pub const fn total(&self) -> u32 {
        self.total
    }
}

/// A row at fault, of a file that was refused for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FaultyRow {
    /// Its number as a spreadsheet shows it.
    pub row: u32,
    /// The provider's own number, if the row says one.
    pub order_no: Option<String>,
    /// What is wrong with it.
    pub errors: Vec<RowError>,
}

/// How far a job has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BulkState {
    /// Rows are being filed.
    Working,
    /// All have been looked at.
    Finished {
        /// Since when.
        at: Timestamp,
    },
    /// The file had faulty rows; nothing was filed.
    Refused {
        /// Since when.
        at: Timestamp,
    },
}

impl BulkState {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Finished { .. } => "finished",
            Self::Refused { .. } => "refused",
        }
    }

    /// When nothing was left to do.
    pub const fn ended_at(self) -> Option<Timestamp> {
        match self {
            Self::Working => None,
            Self::Finished { at } | Self::Refused { at } => Some(at),
        }
    }
}

/// One file that was handed in. Holds numbers, and nothing of what was filed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BulkJob {
    /// Which.
    pub id: BulkId,
    /// Whose.
    pub provider: ProviderId,
    /// When it was handed in.
    pub created_at: Timestamp,
    /// By whom, if it was in the console.
    pub by: Option<Staff>,
    /// How many rows the file has.
    pub total: u32,
    /// Rows that have become filings.
    pub created: u32,
    /// Rows that have not.
    pub refused: u32,
    /// Where it stands.
    pub state: BulkState,
}

impl BulkJob {
    /// Rows that have been looked at.
    pub const fn done(&self) -> u32 {
        self.created.saturating_add(self.refused)
    }
}

/// What became of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BulkResult {
    /// Of which job.
    pub job: BulkId,
    /// Its place within the job, from 1.
    pub place: u32,
    /// Its number as a spreadsheet shows it.
    pub row: u32,
    /// The provider's own number.
    pub order_no: Option<String>,
    /// The filing, or why there is none.
    pub outcome: Result<FilingId, Vec<RowError>>,
}

/// What can be asked about filing in bulk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BulkAction {
    /// Takes in a file that was found whole.
    Begin {
        /// Which job it becomes.
        id: BulkId,
        /// Whose.
        provider: ProviderId,
        /// Its rows.
        file: BulkFile,
    },
    /// Keeps what is wrong with a file, so that it can be read and taken away; nothing is filed.
    Refuse {
        /// Which job it becomes.
        id: BulkId,
        /// Whose.
        provider: ProviderId,
        /// How many rows the file has.
        total: u32,
        /// How many of them are at fault.
        faulty: u32,
        /// Those rows, at most [`MAX_FAULTY_ROWS`].
        rows: Vec<FaultyRow>,
    },
    /// Files the row at a place, if it is the next one.
    File {
        /// Of which job.
        job: BulkId,
        /// Its place, from 1.
        place: u32,
    },
}
