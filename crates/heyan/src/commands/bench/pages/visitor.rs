//! Somebody who asks for pages without a network: the request goes straight into the router.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, header};
use heyan_web::app::DemoAccount;
use tower::ServiceExt as _;

use crate::failure::Failure;

/// A router and what is sent along with each request.
pub(super) struct Visitor {
    router: Router,
    cookies: String,
    key: &'static str,
}

/// An answer, and how long it took.
pub(super) struct Seen {
    pub status: u16,
    pub body: String,
    pub took: Duration,
    headers: HeaderMap,
}

impl Seen {
    /// Where the next page of a list is.
    pub(super) fn next(&self) -> Option<String> {
        let before = self.body.split("\" rel=\"next\"").next().filter(|part| part.len() < self.body.len())?;
        let path = before.rsplit("href=\"").next()?;
        Some(path.replace("&#38;", "&").replace("&amp;", "&"))
    }
}

impl Visitor {
    /// Somebody with a key of the API, or, with an empty one, anybody.
    pub(super) const fn with_key(router: Router, key: &'static str) -> Self {
        Self { router, cookies: String::new(), key }
    }

    /// One of the demo accounts, signed in.
    pub(super) async fn signed_in(router: Router, account: &DemoAccount) -> Result<Self, Failure> {
        let mut visitor = Self::with_key(router, "");
        let form = format!("name={}&password={}", account.name, account.password);
        let answer = visitor.ask(Method::POST, "/console/sign-in", form).await?;
        let cookies: Vec<&str> = answer
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .collect();
        if answer.status != 303 || cookies.is_empty() {
            return Err(Failure::plain(format!("{} cannot sign in: {}", account.name, answer.status)));
        }
        visitor.cookies = cookies.join("; ");
        Ok(visitor)
    }

    /// Asks for a page and reads it to its end.
    pub(super) async fn get(&self, path: &str) -> Result<Seen, Failure> {
        self.ask(Method::GET, path, String::new()).await
    }

    async fn ask(&self, method: Method, path: &str, body: String) -> Result<Seen, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, &self.cookies);
        }
        if !self.key.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.key));
        }
        let request = request.body(Body::from(body))?;
        let begun = Instant::now();
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await?;
        let took = begun.elapsed();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Seen { status: parts.status.as_u16(), body, took, headers: parts.headers })
    }
}
