//! The pull feed: what happened to the provider's filings, in order, until acknowledged.

mod ack;
mod pull;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::api::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/events", get(pull::handle)).route("/events/ack", post(ack::handle))
}
