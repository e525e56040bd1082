//! The provider API `/v1`, and the addresses by which a running server is watched.
//!
//! One endpoint a file, `v1/<noun>/<verb>.rs`. A handler judges a request in one order: who calls, headers, whether the
//! filing exists, which version was read, the body; the engine decides the rest. Answers that go wrong are values of
//! [`Problem`]; `docs/errors/` has a page for every code.

mod act;
mod auth;
mod body;
mod bulk;
pub mod code;
pub(crate) mod cursor;
mod etag;
mod idempotency;
mod incoming;
mod metrics;
mod observe;
pub mod openapi;
mod operations;
mod problem;
mod query;
mod refusal;
mod reply;
mod shown;
mod signed;
mod strict;
mod v1;

use std::sync::Arc;

use axum::Router;
use axum::middleware;

pub use crate::texts::Language;
pub use body::{MAX_BODY_BYTES, MAX_DRAINED_BYTES};
pub(crate) use body::{ReadError, WORKBOOK, collect};
pub(crate) use bulk::{file_problem, row_problem};
pub use idempotency::MAX_KEY_CHARS;
pub(crate) use idempotency::request as request_once;
pub(crate) use incoming::Call;
pub use problem::Problem;

pub(crate) use idempotency::request as request_of;
pub(crate) use shown::{all_but_last, is_seen_by};
pub(crate) use signed::explain;
pub(crate) use strict::Strict;
pub(crate) use v1::{FILING_STATES, MAX_ADVANCE_SECONDS};

use crate::app::App;
use code::ErrorCode;
use problem::Sentence;

/// What all handlers share.
struct Shared {
    app: Arc<App>,
    running: idempotency::Running,
    metrics: metrics::Metrics,
}

/// The API over one [`App`].
#[derive(Clone)]
pub struct Api(Arc<Shared>);

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Api")
    }
}

impl Api {
    /// Over an app.
    pub fn new(app: Arc<App>) -> Self {
        Self(Arc::new(Shared {
            app,
            running: idempotency::Running::default(),
            metrics: metrics::Metrics::default(),
        }))
    }

    /// `/v1`; addresses below it that do not exist are answered with a problem.
    pub fn v1(&self) -> Router {
        let inner = v1::routes(self.0.app.sandbox.is_some())
            .fallback(no_route)
            .method_not_allowed_fallback(no_method)
            .with_state(Arc::clone(&self.0));
        self.observed(Router::new().nest("/v1", inner))
    }

    /// `/healthz`, `/readyz`, `/metrics`.
    pub fn operations(&self) -> Router {
        let routes = operations::routes()
            .merge(openapi::routes())
            .method_not_allowed_fallback(no_method)
            .with_state(Arc::clone(&self.0));
        self.observed(routes)
    }

    /// Answers every address that no other router knows with a problem.
    pub fn fallback(&self) -> Router {
        self.observed(Router::new().fallback(no_route))
    }

    /// Gives the answers of other routes a request id, a line in the log and a place in the counts.
    pub fn observed(&self, routes: Router) -> Router {
        routes
            .layer(middleware::from_fn_with_state(Arc::clone(&self.0.app), crate::host::guard))
            .layer(middleware::from_fn_with_state(Arc::clone(&self.0), observe::observe))
    }
}

/// `/v1`, the watching addresses and the fallback in one.
pub fn router(app: Arc<App>) -> Router {
    let api = Api::new(app);
    api.v1().merge(api.operations()).merge(api.fallback())
}

async fn no_route() -> Problem {
    Problem::no_route()
}

async fn no_method() -> Problem {
    Problem::new(ErrorCode::Method, Sentence::new("no-method"))
}
