//! Counts of requests, by route and status; never by anything personal.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use axum::http::Method;

/// Answers by method and status.
type Counts = BTreeMap<(&'static str, u16), u64>;

/// Requests answered since the start, by route.
#[derive(Default)]
pub(super) struct Metrics(Mutex<BTreeMap<String, Counts>>);

/// The methods that get a label of their own; a client may invent others without end.
fn label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

impl Metrics {
    /// Counts one answer.
    pub fn count(&self, method: &Method, route: &str, status: u16) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Routes are few and soon all known; looking before inserting spares every request an allocation.
        if !counts.contains_key(route) {
            counts.insert(route.to_owned(), Counts::new());
        }
        if let Some(of_route) = counts.get_mut(route) {
            *of_route.entry((label(method), status)).or_default() += 1;
        }
    }

    /// As Prometheus text.
    pub fn write(&self, text: &mut String) {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str("# HELP heyan_http_requests_total Requests answered, by route and status.\n");
        text.push_str("# TYPE heyan_http_requests_total counter\n");
        let rows = counts.iter().flat_map(|(route, counts)| counts.iter().map(move |row| (route, row)));
        for (route, ((method, status), count)) in rows {
            // Writing into a string cannot fail.
            let _ = writeln!(
                text,
                "heyan_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}} {count}"
            );
        }
    }
}
