//! What only the sandbox has: the clock that can be moved, and the inbox. Any key will do, and everything of all
//! providers is seen.

mod advance;
mod clock;
mod messages;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use advance::MAX_SECONDS;

use crate::api::Shared;
use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::app::Sandbox;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sandbox/clock", get(clock::handle))
        .route("/sandbox/clock/advance", post(advance::handle))
        .route("/sandbox/messages", get(messages::handle))
}

fn sandbox(incoming: &Incoming) -> Result<&dyn Sandbox, Problem> {
    incoming.api.app.sandbox.as_deref().ok_or_else(Problem::internal)
}
