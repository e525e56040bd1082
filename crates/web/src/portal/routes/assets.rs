//! The style sheet, the captcha's script, and the captcha's pictures and speech.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::visit::Visit;
use crate::app::App;
use crate::assets::Asset;
use crate::captcha::DIFFICULTY_BITS;
use crate::people::Challenge;
use crate::portal::pages::{CAPTCHA_SCRIPT, Problem, STYLESHEET};

static STYLESHEET_ASSET: Asset = Asset::style_sheet(STYLESHEET);
/// Its name holds its hash.
static SCRIPT_ASSET: Asset = Asset::script(CAPTCHA_SCRIPT);

pub(super) async fn stylesheet(asked: HeaderMap) -> Response {
    STYLESHEET_ASSET.answer(&asked)
}

pub(super) async fn captcha_script(asked: HeaderMap) -> Response {
    SCRIPT_ASSET.answer(&asked)
}

/// A new captcha for clients of `/pquery`: its number goes into the header `uuid`, the answer to any of the three ways
/// into `sign`.
#[derive(Serialize)]
struct NewCaptcha {
    uuid: String,
    image: String,
    audio: String,
    puzzle: Puzzle,
    expires_at: String,
}

/// A number is sought, so that the hash of text, colon and number begins with so many zero bits; `pow-` and the number
/// are the answer.
#[derive(Serialize)]
struct Puzzle {
    algorithm: &'static str,
    text: String,
    bits: u32,
}

pub(super) async fn new_captcha(State(app): State<Arc<App>>) -> Response {
    let issued = Challenge::issue(&app);
    let body = NewCaptcha {
        image: format!("/captcha/{}.png", issued.token),
        audio: format!("/captcha/{}.wav", issued.token),
        puzzle: Puzzle { algorithm: "sha-256", text: issued.puzzle, bits: DIFFICULTY_BITS },
        expires_at: issued.expires_at.to_string(),
        uuid: issued.token,
    };
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// Picture or speech of a captcha, by the ending of its name. Drawn anew each time and kept by nobody.
pub(super) async fn captcha(visit: Visit, Path(name): Path<String>) -> Response {
    let found = match name.rsplit_once('.') {
        Some((token, "png")) => Challenge::picture(&visit.app, token).map(|file| ("image/png", file)),
        Some((token, "wav")) => Challenge::speech(&visit.app, token).map(|file| ("audio/wav", file)),
        Some(_) | None => None,
    };
    match found {
        Some((kind, file)) => {
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, file).into_response()
        }
        None => visit.problem(StatusCode::NOT_FOUND, Problem::NotFound),
    }
}
