//! The working-day calendar of mainland China: statutory holidays and 调休 as dated data (REV-02, FIL-08).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{self, Date, Weekday};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::mark;
use crate::rulebook::{Defect, SourceFile};
use crate::time::{SECOND_MS, Timestamp};

const SHIPPED: (&str, &str) = ("working-days.toml", include_str!("../../../rules/working-days.toml"));

/// Working days after its arrival within which an administration is to decide (REV-02).
pub const REVIEW_WORKING_DAYS: u32 = 20;

/// A time by which something is due, in whole civil days of Beijing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DueDate {
    /// The last second of the last day.
    pub at: Timestamp,
    /// Whether a year without data was counted Monday to Friday, so that the time may still move.
    pub provisional: bool,
}

/// What the notice of one year says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Year {
    /// The notice.
    pub source: String,
    holidays: BTreeSet<Date>,
    workdays: BTreeSet<Date>,
}

/// The calendar: one notice per year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkingDays {
    years: BTreeMap<i16, Year>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    years: Vec<YearFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: Spanned<i16>,
    source: String,
    holidays: Vec<HolidayFile>,
    workdays: Vec<Spanned<CivilDate>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayFile {
    name: Spanned<String>,
    from: CivilDate,
    to: CivilDate,
}

#[derive(Clone, Copy)]
struct CivilDate(Date);

impl<'de> Deserialize<'de> for CivilDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| serde::de::Error::custom("not a date like 2026-01-31"))
    }
}

impl WorkingDays {
    /// The calendar that comes with the program.
    ///
    /// # Errors
    /// Never for a released program; a test loads it.
    pub fn shipped() -> Result<Self, Vec<Defect>> {
        Self::load(SHIPPED.0, SHIPPED.1)
    }

    /// Reads a calendar from a file's name and text.
    ///
    /// # Errors
    /// Everything that was found wrong.
    pub fn load(file: &str, text: &str) -> Result<Self, Vec<Defect>> {
        let source = SourceFile { name: file, text };
        let read: CalendarFile = toml::from_str(text).map_err(|error| vec![source.unreadable(&error)])?;
        let mut years = BTreeMap::new();
        let mut defects = Vec::new();
        for one in read.years {
            let number = *one.year.get_ref();
            let at = one.year.span().start;
            let year = read_year(source, one, &mut defects);
            if years.insert(number, year).is_some() {
                defects.push(source.defect(at, format!("year {number} stands here twice")));
            }
        }
        if defects.is_empty() { Ok(Self { years }) } else { Err(defects) }
    }

    /// The years that are known, with their notices.
    pub fn years(&self) -> impl Iterator<Item = (i16, &Year)> {
        self.years.iter().map(|(number, year)| (*number, year))
    }

    /// Whether the day is a working day; a year without data counts Monday to Friday.
    pub fn is_working_day(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        match self.years.get(&day.year()) {
            Some(year) if year.workdays.contains(&day) => true,
            Some(year) if year.holidays.contains(&day) => false,
            Some(_) | None => !weekend,
        }
    }

    /// The end of the last of so many working days, counted from the day after the instant's civil day in Beijing.
    pub fn due(&self, from: Timestamp, days: u32) -> DueDate {
        mark!("REV-02", "FIL-08");
        let mut day = from.beijing_date();
        let mut provisional = false;
        let mut left = days;
        while left > 0 {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            provisional |= !self.years.contains_key(&day.year());
            if self.is_working_day(day) {
                left -= 1;
            }
        }
        let end = day.to_datetime(civil::Time::constant(23, 59, 59, 0));
        // Out of range only after the year 9999; then the start of that last day's count is all that can be said.
        DueDate { at: Timestamp::from_beijing(end).unwrap_or(from.plus_ms(SECOND_MS)), provisional }
    }
}

impl WorkingDays {
    /// Working days from the day after the first instant's civil day in Beijing to the day of the second.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> u32 {
        let (from, to) = (from.beijing_date(), to.beijing_date());
        let days = std::iter::successors(from.tomorrow().ok(), |day| day.tomorrow().ok())
            .take_while(|day| *day <= to);
        u32::try_from(days.filter(|day| self.is_working_day(*day)).count()).unwrap_or(u32::MAX)
    }
}

