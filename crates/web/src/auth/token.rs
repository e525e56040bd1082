//! A session's token, and what is made of it.

use axum::http::{HeaderMap, HeaderValue};
use heyan_domain::accounts::SessionTag;
use rand::Rng;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::cookie::{COOKIE, cookie};
use crate::people::{hex, unhex};

/// 256 random bits that only the browser has.
pub(super) struct Token([u8; 32]);

impl Token {
    /// A new one.
    pub fn draw(rng: &mut dyn Rng) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The one that a browser shows.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        unhex(cookie(headers, COOKIE)?)?.try_into().ok().map(Self)
    }

    /// By which the session is found.
    pub fn tag(&self) -> SessionTag {
        SessionTag(Sha256::digest(self.0).into())
    }

    /// What every form of the session carries: made of the token, so that nobody else can make it, and not it.
    pub fn csrf(&self) -> String {
        hex(&Sha256::new().chain_update(b"heyan csrf v1").chain_update(self.0).finalize())
    }

    /// Whether a form carried it.
    pub fn is_csrf(&self, typed: &str) -> bool {
        self.csrf().as_bytes().ct_eq(typed.as_bytes()).into()
    }

    /// The cookie that gives it to the browser. It ends with the browser; the server's clock ends it earlier.
    pub fn cookie(&self) -> Option<HeaderValue> {
        let text = format!("{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax", hex(&self.0));
        HeaderValue::from_str(&text).ok()
    }
}
