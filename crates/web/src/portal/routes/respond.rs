//! Answers of the portal: pages, redirects, and what surrounds them.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::flash::Flash;
use crate::app::App;
use crate::portal::pages::{Page, Problem, ProblemPage, RenderError};
use crate::texts::Locale;

/// Own style sheet, pictures, speech and script only, nothing inline, no frames (SEC-10).
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; script-src 'self'; \
                      worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What is true of every page now.
pub(super) fn page(app: &App) -> Page {
    Page {
        locale: Locale::default(),
        sandbox: app.sandbox.is_some(),
        now: app.clock.now(),
        display: None,
        help_path: None,
    }
}

/// A rendered page, never stored by anybody.
pub(super) fn html(app: &App, status: StatusCode, rendered: Result<String, RenderError>) -> Response {
    let (status, body) = match rendered {
        Ok(body) => (status, body),
        Err(error) => {
            tracing::error!(name: "portal.render_failed", error = %error, "a page could not be written");
            let problem = ProblemPage { problem: Problem::System, request_id: None };
            (StatusCode::INTERNAL_SERVER_ERROR, problem.render(&page(app)).unwrap_or_default())
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, body).into_response()
}

/// On to a page, carrying what it shows.
pub(super) fn see_other(app: &App, path: &'static str, flash: Flash) -> Response {
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match flash.cookie(app) {
        Some(cookie) => {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            response
        }
        None => problem(app, StatusCode::INTERNAL_SERVER_ERROR, Problem::System),
    }
}

/// A page that says what went wrong (P9).
pub(super) fn problem(app: &App, status: StatusCode, problem: Problem) -> Response {
    let request_id = app.draw(|rng| format!("{:08X}", rng.next_u32()));
    if problem == Problem::System {
        tracing::error!(name: "portal.system_error", request_id, "a page of the portal could not be answered");
    }
    let page_of = ProblemPage { problem, request_id: Some(request_id) };
    html(app, status, page_of.render(&page(app)))
}
