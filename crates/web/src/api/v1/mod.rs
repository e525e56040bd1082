//! `/v1`, by noun.

mod bulk;
mod events;
mod filings;
mod reviews;
mod rules;
mod sandbox;
mod webhooks;

use std::sync::Arc;

use axum::Router;

use super::Shared;
pub(crate) use filings::STATES as FILING_STATES;
pub(crate) use sandbox::MAX_SECONDS as MAX_ADVANCE_SECONDS;

/// All routes, relative to `/v1`. Outside the sandbox its routes do not exist.
pub(super) fn routes(sandbox: bool) -> Router<Arc<Shared>> {
    let routes = Router::new()
        .merge(filings::routes())
        .merge(bulk::routes())
        .merge(rules::routes())
        .merge(events::routes())
        .merge(webhooks::routes())
        .merge(reviews::routes());
    if sandbox { routes.merge(sandbox::routes()) } else { routes }
}
