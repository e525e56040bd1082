//! What was compared, and what did not come out.

use std::fmt::Debug;

/// The comparisons of one story.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// How many were made.
    pub count: usize,
    /// Those that did not hold.
    pub problems: Vec<String>,
}

impl Checks {
    /// Compares; gives whether both are the same.
    pub fn same<T: PartialEq + Debug>(&mut self, what: &str, expected: &T, got: &T) -> bool {
        self.holds(expected == got, || format!("{what}: expected {expected:?} got {got:?}"))
    }

    /// Notes a fact.
    pub fn holds(&mut self, is_so: bool, otherwise: impl FnOnce() -> String) -> bool {
        self.count += 1;
        if !is_so {
            self.problems.push(otherwise());
        }
        is_so
    }

    /// `✓`, or what did not come out.
    pub fn verdict(&self) -> String {
        if self.problems.is_empty() { "✓".to_owned() } else { format!("✗ {}", self.problems.join("; ")) }
    }
}
