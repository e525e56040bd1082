//! How well a route does: the share of messages that took too long lately, and the weight that follows from it.

use std::collections::VecDeque;

use heyan_domain::Timestamp;

/// Full weight in steps; one step less halves nothing but takes an eighth.
pub const FULL: u8 = 8;
/// A route that is slow keeps this much, so that it is noticed when it has recovered.
const LEAST: u8 = 1;

/// When a route counts as slow, and how its weight follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// An answer that takes longer is slow, in milliseconds.
    pub slow_ms: i64,
    /// The share of slow answers from which on the route is slow, in percent.
    pub share_percent: u64,
    /// What is looked at: the answers of so many milliseconds.
    pub window_ms: i64,
    /// How often the weight moves by a step, in milliseconds.
    pub step_ms: i64,
    /// Fewer answers in the window say nothing.
    pub least_answers: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { slow_ms: 5_000, share_percent: 20, window_ms: 60_000, step_ms: 10_000, least_answers: 20 }
    }
}

/// How the last answers were.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Too few to say.
    Unsaid,
    /// Fast enough.
    Fast,
    /// Too many were slow.
    Slow,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slice {
    at: Timestamp,
    answers: u64,
    slow: u64,
}

/// The last answers of one route, in slices of a step's length, and its weight.
#[derive(Clone, Debug)]
pub struct Health {
    slices: VecDeque<Slice>,
    level: u8,
}

impl Default for Health {
    fn default() -> Self {
        Self { slices: VecDeque::new(), level: FULL }
    }
}

impl Health {
    /// An answer came after so many milliseconds; one that never came counts with the time that was waited for it.
    pub fn note(&mut self, pace: &Pace, now: Timestamp, took_ms: i64) {
        self.forget(pace, now);
        let begins = self.slices.back().is_none_or(|last| now.since_ms(last.at) >= pace.step_ms);
        if begins {
            self.slices.push_back(Slice { at: now, ..Slice::default() });
        }
        if let Some(last) = self.slices.back_mut() {
            last.answers += 1;
            last.slow += u64::from(took_ms > pace.slow_ms);
        }
    }

    fn forget(&mut self, pace: &Pace, now: Timestamp) {
        while self.slices.front().is_some_and(|first| now.since_ms(first.at) >= pace.window_ms) {
            self.slices.pop_front();
        }
    }

    /// What the answers of the window say.
    pub fn verdict(&mut self, pace: &Pace, now: Timestamp) -> Verdict {
        self.forget(pace, now);
        let (answers, slow) = self.counts();
        if answers < pace.least_answers {
            Verdict::Unsaid
        } else if slow * 100 >= answers * pace.share_percent {
            Verdict::Slow
        } else {
            Verdict::Fast
        }
    }

    /// Answers in the window, and how many of them were slow.
    pub fn counts(&self) -> (u64, u64) {
        self.slices.iter().fold((0, 0), |(answers, slow), slice| (answers + slice.answers, slow + slice.slow))
    }

    /// Steps of the full weight, 1 to [`FULL`].
    pub const fn level(&self) -> u8 {
        self.level
    }

    /// A step down, or back up. Up is what happens without news too: a route that gets nothing because it was slow would
    /// otherwise never get anything again.
    pub fn step(&mut self, down: bool) {
        self.level = if down { self.level.saturating_sub(1).max(LEAST) } else { (self.level + 1).min(FULL) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_ms(seconds * 1_000)
    }

    #[test]
    fn a_route_is_slow_when_a_fifth_of_its_answers_is() {
        let (pace, mut health) = (Pace::default(), Health::default());
        for no in 0..20 {
            health.note(&pace, at(0), if no < 3 { 5_001 } else { 5_000 });
        }
        assert_eq!(health.verdict(&pace, at(1)), Verdict::Fast);
        health.note(&pace, at(1), 5_001);
        health.note(&pace, at(1), 5_001);
        assert_eq!(health.counts(), (22, 5));
        assert_eq!(health.verdict(&pace, at(1)), Verdict::Slow);
    }

    #[test]
    fn few_answers_and_old_ones_say_nothing() {
        let (pace, mut health) = (Pace::default(), Health::default());
        for _ in 0..19 {
            health.note(&pace, at(0), 60_000);
        }
        assert_eq!(health.verdict(&pace, at(0)), Verdict::Unsaid);
        health.note(&pace, at(30), 60_000);
        assert_eq!(health.verdict(&pace, at(30)), Verdict::Slow);
        assert_eq!(health.verdict(&pace, at(60)), Verdict::Unsaid, "the first nineteen are a minute old");
    }

    #[test]
    fn the_weight_moves_in_steps_between_an_eighth_and_all() {
        let mut health = Health::default();
        for _ in 0..20 {
            health.step(true);
        }
        assert_eq!(health.level(), 1);
        health.step(false);
        assert_eq!(health.level(), 2);
        for _ in 0..20 {
            health.step(false);
        }
        assert_eq!(health.level(), FULL);
    }
}
