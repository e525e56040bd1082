//! How a person wants to see the pages: language, type size, colours. Chosen by links, kept in a cookie, never needed.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::cookies;
use super::visit::Visit;
use crate::app::App;
use crate::portal::pages::Problem;
use crate::texts::Language;

const COOKIE: &str = "heyan_view";
const YEAR_S: i64 = 365 * 24 * 60 * 60;
/// The longest address that a switch leads back to.
const MAX_BACK_CHARS: usize = 300;

/// What was chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Choice {
    /// `None`: what `Accept-Language` says.
    language: Option<Language>,
    pub large: bool,
    pub contrast: bool,
}

impl Choice {
    /// What a request carries; words that are none are left out.
    pub fn of(app: &App, headers: &HeaderMap) -> Self {
        let words = cookies::read(app, headers, COOKIE).unwrap_or_default();
        words.split('.').fold(Self::default(), |choice, word| match word {
            "large" => Self { large: true, ..choice },
            "contrast" => Self { contrast: true, ..choice },
            tag => Self { language: Language::parse(tag).or(choice.language), ..choice },
        })
    }

    /// The language of the pages: the chosen one, else what the browser asks for.
    pub fn language(self, headers: &HeaderMap) -> Language {
        self.language.unwrap_or_else(|| Language::of(headers))
    }

    fn cookie(self, app: &App) -> Option<HeaderValue> {
        let words = [
            self.language.map(Language::tag),
            self.large.then_some("large"),
            self.contrast.then_some("contrast"),
        ];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        cookies::write(app, COOKIE, &words.join("."), YEAR_S)
    }
}

/// `/display?language=…&size=…&contrast=…&back=…`; what is absent stays.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Switch {
    language: String,
    size: String,
    contrast: String,
    back: String,
}

/// An address of this site to lead back to; anything else leads to the home page, never to another site.
pub(super) fn safe_back(path: &str) -> &str {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let own = path.starts_with('/') && !path.starts_with("//");
    if own && plain && path.len() <= MAX_BACK_CHARS { path } else { "/" }
}

/// Keeps the choice and leads back.
pub(super) async fn switch(visit: Visit, switch: Result<Query<Switch>, QueryRejection>) -> Response {
    let Ok(Query(switch)) = switch else {
        return visit.problem(StatusCode::BAD_REQUEST, Problem::Unreadable);
    };
    let old = visit.choice;
    let either = |word: &str, on: &str, off: &str, old: bool| (old || word == on) && word != off;
    let choice = Choice {
        language: Language::parse(&switch.language).or(old.language),
        large: either(&switch.size, "large", "normal", old.large),
        contrast: either(&switch.contrast, "high", "normal", old.contrast),
    };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, safe_back(&switch.back))]).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = choice.cookie(&visit.app) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::safe_back;

    #[test]
    fn a_switch_leads_back_to_this_site_only() {
        assert_eq!(safe_back("/help/who?province=zhejiang"), "/help/who?province=zhejiang");
        let long = format!("/{}", "a".repeat(300));
        for other in
            ["", "verify", "//elsewhere.example", "/\\elsewhere.example", "https://x", "/\r\nx", &long]
        {
            assert_eq!(safe_back(other), "/", "{other}");
        }
    }
}
