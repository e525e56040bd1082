//! `ETag` and `If-Match`: the filing's version, the same in every view.

use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use heyan_domain::decide::Expected;

/// The entity tag of a version.
pub(super) fn of(version: u32) -> String {
    format!("\"{version}\"")
}

/// A version that no stored filing has: a filing is written with 1 at the earliest.
const NO_VERSION: u32 = 0;

/// What the caller has read, beside the version there is. `*` counts in the sandbox only. Weak tags never match
/// (RFC 9110, 13.1.1); a number without quotes is taken, since many clients drop them.
pub(super) fn expected(headers: &HeaderMap, current: u32, sandbox: bool) -> Expected {
    let values = headers.get_all(IF_MATCH).iter().filter_map(|value| value.to_str().ok());
    let tags: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    if tags.is_empty() || tags.iter().all(|tag| tag.is_empty()) {
        return Expected::Unsaid;
    }
    if tags.contains(&"*") {
        return if sandbox { Expected::Any } else { Expected::Unsaid };
    }
    let versions = tags.iter().filter_map(|tag| tag.trim_matches('"').parse().ok());
    let mut versions = versions.collect::<Vec<u32>>().into_iter();
    let first = versions.clone().next().unwrap_or(NO_VERSION);
    // Of a list any member may match; the engine compares once more, in its transaction.
    Expected::Version(versions.find(|version| *version == current).unwrap_or(first))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::*;

    fn of_header(value: &'static str, sandbox: bool) -> Expected {
        let mut headers = HeaderMap::new();
        headers.insert(IF_MATCH, HeaderValue::from_static(value));
        expected(&headers, 3, sandbox)
    }

    #[test]
    fn tags_are_compared_strongly() {
        assert_eq!(expected(&HeaderMap::new(), 3, true), Expected::Unsaid);
        assert_eq!(of_header("", true), Expected::Unsaid);
        assert_eq!(of_header("\"3\"", true), Expected::Version(3));
        assert_eq!(of_header("3", true), Expected::Version(3));
        assert_eq!(of_header("\"1\", \"3\"", true), Expected::Version(3));
        assert_eq!(of_header("\"1\"", true), Expected::Version(1));
        assert_eq!(of_header("W/\"3\"", true), Expected::Version(NO_VERSION));
        assert_eq!(of_header("\"other\"", true), Expected::Version(NO_VERSION));
        assert_eq!(of_header("*", true), Expected::Any);
        assert_eq!(of_header("*", false), Expected::Unsaid);
    }
}
