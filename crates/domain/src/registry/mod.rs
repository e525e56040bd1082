//! 备案信息库: entities, services and accesses whose filings were approved, and their numbers (REV-03).

mod numbers;
mod record;

pub use numbers::{EntityNo, ServiceNo};
pub use record::{EntityRecord, ServiceRecord};
