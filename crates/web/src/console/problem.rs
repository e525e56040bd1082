//! Pages for what went wrong.

use axum::http::StatusCode;
use axum::response::Response;

use super::shell::{Shell, html};
use crate::app::App;
use crate::auth::{Staff, Visitor};

/// What went wrong. As an answer of a handler behind the gate it becomes a page in the language of who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// 404: it is not there, or another tenant's, which is the same.
    NotFound,
    /// 403: the role may not.
    Forbidden,
    /// 403: the form stands on another site.
    ForeignForm,
    /// 403: the form is of another session.
    StaleForm,
    /// 412: it has changed since it was read. Handlers that can say what has changed show that instead.
    Changed,
    /// 400, 415: not something that our forms send.
    Unreadable,
    /// 413.
    TooLarge,
    /// 500, 503: our fault.
    System,
}

impl Problem {
    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::ForeignForm | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::Changed => StatusCode::PRECONDITION_FAILED,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::System => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("missing-title", "missing-body"),
            Self::Forbidden => ("forbidden-title", "forbidden-body"),
            Self::ForeignForm => ("foreign-title", "foreign-body"),
            Self::StaleForm => ("stale-title", "stale-body"),
            Self::Changed => ("changed-title", "changed-body"),
            Self::Unreadable => ("unreadable-title", "unreadable-body"),
            Self::TooLarge => ("large-title", "large-body"),
            Self::System => ("system-title", "system-body"),
        }
    }

    /// The page, with the menu of whoever is signed in.
    pub(crate) fn page(self, app: &App, visitor: &Visitor, staff: Option<&Staff>) -> Response {
        if self == Self::System {
            tracing::error!(name: "console.system_error", "a page of the consoles could not be answered");
        }
        let (title, body) = self.keys();
        let shell = match staff {
            Some(staff) => Shell::new(app, staff, title),
            None => Shell::of_visitor(app, visitor, title),
        };
        let body = shell.t.get(body);
        html(self.status(), &ProblemView { shell: shell.with_error(true), body })
    }
}

#[derive(askama::Template)]
#[template(path = "console/problem.html")]
struct ProblemView<'a> {
    shell: Shell<'a>,
    body: String,
}
