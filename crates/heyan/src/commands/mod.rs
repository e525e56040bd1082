//! The commands, one a file.

pub mod bench;
pub mod completions;
pub mod demo;
pub mod keys;
pub mod rules;
pub mod serve;
