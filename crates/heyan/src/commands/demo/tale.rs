//! What a profile's story has come to: its lines go to the printer as they come, its outcome waits for the end.

use std::collections::BTreeMap;
use std::sync::mpsc::Sender;

use super::checks::Checks;

/// A story while it is told.
pub(super) struct Tale {
    lines: Sender<String>,
    /// The outcome.
    pub outcome: Outcome,
}

/// What a story has come to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Comparisons made.
    pub checks: usize,
    /// Filings made.
    pub filings: usize,
    /// What did not come out, with where.
    pub failures: Vec<String>,
    /// Whether each row came out, by name; a row that several filings stand for, if all did.
    pub rows: BTreeMap<String, bool>,
    /// Whether each story of the second table came out, by name.
    pub points: BTreeMap<&'static str, bool>,
}

impl Tale {
    /// A story that tells itself to a printer.
    pub fn new(lines: Sender<String>) -> Self {
        Self { lines, outcome: Outcome::default() }
    }

    /// Tells a line.
    pub fn say(&self, line: impl Into<String>) {
        // A printer that is gone has said why.
        let _ = self.lines.send(line.into());
    }

    /// Takes in what was compared; gives whether all of it held.
    pub fn take(&mut self, place: &str, checks: &Checks) -> bool {
        self.outcome.checks += checks.count;
        self.outcome.failures.extend(checks.problems.iter().map(|problem| format!("{place}: {problem}")));
        checks.problems.is_empty()
    }

    /// Notes how a row came out.
    pub fn row(&mut self, name: &str, came_out: bool) {
        let all = self.outcome.rows.entry(name.to_owned()).or_insert(true);
        *all &= came_out;
    }
}
