//! The doors: HTTP for people and for providers. None has logic of its own; all end in the engine and its readers.

pub mod app;
