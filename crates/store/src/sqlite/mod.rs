//! What is SQLite's alone: one file, WAL, `synchronous=FULL`, copies of it.

mod backup;
mod file;
mod log;

pub use backup::{BackupError, back_up, put_back, take_away};
pub(crate) use file::File;
pub(crate) use log::Log;
