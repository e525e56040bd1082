//! A short memory of requests that have ended, so that a second or a late answer is known for what it is.

use std::collections::{BTreeMap, VecDeque};

use super::event::Ticket;
use crate::header::SequenceId;

/// Which answer a request waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Submit,
    Query,
    Cancel,
}

/// A request without an answer.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) ticket: Ticket,
    pub(super) kind: Kind,
    pub(super) attempts_left: u8,
    /// The frame, if it may be sent again.
    pub(super) frame: Option<Vec<u8>>,
}

/// Ended requests that are remembered. One more and the oldest is forgotten.
pub(super) const MOST_REMEMBERED: usize = 1024;

/// How a request has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Past {
    Answered,
    GivenUp(Ticket, Kind),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    past: BTreeMap<SequenceId, Past>,
    order: VecDeque<SequenceId>,
}

impl Memory {
    pub(super) fn remember(&mut self, sequence: SequenceId, past: Past) {
        if self.past.insert(sequence, past).is_none() {
            self.order.push_back(sequence);
        }
        if self.order.len() > MOST_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.past.remove(&oldest);
        }
    }

    pub(super) fn get(&self, sequence: SequenceId) -> Option<Past> {
        self.past.get(&sequence).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_is_bounded() {
        let mut memory = Memory::default();
        for number in 0..=1024 {
            memory.remember(SequenceId::new(number), Past::Answered);
        }
        assert_eq!(memory.get(SequenceId::new(0)), None);
        assert_eq!(memory.get(SequenceId::new(1)), Some(Past::Answered));
        assert_eq!(memory.past.len(), MOST_REMEMBERED);
    }
}
