//! The engine that takes commands in commit groups, and the SQLite database behind it.
//!
//! Callers hand in one command and get its outcome once it is on disk ([`engine::Engine::execute`]). The engine gathers
//! what comes in while the last group syncs, decides the commands in order over what it has loaded, writes everything
//! in one transaction, commits once and answers all.

pub mod audit;
pub mod clock;
pub mod engine;
mod files;
pub mod keys;
pub mod packages;
pub mod rules;
pub mod sqlite;
pub mod tasks;
pub mod views;
