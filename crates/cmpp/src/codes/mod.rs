//! What a carrier's codes mean: one table of each kind, total, with what is not listed mapped to [`Meaning::Unknown`].
//!
//! Only an explicit success or failure ends a message. `docs/sms.md` shows the tables with their sources; a test compares.

mod result;
mod stat;

pub use result::{ResultRow, SUBMIT_RESULTS, connect_status, is_throttling, submit_result};
pub use stat::{FAMILIES, Family, StatRow, WORDS, stat};

pub use heyan_line::codes::{Cause, Meaning, Row, Source};

const fn row(meaning: Meaning, cause: Cause, source: Source, words: &'static str) -> Row {
    Row::new(meaning, cause, source, words)
}
