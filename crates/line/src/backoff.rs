//! How long to wait before connecting again.

use std::time::Duration;

use rand::Rng;

use crate::Moment;

/// The first wait.
pub const FIRST: Duration = Duration::from_secs(1);
/// The longest wait.
pub const LONGEST: Duration = Duration::from_secs(60);
/// A login that held for so long was stable, so that the next wait is the first again. One that is cut right away is not:
/// otherwise a gateway that accepts and closes would be asked every second.
pub const STABLE: Duration = Duration::from_secs(60);

/// Doubles the wait from one failure to the next, and makes each a random part shorter so that many links do not come back
/// in the same second.
#[derive(Clone, Debug)]
pub struct Backoff {
    next: Duration,
    logged_in_at: Option<Moment>,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST, logged_in_at: None }
    }
}

impl Backoff {
    /// A login has succeeded.
    pub fn logged_in(&mut self, now: Moment) {
        self.logged_in_at = Some(now);
    }

    /// The connection is lost or was not made: how long to wait, between half of the step and all of it.
    pub fn lost(&mut self, now: Moment, rng: &mut impl Rng) -> Duration {
        if self.logged_in_at.take().is_some_and(|at| now.since(at) >= STABLE) {
            self.next = FIRST;
        }
        let step = self.next;
        self.next = step.saturating_mul(2).min(LONGEST);
        let half = step / 2;
        let microseconds = u64::try_from(half.as_micros()).unwrap_or(u64::MAX);
        half + Duration::from_micros(rng.next_u64() % microseconds.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    fn steps(backoff: &mut Backoff, now: Moment, rng: &mut ChaCha8Rng, count: usize) -> Vec<Duration> {
        (0..count).map(|_| backoff.lost(now, rng)).collect()
    }

    #[test]
    fn the_wait_doubles_up_to_a_minute() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let waits = steps(&mut Backoff::default(), Moment::default(), &mut rng, 9);
        for (wait, step) in waits.iter().zip([1, 2, 4, 8, 16, 32, 60, 60, 60]) {
            let step = Duration::from_secs(step);
            assert!((step / 2..=step).contains(wait), "{wait:?} of {step:?}");
        }
    }

    #[test]
    fn only_a_stable_login_starts_again_from_the_first_wait() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut backoff = Backoff::default();
        steps(&mut backoff, Moment::default(), &mut rng, 5);
        let now = Moment::from_ms(1);
        backoff.logged_in(now);
        let shortly_after = now.plus(STABLE / 2);
        assert!(backoff.lost(shortly_after, &mut rng) > FIRST, "cut too soon");
        backoff.logged_in(now);
        assert!(backoff.lost(now.plus(STABLE), &mut rng) <= FIRST);
    }

    #[test]
    fn two_links_do_not_come_back_together() {
        let mut one = ChaCha8Rng::seed_from_u64(1);
        let mut other = ChaCha8Rng::seed_from_u64(2);
        let now = Moment::default();
        assert_ne!(Backoff::default().lost(now, &mut one), Backoff::default().lost(now, &mut other));
    }
}
