//! The portal's routes: what a form posts becomes a command; what it came to is shown after a redirect, so that a
//! reload never submits twice and no personal data stands in an address (POST → 303 → GET).

mod assets;
mod cookies;
mod documents;
mod flash;
mod forms;
mod help;
mod home;
mod not_mine;
mod notices;
mod progress;
mod received;
mod results;
mod seen;
mod view;
mod visit;

pub(crate) use forms::Shown;
pub(crate) use visit::missing;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::app::App;

pub(crate) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    let pages = Router::new()
        .route("/", get(home::home))
        .route("/verify", get(forms::show_verify).post(forms::post_verify))
        .route("/resend", get(forms::show_resend).post(forms::post_resend))
        .route("/verify/result", get(results::verified))
        .route("/resend/result", get(results::resent))
        .route(super::pages::NOT_MINE_PATH, get(not_mine::show).post(not_mine::post))
        .route(super::pages::NOT_MINE_DONE_PATH, get(not_mine::done))
        .route("/progress/{token}", get(progress::progress))
        .route(super::pages::HELP_PATH, get(help::help))
        .route(super::pages::WHO_PATH, get(help::who))
        .route(super::pages::PRIVACY_PATH, get(help::privacy))
        .route("/docs", get(documents::api))
        .route("/docs/errors/{code}", get(documents::error_code))
        .route("/display", get(view::switch))
        .route("/captcha", get(assets::new_captcha))
        .route("/captcha/{name}", get(assets::captcha))
        .route(super::pages::STYLESHEET_PATH, get(assets::stylesheet))
        .route(super::pages::captcha_script_path(), get(assets::captcha_script))
        .route("/sandbox/inbox", get(home::inbox))
        .route("/sandbox/webhooks", get(received::show))
        .route("/sandbox/webhooks/{status}", post(received::take));
    pages
        .method_not_allowed_fallback(visit::no_method)
        .layer(from_fn_with_state(Arc::clone(app), visit::guard))
}

/// Answers every address that nobody knows with a page that says so.
pub(crate) fn with_fallback(routes: Router<Arc<App>>) -> Router<Arc<App>> {
    routes.fallback(visit::not_found)
}
