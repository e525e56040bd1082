//! 备案申请, for their providers.

mod correct;
mod create;
mod get;
mod list;
mod report;
mod reverify;
mod timeline;
mod verifications;
mod withdraw;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use heyan_domain::filing::draft::Draft;
use heyan_domain::filing::raw::RawDraft;

pub(crate) use list::STATES;

use crate::api::Shared;
use crate::api::problem::Problem;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/filings", post(create::handle).get(list::handle))
        .route("/filings/{filing}", get(get::handle).put(correct::handle))
        .route("/filings/{filing}/report", post(report::handle))
        .route("/filings/{filing}/reverify", post(reverify::handle))
        .route("/filings/{filing}/withdraw", post(withdraw::handle))
        .route("/filings/{filing}/verifications", get(verifications::handle))
        .route("/filings/{filing}/timeline", get(timeline::handle))
}

/// The content that a body holds, with every defect at once.
fn parsed(raw: &RawDraft) -> Result<Box<Draft>, Problem> {
    raw.parse().map(Box::new).map_err(|errors| Problem::members(&errors))
}
