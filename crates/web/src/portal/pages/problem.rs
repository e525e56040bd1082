//! P9 and its neighbours: pages for what went wrong with a request.

use heyan_domain::Timestamp;

use super::RenderError;
use super::shell::{Page, Shell, Tab, finish};
use crate::texts::{Key, Texts};

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// 500: our fault (P9).
    System,
    /// 503: nothing was done, and it is worth trying again (P9).
    Overload,
    /// 404.
    NotFound,
    /// 429.
    TooMany {
        /// When it is possible again, if known.
        until: Option<Timestamp>,
    },
    /// 413.
    TooLarge,
    /// 405: the page is not opened in this way.
    Method,
    /// 400, 415: not something the forms send.
    Unreadable,
}

/// A page that says what went wrong (P9, 400, 404, 405, 413, 429).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProblemPage {
    /// What went wrong.
    pub problem: Problem,
    /// The words of an outcome (VER-20: `system_error`), where one was asked for.
    pub text: Option<String>,
    /// The request's number, as in `X-Request-Id`; shown where somebody may ask for it.
    pub request_id: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "portal/problem.html")]
struct ProblemView<'a> {
    shell: Shell<'a>,
    text: Option<&'a str>,
    body: String,
    request_id: Option<&'a str>,
}

impl ProblemPage {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let (title, body) = match self.problem {
            Problem::System => (Key("system-title"), t.get("system-retry")),
            Problem::Overload => (Key("overload-title"), t.get("overload-body")),
            Problem::Method => (Key("method-title"), t.get("method-body")),
            Problem::NotFound => (Key("missing-title"), t.get("missing-body")),
            Problem::TooMany { until: Some(at) } => {
                (Key("busy-title"), t.one("busy-until", "time", t.time_from(page.now, at)))
            }
            Problem::TooMany { until: None } => (Key("busy-title"), t.get("busy-later")),
            Problem::TooLarge => (Key("large-title"), t.get("large-body")),
            Problem::Unreadable => (Key("unreadable-title"), t.get("unreadable-body")),
        };
        let request_id = match self.problem {
            Problem::System | Problem::Overload => self.request_id.as_deref(),
            Problem::NotFound
            | Problem::TooMany { .. }
            | Problem::TooLarge
            | Problem::Method
            | Problem::Unreadable => None,
        };
        finish(&ProblemView {
            shell: Shell::new(page, Tab::None, t.key(title)).with_error(true),
            text: self.text.as_deref(),
            body,
            request_id,
        })
    }
}
