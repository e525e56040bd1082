//! What the pages of the consoles load: their style sheet, and the one script that keeps figures fresh.

use axum::http::HeaderMap;
use axum::response::Response;

use crate::assets::Asset;

const STYLESHEET: &str = include_str!("../../assets/console.css");
/// The one file here that others wrote: htmx, as it was published, under the licence beside it (0BSD).
const HTMX: &str = include_str!("../../assets/vendor/htmx-2.0.11.min.js");

/// Where every page looks for the style sheet.
pub(super) const STYLESHEET_PATH: &str = "/assets/console.css";
/// Where pages with a live part look for the script.
pub(super) const SCRIPT_PATH: &str = "/assets/htmx-2.0.11.js";

static STYLESHEET_ASSET: Asset = Asset::style_sheet(STYLESHEET);
static SCRIPT_ASSET: Asset = Asset::script(HTMX);

pub(super) async fn stylesheet(asked: HeaderMap) -> Response {
    STYLESHEET_ASSET.answer(&asked)
}

pub(super) async fn script(asked: HeaderMap) -> Response {
    SCRIPT_ASSET.answer(&asked)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_style_sheet_stays_small() {
        assert!(super::STYLESHEET.len() <= 12 * 1024, "{} bytes", super::STYLESHEET.len());
    }
}
