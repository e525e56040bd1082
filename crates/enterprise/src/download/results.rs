//! BAJG: what became of records, and the administration's opinions.

use jiff::civil::DateTime;

use super::{HEAD, file, some};
use crate::codes::{Operation, RecordCode};
use crate::schema::Fault;
use crate::xml::Document;

/// `Jg_xx`: what became of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordResult {
    /// Its codes, each perhaps with words of its own instead of the code's: a file's name, a domain.
    pub codes: Vec<(RecordCode, Option<String>)>,
    /// `Czlx`.
    pub operation: Operation,
    /// `Bs`: see [`crate::upload::Record::mark`].
    pub mark: Option<String>,
    /// `Bz`: more about it, such as the path of a wrong element.
    pub note: Option<String>,
}

/// `Gjsh`: an opinion of the administration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// `Shrxm`.
    pub reviewer: Option<String>,
    /// `Shsj`, in China's civil time.
    pub at: DateTime,
    /// `Shyj`.
    pub opinion: Option<String>,
    /// `Shjg`: whether it was approved.
    pub is_approved: bool,
    /// `Czlx`.
    pub operation: Operation,
    /// `Jlid`: see [`crate::upload::Record::review_ids`].
    pub record_id: Option<i64>,
}

/// A file of results.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Results {
    /// What became of records.
    pub results: Vec<RecordResult>,
    /// Opinions.
    pub reviews: Vec<Review>,
}

impl Results {
    /// The file, in GBK. Texts that are longer than the standard has room for are cut.
    ///
    /// # Errors
    /// If it would not be as the standard wants it: a result without a code, an id that is none.
    pub fn to_file(&self) -> Result<Vec<u8>, Fault> {
        let mut document = Document::new("DownloadData", HEAD);
        document.within("ICP", |document| {
            document.within("BAJG", |document| {
                for result in &self.results {
                    document.within("Jg_xx", |document| write_result(document, result));
                }
                if !self.reviews.is_empty() {
                    document.within("GJSHS", |document| {
                        for review in &self.reviews {
                            document.within("Gjsh", |document| write_review(document, review));
                        }
                    });
                }
            });
        });
        file(&document.finish())
    }
}

fn write_result(document: &mut Document, result: &RecordResult) {
    for (code, words) in &result.codes {
        document.within("Jgxx", |document| {
            document.leaf("Jgdm", code.number());
            let words = some(words.as_ref(), 255).unwrap_or_else(|| code.words().to_owned());
            document.leaf("Dmms", words);
        });
    }
    document.leaf("Czlx", result.operation.number());
    document.leaf_if_any("Bs", some(result.mark.as_ref(), 255));
    document.leaf_if_any("Bz", result.note.as_ref());
}

fn write_review(document: &mut Document, review: &Review) {
    document.leaf_if_any("Shrxm", some(review.reviewer.as_ref(), 128));
    document.leaf("Shsj", review.at.strftime("%Y-%m-%d %H:%M:%S"));
    document.leaf_if_any("Shyj", some(review.opinion.as_ref(), 1024));
    document.leaf("Shjg", u8::from(review.is_approved));
    document.leaf("Czlx", review.operation.number());
    document.leaf_if_any("Jlid", review.record_id);
}
