//! What is wrong with a file of filings, as problems.

use heyan_domain::Timestamp;
use heyan_domain::bulk::{Fault, MAX_ROWS, RowError};
use heyan_domain::decide::Refusal;
use heyan_domain::filing::raw::FieldError;

use super::code::ErrorCode;
use super::problem::{Problem, Sentence};
use super::refusal;
use crate::bulk::{Column, FileFault, Unusable};
use crate::texts::Language;

/// There is no such file, or it is another provider's.
pub(super) fn not_found() -> Problem {
    Problem::new(ErrorCode::BulkNotFound, Sentence::new("bulk-job-not-found"))
}

/// A column by both of its names.
fn both_names(column: Column) -> String {
    format!("{} / {}", column.name(Language::ZhCn), column.api_name())
}

/// The problem that a file is as a whole.
pub(crate) fn file_problem(fault: &FileFault) -> Problem {
    let sentence = match fault {
        FileFault::Empty => Sentence::new("bulk-empty"),
        FileFault::NotASheet => Sentence::new("bulk-not-a-sheet"),
        FileFault::OldExcel => Sentence::new("bulk-old-excel"),
        FileFault::Encrypted => Sentence::new("bulk-encrypted"),
        FileFault::Macros => Sentence::new("bulk-macros"),
        FileFault::Inflates => Sentence::new("bulk-inflates"),
        FileFault::DocumentType => Sentence::new("bulk-document-type"),
        FileFault::Damaged => Sentence::new("bulk-damaged"),
        FileFault::BrokenText => Sentence::new("bulk-broken-text"),
        FileFault::NoRows => Sentence::new("bulk-no-rows"),
        FileFault::TooManyRows => Sentence::new("bulk-too-many-rows").with("limit", MAX_ROWS),
        FileFault::UnknownColumn(name) => Sentence::new("bulk-unknown-column").with("name", name),
        FileFault::ColumnTwice(column) => {
            Sentence::new("bulk-column-twice").with("name", both_names(*column))
        }
        FileFault::MissingColumn(column) => {
            Sentence::new("bulk-missing-column").with("name", both_names(*column))
        }
    };
    Problem::new(ErrorCode::File, sentence)
}

/// The problem that a row is.
pub(crate) fn row_problem(error: &RowError, now: Timestamp) -> Problem {
    let pointer = error.pointer.clone();
    let member = |code, sentence| Problem::member(code, pointer.clone(), sentence);
    let refused = |refusal| refusal::problem(refusal, now);
    match &error.fault {
        Fault::Member(problem) => Problem::members(&[FieldError::at(pointer.clone(), problem.clone())]),
        Fault::Formula => member(ErrorCode::Value, Sentence::new("bulk-formula")),
        Fault::NotText => member(ErrorCode::Value, Sentence::new("bulk-not-text")),
        Fault::TooManyCells => Problem::new(ErrorCode::Value, Sentence::new("bulk-too-many-cells")),
        Fault::SameOrderNumber { row } => {
            member(ErrorCode::OrderNumber, Sentence::new("bulk-same-order-number").with("row", row))
        }
        Fault::EntityHasOpenFiling(filing) => refused(Refusal::EntityHasOpenFiling(*filing)),
        Fault::EntityRegistered => refused(Refusal::EntityRegistered),
        Fault::OrderNumber(filing) => refused(Refusal::OrderNumber(*filing)),
        Fault::Domain(domain) => {
            refused(Refusal::Domain { pointer: pointer.clone(), domain: domain.clone() })
        }
        Fault::PhoneOnRecord => refused(Refusal::PhoneOnRecord { pointer: pointer.clone() }),
        Fault::Access => refused(Refusal::Access),
        Fault::PhoneMessages(at) => refused(Refusal::PhoneMessages(*at)),
        Fault::Exhausted => refused(Refusal::Exhausted),
        Fault::Internal => Problem::internal(),
    }
}

/// The problem that a file is to a program.
pub(super) fn unusable(unusable: &Unusable, now: Timestamp) -> Problem {
    match unusable {
        Unusable::File(fault) => file_problem(fault),
        Unusable::Rows { faulty, rows, .. } => {
            let problem = Problem::new(ErrorCode::Rows, Sentence::new("bulk-rows").with("count", faulty));
            rows.iter().fold(problem, |problem, row| {
                let errors = row.errors.iter();
                errors.fold(problem, |problem, error| problem.and_row(row.row, row_problem(error, now)))
            })
        }
    }
}
