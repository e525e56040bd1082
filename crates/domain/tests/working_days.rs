//! Due times in working days, over the shipped calendar.

use heyan_domain::Timestamp;
use heyan_domain::working_days::WorkingDays;

fn due(from: &str, days: u32) -> (String, bool) {
    let from = Timestamp::parse_rfc3339(from).unwrap();
    let due = WorkingDays::shipped().unwrap().due(from, days);
    (due.at.beijing().to_string(), due.provisional)
}

/// proves: FIL-08
#[test]
fn a_new_report_is_promised_within_one_working_day() {
    // Monday to Tuesday, and late on Friday to Monday.
    assert_eq!(due("2026-03-02T10:00:00+08:00", 1), ("2026-03-03T23:59:59".to_owned(), false));
    assert_eq!(due("2026-03-06T23:59:59+08:00", 1), ("2026-03-09T23:59:59".to_owned(), false));
    // Friday before the Spring Festival: the Saturday is worked for it (调休).
    assert_eq!(due("2026-02-13T10:00:00+08:00", 1), ("2026-02-14T23:59:59".to_owned(), false));
    assert_eq!(due("2026-02-14T10:00:00+08:00", 1), ("2026-02-24T23:59:59".to_owned(), false));
    // A year without a notice counts Monday to Friday, and says so.
    assert_eq!(due("2031-10-01T10:00:00+08:00", 1), ("2031-10-02T23:59:59".to_owned(), true));
}
