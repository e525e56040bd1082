//! Which route a message takes: pure, with time and randomness as arguments.
//!
//! A route is eligible when it serves the number's operator, its link is up, nobody drains it, and it has room. Among
//! those the lot decides by weight. Slow routes lose weight step by step as long as another one that could take over is not
//! slow itself; otherwise moving messages around would only make the other one slow, too.

mod circuit;
mod health;
mod rate;

use heyan_domain::Timestamp;
use heyan_domain::terms::Phone;
use heyan_domain::verification::Attempt;
use rand::{Rng, RngExt as _};

use circuit::Circuit;
pub use health::{FULL, Health, Pace, Verdict};
use rate::Bucket;

use crate::segments::{Carrier, Segment, segment_of};

/// What is configured of a route as far as choosing it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Its name, as stored with each message.
    pub name: String,
    /// The operators whose numbers it takes; an aggregator's line takes all.
    pub carriers: Vec<Carrier>,
    /// Its share beside others that take the same number.
    pub weight: u32,
    /// Messages a second at most.
    pub rate: u32,
}

/// Why a message gets no route now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoRoute {
    /// No route takes such a number, ever.
    Never,
    /// Those that would are down, drained or full; the message waits.
    Now,
}

struct Line {
    terms: Terms,
    health: Health,
    bucket: Bucket,
    circuit: Circuit,
    is_up: bool,
    is_drained: bool,
    /// Submissions the link has room for.
    room: usize,
    /// Submissions it has room for when it has none.
    most: usize,
}

impl Line {
    fn takes(&self, segment: Segment) -> bool {
        match segment {
            Segment::Of(carrier) => self.terms.carriers.contains(&carrier),
            // A segment given out since the table was made may be anybody's: routes that take all take it.
            Segment::Unknown => Carrier::ALL.iter().all(|carrier| self.terms.carriers.contains(carrier)),
            Segment::Satellite => false,
        }
    }

    fn is_open(&mut self, now: Timestamp) -> bool {
        self.is_up
            && !self.is_drained
            && self.room > 0
            && self.circuit.lets_through(now)
            && self.bucket.has_one(now)
    }

    /// At least one, so that a small weight does not become none.
    fn weight(&self) -> u64 {
        (u64::from(self.terms.weight) * u64::from(self.health.level())).max(1)
    }
}

/// What is shown of a route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// The operators whose numbers it takes.
    pub carriers: Vec<Carrier>,
    /// Its weight as configured.
    pub weight: u32,
    /// Messages a second at most, as configured.
    pub rate: u32,
    /// Messages that it has without an answer, and how many it takes at most; both 0 while its link is down.
    pub in_use: (usize, usize),
    /// Whether its link is up.
    pub is_up: bool,
    /// Whether it gets no messages any more.
    pub is_drained: bool,
    /// Whether it is given nothing because it only failed.
    pub is_paused: bool,
    /// Eighths of its configured weight.
    pub level: u8,
    /// Answers in the window, and how many of them were slow.
    pub answers: (u64, u64),
}

/// The routes and how they are.
pub struct Router {
    lines: Vec<Line>,
    pace: Pace,
    stepped_at: Timestamp,
}

impl std::fmt::Debug for Router {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.lines.iter().map(|line| &line.terms.name)).finish()
    }
}

impl Router {
    /// Over routes whose links are down yet.
    pub fn new(terms: Vec<Terms>, pace: Pace, now: Timestamp) -> Self {
        let line = |terms: Terms| {
            let bucket = Bucket::full(terms.rate, now);
            Line {
                terms,
                health: Health::default(),
                bucket,
                circuit: Circuit::default(),
                is_up: false,
                is_drained: false,
                room: 0,
                most: 0,
            }
        };
        Self { lines: terms.into_iter().map(line).collect(), pace, stepped_at: now }
    }

    /// Chooses a route for a number; one that has already refused this message only if there is no other. The caller has
    /// then handed it over: the route has room for one less.
    pub fn choose(
        &mut self,
        to: &Phone,
        attempts: &[Attempt],
        now: Timestamp,
        rng: &mut dyn Rng,
    ) -> Result<usize, NoRoute> {
        self.step(now);
        let segment = segment_of(to);
        if !self.lines.iter().any(|line| line.takes(segment)) {
            return Err(NoRoute::Never);
        }
        let open: Vec<usize> = self
            .lines
            .iter_mut()
            .enumerate()
            .filter(|(_, line)| line.takes(segment))
            .filter_map(|(at, line)| line.is_open(now).then_some(at))
            .collect();
        let refused = |at: &usize| {
            let name = self.lines.get(*at).map(|line| &line.terms.name);
            attempts.iter().any(|attempt| Some(&attempt.route) == name)
        };
        let fresh: Vec<usize> = open.iter().copied().filter(|at| !refused(at)).collect();
        let among = if fresh.is_empty() { open } else { fresh };
        let chosen = self.draw(&among, rng).ok_or(NoRoute::Now)?;
        if let Some(line) = self.lines.get_mut(chosen) {
            line.room -= 1;
            line.bucket.take_one(now);
            line.circuit.takes();
        }
        Ok(chosen)
    }

