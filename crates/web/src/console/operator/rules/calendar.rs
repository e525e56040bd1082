//! The calendar of working days (REV-02): the days of each year that are not as Monday to Friday would have them.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use heyan_domain::working_days::WorkingDays;
use jiff::civil::{Date, Weekday};

use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Cell, Column, Empty, Heading, Lines, Table};
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};
use crate::texts::Texts;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/console/operator/rules/calendar", OVERSEERS, show)]
}

/// Days one after another that are alike.
struct Run {
    from: Date,
    to: Date,
    working: bool,
}

/// The days that differ from Monday to Friday, as runs. A weekend that lies within a holiday belongs to its run.
fn exceptions(calendar: &WorkingDays, year: i16) -> Vec<Run> {
    let days = std::iter::successors(Date::new(year, 1, 1).ok(), |day| day.tomorrow().ok());
    let mut runs: Vec<Run> = Vec::new();
    for day in days.take_while(|day| day.year() == year) {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let working = calendar.is_working_day(day);
        // Free days go on over a weekend; worked ones end with it, since Monday is one anyway.
        let follows = |run: &&mut Run| {
            run.working == working && (!working || weekend) && run.to.tomorrow().is_ok_and(|next| next == day)
        };
        match runs.last_mut().filter(follows) {
            Some(run) => run.to = day,
            None if working == weekend => runs.push(Run { from: day, to: day, working }),
            None => {}
        }
    }
    runs
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let shell = Shell::new(&app, &staff, "calendar-title");
    let t = shell.t;
    let blocks = Blocks::new(shell).intro("calendar-intro");
    app.calendar
        .years()
        .fold(blocks, |blocks, (number, year)| {
            blocks
                .part(&Heading { text: number.to_string() })
                .part(&Lines { lines: vec![t.one("calendar-source", "source", &year.source)] })
                .part(&table(t, &app.calendar, number))
        })
        .respond()
}

fn table(t: &Texts, calendar: &WorkingDays, year: i16) -> Table {
    let heads = ["calendar-from", "calendar-to", "calendar-is"];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("calendar-none"), hint: t.get("calendar-intro"), action: None };
    let table = Table::new(year.to_string(), columns, empty);
    exceptions(calendar, year).into_iter().fold(table, |table, run| {
        let is = if run.working { t.get("calendar-working") } else { t.get("calendar-free") };
        table.row(vec![Cell::text(run.from.to_string()), Cell::text(run.to.to_string()), Cell::text(is)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_national_day_of_2026_is_one_run_and_the_weekend_worked_for_it_another() {
        let calendar = WorkingDays::shipped().unwrap();
        let runs: Vec<(String, String, bool)> = exceptions(&calendar, 2026)
            .into_iter()
            .map(|run| (run.from.to_string(), run.to.to_string(), run.working))
            .collect();
        assert!(runs.contains(&("2026-10-01".to_owned(), "2026-10-07".to_owned(), false)), "{runs:?}");
        for (from, _, working) in &runs {
            let day: Date = from.parse().unwrap();
            assert_eq!(calendar.is_working_day(day), *working, "{from}");
        }
    }
}
