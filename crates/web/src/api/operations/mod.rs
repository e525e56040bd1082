//! The addresses by which a running server is watched. None tells anything personal, none needs a key.

mod healthz;
mod metrics;
mod readyz;
mod routes;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use super::Shared;

/// `/healthz`, `/readyz`, `/metrics`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/healthz", get(healthz::handle))
        .route("/readyz", get(readyz::handle))
        .route("/metrics", get(metrics::handle))
}
