//! Who calls: bearer keys of the sandbox.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use heyan_domain::terms::{ProviderId, Province};

use super::problem::Problem;
use crate::app::{App, Caller};

/// The caller that a request's `Authorization` names: `Bearer test_<provider>`, or
/// `Bearer test_admin_<province in pinyin>`. Such keys exist in the sandbox only.
pub(super) fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, Problem> {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, key) = value.trim().split_once(' ').unwrap_or_default();
    if app.sandbox.is_none() || !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::key());
    }
    let name = key.trim().strip_prefix("test_").ok_or_else(Problem::key)?;
    // No provider's short name has an underscore, so the two kinds of keys cannot be confused.
    if let Some(pinyin) = name.strip_prefix("admin_") {
        return Province::from_pinyin(pinyin).map(Caller::Administration).ok_or_else(Problem::key);
    }
    let provider = ProviderId::parse(name).filter(|id| app.provider(id).is_some());
    provider.map(Caller::Provider).ok_or_else(Problem::key)
}

/// The caller's name in the log, in idempotency keys and as the reviewer.
pub(super) fn name(caller: &Caller) -> String {
    match caller {
        Caller::Provider(provider) => format!("test_{provider}"),
        Caller::Administration(province) => format!("test_admin_{}", province.pinyin()),
    }
}
