//! The commands, one a file.

pub mod audit;
pub mod backup;
pub mod bench;
pub mod completions;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod enterprise;
pub mod keys;
pub mod migrate;
pub mod moving;
pub mod provider;
pub mod rules;
pub mod serve;
pub mod sms;
pub mod user;
