//! `/console/operator/noon`: the noon resend (RES-06), planned and done.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::time::{DAY_MS, HOUR_MS};
use heyan_store::sqlite::CountedBy;
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
    let tone = |count: u64, bad| if count == 0 { Tone::Plain } else { bad };
    let numbers = Statistics::new()
        .item(t.get("noon-planned"), planned.to_string(), None, Tone::Plain)
        .item(t.get("noon-waiting"), waiting.to_string(), None, tone(waiting, Tone::Warning))
        .item(t.get("noon-done"), sums.of(&today, Counted::NoonResent).to_string(), None, Tone::Plain)
        .item(t.get("noon-failed"), failed.to_string(), None, tone(failed, Tone::Error));
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
    fn at_noon_the_next_one_is_tomorrow_s() {
        let at = |text: &str| Timestamp::parse_rfc3339(text).unwrap();
        let noon = at("2026-03-02T12:00:00+08:00");
        assert_eq!(next_noon(at("2026-03-02T11:59:59+08:00")), noon);
        assert_eq!(next_noon(noon), at("2026-03-03T12:00:00+08:00"));
    }
}
