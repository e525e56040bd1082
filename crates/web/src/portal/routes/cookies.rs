//! What the portal keeps in a browser (SEC-10).

use axum::http::{HeaderMap, HeaderValue, header};

use crate::app::App;

/// The name under which a cookie travels. The prefix makes a browser insist on HTTPS and on this host alone; the
/// sandbox is reached by plain HTTP and does without.
fn name(app: &App, base: &str) -> String {
    if app.sandbox.is_some() { base.to_owned() } else { format!("__Host-{base}") }
}

/// The value of a cookie that a request carries.
pub(super) fn read<'h>(app: &App, headers: &'h HeaderMap, base: &str) -> Option<&'h str> {
    let name = name(app, base);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// The header that sets a cookie for so many seconds; `None` if the value is none that a cookie can have.
pub(super) fn write(app: &App, base: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    let secure = if app.sandbox.is_some() { "" } else { "; Secure" };
    let name = name(app, base);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).ok()
}
