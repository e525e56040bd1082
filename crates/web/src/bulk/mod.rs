//! Files of filings (PRO-04): from the bytes of a CSV or XLSX file to rows that can be filed, or to everything that is
//! wrong with it. Console and API read them here.
//!
//! A file is a stranger's program for our parsers (SEC-15). What it says about its own size is believed only where it
//! speaks against it; what is read is counted while it is read; no part is read that is not needed.

mod columns;
mod package;
mod rows;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod workbook;

use heyan_domain::bulk::{BulkFile, FaultyRow};
use tokio::sync::Semaphore;

pub(crate) use columns::{Column, of_pointer};
pub(crate) use template::{csv as csv_template, xlsx as xlsx_template};

/// The largest file.
pub const MAX_FILE_BYTES: usize = 20 << 20;
/// Files read at once: each may take some hundred megabytes for a moment.
static READING: Semaphore = Semaphore::const_new(2);

/// How a ZIP archive begins.
const PACKAGE: &[u8] = b"PK\x03\x04";
/// How an old workbook begins, or one with a password.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// What is wrong with a file as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum FileFault {
    /// Nothing in it.
    Empty,
    /// Neither text nor a workbook.
    NotASheet,
    /// A workbook as Excel wrote it until 2003.
    OldExcel,
    /// A workbook with a password.
    Encrypted,
    /// A workbook with macros.
    Macros,
    /// A package that is far larger than it looks.
    Inflates,
    /// XML with a document type, which could name entities and other files.
    DocumentType,
    /// A package or XML that is broken.
    Damaged,
    /// Text that is neither UTF-8 nor GB18030, or that holds characters no text has.
    BrokenText,
    /// A heading and nothing below it.
    NoRows,
    /// More rows than a file may have.
    TooManyRows,
    /// A heading that is no column's.
    UnknownColumn(String),
    /// A column that is there twice.
    ColumnTwice(Column),
    /// A column without which no row says enough.
    MissingColumn(Column),
}

/// Why a file becomes no job that files anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Unusable {
    /// For itself.
    File(FileFault),
    /// For some of its rows.
    Rows {
        /// How many rows it has.
        total: u32,
        /// How many are at fault.
        faulty: u32,
        /// The first of those.
        rows: Vec<FaultyRow>,
    },
}

impl From<FileFault> for Unusable {
    fn from(fault: FileFault) -> Self {
        Self::File(fault)
    }
}

/// Reads a file, whatever it calls itself: what its first bytes say counts.
pub(crate) fn read(bytes: &[u8]) -> Result<BulkFile, Unusable> {
    heyan_domain::mark!("SEC-15");
    let rows = if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(FileFault::Empty.into());
    } else if bytes.starts_with(PACKAGE) {
        workbook::rows(bytes)?
    } else if bytes.starts_with(COMPOUND) {
        // A workbook with a password is wrapped in the format of the old ones, under this name.
        let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
        let encrypted = bytes.windows(name.len()).any(|window| window == name);
        return Err(if encrypted { FileFault::Encrypted } else { FileFault::OldExcel }.into());
    } else {
        text::rows(bytes)?
    };
    rows::file(rows)
}

/// Reads a file beside the threads that answer. A parser that loses its way finds the file damaged and nothing else.
pub(crate) async fn read_beside(bytes: axum::body::Bytes) -> Result<BulkFile, Unusable> {
    // The semaphore is never closed.
    let permit = READING.acquire().await.ok();
    let read = tokio::task::spawn_blocking(move || read(&bytes)).await;
    drop(permit);
    read.unwrap_or(Err(Unusable::File(FileFault::Damaged)))
}
