//! How the server stands to the outside: slow clients on real sockets, hosts of its doors, HTTPS only.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use common::{Answer, Sandbox};
use heyan::config::Outside;
use heyan::connections::Patience;
use heyan_web::host::{Hosts, Origin};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Short enough that no test waits long, long enough for a machine that is busy with other tests.
const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(60);

/// Serves a sandbox on a socket while the story is told.
async fn told<F: Future<Output = ()>>(patience: Patience, story: impl FnOnce(SocketAddr) -> F) {
    let sandbox = Sandbox::new();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let (world, data) = sandbox.into_world();
    let served = tokio::spawn(world.serve_with(listener, patience, async {
        let _ = stopped.await;
    }));
    story(address).await;
    stop.send(()).unwrap();
    assert!(served.await.unwrap().is_ok());
    drop(data);
}

/// Sends the parts of a request and reads until the server closes the connection.
async fn answer_to(address: SocketAddr, request: &str) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_head_that_never_ends_and_an_idle_connection_are_cut_off() {
    let patience = Patience { head: SHORT, body: LONG, ..Patience::default() };
    told(patience, async |address| {
        assert_eq!(answer_to(address, "GET /verify HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await, "");
        assert_eq!(answer_to(address, "").await, "");
        // A whole request is answered; then the connection waits for another one, and not for ever.
        let answer = answer_to(address, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_answered_408_and_the_connection_closed() {
    let patience = Patience { head: LONG, body: SHORT, ..Patience::default() };
    told(patience, async |address| {
        let begun = [
            ("/verify", "application/x-www-form-urlencoded", "code=1"),
            ("/pquery/smsValidate/validateByCondition", "application/json", "{"),
            ("/v1/filings", "application/json", "{"),
            ("/console/sign-in", "application/x-www-form-urlencoded", "name=a"),
        ];
        for (path, kind, body) in begun {
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer test_other\r\n\
                 Idempotency-Key: slow\r\nContent-Type: {kind}\r\nContent-Length: 1000\r\n\r\n{body}"
            );
            let answer = answer_to(address, &head).await;
            assert!(answer.starts_with("HTTP/1.1 408 "), "{path}: {answer}");
        }
    })
    .await;
}

fn outside(scheme: &str) -> Outside {
    let origin = |name: &str| Origin::parse(&format!("{scheme}://{name}.example")).unwrap();
    Outside { hosts: Some(Hosts { portal: origin("beian"), api: origin("api"), console: origin("console") }) }
}

async fn at(sandbox: &Sandbox, host: &str, path: &str) -> Answer {
    let mut request = Sandbox::request(Method::GET, path, "text/plain", String::new());
    request.headers_mut().insert(header::HOST, host.parse().unwrap());
    sandbox.send(request).await
}

#[tokio::test]
async fn portal_api_and_consoles_have_their_own_hosts() {
    let sandbox = Sandbox::outside(outside("https"));
    for (host, path, status) in [
        ("beian.example", "/verify", 200),
        ("beian.example", "/v1/filings", 404),
        ("beian.example", "/console/sign-in", 404),
        ("api.example", "/v1/filings", 200),
        ("api.example", "/verify", 404),
        ("console.example", "/console/sign-in", 200),
        ("console.example", "/verify", 404),
        ("elsewhere.example", "/verify", 421),
        ("127.0.0.1:8080", "/console/sign-in", 421),
        ("127.0.0.1:8080", "/readyz", 200),
    ] {
        let answer = at(&sandbox, host, path).await;
        assert_eq!(answer.status.as_u16(), status, "{host}{path}");
        // A browser that has come by HTTPS to a host of ours comes so again.
        let strict = host.ends_with(".example") && !host.starts_with("elsewhere");
        let expected = if strict { "max-age=31536000" } else { "" };
        assert_eq!(answer.header("strict-transport-security"), expected, "{host}{path}");
    }
    assert_eq!(at(&sandbox, "elsewhere.example", "/").await.json()["code"], "MisdirectedRequest");
    assert_eq!(at(&sandbox, "beian.example", "/v1/filings").await.json()["code"], "ResourceNotFound.Route");
    assert!(at(&sandbox, "console.example", "/verify").await.text().contains("找不到这个页面"));
    // A link for applicants leads to the portal, whichever host the provider's program has asked.
    let body = include_str!("../../../examples/filings/first.json").to_owned();
    let mut request = Sandbox::request(Method::POST, "/v1/filings", "application/json", body);
    request.headers_mut().insert(header::HOST, "api.example".parse().unwrap());
    request.headers_mut().insert("idempotency-key", "hosts".parse().unwrap());
    let filing = sandbox.send(request).await.json();
    let link = filing["progress_url"].as_str().unwrap();
    assert!(link.starts_with("https://beian.example/progress/"), "{link}");
}

#[tokio::test]
async fn nothing_is_said_of_https_where_there_is_none() {
    let plain = Sandbox::outside(outside("http"));
    let page = at(&plain, "beian.example", "/verify").await;
    assert_eq!((page.status, page.header("strict-transport-security")), (StatusCode::OK, ""));
    let unnamed = Sandbox::new();
    let page = at(&unnamed, "anywhere.example", "/verify").await;
    assert_eq!((page.status, page.header("strict-transport-security")), (StatusCode::OK, ""));
}
