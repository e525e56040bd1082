//! The page of an error code, where a problem's `type` leads.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::visit::Visit;
use crate::api::code::ErrorCode;
use crate::portal::pages::{ApiPage, DocumentPage, Problem};
use crate::texts::Texts;

/// `/docs/errors/{code}`: what `docs/errors/` says of the code, in the language of the visit.
pub(super) async fn error_code(visit: Visit, Path(code): Path<String>) -> Response {
    let Some(code) = ErrorCode::parse(&code) else {
        return visit.problem(StatusCode::NOT_FOUND, Problem::NotFound);
    };
    let page = DocumentPage {
        code: code.as_str(),
        status: code.status().as_u16(),
        title: Texts::of_problems(visit.language).get(&code.title_key()),
        source: code.document(),
    };
    visit.html(StatusCode::OK, page.render(&visit.page()))
}

/// `/docs`: the calls of the provider API.
pub(super) async fn api(visit: Visit) -> Response {
    visit.html(StatusCode::OK, ApiPage { sandbox: visit.app.sandbox.is_some() }.render(&visit.page()))
}
