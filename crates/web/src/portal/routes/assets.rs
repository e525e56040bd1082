//! The style sheet, the captcha's script, and the captcha's pictures and speech.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::limits::AddressBlock;
use heyan_store::engine::EngineError;
use serde::Serialize;

use super::visit::Visit;
use crate::api;
use crate::app::App;
use crate::assets::Asset;
use crate::captcha::DIFFICULTY_BITS;
use crate::people::{Challenge, Source};
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

/// Counts a captcha that is asked for; gives until when none is drawn for the address, if it has had too many (SEC-05).
/// Without an answer of the engine nothing is drawn.
async fn drawn_too_many(app: &App, from: Option<AddressBlock>) -> Result<Option<Timestamp>, EngineError> {
    let Outcome::Drawing(until) = app.engine.execute(Action::CountDrawing { from }).await? else {
        return Err(EngineError::Storage);
    };
    Ok(until)
}

pub(super) async fn new_captcha(State(app): State<Arc<App>>, Source(from): Source) -> Response {
    match drawn_too_many(&app, from).await {
        Ok(None) => {}
        Ok(Some(until)) => return api::Problem::too_many(app.clock.now(), until).into_response(),
        Err(error) => return api::Problem::from(error).into_response(),
    }
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
pub(super) async fn captcha(visit: Visit, Source(from): Source, Path(name): Path<String>) -> Response {
    let (token, ending) = name.rsplit_once('.').unwrap_or_default();
    // What is none of ours costs nothing to refuse, so it is not counted.
    if !Challenge::is_ours(&visit.app, token) {
        return visit.problem(StatusCode::NOT_FOUND, Problem::NotFound);
    }
    match drawn_too_many(&visit.app, from).await {
        Ok(None) => {}
        Ok(Some(until)) => return visit.too_many(until),
        Err(_) => return visit.problem(StatusCode::SERVICE_UNAVAILABLE, Problem::Overload),
    }
    let found = match ending {
        "png" => Challenge::picture(&visit.app, token).map(|file| ("image/png", file)),
        "wav" => Challenge::speech(&visit.app, token).map(|file| ("audio/wav", file)),
        _ => None,
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
