//! Files for providers: results of their records, what is on record, and code tables.

mod filed;
mod name;
mod results;
mod tables;

pub use filed::{Filed, FiledAccess, FiledDomain, FiledEntity, FiledRange, FiledService, Gone};
pub use name::{FileName, NoFileName};
pub use results::{RecordResult, Results, Review};
pub use tables::{CodeTables, Unit};

use crate::charset;
use crate::schema::{DOWNLOAD, Fault, Strictness};

/// The head of every file.
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"GBK\"?>";

/// A document as a file, in GBK, if the standard's letter takes it.
fn file(document: &str) -> Result<Vec<u8>, Fault> {
    DOWNLOAD.check(document, Strictness::Produced)?;
    Ok(charset::encode(document))
}

/// The first so many characters.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// A text of at most so many characters; none if it is empty, since the standard has no empty ones.
fn some(text: Option<&String>, most: usize) -> Option<String> {
    text.map(|text| cut(text, most)).filter(|text| !text.is_empty())
}
