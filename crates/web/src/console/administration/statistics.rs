//! `/console/administration/statistics`: the work of the last twelve months as numbers.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::terms::Province;
use heyan_store::database::StoreError;
use heyan_store::tables::{QueueFigures, Reader, ReviewFigures};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::names::term;
use crate::app::App;
use crate::auth::OfAdministration;
use crate::console::parts::{Cell, Column, Empty, Statistics, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::trend::{Line, Trend};
use crate::texts::Texts;

/// Months shown, this one included.
const MONTHS: u8 = 12;

/// The first days of the last months, the newest first, each with the first day of the next.
fn months(today: Date) -> Vec<(Date, Date)> {
    let mut first = today.first_of_month();
    let mut found = Vec::with_capacity(MONTHS.into());
    for _ in 0..MONTHS {
        let Ok(next) = first.checked_add(1.month()) else { break };
        found.push((first, next));
        let Ok(before) = first.checked_sub(1.month()) else { break };
        first = before;
    }
    found
}

struct Numbers {
    months: Vec<(Date, ReviewFigures)>,
    queue: QueueFigures,
}

impl Numbers {
    fn read(reader: &Reader, province: Province, now: Timestamp) -> Result<Self, StoreError> {
        let mut found = Vec::with_capacity(MONTHS.into());
        let begin = |day: Date| Timestamp::from_beijing(day.to_datetime(jiff::civil::Time::midnight()));
        for (first, next) in months(now.beijing_date()) {
            let Some((from, to)) = begin(first).zip(begin(next)) else { continue };
            found.push((first, reader.review_figures(province, from, to)?));
        }
        Ok(Self { months: found, queue: reader.queue_figures(province, now)? })
    }
}

/// How many were approved, or not.
fn count(figures: &ReviewFigures, approved: bool) -> u32 {
    figures.decided.iter().filter(|(was, _, _)| *was == approved).map(|(_, _, count)| count).sum()
}

/// The working days within which so many percent were decided (nearest rank); `None` if none was.
fn percentile(figures: &ReviewFigures, percent: u32) -> Option<u32> {
    let total: u32 = figures.decided.iter().map(|(_, _, count)| count).sum();
    let rank = u64::from(total).saturating_mul(percent.into()).div_ceil(100).max(1);
    let mut reached = 0;
    let found = figures.decided.iter().find(|(_, _, count)| {
        reached += u64::from(*count);
        reached >= rank
    });
    found.map(|(_, days, _)| *days)
}

fn table(t: &Texts, numbers: &Numbers) -> Table {
    let number = |one| Column::number(term(t, "column", one));
    let columns = vec![
        Column::text(term(t, "column", "month")),
        number("received"),
        number("approved"),
        number("rejected"),
        number("median"),
        number("ninetieth"),
    ];
    let empty =
        Empty { title: t.get("adm-statistics-empty"), hint: t.get("adm-queue-empty-hint"), action: None };
    numbers.months.iter().fold(Table::new(t.get("adm-statistics-title"), columns, empty), |table, row| {
        let (month, figures) = row;
        let (year, no) = (month.year().to_string(), month.month().to_string());
        let days = |percent| percentile(figures, percent).map_or(t.get("adm-none"), |days| days.to_string());
        table.row(vec![
            Cell::text(t.with("adm-month", &[("year", &year), ("month", &no)])),
            Cell::number(figures.received.into()),
            Cell::number(count(figures, true).into()),
            Cell::number(count(figures, false).into()),
            Cell::text(days(50)),
            Cell::text(days(90)),
        ])
    })
}

/// The months as lines, the oldest first; the table beside it has the numbers.
fn trend(t: &Texts, numbers: &Numbers) -> Trend {
    let line = |column: &str, of: &dyn Fn(&ReviewFigures) -> u32| Line {
        label: term(t, "column", column),
        counts: numbers.months.iter().rev().map(|(_, figures)| of(figures).into()).collect(),
    };
    let months = numbers.months.iter().rev();
    Trend {
        caption: t.get("adm-statistics-title"),
        summary: sentence(t, numbers),
        day: term(t, "column", "month"),
        as_table: None,
        days: months.map(|(first, _)| first.strftime("%Y-%m").to_string()).collect(),
        lines: vec![
            line("received", &|figures| figures.received),
            line("approved", &|figures| count(figures, true)),
            line("rejected", &|figures| count(figures, false)),
        ],
    }
}

/// What the table comes to, in a sentence.
fn sentence(t: &Texts, numbers: &Numbers) -> String {
    let sum = |of: &dyn Fn(&ReviewFigures) -> u32| {
        numbers.months.iter().map(|(_, figures)| of(figures)).sum::<u32>().to_string()
    };
    let received = sum(&|figures| figures.received);
    let (approved, rejected) = (sum(&|figures| count(figures, true)), sum(&|figures| count(figures, false)));
    let values = [("received", &*received), ("approved", &*approved), ("rejected", &*rejected)];
    t.with("adm-statistics-sentence", &values)
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfAdministration(staff, province): OfAdministration,
) -> Response {
    let now = app.clock.now();
    let read = app.readers.read(move |reader| Numbers::read(reader, province, now)).await;
    let Ok(numbers) = read else { return Problem::System.into_response() };
    let shell = Shell::new(&app, &staff, "adm-statistics-title");
    let t = shell.t;
    let overdue = if numbers.queue.overdue > 0 { Tone::Error } else { Tone::Plain };
    let queue = Statistics::new()
        .item(t.get("adm-waiting"), numbers.queue.waiting.to_string(), None, Tone::Plain)
        .item(t.get("adm-overdue"), numbers.queue.overdue.to_string(), None, overdue);
    Blocks::new(shell)
        .intro("adm-statistics-intro")
        .part(&queue)
        .part(&trend(t, &numbers))
        .part(&table(t, &numbers))
        .respond()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_last_twelve_months_begin_with_this_one() {
        let found = months(date(2026, 3, 31));
        assert_eq!(found.len(), 12);
        assert_eq!(found.first(), Some(&(date(2026, 3, 1), date(2026, 4, 1))));
        assert_eq!(found.last(), Some(&(date(2025, 4, 1), date(2025, 5, 1))));
    }

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let decided = |decided: &[(bool, u32, u32)]| ReviewFigures { received: 0, decided: decided.to_vec() };
        assert_eq!(percentile(&decided(&[]), 50), None);
        let ten = decided(&[(true, 1, 5), (false, 3, 1), (true, 3, 3), (true, 20, 1)]);
        assert_eq!(percentile(&ten, 50), Some(1));
        assert_eq!(percentile(&ten, 90), Some(3));
        assert_eq!(percentile(&ten, 91), Some(20));
        assert_eq!((count(&ten, true), count(&ten, false)), (9, 1));
    }
}
