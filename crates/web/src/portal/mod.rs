//! The public portal: 短信核验 and 短信重发.

pub mod pages;
mod routes;

pub(crate) use routes::{not_found, router};
