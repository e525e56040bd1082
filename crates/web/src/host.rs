//! Where this server is reached.

use axum::http::{HeaderMap, header};

/// Stands in for a host that a request does not name, or not plainly.
const NO_HOST: &str = "127.0.0.1:8080";

/// `scheme://host`, by what the request says of the host.
pub(crate) fn base_url(scheme: &str, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let plain = |host: &&str| {
        host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
    };
    format!("{scheme}://{}", host.filter(plain).unwrap_or(NO_HOST))
}
