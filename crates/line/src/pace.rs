//! How fast messages leave: a ceiling, lowered when the gateway throttles, raised again step by step.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::Moment;

/// One lowering at most in this time: the answers of one window all carry the same complaint.
const HALVING_GAP: Duration = Duration::from_secs(1);
/// After each such time without throttling the rate goes up by a quarter.
const RECOVERY_STEP: Duration = Duration::from_secs(5);
/// How far ahead of an even flow messages may run.
const BURST: Duration = Duration::from_millis(100);
const SECOND: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Clone, Debug)]
pub struct Pace {
    ceiling: u32,
    current: u32,
    /// When the next message would leave in an even flow.
    even_at: Moment,
    halved_at: Option<Moment>,
    raised_at: Moment,
    second_from: Moment,
    sent_this_second: u32,
    sent_last_second: u32,
}

impl Pace {
    /// So many a second at most.
    pub fn new(ceiling: NonZeroU32) -> Self {
        Self {
            ceiling: ceiling.get(),
            current: ceiling.get(),
            even_at: Moment::default(),
            halved_at: None,
            raised_at: Moment::default(),
            second_from: Moment::default(),
            sent_this_second: 0,
            sent_last_second: 0,
        }
    }

    /// Whether a message may leave, or when.
    ///
    /// # Errors
    /// Not before this moment.
    pub fn ready(&mut self, now: Moment) -> Result<(), Moment> {
        self.recover(now);
        let earliest = Moment::after(self.even_at.since_start().saturating_sub(BURST));
        if earliest <= now { Ok(()) } else { Err(earliest) }
    }

    /// A message leaves.
    pub fn sent(&mut self, now: Moment) {
        self.count(now);
        self.sent_this_second = self.sent_this_second.saturating_add(1);
        self.even_at = self.even_at.max(now).plus(SECOND / self.current);
    }

    /// The gateway throttles. Gives the new rate if it was lowered.
    pub fn throttled(&mut self, now: Moment) -> Option<u32> {
        self.raised_at = now;
        if self.halved_at.is_some_and(|at| now.since(at) < HALVING_GAP) {
            return None;
        }
        self.count(now);
        // A ceiling far above what was sent would take many halvings to be felt.
        let observed = match self.sent_last_second.max(self.sent_this_second) {
            0 => self.current,
            sent => sent,
        };
        self.current = (self.current.min(observed) / 2).max(1);
        self.halved_at = Some(now);
        // No burst, and a pause of one message at the new rate.
        self.even_at = self.even_at.max(now).plus(BURST).plus(SECOND / self.current);
        Some(self.current)
    }

    /// Messages a second at most, for now.
    pub fn per_second(&self) -> u32 {
        self.current
    }

    fn count(&mut self, now: Moment) {
        let passed = now.since(self.second_from);
        if passed >= SECOND {
            self.sent_last_second = if passed < 2 * SECOND { self.sent_this_second } else { 0 };
            self.sent_this_second = 0;
            self.second_from = now;
        }
    }

    fn recover(&mut self, now: Moment) {
        while self.current < self.ceiling && now.since(self.raised_at) >= RECOVERY_STEP {
            self.raised_at = self.raised_at.plus(RECOVERY_STEP);
            self.current = self.current.saturating_add((self.current / 4).max(1)).min(self.ceiling);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(ceiling: u32) -> Pace {
        Pace::new(NonZeroU32::new(ceiling).unwrap())
    }

    /// Sends whatever may leave in so many milliseconds.
    fn run(pace: &mut Pace, from_ms: u64, ms: u64) -> u32 {
        let mut sent = 0;
        for now in (from_ms..from_ms + ms).map(Moment::from_ms) {
            while pace.ready(now).is_ok() {
                pace.sent(now);
                sent += 1;
            }
        }
        sent
    }

    #[test]
    fn the_ceiling_is_kept_with_a_small_burst() {
        let mut pace = pace(100);
        let sent = run(&mut pace, 10_000, 10_000);
        assert!((1000..=1011).contains(&sent), "{sent}");
        let until = pace.ready(Moment::from_ms(19_999)).unwrap_err();
        assert!(pace.ready(until).is_ok(), "the time it names is right");
    }

    #[test]
    fn throttling_halves_once_a_second_and_recovers() {
        let mut pace = pace(100);
        run(&mut pace, 10_000, 3_000);
        assert_eq!(pace.throttled(Moment::from_ms(13_000)), Some(50));
        assert_eq!(pace.throttled(Moment::from_ms(13_999)), None, "one window complains once");
        assert_eq!(pace.throttled(Moment::from_ms(14_000)), Some(25));
        assert!(run(&mut pace, 14_000, 1_000) <= 25);
        run(&mut pace, 15_000, 60_000);
        assert_eq!(pace.per_second(), 100);
    }

    #[test]
    fn the_measure_is_what_was_sent_and_it_never_stops() {
        let mut pace = pace(1_000_000);
        for _ in 0..40 {
            pace.sent(Moment::from_ms(10_500));
        }
        assert_eq!(pace.throttled(Moment::from_ms(10_600)), Some(20));
        for second in 12..30 {
            pace.throttled(Moment::from_ms(second * 1000));
        }
        assert_eq!(pace.per_second(), 1);
    }
}
