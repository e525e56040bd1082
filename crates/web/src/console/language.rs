//! The language of the consoles: kept in a cookie, changed by a link.

use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;

use super::shell::see_other;
use crate::texts::Language;

/// Holds the language's tag.
pub const LANGUAGE_COOKIE: &str = "heyan-language";

/// The language of a tag; Chinese for what is none.
pub(crate) fn language_of(tag: &str) -> Language {
    if tag == Language::En.tag() { Language::En } else { Language::ZhCn }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Back {
    back: String,
}

/// `GET /console/language/{to}`: keeps the choice for a year and leads back.
pub(super) async fn switch(Path(to): Path<String>, Query(Back { back }): Query<Back>) -> Response {
    let own = back.starts_with("/console") && !back.contains("//") && !back.contains('\\');
    let plain = back.bytes().all(|byte| byte.is_ascii_graphic());
    let mut response = see_other(if own && plain { &back } else { "/console" });
    let tag = language_of(&to).tag();
    let cookie = format!("{LANGUAGE_COOKIE}={tag}; Path=/; SameSite=Lax; Max-Age=31536000");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
