//! Every code of the interface that is spoken here, and its words.
//!
//! The words are the standard's, and stand in `data/`; the tables of `docs/enterprise.md` are made of them.

mod answer;
mod record;
mod tables;

pub use answer::AnswerCode;
pub use record::{Operation, RecordCode};
pub use tables::{CodeRow, DOCUMENT_KINDS, NATURES, PROVINCES, REGIONS, region};

/// The files of words: one `KEY WORDS` a line.
fn file(name: &str) -> &'static str {
    match name {
        "answers" => include_str!("../../data/answers.txt"),
        "records" => include_str!("../../data/records.txt"),
        _ => include_str!("../../data/reasons.txt"),
    }
}

/// The words for a key. Every key has some, as tests say.
pub(crate) fn words(name: &str, key: &str) -> &'static str {
    let lines = file(name).lines().filter_map(|line| line.split_once(' '));
    lines.filter(|(found, _)| *found == key).map(|(_, words)| words).next().unwrap_or_default()
}
