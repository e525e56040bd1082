//! The console of an administration (管局): its queue, a filing with the evidence of its verification, the decision, what
//! was decided, and the numbers. Everybody sees the own province only (REV-01).

mod approve;
mod case;
mod changed;
mod claim;
mod decide;
mod decisions;
mod detail;
mod evidence;
mod facts;
mod filed;
mod names;
mod queue;
mod reject;
mod statistics;
mod timeline;

use super::table::{ADMINISTRATION, Route, action, page};

const QUEUE: &str = "/console/administration";
const DECISIONS: &str = "/console/administration/decisions";
const STATISTICS: &str = "/console/administration/statistics";

pub(super) fn routes() -> Vec<Route> {
    vec![
        page(QUEUE, ADMINISTRATION, queue::show).in_menu("menu-queue"),
        page("/console/administration/filings/{filing}", ADMINISTRATION, detail::show),
        action("/console/administration/filings/{filing}/claim", ADMINISTRATION, claim::act),
        page("/console/administration/filings/{filing}/approve", ADMINISTRATION, approve::show),
        action("/console/administration/filings/{filing}/approve", ADMINISTRATION, approve::act),
        page("/console/administration/filings/{filing}/reject", ADMINISTRATION, reject::show),
        action("/console/administration/filings/{filing}/reject", ADMINISTRATION, reject::act),
        page(DECISIONS, ADMINISTRATION, decisions::show).in_menu("menu-decisions"),
        page(STATISTICS, ADMINISTRATION, statistics::show).in_menu("menu-statistics"),
    ]
}
