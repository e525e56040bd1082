//! 初审: the queue of filings that the provider's own people look at before they are reported, and what they decide (FIL-01).
//!
//! Admins and clerks alike review; whether somebody may pass what they have written is the provider's rule (settings).

mod case;
mod claim;
mod detail;
mod pass;
mod queue;
mod send_back;

pub(super) use case::standing;
pub(super) use queue::queue;

use super::INITIAL_REVIEW;
use crate::console::table::{PROVIDER, Route, action, page};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/provider/initial-review/{filing}", PROVIDER, detail::show),
        action("/console/provider/initial-review/{filing}/claim", PROVIDER, claim::act),
        page("/console/provider/initial-review/{filing}/pass", PROVIDER, pass::show),
        action("/console/provider/initial-review/{filing}/pass", PROVIDER, pass::act),
        page("/console/provider/initial-review/{filing}/send-back", PROVIDER, send_back::show),
        action("/console/provider/initial-review/{filing}/send-back", PROVIDER, send_back::act),
    ]
}
