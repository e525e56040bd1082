//! What has been counted, ready to be shown.

use std::collections::{BTreeMap, BTreeSet};

use heyan_domain::Timestamp;
use heyan_domain::time::DAY_MS;
use heyan_store::tables::CountFilter;
use heyan_store::views::Counted;

/// Sums by name (a day, a province, …) and by what is counted.
pub(super) struct Sums {
    counts: BTreeMap<(String, Counted), u64>,
    names: BTreeSet<String>,
}

impl Sums {
    pub(super) fn new(rows: Vec<(String, Counted, u64)>) -> Self {
        let names = rows.iter().map(|(name, ..)| name.clone()).collect();
        Self { counts: rows.into_iter().map(|(name, what, count)| ((name, what), count)).collect(), names }
    }

    /// Every name, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// How many under one name.
    pub(super) fn of(&self, name: &str, what: Counted) -> u64 {
        self.counts.get(&(name.to_owned(), what)).copied().unwrap_or_default()
    }

    /// How many under all names.
    pub(super) fn total(&self, what: Counted) -> u64 {
        self.counts.iter().filter(|((_, counted), _)| *counted == what).map(|(_, count)| count).sum()
    }
}

/// The day so many days ago, as 20260302.
pub(super) fn number_of_day(now: Timestamp, days_ago: u16) -> i64 {
    let date = now.plus_ms(-i64::from(days_ago) * DAY_MS).beijing_date();
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// The last days, today among them.
pub(super) fn since(now: Timestamp, days: u16) -> CountFilter {
    CountFilter { from_day: number_of_day(now, days.saturating_sub(1)), ..CountFilter::default() }
}

/// `20260302` as `2026-03-02`.
pub(super) fn day_name(day: &str) -> String {
    match (day.get(..4), day.get(4..6), day.get(6..)) {
        (Some(year), Some(month), Some(rest)) => format!("{year}-{month}-{rest}"),
        _ => day.to_owned(),
    }
}
