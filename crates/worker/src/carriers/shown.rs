//! What can be seen of lines from outside, and running one empty.

use heyan_gateway::Said;
use heyan_gateway::routing::Shown;

use super::Carriers;

/// Up to so many milliseconds an answer took, in steps; a last step has what took longer.
pub const LATENCY_BOUNDS_MS: [u64; 7] = [10, 50, 100, 500, 1_000, 5_000, 30_000];

/// How long a line took to answer; one that never answered counts with the time that was waited for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Latency {
    /// Answers within each of [`LATENCY_BOUNDS_MS`] and not within the one before; the last: those that took longer.
    pub steps: [u64; LATENCY_BOUNDS_MS.len() + 1],
    /// All of them together, in milliseconds.
    pub sum_ms: u64,
}

impl Latency {
    pub(super) fn note(&mut self, took_ms: u64) {
        let step = LATENCY_BOUNDS_MS.partition_point(|bound| *bound < took_ms);
        if let Some(count) = self.steps.get_mut(step) {
            *count += 1;
        }
        self.sum_ms = self.sum_ms.saturating_add(took_ms);
    }
}

/// What has been counted of a line since the process started.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Messages handed to it.
    pub submitted: u64,
    /// Messages accepted.
    pub accepted: u64,
    /// Messages refused.
    pub refused: u64,
    /// Messages whose fate is unknown.
    pub unknown: u64,
    /// Messages that came back unsent.
    pub returned: u64,
    /// Reports of an arrival.
    pub arrived: u64,
    /// Reports of a failure.
    pub failed: u64,
    /// How long answers took.
    pub latency: Latency,
}

impl Counts {
    pub(super) const fn count(&mut self, said: &Said) {
        match said {
            Said::Up { .. } | Said::Down { .. } => {}
            Said::Accepted { .. } => self.accepted += 1,
            Said::Refused { .. } => self.refused += 1,
            Said::Unknown { .. } => self.unknown += 1,
            Said::Returned { .. } => self.returned += 1,
            Said::Reported { reported, .. } if reported.arrived => self.arrived += 1,
            Said::Reported { .. } => self.failed += 1,
        }
    }
}

/// How a line is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineShown {
    /// As the router sees it.
    pub line: Shown,
    /// What has been counted.
    pub counts: Counts,
    /// Why it is down, if it said so.
    pub why_down: Option<String>,
}

impl Carriers {
    /// How the lines are, in the order of the configuration.
    pub fn shown(&self) -> Vec<LineShown> {
        let desk = self.desk();
        let shown = desk.router.shown().into_iter();
        let told = desk.counts.iter().zip(&desk.why_down);
        shown
            .zip(told)
            .map(|(line, (counts, why))| LineShown {
                why_down: why.clone().filter(|_| !line.is_up),
                line,
                counts: *counts,
            })
            .collect()
    }

    /// Runs a line empty, or takes it back; whether there is one of that name. What is kept of it is the database's: this is
    /// called with what is written there.
    pub fn drain(&self, name: &str, drained: bool) -> bool {
        let found = self.desk().router.drain(name, drained);
        self.wake.notify_one();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_counted_once_in_the_step_that_it_just_reached() {
        let mut latency = Latency::default();
        for took_ms in [0, 10, 11, 30_000, 30_001] {
            latency.note(took_ms);
        }
        assert_eq!(latency.steps, [2, 1, 0, 0, 0, 0, 1, 1]);
        assert_eq!(latency.sum_ms, 60_022);
    }
}
