//! The public portal: 短信核验 and 短信重发, what they came to, progress, and help.

mod link;
pub mod pages;
mod routes;

pub(crate) use routes::Shown;

pub(crate) use link::path as progress_path;
pub(crate) use routes::{missing, router, with_fallback};
