//! Files that pages load: ours and the one that is not, packed once for whoever takes them so.

use std::io::Write as _;
use std::sync::OnceLock;

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

/// A text that never changes while the program runs.
pub(crate) struct Asset {
    kind: &'static str,
    cache: &'static str,
    text: &'static str,
    packed: OnceLock<Vec<u8>>,
}

impl Asset {
    /// A style sheet, asked for again after an hour.
    pub(crate) const fn style_sheet(text: &'static str) -> Self {
        Self { kind: "text/css; charset=utf-8", cache: "public, max-age=3600", text, packed: OnceLock::new() }
    }

    /// A script whose name says which edition it is, so that it never changes under its name.
    pub(crate) const fn script(text: &'static str) -> Self {
        let (kind, cache) = ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable");
        Self { kind, cache, text, packed: OnceLock::new() }
    }

    /// As an answer to a request with these headers.
    pub(crate) fn answer(&'static self, asked: &HeaderMap) -> Response {
        let headers = [
            (header::CONTENT_TYPE, self.kind),
            (header::CACHE_CONTROL, self.cache),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::VARY, "accept-encoding"),
        ];
        let packed = self.packed.get_or_init(|| packed(self.text));
        if takes_gzip(asked) && !packed.is_empty() {
            (headers, [(header::CONTENT_ENCODING, "gzip")], packed.as_slice()).into_response()
        } else {
            (headers, self.text).into_response()
        }
    }
}

/// Gzip of a text; nothing secret is ever packed, so its size tells nothing.
fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail; a text that were not packed would be sent as it is.
    let written = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|way| {
        let (name, quality) = way.split_once(';').unwrap_or((way, ""));
        name.trim() == "gzip" && !matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}
