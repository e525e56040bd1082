//! Messages a second: a bucket that fills by time, and at half speed for a while after the carrier has asked for less.

use heyan_domain::Timestamp;
use heyan_domain::time::SECOND_MS;

/// How long a rate that was halved takes to come back to double.
const RECOVERS_MS: i64 = 30 * SECOND_MS;

/// In thousandths of a message, so that small rates fill evenly.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    rate: i64,
    /// How often the rate is halved.
    halvings: u32,
    halved_at: Timestamp,
    filled: i64,
    at: Timestamp,
}

const ONE: i64 = 1_000;

impl Bucket {
    /// With a tenth of a second's worth in it, at least one message.
    pub(super) fn full(rate: u32, now: Timestamp) -> Self {
        let mut bucket = Self { rate: i64::from(rate), halvings: 0, halved_at: now, filled: 0, at: now };
        bucket.filled = bucket.most();
        bucket
    }

    const fn most(&self) -> i64 {
        let tenth = self.rate * ONE / 10;
        if tenth < ONE { ONE } else { tenth }
    }

    fn fill(&mut self, now: Timestamp) {
        while self.halvings > 0 && now.since_ms(self.halved_at) >= RECOVERS_MS {
            self.halvings -= 1;
            self.halved_at = self.halved_at.plus_ms(RECOVERS_MS);
        }
        // A rate of n a second is n thousandths a millisecond.
        let rate = (self.rate >> self.halvings).max(1);
        let passed = now.since_ms(self.at).max(0);
        self.filled = self.filled.saturating_add(rate.saturating_mul(passed)).min(self.most());
        self.at = now;
    }

    pub(super) fn has_one(&mut self, now: Timestamp) -> bool {
        self.fill(now);
        self.filled >= ONE
    }

    pub(super) fn take_one(&mut self, now: Timestamp) {
        self.fill(now);
        self.filled -= ONE;
    }

    /// Once a second at most: a window full of refusals is one request for less.
    pub(super) fn halve(&mut self, now: Timestamp) {
        if self.halvings == 0 || now.since_ms(self.halved_at) >= SECOND_MS {
            self.halvings = (self.halvings + 1).min(6);
            self.halved_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many go out between two instants, in milliseconds, looking every millisecond.
    fn sent(bucket: &mut Bucket, from: i64, to: i64) -> usize {
        let mut sent = 0;
        for at in from..to {
            let now = Timestamp::from_ms(at);
            while bucket.has_one(now) {
                bucket.take_one(now);
                sent += 1;
            }
        }
        sent
    }

    #[test]
    fn no_more_leave_than_the_rate_allows() {
        let mut bucket = Bucket::full(100, Timestamp::from_ms(0));
        let first = sent(&mut bucket, 0, 1_000);
        assert!((100..=110).contains(&first), "{first}: the rate and a tenth of a second's worth");
        assert_eq!(sent(&mut bucket, 1_000, 2_000), 100);
    }

    #[test]
    fn a_carrier_that_asks_for_less_gets_half_and_by_and_by_all_again() {
        let mut bucket = Bucket::full(100, Timestamp::from_ms(0));
        sent(&mut bucket, 0, 1_000);
        bucket.halve(Timestamp::from_ms(1_000));
        bucket.halve(Timestamp::from_ms(1_001));
        assert_eq!(sent(&mut bucket, 1_000, 2_000), 50, "refusals of one window halve once");
        bucket.halve(Timestamp::from_ms(2_000));
        assert_eq!(sent(&mut bucket, 2_000, 3_000), 25);
        // What gathered while nothing was sent goes out at once; then the rate holds.
        sent(&mut bucket, 32_000, 32_001);
        assert_eq!(sent(&mut bucket, 32_001, 33_001), 50, "half a minute later it is half");
        sent(&mut bucket, 62_000, 62_001);
        assert_eq!(sent(&mut bucket, 62_001, 63_001), 100, "and then all");
    }
}
