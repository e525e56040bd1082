//! Where this server is reached, and which doors are open there (SEC-10).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::mark;

use crate::api;
use crate::app::App;

/// Stands in for a host that a request does not name, or not plainly.
const NO_HOST: &str = "127.0.0.1:8080";
/// A year: for so long a browser asks for nothing but HTTPS after its last visit.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// A public address: `https://beian.example`, without a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    https: bool,
    /// Host and port, in lower case, without the scheme's own port.
    authority: String,
}

impl Origin {
    /// From its text; nothing if that is no plain origin by http or https.
    pub fn parse(text: &str) -> Option<Self> {
        let (https, rest) = match text.split_once("://")? {
            ("https", rest) => (true, rest),
            ("http", rest) => (false, rest),
            _ => return None,
        };
        let authority: Authority = rest.parse().ok()?;
        let plain = !authority.as_str().contains('@') && !authority.host().is_empty();
        plain.then(|| Self { https, authority: without_default_port(authority.as_str(), https) })
    }

    /// Whether it is reached by HTTPS.
    pub const fn is_https(&self) -> bool {
        self.https
    }

    fn is(&self, named: &str) -> bool {
        without_default_port(named, self.https) == self.authority
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.authority)
    }
}

fn without_default_port(authority: &str, https: bool) -> String {
    let lower = authority.to_ascii_lowercase();
    let port = if https { ":443" } else { ":80" };
    lower.strip_suffix(port).map_or(lower.clone(), str::to_owned)
}

/// The public addresses of the doors; two or all three may be the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hosts {
    /// Of the portal, with `/pquery` and the applicants' progress links.
    pub portal: Origin,
    /// Of the provider API `/v1`.
    pub api: Origin,
    /// Of the consoles.
    pub console: Origin,
}

/// Who asks behind a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Door {
    Portal,
    Api,
    Console,
    /// Style sheets, scripts, and the pages of error codes: wherever a page or a problem may name them.
    Shared,
    /// What load balancers ask, by whatever name they reach this server.
    Watch,
    /// The counts: for those inside, who reach this server by none of its public names, and for the API's host.
    Metrics,
}

impl Door {
    fn of(path: &str) -> Self {
        let under = |prefix: &str| {
            path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match path {
            "/healthz" | "/readyz" => Self::Watch,
            "/metrics" => Self::Metrics,
            _ if under("/v1") => Self::Api,
            _ if under("/console") => Self::Console,
            _ if under("/assets") || under("/docs") || path == "/openapi.json" => Self::Shared,
            _ => Self::Portal,
        }
    }
}

/// What is done with a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// It goes on; the answer may say that only HTTPS is to be used.
    Pass { strict: bool },
    /// The host is ours, but the path is none of its doors'.
    NotHere { strict: bool },
    /// The host is none of ours.
    Misdirected,
}

impl Hosts {
    fn way(&self, named: &str, path: &str) -> Way {
        let door = Door::of(path);
        let all = [(&self.portal, Door::Portal), (&self.api, Door::Api), (&self.console, Door::Console)];
        let here = all.into_iter().filter(|(origin, _)| origin.is(named));
        let (mut known, mut strict, mut open) = (false, false, false);
        for (origin, at) in here {
            known = true;
            strict = strict || origin.is_https();
            open = open || at == door || (door == Door::Metrics && at == Door::Api);
        }
        match door {
            Door::Watch | Door::Metrics if !known => Way::Pass { strict },
            Door::Watch | Door::Shared if known => Way::Pass { strict },
            Door::Portal | Door::Api | Door::Console | Door::Shared | Door::Watch | Door::Metrics => {
                match (known, open) {
                    (false, _) => Way::Misdirected,
                    (true, true) => Way::Pass { strict },
                    (true, false) => Way::NotHere { strict },
                }
            }
        }
    }
}

/// The host that a request names: in its address if that is a whole one, else in `Host`.
fn named<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> &'r str {
    let header = || headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    uri.authority().map_or_else(header, Authority::as_str)
}

/// Opens to a request the doors of the host that it names, if the configuration names hosts.
pub(crate) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(hosts) = &app.hosts else { return next.run(request).await };
    mark!("SEC-10");
    let path = request.uri().path();
    let (mut response, strict) = match hosts.way(named(request.uri(), request.headers()), path) {
        Way::Pass { strict } => (next.run(request).await, strict),
        Way::NotHere { strict } if Door::of(path) == Door::Api => {
            (api::Problem::no_route().into_response(), strict)
        }
        Way::NotHere { strict } => {
            let (parts, _) = request.into_parts();
            (crate::portal::missing(&app, &parts), strict)
        }
        Way::Misdirected => (api::Problem::misdirected().into_response(), false),
    };
    if strict {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
    response
}

/// `scheme://host`, by what the request says of the host.
pub(crate) fn base_url(scheme: &str, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let plain = |host: &&str| {
        host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
    };
    format!("{scheme}://{}", host.filter(plain).unwrap_or(NO_HOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        let origin = |text| Origin::parse(text).unwrap();
        Hosts {
            portal: origin("https://beian.example"),
            api: origin("https://api.example:8443"),
            console: origin("http://console.example"),
        }
    }

    #[test]
    fn an_origin_is_scheme_and_host_and_nothing_else() {
        for good in ["https://beian.example", "http://127.0.0.1:8080", "https://[::1]:8443"] {
            assert_eq!(Origin::parse(good).unwrap().to_string(), good);
        }
        assert_eq!(Origin::parse("https://Beian.Example:443").unwrap().to_string(), "https://beian.example");
        for bad in ["", "beian.example", "ftp://a", "https://", "https://a/", "https://a/b", "https://u@a"] {
            assert_eq!(Origin::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn each_host_has_its_doors() {
        let hosts = hosts();
        let pass = |strict| Way::Pass { strict };
        let not_here = |strict| Way::NotHere { strict };
        for (named, path, way) in [
            ("beian.example", "/verify", pass(true)),
            ("BEIAN.example:443", "/", pass(true)),
            ("beian.example", "/v1/filings", not_here(true)),
            ("beian.example", "/console/sign-in", not_here(true)),
            ("beian.example", "/consoles", pass(true)),
            ("beian.example", "/assets/portal.css", pass(true)),
            ("beian.example", "/metrics", not_here(true)),
            ("api.example:8443", "/v1", pass(true)),
            ("api.example", "/v1", Way::Misdirected),
            ("api.example:8443", "/metrics", pass(true)),
            ("api.example:8443", "/docs/errors/Internal", pass(true)),
            ("api.example:8443", "/verify", not_here(true)),
            ("console.example:80", "/console", pass(false)),
            ("console.example", "/pquery/smsValidate/validateByCondition", not_here(false)),
            ("console.example", "/readyz", pass(false)),
            ("10.0.0.7:8080", "/healthz", pass(false)),
            ("10.0.0.7:8080", "/metrics", pass(false)),
            ("10.0.0.7:8080", "/assets/portal.css", Way::Misdirected),
            ("elsewhere.example", "/verify", Way::Misdirected),
            ("", "/verify", Way::Misdirected),
        ] {
            assert_eq!(hosts.way(named, path), way, "{named}{path}");
        }
    }

    #[test]
    fn one_host_can_have_all_doors() {
        let origin = || Origin::parse("https://beian.example").unwrap();
        let hosts = Hosts { portal: origin(), api: origin(), console: origin() };
        for path in ["/verify", "/v1/filings", "/console", "/metrics", "/healthz", "/assets/console.css"] {
            assert_eq!(hosts.way("beian.example", path), Way::Pass { strict: true }, "{path}");
        }
    }
}
