//! A provider's file: from octets in GBK to records.

mod build;
mod marks;
mod node;
mod records;

pub use records::{
    Access, Address, AddressRange, Approval, Attachment, AttachmentOwner, Cancellation, Cancelled, Change,
    ChangedService, Document, Domain, Entity, Head, MAX_ATTACHMENT, NewAccess, NewFiling, NewService,
    NewServices, Record, Reference, Service,
};

use crate::codes::{AnswerCode, Operation, RecordCode};
use crate::schema::{Fault, Reason, Step, Strictness, UPLOAD, number, read};
use crate::{charset, envelope};
use node::Node;

/// So many records may a file have.
pub const MAX_RECORDS: usize = 1_000;
/// So many elements may one record have: more than a hundred services with five hundred domains each.
pub const MAX_ELEMENTS: usize = 250_000;
/// How deep records stand: `UploadData`, `ICP`, `XZBA`, `Baxx`.
const RECORD_DEPTH: usize = 4;

/// What a file holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Upload {
    /// Its records, in its order.
    pub records: Vec<Record>,
    /// Branches that are not open here, as the file has them (`HSJG`, `IP`): each is answered 5011.
    pub closed: Vec<&'static str>,
}

/// A file none of whose records is taken in.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// It is not as it has to be: 5001, 5004 or 5008.
    #[error(transparent)]
    NotBySchema(#[from] Fault),
    /// It names another unit (`Qqdwid`) than the one that reports: 5003.
    #[error("the unit in the file is {0}")]
    UnitDiffers(i64),
}

impl Refused {
    /// The result code.
    pub fn code(&self) -> RecordCode {
        match self {
            Self::NotBySchema(fault) => fault.code(),
            Self::UnitDiffers(_) => RecordCode::UnitDiffers,
        }
    }

    /// The note for the result, in Chinese: the element's path and what is wrong with it.
    pub fn note(&self) -> String {
        match self {
            Self::NotBySchema(fault) => fault.words(),
            Self::UnitDiffers(unit) => format!("/UploadData/ICP/Qqdwid {unit}"),
        }
    }

    /// The kind of record that the fault stands in. A result has to name one; where no record is at fault, it is the
    /// first (decided).
    pub fn operation(&self) -> Operation {
        match self {
            Self::NotBySchema(fault) => match fault.path.split('/').nth(3) {
                Some("XZWZ") => Operation::NewService,
                Some("XZJR") => Operation::NewAccess,
                Some("BGBA") => Operation::Change,
                Some("ZXBA") => Operation::CancelEntity,
                Some(_) | None => Operation::NewFiling,
            },
            Self::UnitDiffers(_) => Operation::NewFiling,
        }
    }
}

/// Reads a file: the unit that it names, and what it holds.
///
/// # Errors
/// What is wrong with the file as a whole. The standard judges a file by its schema, so one wrong element refuses all.
pub fn read_any(file: &[u8]) -> Result<(i64, Upload), Fault> {
    read_document(&charset::decode(file)?)
}

fn read_document(document: &str) -> Result<(i64, Upload), Fault> {
    let mut reading = Reading::default();
    read(document, &UPLOAD, Strictness::Received, |depth, step| reading.step(depth, step))?;
    Ok((reading.unit.unwrap_or(0), reading.upload))
}

/// Reads a file of the unit (`ispId`) that reports it.
///
/// # Errors
/// As [`read_any`], or that the file names another unit.
pub fn read_file(file: &[u8], unit: i64) -> Result<Upload, Refused> {
    of_unit(read_any(file)?, unit)
}

/// The same of a file in its package, which is used up: file and text are never both in memory.
///
/// # Errors
/// As [`read_file`]; and for a package that is none, what a call that brings it is answered with.
pub fn read_package(package: Vec<u8>, unit: i64) -> Result<Result<Upload, Refused>, AnswerCode> {
    let text = envelope::text(&package)?;
    drop(package);
    let read = text.finish().and_then(|document| read_document(&document));
    Ok(read.map_err(Refused::from).and_then(|read| of_unit(read, unit)))
}

fn of_unit((found, upload): (i64, Upload), unit: i64) -> Result<Upload, Refused> {
    if found == unit { Ok(upload) } else { Err(Refused::UnitDiffers(found)) }
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    upload: Upload,
    unit: Option<i64>,
    /// The elements that are open, from the branch down to the innermost; below a record with what is in them.
    open: Vec<Node>,
    records: usize,
    elements: usize,
}

impl Reading {
    fn step(&mut self, depth: usize, step: Step<'static>) -> Result<(), Reason> {
        match step {
            Step::Start(element, version) => {
                if version.is_some_and(|version| version != crate::VERSION) {
                    return Err(Reason::Version);
                }
                self.start(depth, element.name)
            }
            Step::End(element, text) => self.end(depth, element.name, text),
        }
    }

    fn start(&mut self, depth: usize, name: &'static str) -> Result<(), Reason> {
        self.open.push(Node { name, ..Node::default() });
        // Branches of the parts for addresses and domains lie one deeper; whole parts are closed, so nothing is lost.
        if depth == RECORD_DEPTH {
            self.records += 1;
            self.elements = 0;
        }
        self.elements += 1;
        if self.records > MAX_RECORDS {
            return Err(Reason::TooManyRecords);
        }
        if depth > RECORD_DEPTH && self.elements > MAX_ELEMENTS {
            return Err(Reason::TooManyElements);
        }
        Ok(())
    }

    fn end(&mut self, depth: usize, name: &'static str, text: String) -> Result<(), Reason> {
        let Some(mut node) = self.open.pop() else { return Ok(()) };
        node.text = text;
        let part = self.open.get(1).map(|node| node.name);
        let branch = self.open.get(2).map(|node| node.name);
        match (depth, part, branch) {
            (2, ..) if name != "ICP" => self.upload.closed.push(name),
            (3, ..) if name == "Qqdwid" => self.unit = number(&node.text),
            (3, Some("ICP"), _) if is_closed(name) => self.upload.closed.push(name),
            (RECORD_DEPTH, Some("ICP"), Some(branch)) => {
                let record = build::record(branch, &node).map_err(|lacking| Reason::Missing(lacking.0))?;
                self.upload.records.extend(record);
            }
            (_, Some("ICP"), Some(branch)) if depth > RECORD_DEPTH && !is_closed(branch) => {
                if let Some(parent) = self.open.last_mut() {
                    parent.children.push(node);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Whether records of a branch are not taken in here.
fn is_closed(branch: &str) -> bool {
    matches!(branch, "HSJG" | "WBACLJG" | "XZHYD")
}
