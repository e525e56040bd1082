//! `/openapi.json`: the provider API as OpenAPI 3.1. Addresses, scopes and shapes stand in tables here; words, codes and
//! statuses come from the types that answer, so that a new one is in the document by itself. `docs/api/openapi.json` is what
//! it gives in English, and a test compares.

mod operations;
mod parameters;
mod schemas;
mod shape;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::Shared;
use super::incoming::Call;
use crate::texts::{Language, Texts};
pub(crate) use operations::{Operation, TAGS, calls};

/// `/openapi.json`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/openapi.json", get(serve))
}

/// How callers show who they are.
fn keys(texts: &Texts, sandbox: bool) -> Value {
    let signature = json!({
        "type": "apiKey", "in": "header", "name": "Authorization", "description": texts.get("api-signature"),
    });
    let key = json!({ "type": "http", "scheme": "bearer", "description": texts.get("api-sandbox-key") });
    if sandbox {
        json!({ "signature": signature, "sandbox": key })
    } else {
        json!({ "signature": signature })
    }
}

/// The document in a language: summaries are for people, everything else is the same. Outside the sandbox its calls and its
/// keys do not exist.
pub fn document(language: Language, sandbox: bool) -> Value {
    let texts = Texts::of_problems(language);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": texts.get("api-title"),
            "description": texts.get("api-description"),
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": operations::tags(texts, sandbox),
        "security": if sandbox { json!([{ "signature": [] }, { "sandbox": [] }]) } else { json!([{ "signature": [] }]) },
        "paths": operations::paths(texts, sandbox),
        "webhooks": { "event": parameters::message(texts) },
        "components": {
            "schemas": schemas::all(),
            "parameters": parameters::all(texts),
            "responses": { "Problem": {
                "description": texts.get("api-problem"),
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            } },
            "securitySchemes": keys(texts, sandbox),
        },
    })
}

/// The document as it is sent, made once for each language.
fn text(language: Language, sandbox: bool) -> &'static str {
    static CHINESE: OnceLock<String> = OnceLock::new();
    static ENGLISH: OnceLock<String> = OnceLock::new();
    let made = match language {
        Language::ZhCn => &CHINESE,
        Language::En => &ENGLISH,
    };
    // One process is a sandbox for all its life, or never.
    made.get_or_init(|| document(language, sandbox).to_string())
}

async fn serve(State(api): State<Arc<Shared>>, call: axum::Extension<Arc<Call>>) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_LANGUAGE, call.language.tag()),
        (VARY, "accept-language"),
    ];
    (headers, text(call.language, api.app.sandbox.is_some())).into_response()
}
