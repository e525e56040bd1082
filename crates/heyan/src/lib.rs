//! The program: configuration, the one composition root, and the commands.

mod back_office;
pub mod cli;
pub mod commands;
pub mod config;
pub mod connections;
pub mod failure;
pub mod lines;
pub mod notices;
pub mod receipts;
pub mod rotation;
mod routes;
pub mod sandbox;
pub mod webhooks;
pub mod world;
