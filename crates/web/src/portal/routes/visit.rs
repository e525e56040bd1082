//! A request for a page, and the answers it can get: pages, redirects, pages that say what went wrong.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use heyan_domain::Timestamp;

use super::flash::Flash;
use super::view::{Choice, safe_back};
use crate::api::Call;
use crate::app::App;
use crate::portal::pages::{Display, Page, Problem, ProblemPage, RenderError};
use crate::texts::Language;

/// Own style sheet, pictures, speech and script only, nothing inline, no frames (SEC-10).
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; script-src 'self'; \
                      worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Seconds after which an overloaded server asks to be tried again.
const RETRY_AFTER_S: &str = "60";

/// Who asks, in which language and display, and for what.
#[derive(Clone)]
pub(super) struct Visit {
    pub app: Arc<App>,
    pub language: Language,
    pub choice: Choice,
    /// Where the switches of the display lead back to.
    back: String,
    request_id: Option<String>,
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self::of(app, parts))
    }
}

impl Visit {
    fn of(app: &Arc<App>, parts: &Parts) -> Self {
        let choice = Choice::of(app, &parts.headers);
        let uri = &parts.uri;
        // A query belongs to what was read, not to what was posted.
        let address = uri.path_and_query().filter(|_| parts.method == Method::GET);
        let back = address.map_or(uri.path(), |address| address.as_str());
        Self {
            app: Arc::clone(app),
            language: choice.language(&parts.headers),
            choice,
            back: safe_back(back).to_owned(),
            request_id: parts.extensions.get::<Arc<Call>>().map(|call| call.request_id.clone()),
        }
    }

    /// What is true of every page now.
    pub fn page(&self) -> Page {
        Page {
            language: self.language,
            sandbox: self.app.sandbox.is_some(),
            now: self.app.clock.now(),
            display: Display {
                large: self.choice.large,
                contrast: self.choice.contrast,
                back: self.back.clone(),
            },
        }
    }

    /// A rendered page, never stored by anybody.
    pub fn html(&self, status: StatusCode, rendered: Result<String, RenderError>) -> Response {
        let (status, body) = match rendered {
            Ok(body) => (status, body),
            Err(error) => {
                tracing::error!(name: "portal.render_failed", error = %error, "a page could not be written");
                let problem =
                    ProblemPage { problem: Problem::System, text: None, request_id: self.request_id.clone() };
                (StatusCode::INTERNAL_SERVER_ERROR, problem.render(&self.page()).unwrap_or_default())
            }
        };
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_LANGUAGE, self.language.tag()),
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
        ];
        (status, headers, body).into_response()
    }

    /// On to a page, carrying what it shows.
    pub fn see_other(&self, path: &'static str, flash: Flash) -> Response {
        let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match flash.cookie(&self.app) {
            Some(cookie) => {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
                response
            }
            None => self.problem(StatusCode::INTERNAL_SERVER_ERROR, Problem::System),
        }
    }

    /// A page that says what went wrong (P9).
    pub fn problem(&self, status: StatusCode, problem: Problem) -> Response {
        self.problem_with(status, problem, None)
    }

    /// Too many requests; possible again at an instant.
    pub fn too_many(&self, until: Timestamp) -> Response {
        let mut response =
            self.problem(StatusCode::TOO_MANY_REQUESTS, Problem::TooMany { until: Some(until) });
        let seconds = (until.since_ms(self.app.clock.now()).max(0) + 999) / 1_000;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        response
    }

    /// The same, with the words of an outcome (VER-20).
    pub fn problem_with(&self, status: StatusCode, problem: Problem, text: Option<String>) -> Response {
        let request_id = self.request_id.clone();
        if problem == Problem::System {
            tracing::error!(name: "portal.system_error", request_id, "a page of the portal could not be answered");
        }
        let rendered = ProblemPage { problem, text, request_id }.render(&self.page());
        let mut response = self.html(status, rendered);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_S));
        }
        response
    }
}

/// A page even where a handler panics: the panic ends here, and the person reads what to do.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let visit = Visit::of(&app, &parts);
    let handled = tokio::spawn(next.run(Request::from_parts(parts, body))).await;
    handled.unwrap_or_else(|_| visit.problem(StatusCode::INTERNAL_SERVER_ERROR, Problem::System))
}

/// A page that does not exist at the host that was asked.
pub(crate) fn missing(app: &Arc<App>, parts: &Parts) -> Response {
    Visit::of(app, parts).problem(StatusCode::NOT_FOUND, Problem::NotFound)
}

/// A page that does not exist.
pub(super) async fn not_found(visit: Visit) -> Response {
    visit.problem(StatusCode::NOT_FOUND, Problem::NotFound)
}

/// A page that does not take what was sent.
pub(super) async fn no_method(visit: Visit) -> Response {
    visit.problem(StatusCode::METHOD_NOT_ALLOWED, Problem::Method)
}
