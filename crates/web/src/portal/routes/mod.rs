//! The portal's routes: what a form posts becomes a command; what it came to is shown after a redirect, so that a
//! reload never submits twice and no personal data stands in an address (POST → 303 → GET).

mod assets;
mod flash;
mod forms;
mod home;
mod respond;
mod results;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use crate::app::App;

pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(home::home))
        .route("/verify", get(forms::show_verify).post(forms::post_verify))
        .route("/resend", get(forms::show_resend).post(forms::post_resend))
        .route("/verify/result", get(results::verified))
        .route("/resend/result", get(results::resent))
        .route("/captcha", get(assets::new_captcha))
        .route("/captcha/{name}", get(assets::captcha))
        .route(super::pages::STYLESHEET_PATH, get(assets::stylesheet))
        .route(super::pages::captcha_script_path(), get(assets::captcha_script))
        .route("/sandbox/inbox", get(home::inbox))
}

/// A page that does not exist.
pub(crate) async fn not_found(State(app): State<Arc<App>>) -> Response {
    respond::problem(&app, StatusCode::NOT_FOUND, super::pages::Problem::NotFound)
}
