//! The engine that takes commands in commit groups, and the database behind it: SQLite or PostgreSQL.
//!
//! Callers hand in one command and get its outcome once it is on disk ([`engine::Engine::execute`]). The engine gathers
//! what comes in while the last group syncs, decides the commands in order over what it has loaded, writes everything
//! in one transaction, commits once and answers all.

pub mod audit;
pub mod clock;
pub mod database;
pub mod engine;
mod files;
pub mod keys;
pub mod location;
pub mod moving;
pub mod packages;
mod postgres;
pub mod rules;
mod sql;
pub mod sqlite;
pub mod tables;
pub mod tasks;
pub mod views;
