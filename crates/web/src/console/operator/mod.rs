//! The operator's console: the system's health, its messages, accounts, rulebook and numbers. Whatever changes something
//! is the operator's alone; the auditor sees every page (SEC-09).

mod accounts;
mod audit;
mod chart;
mod funnel;
mod health;
mod jobs;
mod keys;
mod messages;
mod noon;
mod numbers;
mod outages;
mod privacy;
mod proposals;
mod providers;
mod routes;
mod rules;

use heyan_domain::Timestamp;
use heyan_domain::accounts::RoleKind;

use super::parts::{Alert, Tone};
use super::table::Route;
use crate::auth::Staff;
use crate::texts::Texts;

pub(super) use accounts::{draw_password, standing};
pub(super) use audit::day;
pub(super) use noon::next_noon;

pub(super) fn routes() -> Vec<Route> {
    [
        health::routes(),
        funnel::routes(),
        noon::routes(),
        messages::routes(),
        routes::routes(),
        rules::routes(),
        proposals::routes(),
        keys::routes(),
        outages::routes(),
        accounts::routes(),
        providers::routes(),
        jobs::routes(),
        audit::routes(),
        privacy::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether somebody may change what they see here.
fn may_change(staff: &Staff) -> bool {
    staff.role.kind() == RoleKind::Operator
}

/// What an auditor is told where the operator has forms.
fn read_only(t: &Texts) -> Alert {
    Alert::new(Tone::Info, t.get("operator-read-only"))
}

/// An instant, or the words for none.
fn time_or(t: &Texts, at: Option<Timestamp>, none: &str) -> String {
    at.map_or_else(|| t.get(none), |at| t.date_time(at))
}

/// A size in bytes as people read it, rounded down.
fn bytes(size: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut size = size;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    for next in units {
        if size < 10_240 {
            break;
        }
        size /= 1_024;
        unit = next;
    }
    format!("{size} {unit}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_keep_at_least_two_digits() {
        assert_eq!(super::bytes(0), "0 B");
        assert_eq!(super::bytes(10_239), "10239 B");
        assert_eq!(super::bytes(10_240), "10 KiB");
        assert_eq!(super::bytes(u64::MAX), "17179869183 GiB");
    }
}
