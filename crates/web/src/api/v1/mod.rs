//! `/v1`, by noun.

mod bulk;
mod events;
mod filings;
mod reviews;
mod rules;
mod sandbox;

use std::sync::Arc;

use axum::Router;

use super::Shared;

/// All routes, relative to `/v1`. Outside the sandbox its routes do not exist.
pub(super) fn routes(sandbox: bool) -> Router<Arc<Shared>> {
    let routes = Router::new()
        .merge(filings::routes())
        .merge(bulk::routes())
        .merge(rules::routes())
        .merge(events::routes())
        .merge(reviews::routes());
    if sandbox { routes.merge(sandbox::routes()) } else { routes }
}
