//! Files for spreadsheets, and files to be kept.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};

/// Without it some spreadsheets take UTF-8 for something else.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A cell that no spreadsheet takes for a formula (SEC-15), quoted as RFC 4180 says.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// One line of cells.
pub(super) fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    cells.join(",") + "\r\n"
}

/// Rows in the making.
pub(super) struct Sheet(String);

impl Sheet {
    /// With a head.
    pub(super) fn new(head: &[String]) -> Self {
        Self(BYTE_ORDER_MARK.to_owned()).row(head)
    }

    /// One more row.
    #[must_use]
    pub(super) fn row(mut self, cells: &[String]) -> Self {
        self.0.push_str(&line(cells));
        self
    }

    /// As a file to be kept.
    pub(super) fn respond(self, name: &str) -> Response {
        file(name, "text/csv; charset=utf-8", self.0)
    }
}

/// A file to be kept.
pub(super) fn file(name: &str, kind: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        assert_eq!(cell("fil_1"), "\"fil_1\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell("@x \"y\""), "\"'@x \"\"y\"\"\"");
        assert_eq!(cell("\n-1"), "\"'\n-1\"");
        assert_eq!(cell("a\"b,c"), "\"a\"\"b,c\"");
    }
}
