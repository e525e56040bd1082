//! The package that a workbook is: a ZIP archive of XML parts, opened with care.

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::result::ZipError;

use super::FileFault;

/// The most bytes that all parts read may have together.
const MAX_INFLATED: u64 = 96 << 20;
/// How many times its own size a file may hold, beyond the first megabytes.
const MAX_RATIO: u64 = 100;
/// So much may come of a file of any size.
const FREE_BYTES: u64 = 4 << 20;
/// The most parts.
const MAX_PARTS: usize = 1_000;

/// An opened package. What is read from it counts against one budget.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    budget: Rc<Cell<u64>>,
}

/// Reads until the budget is used up.
struct Bounded<R> {
    inner: R,
    budget: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.budget.get().checked_sub(u64::try_from(read).unwrap_or(u64::MAX));
        self.budget.set(left.unwrap_or(0));
        left.map(|_| read).ok_or_else(|| io::Error::other("larger than it may be"))
    }
}

fn damaged(error: &ZipError) -> FileFault {
    match error {
        ZipError::UnsupportedArchive(reason) if *reason == ZipError::PASSWORD_REQUIRED => {
            FileFault::Encrypted
        }
        _ => FileFault::Damaged,
    }
}

impl<'b> Package<'b> {
    /// Opens it, and refuses what its directory already tells.
    pub fn open(bytes: &'b [u8]) -> Result<Self, FileFault> {
        // Entries of the directory are counted before anything is reserved for them.
        if bytes.windows(4).filter(|window| *window == b"PK\x01\x02").count() > MAX_PARTS {
            return Err(FileFault::Inflates);
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        if archive.file_names().flatten().any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin")) {
            return Err(FileFault::Macros);
        }
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let allowed = size.saturating_mul(MAX_RATIO).clamp(FREE_BYTES, MAX_INFLATED);
        let mut stated = 0_u64;
        for at in 0..archive.len() {
            let part = archive.by_index_raw(at).map_err(|error| damaged(&error))?;
            if part.encrypted() {
                return Err(FileFault::Encrypted);
            }
            stated = stated.saturating_add(part.size());
        }
        if stated > allowed {
            return Err(FileFault::Inflates);
        }
        Ok(Self { archive, budget: Rc::new(Cell::new(allowed)) })
    }

    /// Walks through the XML of a part; `false` if there is no such part. `see` says whether to go on.
    pub fn walk(
        &mut self,
        name: &str,
        mut see: impl FnMut(&Event<'_>) -> Result<bool, FileFault>,
    ) -> Result<bool, FileFault> {
        let part = match self.archive.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(false),
            Err(error) => return Err(damaged(&error)),
        };
        let bounded = Bounded { inner: part, budget: Rc::clone(&self.budget) };
        let mut reader = Reader::from_reader(BufReader::new(bounded));
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let event = reader
                .read_event_into(&mut buffer)
                .map_err(|_| if self.budget.get() == 0 { FileFault::Inflates } else { FileFault::Damaged })?;
            match &event {
                Event::Eof => return Ok(true),
                // No workbook has one; entities, and what lies elsewhere, would come with it.
                Event::DocType(_) => return Err(FileFault::DocumentType),
                event => {
                    if !see(event)? {
                        return Ok(true);
                    }
                }
            }
        }
    }
}