    fn draw(&self, among: &[usize], rng: &mut dyn Rng) -> Option<usize> {
        let weight = |at: usize| self.lines.get(at).map_or(0, Line::weight);
        let total: u64 = among.iter().map(|at| weight(*at)).sum();
        if total == 0 {
            return None;
        }
        let mut lot = rng.random_range(0..total);
        for at in among {
            match lot.checked_sub(weight(*at)) {
                Some(rest) => lot = rest,
                None => return Some(*at),
            }
        }
        None
    }

    /// Moves each weight by a step, where a step's time has passed.
    fn step(&mut self, now: Timestamp) {
        if now.since_ms(self.stepped_at) < self.pace.step_ms {
            return;
        }
        self.stepped_at = now;
        let verdicts: Vec<Verdict> =
            self.lines.iter_mut().map(|line| line.health.verdict(&self.pace, now)).collect();
        let relieved: Vec<bool> = (0..self.lines.len()).map(|at| self.has_relief(at, &verdicts)).collect();
        for ((line, verdict), relieved) in self.lines.iter_mut().zip(verdicts).zip(relieved) {
            match verdict {
                Verdict::Slow if relieved => line.health.step(true),
                Verdict::Slow => {}
                Verdict::Fast | Verdict::Unsaid => line.health.step(false),
            }
        }
    }

    /// Whether another route that is up and not slow takes all that this one takes.
    fn has_relief(&self, at: usize, verdicts: &[Verdict]) -> bool {
        let Some(line) = self.lines.get(at) else { return false };
        self.lines.iter().zip(verdicts).enumerate().any(|(other, (candidate, verdict))| {
            let serves = line.terms.carriers.iter().all(|carrier| candidate.terms.carriers.contains(carrier));
            other != at && serves && candidate.is_up && !candidate.is_drained && *verdict != Verdict::Slow
        })
    }

    /// The link of a route has come up with room for so many submissions, or gone down.
    pub fn link(&mut self, at: usize, room: Option<usize>) {
        if let Some(line) = self.lines.get_mut(at) {
            line.is_up = room.is_some();
            line.most = room.unwrap_or_default();
            line.room = line.most;
        }
    }

    /// The answer to a submission: how long it took, and whether the line is at fault. The route has room for one more.
    pub fn answered(&mut self, at: usize, now: Timestamp, took_ms: i64, is_at_fault: bool) {
        let pace = self.pace;
        if let Some(line) = self.lines.get_mut(at) {
            line.room = (line.room + 1).min(line.most);
            line.health.note(&pace, now, took_ms);
            if is_at_fault {
                line.circuit.failed(now);
            } else {
                line.circuit.succeeded();
            }
        }
    }

    /// A submission has come back without having been sent. The route has room for one more.
    pub fn returned(&mut self, at: usize, now: Timestamp) {
        if let Some(line) = self.lines.get_mut(at) {
            line.room = (line.room + 1).min(line.most);
            line.circuit.untold(now);
        }
    }

    /// Whether a route takes such a number that is not among these.
    pub fn has_other(&self, to: &Phone, attempts: &[Attempt]) -> bool {
        let segment = segment_of(to);
        self.lines.iter().any(|line| {
            line.takes(segment) && attempts.iter().all(|attempt| attempt.route != line.terms.name)
        })
    }

    /// A route's name.
    pub fn name(&self, at: usize) -> &str {
        self.lines.get(at).map_or("", |line| &line.terms.name)
    }

    /// How many messages the routes have room for together.
    pub fn room(&self) -> usize {
        self.lines.iter().filter(|line| line.is_up && !line.is_drained).map(|line| line.room).sum()
    }

    /// The carrier asks for less: half the rate, which comes back by and by.
    pub fn throttled(&mut self, at: usize, now: Timestamp) {
        if let Some(line) = self.lines.get_mut(at) {
            line.bucket.halve(now);
        }
    }

    /// An operator has a route run empty, or takes it back into service.
    pub fn drain(&mut self, name: &str, drained: bool) -> bool {
        let found = self.lines.iter_mut().find(|line| line.terms.name == name);
        found.map(|line| line.is_drained = drained).is_some()
    }

    /// How the routes are, in the order of the configuration.
    pub fn shown(&self) -> Vec<Shown> {
        let show = |line: &Line| Shown {
            name: line.terms.name.clone(),
            carriers: line.terms.carriers.clone(),
            weight: line.terms.weight,
            rate: line.terms.rate,
            in_use: (line.most.saturating_sub(line.room), line.most),
            is_up: line.is_up,
            is_drained: line.is_drained,
            is_paused: line.circuit.is_open(),
            level: line.health.level(),
            answers: line.health.counts(),
        };
        self.lines.iter().map(show).collect()
    }
}

#[cfg(test)]
mod tests;
