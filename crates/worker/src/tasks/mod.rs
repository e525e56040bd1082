//! The tasks.

mod bulk;
mod deadlines;
mod dispatch;
mod housekeeping;
mod retire;
mod statistics;

pub(crate) use bulk::Bulk;
pub(crate) use deadlines::{Deadlines, MAX_DUE};
pub(crate) use dispatch::Dispatch;
pub(crate) use housekeeping::Housekeeping;
pub(crate) use retire::Retire;
pub(crate) use statistics::Statistics;
