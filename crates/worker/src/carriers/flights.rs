//! What is known, while the process lives, of messages on their way: which line has them, which lines have refused them,
//! and when they may be tried again.

use std::collections::HashMap;

use heyan_domain::Timestamp;
use heyan_domain::terms::{MessageId, Phone};
use heyan_domain::time::SECOND_MS;
use heyan_domain::verification::Attempt;
use tokio::time::Instant;

/// The longest time between two tries.
const LONGEST_WAIT_MS: i64 = 60 * SECOND_MS;

/// A message that a line has.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    /// The line's place.
    pub line: usize,
    /// To whom it goes.
    pub to: Phone,
    /// When it was handed over, on the steady clock.
    pub begun: Instant,
}

/// What the tries of a message have come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Tries {
    /// Lines that have refused it or of which its fate was never heard.
    pub attempts: Vec<Attempt>,
    /// How often every line that takes it has been tried.
    rounds: u32,
    not_before: Timestamp,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Flights {
    flying: HashMap<MessageId, Flight>,
    tries: HashMap<MessageId, Tries>,
}

impl Flights {
    /// A line has it.
    pub fn begin(&mut self, message: MessageId, flight: Flight) {
        self.flying.insert(message, flight);
    }

    /// The line has said what became of it.
    pub fn end(&mut self, message: MessageId) -> Option<Flight> {
        self.flying.remove(&message)
    }

    /// How many are on their way.
    pub fn len(&self) -> usize {
        self.flying.len()
    }

    /// Nothing more need be known of it.
    pub fn forget(&mut self, message: MessageId) {
        self.tries.remove(&message);
    }

    /// What its tries have come to.
    pub fn attempts(&self, message: MessageId) -> &[Attempt] {
        self.tries.get(&message).map_or(&[], |tries| &tries.attempts)
    }

    /// Whether it may be tried now.
    pub fn may_go(&self, message: MessageId, now: Timestamp) -> bool {
        self.tries.get(&message).is_none_or(|tries| now >= tries.not_before)
    }

    /// A line has refused it. With another one left to try it goes there at once; else after a second, two, four, up to a
    /// minute, to any.
    pub fn refused(
        &mut self,
        message: MessageId,
        attempt: Attempt,
        has_other: impl FnOnce(&[Attempt]) -> bool,
    ) {
        let tries = self.tries.entry(message).or_default();
        let now = attempt.at;
        tries.attempts.push(attempt);
        if !has_other(&tries.attempts) {
            tries.attempts.clear();
            let wait = SECOND_MS.saturating_mul(1 << tries.rounds.min(6)).min(LONGEST_WAIT_MS);
            tries.not_before = now.plus_ms(wait);
            tries.rounds = tries.rounds.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(route: &str, second: i64) -> Attempt {
        Attempt { route: route.to_owned(), at: Timestamp::from_ms(second * 1_000), code: "1".to_owned() }
    }

    #[test]
    fn what_was_refused_everywhere_waits_longer_each_time() {
        let (mut flights, message) = (Flights::default(), MessageId::from_number(1 << 24));
        let at = |second: i64| Timestamp::from_ms(second * 1_000);
        flights.refused(message, attempt("a", 0), |attempts| attempts.len() < 2);
        assert!(flights.may_go(message, at(0)), "another line is left");
        assert_eq!(flights.attempts(message).len(), 1);
        flights.refused(message, attempt("b", 0), |attempts| attempts.len() < 2);
        assert!(!flights.may_go(message, at(0)) && flights.may_go(message, at(1)));
        assert!(flights.attempts(message).is_empty(), "then any line will do");
        flights.refused(message, attempt("a", 1), |_| false);
        assert!(!flights.may_go(message, at(2)) && flights.may_go(message, at(3)));
        flights.forget(message);
        assert!(flights.may_go(message, at(1)));
    }
}
