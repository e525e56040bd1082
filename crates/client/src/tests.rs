//! How calls are repeated, against a server that answers as it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request as Incoming;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::*;

/// The answers in their order, and the heads of what came.
#[derive(Clone)]
struct Server {
    base: String,
    heads: Arc<Mutex<Vec<HeaderMap>>>,
}

fn problem_of(status: StatusCode, code: &str) -> Response {
    let body = json!({
        "type": "", "title": "", "status": status.as_u16(), "detail": "why", "code": code, "request_id": "req_1",
        "errors": [],
    });
    (status, [("retry-after", "0")], axum::Json(body)).into_response()
}

fn done() -> Response {
    axum::Json(json!({ "now": "2026-03-02T09:00:00+08:00" })).into_response()
}

impl Server {
    /// Answers in this way each time, by the number of the request from 1.
    async fn that(answers: impl Fn(usize) -> Response + Clone + Send + Sync + 'static) -> Self {
        let heads: Arc<Mutex<Vec<HeaderMap>>> = Arc::default();
        let seen = Arc::clone(&heads);
        let handle = move |request: Incoming| {
            let no = {
                let mut seen = seen.lock().unwrap();
                seen.push(request.headers().clone());
                seen.len()
            };
            let answer = answers(no);
            async move { answer }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handle)).await });
        Self { base, heads }
    }

    fn client(&self, auth: Auth) -> Client {
        let retries = Retries { tries: 3, first_wait: Duration::ZERO, longest_wait: Duration::ZERO };
        let drawn = std::sync::atomic::AtomicU8::new(0);
        let random = move || [drawn.fetch_add(1, std::sync::atomic::Ordering::Relaxed); 16];
        Client::new(&self.base, auth, Nature::new(|| 1_772_413_200, random)).unwrap().retrying(retries)
    }

    fn all(&self, header: &str) -> Vec<String> {
        let heads = self.heads.lock().unwrap();
        heads
            .iter()
            .map(|head| head.get(header).map_or("", |value| value.to_str().unwrap()).to_owned())
            .collect()
    }
}

fn sandbox() -> Auth {
    Auth::Sandbox("other".to_owned())
}

#[tokio::test]
async fn a_busy_server_is_asked_again_under_the_same_key() {
    let server = Server::that(|no| match no {
        1 => problem_of(StatusCode::SERVICE_UNAVAILABLE, "Unavailable.Busy"),
        2 => problem_of(StatusCode::CONFLICT, "Conflict.IdempotencyRunning"),
        _ => done(),
    })
    .await;
    let reply = server.client(sandbox()).acknowledge("evt_1").await.unwrap();
    assert_eq!(reply.status, 200);
    assert_eq!(server.all("idempotency-key"), ["evt_1"; 3]);
    assert_eq!(server.all("authorization"), ["Bearer test_other"; 3]);
}

#[tokio::test]
async fn a_no_is_a_no() {
    let server = Server::that(|_| problem_of(StatusCode::CONFLICT, "Conflict.State")).await;
    let refused = server.client(sandbox()).withdraw("key", "fil_1").await.unwrap_err();
    let Error::Problem(problem) = refused else { panic!("{refused}") };
    assert_eq!((problem.status, problem.code.as_str()), (409, "Conflict.State"));
    assert_eq!(server.all("host").len(), 1);
}

#[tokio::test]
async fn a_server_that_stays_busy_is_given_up() {
    let server =
        Server::that(|_| problem_of(StatusCode::TOO_MANY_REQUESTS, "LimitExceeded.PhoneMessages")).await;
    let refused = server.client(sandbox()).clock().await.unwrap_err();
    assert!(matches!(refused, Error::Problem(problem) if problem.status == 429));
    assert_eq!(server.all("host").len(), 3);
}

#[tokio::test]
async fn without_a_key_what_may_have_been_done_is_not_done_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let taken = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            drop(connection);
        }
    });
    let server = Server { base, heads: Arc::default() };
    let client = server.client(sandbox());
    let asked = || taken.swap(0, std::sync::atomic::Ordering::Relaxed);
    assert!(matches!(client.advance(1).await, Err(Error::Unanswered(_))));
    assert_eq!(asked(), 1);
    assert!(matches!(client.withdraw("key", "fil_1").await, Err(Error::Unanswered(_))));
    assert_eq!(asked(), 3);
    assert!(matches!(client.clock().await, Err(Error::Unanswered(_))));
    assert_eq!(asked(), 3);
}

#[tokio::test]
async fn each_try_is_signed_anew() {
    let server = Server::that(|no| {
        if no == 1 { problem_of(StatusCode::SERVICE_UNAVAILABLE, "Unavailable.Busy") } else { done() }
    })
    .await;
    let auth = Auth::Key { id: "key_0000000000001".to_owned(), secret: Zeroizing::new("secret".to_owned()) };
    assert_eq!(format!("{auth:?}"), "Key(key_0000000000001)");
    server.client(auth).clock().await.unwrap();
    let nonces = server.all("x-heyan-nonce");
    assert_eq!(nonces.len(), 2);
    assert_ne!(nonces[0], nonces[1]);
    let signed = server.all("authorization");
    assert!(signed[0].starts_with("HEYAN1-HMAC-SHA256 Credential=key_0000000000001, SignedHeaders=host;"));
}
