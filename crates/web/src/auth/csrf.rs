//! Whether a form was sent from one of our own pages.

use axum::http::{HeaderMap, header};

/// What a browser says about where a form stands: ours unless it says otherwise. Every form of a session carries a token
/// beside this; the form that signs in has none yet.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return false };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_none() || host != text(header::HOST.as_str())
}

/// The value of a field in a body of `multipart/form-data`, if it is the first one.
pub(super) fn first_part<'b>(body: &'b [u8], name: &str) -> Option<&'b str> {
    const HEAD_BYTES: usize = 1_024;
    let head = body.get(..body.len().min(HEAD_BYTES))?;
    let end = head.iter().rposition(|byte| *byte == b'\n')?;
    // Another part may follow whose content is no text.
    let valid = match std::str::from_utf8(head.get(..end)?) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?,
    };
    let mut lines = valid.split("\r\n");
    lines.next().filter(|line| line.starts_with("--"))?;
    lines.next().filter(|line| line.contains(&format!("name=\"{name}\"")))?;
    lines.find(|line| line.is_empty())?;
    lines.next()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn forms_of_other_sites_are_known_by_what_browsers_say() {
        assert!(!is_foreign(&headers(&[])));
        assert!(!is_foreign(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(is_foreign(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(is_foreign(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(!is_foreign(&headers(&[("origin", "https://a.example"), ("host", "a.example")])));
        assert!(is_foreign(&headers(&[("origin", "https://b.example"), ("host", "a.example")])));
        assert!(is_foreign(&headers(&[("origin", "null"), ("host", "a.example")])));
    }

    #[test]
    fn the_first_part_of_an_upload_is_found_whatever_follows() {
        let mut body = b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--x\r\n".to_vec();
        assert_eq!(first_part(&body, "csrf"), Some("abc"));
        body.extend([0xFF; 2_000]);
        assert_eq!(first_part(&body, "csrf"), Some("abc"));
        assert_eq!(first_part(&body, "other"), None);
        assert_eq!(first_part(b"csrf=abc", "csrf"), None);
    }
}