fn read_year(source: SourceFile<'_>, file: YearFile, defects: &mut Vec<Defect>) -> Year {
    let number = *file.year.get_ref();
    let mut year = Year { source: file.source, holidays: BTreeSet::new(), workdays: BTreeSet::new() };
    for holiday in file.holidays {
        let (from, to) = (holiday.from.0, holiday.to.0);
        let name = holiday.name.get_ref();
        let mut refuse = |reason| defects.push(source.defect(holiday.name.span().start, reason));
        if to < from {
            refuse(format!("holiday {name} ends before it starts"));
        } else if from.year() != number || to.year() != number {
            refuse(format!("holiday {name} is not within {number}"));
        } else {
            let days =
                std::iter::successors(Some(from), |day| day.tomorrow().ok()).take_while(|day| *day <= to);
            year.holidays.extend(days);
        }
    }
    for workday in file.workdays {
        let at = workday.span().start;
        let day = workday.into_inner().0;
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        if day.year() != number {
            defects.push(source.defect(at, format!("working day {day} is not within {number}")));
        } else if !weekend || year.holidays.contains(&day) {
            defects.push(source.defect(at, format!("{day} is no weekend day outside the holidays")));
        } else {
            year.workdays.insert(day);
        }
    }
    year
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    fn refused(text: &str) -> String {
        let defects = WorkingDays::load("days.toml", text).unwrap_err();
        defects.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn rev_02_twenty_working_days_over_the_spring_festival() {
        let calendar = WorkingDays::shipped().unwrap();
        // 2026-02-02 is a Monday. Between lie the holidays of 02-15 to 02-23 and the working Saturdays 02-14 and 02-28.
        let due = calendar.due(at("2026-02-02T10:00:00+08:00"), REVIEW_WORKING_DAYS);
        assert_eq!(due, DueDate { at: at("2026-03-06T23:59:59+08:00"), provisional: false });
    }

    #[test]
    fn elapsed_days_are_those_that_a_due_time_counts() {
        let calendar = WorkingDays::shipped().unwrap();
        let from = at("2026-02-02T10:00:00+08:00");
        assert_eq!(calendar.elapsed(from, at("2026-02-02T23:59:59+08:00")), 0);
        assert_eq!(calendar.elapsed(from, at("2026-02-03T00:00:00+08:00")), 1);
        assert_eq!(calendar.elapsed(from, calendar.due(from, REVIEW_WORKING_DAYS).at), REVIEW_WORKING_DAYS);
        assert_eq!(calendar.elapsed(from, at("2026-02-01T10:00:00+08:00")), 0);
    }

    /// proves: FIL-08
    #[test]
    fn fil_08_one_working_day() {
        let calendar = WorkingDays::shipped().unwrap();
        let due = |from| calendar.due(at(from), 1).at;
        // A Friday; the next Monday is a working day.
        assert_eq!(due("2026-03-06T23:59:59+08:00"), at("2026-03-09T23:59:59+08:00"));
        // Still the Friday in Beijing, although it is Thursday elsewhere.
        assert_eq!(due("2026-03-05T16:00:00Z"), at("2026-03-09T23:59:59+08:00"));
        // The Saturday after this Friday is worked (调休).
        assert_eq!(due("2026-02-13T09:00:00+08:00"), at("2026-02-14T23:59:59+08:00"));
        assert_eq!(due("2026-02-14T09:00:00+08:00"), at("2026-02-24T23:59:59+08:00"));
        assert_eq!(due("2025-09-30T09:00:00+08:00"), at("2025-10-09T23:59:59+08:00"));
    }

    #[test]
    fn a_year_without_data_counts_monday_to_friday_and_says_so() {
        let calendar = WorkingDays::shipped().unwrap();
        let due = calendar.due(at("2026-12-31T09:00:00+08:00"), 1);
        assert_eq!(due, DueDate { at: at("2027-01-01T23:59:59+08:00"), provisional: true });
        assert!(!calendar.due(at("2026-12-30T09:00:00+08:00"), 1).provisional);
    }

    #[test]
    fn the_years_are_known_with_their_notices() {
        let calendar = WorkingDays::shipped().unwrap();
        let days = |number| {
            let mut day = civil::date(number, 1, 1);
            let mut count = 0;
            while day.year() == number {
                count += u32::from(calendar.is_working_day(day));
                day = day.tomorrow().unwrap();
            }
            count
        };
        assert_eq!(calendar.years().map(|(number, _)| number).collect::<Vec<_>>(), [2024, 2025, 2026]);
        assert!(calendar.years().all(|(_, year)| year.source.contains("国办发明电")));
        // 2024 had 11 statutory holidays, 2025 and 2026 have 13, whatever is shifted.
        assert_eq!([days(2024), days(2025), days(2026)], [251, 248, 248]);
    }

    #[test]
    fn what_a_calendar_may_not_say() {
        let year = "[[years]]\nyear = 2030\nsource = \"x\"\n";
        let with = |rest: &str| refused(&format!("{year}{rest}\n"));
        assert_eq!(
            with("workdays = []\nholidays = [{ name = \"a\", from = \"2030-01-02\", to = \"2030-01-01\" }]"),
            "days.toml:5: holiday a ends before it starts"
        );
        assert_eq!(
            with("workdays = []\nholidays = [{ name = \"a\", from = \"2029-12-31\", to = \"2030-01-01\" }]"),
            "days.toml:5: holiday a is not within 2030"
        );
        assert_eq!(
            with("holidays = []\nworkdays = [\"2030-01-01\"]"),
            "days.toml:5: 2030-01-01 is no weekend day outside the holidays"
        );
        assert_eq!(
            with("holidays = []\nworkdays = [\"2031-01-04\"]"),
            "days.toml:5: working day 2031-01-04 is not within 2030"
        );
        assert_eq!(
            with("holidays = []\nworkdays = [\"4 January\"]"),
            "days.toml:5: not a date like 2026-01-31"
        );
        let twice = format!("{year}holidays = []\nworkdays = []\n");
        assert_eq!(refused(&format!("{twice}{twice}")), "days.toml:7: year 2030 stands here twice");
    }
}
