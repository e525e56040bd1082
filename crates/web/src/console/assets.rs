//! The style sheet of the consoles.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};

const STYLESHEET: &str = include_str!("../../assets/console.css");

/// Where every page looks for it.
pub(super) const STYLESHEET_PATH: &str = "/assets/console.css";

pub(super) async fn stylesheet() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, STYLESHEET).into_response()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_style_sheet_stays_small() {
        assert!(super::STYLESHEET.len() <= 12 * 1024, "{} bytes", super::STYLESHEET.len());
    }
}
