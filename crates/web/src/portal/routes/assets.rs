//! The style sheet and the captcha's pictures.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::respond;
use crate::app::App;
use crate::people::Challenge;
use crate::portal::pages::{Problem, STYLESHEET};

pub(super) async fn stylesheet() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, STYLESHEET).into_response()
}

/// A new captcha for clients of `/pquery`: its number goes into the header `uuid`, the answer into `sign`.
#[derive(Serialize)]
struct NewCaptcha {
    uuid: String,
    image: String,
}

pub(super) async fn new_captcha(State(app): State<Arc<App>>) -> Response {
    let uuid = Challenge::issue(&app);
    let image = format!("/captcha/{uuid}.png");
    ([(header::CACHE_CONTROL, "no-store")], Json(NewCaptcha { uuid, image })).into_response()
}

pub(super) async fn captcha(State(app): State<Arc<App>>, Path(name): Path<String>) -> Response {
    let picture = name.strip_suffix(".png").and_then(|token| Challenge::picture(&app.ring, token));
    match picture {
        Some(picture) => {
            let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")];
            (headers, picture).into_response()
        }
        None => respond::problem(&app, StatusCode::NOT_FOUND, Problem::NotFound),
    }
}
