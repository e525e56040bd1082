//! The doors: HTTP for people and for providers. None has logic of its own; all end in the engine and its readers.

pub mod api;
pub mod app;
mod assets;
pub mod auth;
mod bulk;
pub mod captcha;
pub mod console;
pub mod host;
pub mod notices;
mod people;
pub mod portal;
mod pquery;
pub mod received;
pub mod routes;
pub mod texts;
pub mod webhooks;

use std::sync::Arc;

/// Nothing but `/healthz`, `/readyz` and `/metrics`, for a process that people do not reach.
pub fn operations(app: Arc<app::App>) -> axum::Router {
    api::Api::new(app).operations()
}

/// Everything that is served.
pub fn router(app: Arc<app::App>) -> axum::Router {
    let api = api::Api::new(Arc::clone(&app));
    let people = portal::router(&app).merge(pquery::router()).merge(console::router(&app));
    let people = portal::with_fallback(people).with_state(app);
    api.observed(people).merge(api.v1()).merge(api.operations())
}
