//! The doors: HTTP for people and for providers. None has logic of its own; all end in the engine and its readers.

pub mod api;
pub mod app;
pub mod captcha;
pub mod portal;
pub mod texts;
