//! A line that only fails is given nothing for a while, and then one message to see whether it has been mended.

use heyan_domain::Timestamp;
use heyan_domain::time::SECOND_MS;

/// Failures one after another that open the circuit.
const FAILURES: u32 = 10;
/// How long it stays open at first; each trial that fails doubles it.
const FIRST_PAUSE_MS: i64 = 5 * SECOND_MS;
/// The longest pause.
const LONGEST_PAUSE_MS: i64 = 5 * 60 * SECOND_MS;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    #[default]
    Closed,
    /// Nothing goes out before then.
    Open(Timestamp),
    /// One message is out to try.
    Trial,
}

/// Counts what is the line's own fault; refusals of a phone or a text are not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Circuit {
    state: State,
    failures: u32,
    pauses: u32,
}

impl Circuit {
    /// Whether a message may go out.
    pub(super) fn lets_through(&self, now: Timestamp) -> bool {
        match self.state {
            State::Closed => true,
            State::Open(until) => now >= until,
            State::Trial => false,
        }
    }

    /// Whether the line is kept from sending.
    pub(super) const fn is_open(&self) -> bool {
        !matches!(self.state, State::Closed)
    }

    /// A message goes out.
    pub(super) fn takes(&mut self) {
        if matches!(self.state, State::Open(_)) {
            self.state = State::Trial;
        }
    }

    /// The line has done its part.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// The line was at fault.
    pub(super) fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES || self.state == State::Trial {
            let pause = FIRST_PAUSE_MS.saturating_mul(1 << self.pauses.min(10)).min(LONGEST_PAUSE_MS);
            self.pauses = self.pauses.saturating_add(1);
            self.failures = 0;
            self.state = State::Open(now.plus_ms(pause));
        }
    }

    /// What was tried came to nothing that says anything of the line.
    pub(super) fn untold(&mut self, now: Timestamp) {
        if self.state == State::Trial {
            self.state = State::Open(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_ms(seconds * 1_000)
    }

    #[test]
    fn ten_failures_in_a_row_open_it_and_a_success_between_them_does_not() {
        let mut circuit = Circuit::default();
        for _ in 0..9 {
            circuit.failed(at(0));
        }
        circuit.succeeded();
        circuit.failed(at(0));
        assert!(circuit.lets_through(at(0)));
        for _ in 0..9 {
            circuit.failed(at(0));
        }
        assert!(!circuit.lets_through(at(4)) && circuit.is_open());
    }

    #[test]
    fn one_message_tries_and_the_pause_doubles_until_it_succeeds() {
        let mut circuit = Circuit::default();
        for _ in 0..10 {
            circuit.failed(at(0));
        }
        assert!(circuit.lets_through(at(5)));
        circuit.takes();
        assert!(!circuit.lets_through(at(5)), "one at a time");
        circuit.failed(at(5));
        assert!(!circuit.lets_through(at(14)) && circuit.lets_through(at(15)));
        circuit.takes();
        circuit.untold(at(15));
        assert!(circuit.lets_through(at(15)), "a trial that said nothing is made again");
        circuit.takes();
        circuit.succeeded();
        assert!(circuit.lets_through(at(15)) && !circuit.is_open());
    }
}
