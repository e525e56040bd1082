//! What every answer gets: a request id, a line in the log, a place in the counts, and an end even if a handler
//! panics. Problems are rendered here, where language and request id are known.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Shared;
use super::incoming::Call;
use super::problem::Problem;
use crate::texts::Language;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest request id that is taken over from a client.
const MAX_REQUEST_ID_CHARS: usize = 64;

/// The client's own id if it is short and plain, else a drawn one.
fn request_id(api: &Shared, headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        (1..=MAX_REQUEST_ID_CHARS).contains(&id.len()) && id.bytes().all(plain)
    });
    match given {
        Some(id) => id.to_owned(),
        None => format!("req_{:016x}", api.app.draw(|rng| rng.next_u64())),
    }
}

/// Wraps every route.
pub(super) async fn observe(State(api): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let call = Arc::new(Call {
        request_id: request_id(&api, request.headers()),
        language: Language::of(request.headers()),
        caller: OnceLock::new(),
    });
    let method = request.method().clone();
    // The pattern, never the path itself: paths and queries may hold what no log should.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    request.extensions_mut().insert(Arc::clone(&call));
    // A task of its own: what was begun is finished although the client has gone, and a panic ends here.
    let handled = tokio::spawn(next.run(request)).await;
    let response = handled.unwrap_or_else(|error| {
        if error.is_panic() {
            tracing::error!(name: "http.panic", route, request_id = call.request_id, "a handler panicked");
        }
        Problem::internal().into_response()
    });
    let response = finished(response, &call);
    let status = response.status().as_u16();
    api.metrics.count(&method, route, status);
    tracing::info!(
        name: "http.request",
        method = method.as_str(),
        route,
        status,
        duration_ms = begun.elapsed().as_secs_f64() * 1_000.0,
        request_id = call.request_id,
        caller = call.caller.get().map(String::as_str),
        "request"
    );
    response
}

fn finished(mut response: Response, call: &Call) -> Response {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let rendered = problem.render(call.language, &call.request_id);
        let own = std::mem::take(response.headers_mut());
        response = rendered;
        // What the router knows, such as `Allow`, stays.
        for (name, value) in &own {
            if name != axum::http::header::CONTENT_LENGTH && !response.headers().contains_key(name) {
                response.headers_mut().insert(name.clone(), value.clone());
            }
        }
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(&call.request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
