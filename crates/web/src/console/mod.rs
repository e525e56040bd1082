//! The consoles: one table of routes and roles, the shell around every page, and the parts that pages are made of.
//!
//! To add a page: write a handler that takes `State<Arc<App>>` and [`Staff`](crate::auth::Staff) (or `OfProvider`,
//! `OfAdministration`) and answers with [`Blocks`] or a template of its own; add a row to the table of its console
//! (`provider::routes`, …); write its line into `docs/console-routes.txt`, which a test compares.

mod account;
mod administration;
mod assets;
mod entries;
mod flash;
mod landing;
mod language;
mod operator;
pub mod parts;
mod problem;
mod provider;
mod qr;
mod sandbox;
mod second_factor;
mod sheet;
mod shell;
mod table;
mod unmask;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{any, get};

use crate::app::App;
use crate::auth::{self, Visitor};

use assets::SCRIPT_PATH;
pub(crate) use sandbox::PATH as SANDBOX_PATH;

pub use flash::Flash;
pub use language::LANGUAGE_COOKIE;
pub(crate) use language::language_of;
pub use problem::Problem;
pub use shell::{Blocks, Shell};
pub(crate) use shell::{html, see_other};
pub use table::{
    ADMINISTRATION, Declared, EVERYBODY, OPERATOR, OVERSEERS, PROVIDER, PROVIDER_ADMIN, Route, Who, action,
    declared, page,
};
pub use words::texts;

/// Every route of the consoles behind the gate: one list a console.
fn routes() -> Vec<Route> {
    [
        landing::routes(),
        provider::routes(),
        administration::routes(),
        operator::routes(),
        unmask::routes(),
        account::routes(),
        second_factor::routes(),
        sandbox::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The consoles, and the sign-in page before them.
pub(crate) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    let open = Router::new()
        .route("/console/sign-in", get(auth::show).post(auth::sign_in))
        .route("/console/sign-in/code", get(auth::from_the_start).post(auth::second_step))
        .route("/console/sign-in/oidc", get(auth::oidc::start))
        .route("/console/sign-in/oidc/callback", get(auth::oidc::callback))
        .route("/console/sign-in/oidc/leave", get(auth::oidc::leave))
        .route("/console/language/{to}", get(language::switch))
        .route(assets::STYLESHEET_PATH, get(assets::stylesheet))
        .route(SCRIPT_PATH, get(assets::script))
        .route("/console/{*rest}", any(not_found));
    let guarded = routes().into_iter().fold(open, |router, route| {
        let gate = from_fn_with_state((Arc::clone(app), route.who), auth::gate);
        router.route(route.path, route.handler.route_layer(gate))
    });
    // The gate has bounded and read every body before a handler sees it.
    guarded.layer(DefaultBodyLimit::disable())
}

async fn not_found(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    Problem::NotFound.page(&app, &visitor, None)
}
