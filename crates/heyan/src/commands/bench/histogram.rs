//! Latencies in buckets whose width grows with the value: exact to one part in 32, and small enough for one a connection.

use std::time::Duration;

/// Buckets for each doubling.
const STEPS: u64 = 32;
/// Doublings of a microsecond that are told apart: beyond 2^36 µs, 19 hours, everything is one.
const DOUBLINGS: u64 = 32;

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    pub(super) fn new() -> Self {
        let size = usize::try_from(STEPS * DOUBLINGS).unwrap_or_default();
        Self { counts: vec![0; size], total: 0 }
    }

    pub(super) fn add(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        let last = self.counts.len() - 1;
        let at = usize::try_from(bucket(micros)).unwrap_or(last).min(last);
        if let Some(count) = self.counts.get_mut(at) {
            *count += 1;
        }
        self.total += 1;
    }

    pub(super) fn absorb(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.total += other.total;
    }

    /// The latency in milliseconds that so many of a thousand did not exceed; of the bucket, the upper end.
    pub(super) fn per_mille_ms(&self, per_mille: u64) -> f64 {
        let wanted = (self.total * per_mille).div_ceil(1_000);
        let mut seen = 0;
        for (at, count) in (0..).zip(&self.counts) {
            seen += count;
            if seen >= wanted {
                return Duration::from_micros(upper_end(at)).as_secs_f64() * 1_000.0;
            }
        }
        0.0
    }
}

fn bucket(micros: u64) -> u64 {
    if micros < STEPS {
        return micros;
    }
    let doubling = u64::from(micros.ilog2() - STEPS.ilog2());
    (doubling + 1) * STEPS + ((micros >> doubling) - STEPS)
}

fn upper_end(bucket: u64) -> u64 {
    if bucket < STEPS {
        return bucket;
    }
    let doubling = bucket / STEPS - 1;
    ((bucket % STEPS + STEPS + 1) << doubling) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_in_its_bucket() {
        for micros in (0..5_000).chain([65_535, 65_536, 1_000_000, 60_000_000]) {
            let at = bucket(micros);
            assert!(micros <= upper_end(at), "{micros}");
            assert!(at == 0 || micros > upper_end(at - 1), "{micros}");
        }
    }

    #[test]
    fn the_median_of_one_to_a_hundred_milliseconds() {
        let mut histogram = Histogram::new();
        for ms in 1..=100 {
            histogram.add(Duration::from_millis(ms));
        }
        assert!((histogram.per_mille_ms(500) - 50.0).abs() < 2.0);
        assert!((histogram.per_mille_ms(990) - 99.0).abs() < 4.0);
    }
}
