//! The doors: HTTP for people and for providers. None has logic of its own; all end in the engine and its readers.

pub mod app;
pub mod captcha;
mod people;
pub mod portal;
mod pquery;
pub mod texts;

use std::sync::Arc;

/// Everything that is served.
pub fn router(app: Arc<app::App>) -> axum::Router {
    axum::Router::new().merge(portal::router()).merge(pquery::router()).with_state(app)
}
