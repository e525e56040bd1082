//! Cookies of the consoles.

use axum::http::{HeaderMap, header};

/// The session's. The prefix binds it to this host, to TLS and to the whole host (SEC-10). Browsers take such a cookie over
/// plain HTTP from `localhost` and `127.0.0.1` only, which is where a sandbox listens; there is no weaker variant.
pub(super) const COOKIE: &str = "__Host-heyan-session";

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}
