//! `/console/operator/noon`: the noon resend (RES-06), planned and done.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::time::{DAY_MS, HOUR_MS};
use heyan_store::tables::CountedBy;
use heyan_store::views::Counted;

use super::numbers::{Sums, since};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Cell, Column, Empty, Heading, Statistics, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};

/// Days in the table.
const DAYS: u16 = 14;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/console/operator/noon", OVERSEERS, show).in_menu("menu-noon")]
}

/// The next noon in Beijing after an instant.
pub(in crate::console) fn next_noon(now: Timestamp) -> Timestamp {
    let today = now.beijing_midnight().plus_ms(12 * HOUR_MS);
    if now < today { today } else { today.plus_ms(DAY_MS) }
}

/// How fast a run that is under way gets on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Pace {
    /// Messages a second since noon, rounded up.
    per_second: u64,
    /// How long the rest takes at that, in milliseconds.
    left_ms: i64,
}

impl Pace {
    /// After so many milliseconds, with so many messages done and waiting; `None` if nothing is under way.
    fn of(since_noon_ms: i64, done: u64, waiting: u64) -> Option<Self> {
        let elapsed = u64::try_from(since_noon_ms).ok().filter(|elapsed| *elapsed > 0)?;
        if done == 0 || waiting == 0 {
            return None;
        }
        let left = waiting.saturating_mul(elapsed) / done;
        Some(Self {
            per_second: done.saturating_mul(1_000).div_ceil(elapsed),
            left_ms: i64::try_from(left).unwrap_or(i64::MAX / 2),
        })
    }
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let now = app.clock.now();
    let noon = next_noon(now);
    let filter = since(now, DAYS);
    let read = app.readers.read(move |reader| {
        let waiting = reader.noon_resends(noon.plus_ms(-DAY_MS))?;
        Ok((reader.noon_resends(noon)?, waiting, reader.daily_counts(&filter, CountedBy::Day)?))
    });
    let Ok((planned, waiting, counts)) = read.await else { return Problem::System.into_response() };
    let sums = Sums::new(counts);
    let today = since(now, 1).from_day.to_string();
    let shell = Shell::new(&app, &staff, "noon-title");
    let t = shell.t;
    let failed = sums.of(&today, Counted::NoonFailed);
    let done = sums.of(&today, Counted::NoonResent) + failed;
    let tone = |count: u64, bad| if count == 0 { Tone::Plain } else { bad };
    let numbers = Statistics::new()
        .item(t.get("noon-planned"), planned.to_string(), None, Tone::Plain)
        .item(t.get("noon-waiting"), waiting.to_string(), None, tone(waiting, Tone::Warning))
        .item(t.get("noon-done"), sums.of(&today, Counted::NoonResent).to_string(), None, Tone::Plain)
        .item(t.get("noon-failed"), failed.to_string(), None, tone(failed, Tone::Error));
    let numbers = match Pace::of(now.since_ms(noon.plus_ms(-DAY_MS)), done, waiting) {
        Some(pace) => numbers
            .item(t.get("noon-progress"), format!("{done} / {}", done + waiting), None, Tone::Plain)
            .item(t.get("noon-rate"), pace.per_second.to_string(), None, Tone::Plain)
            .item(t.get("noon-end"), t.time_from(now, now.plus_ms(pace.left_ms)), None, Tone::Plain),
        None => numbers,
    };
    let columns = vec![
        Column::text(t.get("funnel-day")),
        Column::number(t.get("noon-done")),
        Column::number(t.get("noon-failed")),
    ];
    let empty = Empty { title: t.get("noon-none"), hint: t.get("noon-none-hint"), action: None };
    let days =
        sums.names().filter(|day| sums.of(day, Counted::NoonResent) + sums.of(day, Counted::NoonFailed) > 0);
    let table = days.fold(Table::new(t.get("noon-days"), columns, empty), |table, day| {
        table.row(vec![
            Cell::text(super::numbers::day_name(day)),
            Cell::number(sums.of(day, Counted::NoonResent)),
            Cell::number(sums.of(day, Counted::NoonFailed)),
        ])
    });
    Blocks::new(shell)
        .intro("noon-intro")
        .part(&Heading { text: t.one("noon-next", "time", t.date_time(noon)) })
        .live(|live| live.part(&numbers))
        .part(&Heading { text: t.get("noon-days") })
        .part(&table)
        .respond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_of_a_run_is_that_since_noon() {
        assert_eq!(Pace::of(10_000, 20_000, 80_000), Some(Pace { per_second: 2_000, left_ms: 40_000 }));
        assert_eq!(Pace::of(0, 20_000, 80_000), None);
        assert_eq!(Pace::of(10_000, 20_000, 0), None, "it is through");
        assert_eq!(Pace::of(10_000, 0, 80_000), None, "it has not begun");
    }

    #[test]
    fn at_noon_the_next_one_is_tomorrow_s() {
        let at = |text: &str| Timestamp::parse_rfc3339(text).unwrap();
        let noon = at("2026-03-02T12:00:00+08:00");
        assert_eq!(next_noon(at("2026-03-02T11:59:59+08:00")), noon);
        assert_eq!(next_noon(noon), at("2026-03-03T12:00:00+08:00"));
    }
}
