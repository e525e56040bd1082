//! The clock of a measurement: it begins at a fixed instant and runs on from there, so that the prepared filings are as
//! old in every run as in the first, whatever time it really is.

use std::path::Path;
use std::time::Instant;

use heyan_domain::Timestamp;
use heyan_store::clock::Clock;

use crate::failure::Failure;
use crate::world::{Nature, Seed};

/// 2026-03-25T14:00:00+08:00: two o'clock on a working day, so that the noon of the next day lies within 24 hours.
const BEGINS_AT: Timestamp = Timestamp::from_ms(1_774_418_400_000);
/// Between the last message and the first request: longer than any rule's interval between two messages.
const AGE_MS: i64 = 60 * 60 * 1_000;
/// The file in the prepared data that says when the last message was sent.
pub(super) const FILE_NAME: &str = "bench-clock";

/// See the module.
pub(super) struct RunningClock {
    begins_at: Timestamp,
    since: Instant,
}

impl RunningClock {
    fn from(begins_at: Timestamp) -> Self {
        Self { begins_at, since: Instant::now() }
    }
}

impl Clock for RunningClock {
    fn now(&self) -> Timestamp {
        self.begins_at.plus_ms(i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX))
    }
}

/// Nature as it is while the data is prepared.
pub(super) fn preparing() -> Nature {
    nature(BEGINS_AT, 1)
}

/// Nature an hour after the data was prepared.
pub(super) fn an_hour_later(data: &Path) -> Result<Nature, Failure> {
    Ok(nature(prepared_at(data)?.plus_ms(AGE_MS), 2))
}

/// Nature at the noon after the data was prepared.
pub(super) fn next_noon(data: &Path) -> Result<Nature, Failure> {
    Ok(nature(prepared_at(data)?.next_day_noon(), 3))
}

/// Keeps beside the data when it was prepared.
pub(super) fn note_prepared(data: &Path, at: Timestamp) -> Result<(), Failure> {
    Ok(std::fs::write(data.join(FILE_NAME), at.as_ms().to_string())?)
}

fn prepared_at(data: &Path) -> Result<Timestamp, Failure> {
    let text = std::fs::read_to_string(data.join(FILE_NAME))?;
    Ok(Timestamp::from_ms(text.trim().parse()?))
}

/// All limits are counted and written; only that of the address block is out of reach, for all load comes from one.
fn nature(begins_at: Timestamp, seed: u64) -> Nature {
    let limits = heyan_domain::limits::Limits {
        requests_per_block_and_10_minutes: u32::MAX,
        ..heyan_domain::limits::Limits::default()
    };
    Nature { clock: Box::new(RunningClock::from(begins_at)), seed: Seed::Fixed(seed), limits }
}
