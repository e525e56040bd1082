//! What a form came to, said once on the page it leads to: sealed in a cookie, so that nobody else can put words there.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use heyan_domain::time::MINUTE_MS;
use serde::{Deserialize, Serialize};

use super::parts::Tone;
use super::shell::see_other;
use crate::app::App;
use crate::auth::{cookie, open, seal};

const COOKIE: &str = "__Host-heyan-flash";
const PLACE: &[u8] = b"console flash";
const LIFE_MS: i64 = 5 * MINUTE_MS;

/// A sentence of the texts, with its values.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Flash {
    /// How it is meant.
    pub tone: Tone,
    /// The key of the sentence.
    pub key: String,
    /// Its values by name. They travel sealed and are shown to the same browser; personal data stays out all the same.
    pub values: Vec<(String, String)>,
}

impl Flash {
    /// Good news.
    pub fn success(key: &str) -> Self {
        Self { tone: Tone::Success, key: key.to_owned(), values: Vec::new() }
    }

    /// Bad news.
    pub fn error(key: &str) -> Self {
        Self { tone: Tone::Error, ..Self::success(key) }
    }

    /// The same with a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// On to a page that says it.
    pub fn see_other(self, app: &App, path: &str) -> Response {
        let mut response = see_other(path);
        let value = seal(app, PLACE, self, LIFE_MS).unwrap_or_default();
        let cookie = format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=300");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// What a request carries.
    pub(crate) fn of(app: &App, headers: &HeaderMap) -> Option<Self> {
        open(app, PLACE, cookie(headers, COOKIE)?)
    }

    /// The cookie that makes the browser forget it.
    pub(crate) fn forget() -> HeaderValue {
        HeaderValue::from_static("__Host-heyan-flash=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
    }
}
