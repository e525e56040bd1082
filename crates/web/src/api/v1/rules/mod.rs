//! Questions to the rulebook.

mod resolve;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::api::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/rules/resolve", get(resolve::handle))
}
