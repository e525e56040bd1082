//! The doors: HTTP for people and for providers. None has logic of its own; all end in the engine and its readers.

pub mod app;

use std::sync::Arc;

/// Everything that is served.
pub fn router(app: Arc<app::App>) -> axum::Router {
    axum::Router::new().with_state(app)
}
