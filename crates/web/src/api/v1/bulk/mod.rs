//! Files of filings (PRO-04).

mod create;
mod get;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get as on_get, post};
use heyan_domain::Timestamp;
use heyan_domain::bulk::BulkJob;
use heyan_domain::terms::BulkId;
use serde::Serialize;

use crate::api::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/filings/bulk", post(create::handle)).route("/bulk/{job}", on_get(get::handle))
}

/// How far a file has come.
#[derive(Serialize)]
struct Shown {
    id: BulkId,
    state: &'static str,
    total: u32,
    done: u32,
    created: u32,
    refused: u32,
    created_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl From<&BulkJob> for Shown {
    fn from(job: &BulkJob) -> Self {
        Self {
            id: job.id,
            state: job.state.as_str(),
            total: job.total,
            done: job.done(),
            created: job.created,
            refused: job.refused,
            created_at: job.created_at,
            ended_at: job.state.ended_at(),
        }
    }
}
