//! A line in a rehearsal: a window, some messages behind it, and the timers of a CMPP session.

use std::collections::VecDeque;

use heyan_domain::Timestamp;
use heyan_domain::time::SECOND_MS;

use super::{Behaviour, Written};

/// A message without an answer for so long is given up, and its fate unknown (CMPP's T).
const RESPONSE_MS: i64 = 60 * SECOND_MS;
/// A line from which nothing is heard for so long is closed: the heartbeat after 30 s, and three times T.
const SILENCE_MS: i64 = 210 * SECOND_MS;

/// What has become of a message: with when it was handed over, where the router wants to know how long it took.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ended {
    /// Accepted.
    Accepted(Written, Timestamp),
    /// Nobody knows.
    Unknown(Written, Timestamp),
    /// Not sent.
    Returned(Written),
}

#[derive(Clone, Copy, Debug)]
struct Held {
    written: Written,
    handed: Timestamp,
    submitted: Timestamp,
}

/// See the module.
#[derive(Debug)]
pub(super) struct StandIn {
    behaviour: Behaviour,
    window: usize,
    submitted: VecDeque<Held>,
    behind: VecDeque<Held>,
    heard: Timestamp,
}

impl StandIn {
    pub(super) fn new((window, _): (usize, usize)) -> Self {
        let (submitted, behind) = (VecDeque::new(), VecDeque::new());
        Self { behaviour: Behaviour::Gone, window, submitted, behind, heard: Timestamp::default() }
    }

    /// Begins to behave so; what ends by that, and whether the link has come up or gone down.
    pub(super) fn behave(&mut self, behaviour: Behaviour, now: Timestamp) -> (Vec<Ended>, Option<bool>) {
        let was = std::mem::replace(&mut self.behaviour, behaviour);
        self.heard = now;
        match (was, behaviour) {
            (Behaviour::Answers(_), Behaviour::Answers(_) | Behaviour::Silent)
            | (Behaviour::Silent, Behaviour::Silent)
            | (Behaviour::Gone, Behaviour::Gone) => (Vec::new(), None),
            (Behaviour::Answers(_) | Behaviour::Silent, Behaviour::Gone) => (self.lose(), Some(false)),
            // The other side has begun anew: so does the session.
            (Behaviour::Silent | Behaviour::Gone, Behaviour::Answers(_))
            | (Behaviour::Gone, Behaviour::Silent) => (self.lose(), Some(true)),
        }
    }

    /// Gets a message.
    pub(super) fn take(&mut self, written: Written, now: Timestamp) {
        self.behind.push_back(Held { written, handed: now, submitted: now });
        self.submit(now);
    }

    fn submit(&mut self, now: Timestamp) {
        while self.submitted.len() < self.window {
            let Some(held) = self.behind.pop_front() else { return };
            self.submitted.push_back(Held { submitted: now, ..held });
        }
    }

    /// What ends by now, and whether the link is given up.
    pub(super) fn pass(&mut self, now: Timestamp) -> (Vec<Ended>, bool) {
        let after_ms = match self.behaviour {
            Behaviour::Answers(after_ms) => after_ms,
            Behaviour::Silent if now.since_ms(self.heard) >= SILENCE_MS => {
                self.behaviour = Behaviour::Gone;
                return (self.lose(), true);
            }
            Behaviour::Silent => RESPONSE_MS,
            Behaviour::Gone => return (Vec::new(), false),
        };
        let mut ended = Vec::new();
        while let Some(held) = self.submitted.front().filter(|held| now.since_ms(held.submitted) >= after_ms)
        {
            ended.push(match self.behaviour {
                Behaviour::Answers(_) => Ended::Accepted(held.written, held.handed),
                Behaviour::Silent | Behaviour::Gone => Ended::Unknown(held.written, held.handed),
            });
            self.submitted.pop_front();
        }
        self.submit(now);
        (ended, false)
    }

    /// The connection ends: what was submitted is unknown, what waited behind it comes back.
    fn lose(&mut self) -> Vec<Ended> {
        let unknown = self.submitted.drain(..).map(|held| Ended::Unknown(held.written, held.handed));
        // The first that came back goes to the front of the queue last.
        let returned = self.behind.drain(..).rev().map(|held| Ended::Returned(held.written));
        unknown.chain(returned).collect()
    }

    /// What it still has.
    pub(super) fn left(self) -> impl Iterator<Item = Written> {
        self.submitted.into_iter().chain(self.behind).map(|held| held.written)
    }
}
