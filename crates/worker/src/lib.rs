//! What is done without anybody asking: sending, deadlines, returns, noon resend, tidying.
//!
//! Tasks have no input: each looks into the database for its work, so that a crash or a restart loses none, and doing
//! one twice does no harm.

pub mod carriers;
mod driver;
mod tasks;

pub use driver::{Worker, WorkerError};
