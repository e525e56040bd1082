//! 管局审核, for an administration's own system (REV). A key sees its own province only.

mod approve;
mod claim;
mod get;
mod queue;
mod reject;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use heyan_domain::filing::Filing;
use heyan_domain::terms::Province;

use crate::api::Shared;
use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::shown;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/reviews", get(queue::handle))
        .route("/reviews/{filing}", get(get::handle))
        .route("/reviews/{filing}/claim", post(claim::handle))
        .route("/reviews/{filing}/approve", post(approve::handle))
        .route("/reviews/{filing}/reject", post(reject::handle))
}

/// The row of the filing that the path names, if it was handed over to this administration (REV-01).
async fn handed_over(incoming: &Incoming, province: Province) -> Result<Filing, Problem> {
    let id = incoming.filing_id()?;
    let filing = incoming.api.app.readers.read(move |reader| reader.filing(id)).await?;
    filing.filter(|filing| shown::is_seen_by(filing, province)).ok_or_else(Problem::filing_not_found)
}
