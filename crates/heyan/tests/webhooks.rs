//! Webhooks, from the event to the receiver: real sockets on loopback, receivers that behave and receivers that do not.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised, and waits for real sockets"
)]

mod common;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use common::Sandbox;
use heyan::webhooks::Webhooks;
use heyan_domain::terms::EndpointId;
use heyan_domain::webhooks::{Endpoint, EndpointTerms, EndpointUrl, TryResult};
use heyan_signing::webhook::signatures;
use heyan_web::webhooks::{Allowed, Message};
use serde_json::{Value, json};
use tokio::sync::watch;

/// A message as it arrived.
#[derive(Clone)]
struct Arrived {
    headers: HeaderMap,
    body: Bytes,
}

impl Arrived {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
}

/// Somebody's server: what has arrived, and how it answers.
#[derive(Clone)]
struct Receiver {
    address: SocketAddr,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl Receiver {
    async fn that(answers: impl Fn(usize) -> Response + Clone + Send + Sync + 'static) -> Self {
        let arrived: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let seen = Arc::clone(&arrived);
        let handle = move |headers: HeaderMap, body: Bytes| {
            let no = {
                let mut seen = seen.lock().unwrap();
                seen.push(Arrived { headers, body });
                seen.len()
            };
            let answer = answers(no);
            async move {
                if answer.status() == StatusCode::IM_A_TEAPOT {
                    std::future::pending::<()>().await;
                }
                answer
            }
        };
        let router = Router::new().fallback(any(handle));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, arrived }
    }

    async fn that_takes_all() -> Self {
        Self::that(|_| StatusCode::NO_CONTENT.into_response()).await
    }

    fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    fn all(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    /// Waits until so many have arrived.
    async fn until(&self, count: usize) -> Vec<Arrived> {
        for _ in 0..400 {
            let all = self.all();
            if all.len() >= count {
                return all;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{} of {count} have arrived", self.all().len());
    }
}

/// Sends until it is dropped.
struct Sending(watch::Sender<bool>);

fn sending(sandbox: &Sandbox) -> Sending {
    let (stop, stopping) = watch::channel(false);
    let webhooks = Webhooks::new(Arc::clone(&sandbox.world.app));
    tokio::spawn(async move { webhooks.run(stopping).await });
    Sending(stop)
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}

/// An endpoint of the API: its answer.
async fn endpoint(sandbox: &Sandbox, url: &str, events: &[&str]) -> Value {
    let answer = sandbox.post_json("/v1/webhook-endpoints", &json!({ "url": url, "events": events })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    answer.json()
}

async fn get(sandbox: &Sandbox, path: &str) -> Value {
    let answer = sandbox.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()
}

/// Waits until a delivery to an endpoint has been tried so many times, and gives it.
async fn tried(sandbox: &Sandbox, endpoint: &Value, times: usize) -> Value {
    let path = format!("/v1/deliveries?endpoint_id={}", endpoint["id"].as_str().unwrap());
    for _ in 0..800 {
        let all = get(sandbox, &path).await;
        let done = |one: &&Value| one["attempts"].as_array().unwrap().len() >= times;
        if let Some(found) = all["items"].as_array().unwrap().iter().find(done) {
            return found.clone();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nothing was tried {times} times");
}

/// The octets of a secret as it is told.
fn octets(endpoint: &Value) -> Vec<u8> {
    use base64::Engine as _;
    let text = endpoint["secret"].as_str().unwrap().strip_prefix("whsec_").unwrap();
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

#[tokio::test]
async fn what_happens_to_a_filing_arrives_signed_in_order_and_thin() {
    let sandbox = Sandbox::new();
    let receiver = Receiver::that_takes_all().await;
    let made = endpoint(&sandbox, &receiver.url(), &[]).await;
    let filing = sandbox.file_first().await;
    // What happens while nobody sends is sent later.
    let _sending = sending(&sandbox);
    let feed = get(&sandbox, "/v1/events").await;
    let feed = feed["items"].as_array().unwrap();
    let mut arrived = receiver.until(feed.len()).await;
    arrived.sort_by_key(|one| one.header("webhook-id").to_owned());
    assert_eq!(arrived.len(), feed.len());
    for (one, event) in arrived.iter().zip(feed) {
        assert_eq!(one.header("webhook-id"), event["id"]);
        assert_eq!(one.json(), json!({ "type": event["type"], "timestamp": event["at"], "data": event }));
        let seconds: i64 = one.header("webhook-timestamp").parse().unwrap();
        let expected = signatures([octets(&made).as_slice()], one.header("webhook-id"), seconds, &one.body);
        assert_eq!(one.header("webhook-signature"), expected);
    }
    assert_eq!(arrived[0].json()["data"]["filing_id"], filing["id"]);
    let all: String = arrived.iter().map(|one| String::from_utf8_lossy(&one.body).into_owned()).collect();
    for personal in ["154000", "120173", "250246", "林", "9199"] {
        assert!(!all.contains(personal), "{personal}: {all}");
    }
}

#[tokio::test]
async fn an_endpoint_is_told_of_what_it_asked_for() {
    let sandbox = Sandbox::new();
    let receiver = Receiver::that_takes_all().await;
    endpoint(&sandbox, &receiver.url(), &["filing.withdrawn"]).await;
    let _sending = sending(&sandbox);
    let filing = sandbox.file_first().await;
    let withdraw = format!("/v1/filings/{}/withdraw", filing["id"].as_str().unwrap());
    assert_eq!(sandbox.post_json(&withdraw, &json!({})).await.status, StatusCode::OK);
    let arrived = receiver.until(1).await;
    assert_eq!(arrived[0].kind(), "filing.withdrawn");
}

#[tokio::test]
async fn receivers_that_misbehave_end_as_they_should_and_hold_nobody_up() {
    let sandbox = Sandbox::new();
    let elsewhere = Receiver::that_takes_all().await;
    let to = elsewhere.url();
    let redirects =
        Receiver::that(move |_| (StatusCode::FOUND, [(header::LOCATION, to.clone())]).into_response()).await;
    let hangs = Receiver::that(|_| StatusCode::IM_A_TEAPOT.into_response()).await;
    let fails = Receiver::that(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()).await;
    let gone = Receiver::that(|_| StatusCode::GONE.into_response()).await;
    let endless = Receiver::that(|_| vec![b'x'; 8 << 20].into_response()).await;
    let works = Receiver::that_takes_all().await;
    let only = ["filing.reported"];
    let mut made = Vec::new();
    for url in [&hangs, &redirects, &fails, &gone, &endless, &works].map(Receiver::url) {
        made.push(endpoint(&sandbox, &url, &only).await);
    }
    let nobody = endpoint(&sandbox, "http://127.0.0.1:9/", &only).await;
    let _sending = sending(&sandbox);
    sandbox.file_first().await;

    works.until(1).await;
    assert_eq!(tried(&sandbox, &made[5], 1).await["state"], "delivered");
    let seen = |delivery: &Value| {
        (delivery["attempts"][0]["status"].clone(), delivery["attempts"][0]["failure"].clone())
    };
    assert_eq!(seen(&tried(&sandbox, &made[1], 1).await), (json!(302), Value::Null));
    assert!(elsewhere.all().is_empty(), "a redirect is not followed");
    let failed = tried(&sandbox, &made[2], 1).await;
    assert_eq!(seen(&failed), (json!(500), Value::Null));
    assert_eq!(failed["state"], "waiting");
    assert_eq!(seen(&tried(&sandbox, &made[3], 1).await), (json!(410), Value::Null));
    let off = get(&sandbox, &format!("/v1/webhook-endpoints/{}", made[3]["id"].as_str().unwrap())).await;
    assert_eq!((&off["enabled"], &off["disabled"]["reason"]), (&json!(false), &json!("gone")));
    assert_eq!(seen(&tried(&sandbox, &made[4], 1).await), (Value::Null, json!("too_long")));
    assert_eq!(seen(&tried(&sandbox, &nobody, 1).await), (Value::Null, json!("unreachable")));
    // It takes ten seconds to know that somebody hangs; meanwhile the others have been told.
    assert_eq!(seen(&tried(&sandbox, &made[0], 1).await), (Value::Null, json!("too_slow")));

    // The ladder stands on the clock of the sandbox.
    assert_eq!(fails.all().len(), 1);
    sandbox.advance(6).await;
    let again = fails.until(2).await;
    assert_eq!(again[0].header("webhook-id"), again[1].header("webhook-id"));
}

#[tokio::test]
async fn a_replay_keeps_its_id_and_is_done_once_for_each_key() {
    let sandbox = Sandbox::new();
    let receiver = Receiver::that_takes_all().await;
    let made = endpoint(&sandbox, &receiver.url(), &["filing.reported"]).await;
    let _sending = sending(&sandbox);
    sandbox.file_first().await;
    let delivery = tried(&sandbox, &made, 1).await;
    let path = format!("/v1/deliveries/{}/replay", delivery["id"].as_str().unwrap());
    for _ in 0..2 {
        let mut request = Sandbox::request(Method::POST, &path, "application/json", "{}".to_owned());
        request.headers_mut().insert("idempotency-key", "replay-1".parse().unwrap());
        let answer = sandbox.send(request).await;
        assert_eq!(
            (answer.status, answer.json()["state"].as_str().unwrap().to_owned()),
            (StatusCode::OK, "waiting".to_owned())
        );
    }
    let delivery = tried(&sandbox, &made, 2).await;
    assert_eq!(delivery["state"], "delivered");
    let arrived = receiver.until(2).await;
    assert_eq!(arrived[0].header("webhook-id"), arrived[1].header("webhook-id"));
    assert_eq!(arrived[0].body, arrived[1].body);
}

#[tokio::test]
async fn while_a_secret_is_exchanged_messages_are_signed_with_both() {
    let sandbox = Sandbox::new();
    let receiver = Receiver::that_takes_all().await;
    let made = endpoint(&sandbox, &receiver.url(), &["filing.reported"]).await;
    let path = format!("/v1/webhook-endpoints/{}/secret", made["id"].as_str().unwrap());
    let renewed = sandbox.post_json(&path, &json!({})).await;
    assert_eq!(renewed.status, StatusCode::OK, "{}", renewed.body);
    let renewed = renewed.json();
    let _sending = sending(&sandbox);
    sandbox.file_first().await;
    let one = &receiver.until(1).await[0];
    let seconds: i64 = one.header("webhook-timestamp").parse().unwrap();
    let (new, old) = (octets(&renewed), octets(&made));
    assert_ne!(new, old);
    let both = signatures([new.as_slice(), old.as_slice()], one.header("webhook-id"), seconds, &one.body);
    assert_eq!(one.header("webhook-signature"), both);
}

#[tokio::test]
async fn what_happened_while_an_endpoint_was_off_follows_when_it_is_on_again() {
    let sandbox = Sandbox::new();
    let flaky = Receiver::that(|no| {
        if no == 1 { StatusCode::GONE.into_response() } else { StatusCode::OK.into_response() }
    })
    .await;
    let made = endpoint(&sandbox, &flaky.url(), &["filing.reported", "filing.withdrawn"]).await;
    let _sending = sending(&sandbox);
    let filing = sandbox.file_first().await;
    tried(&sandbox, &made, 1).await;
    let withdraw = format!("/v1/filings/{}/withdraw", filing["id"].as_str().unwrap());
    assert_eq!(sandbox.post_json(&withdraw, &json!({})).await.status, StatusCode::OK);
    let enable = format!("/v1/webhook-endpoints/{}/enable", made["id"].as_str().unwrap());
    let enabled = sandbox.post_json(&enable, &json!({})).await;
    assert_eq!((enabled.status, enabled.json()["enabled"].clone()), (StatusCode::OK, json!(true)));
    sandbox.advance(6).await;
    let mut kinds: Vec<String> = flaky.until(3).await.iter().map(Arrived::kind).collect();
    kinds.sort();
    assert_eq!(kinds, ["filing.reported", "filing.reported", "filing.withdrawn"]);
}

#[tokio::test]
async fn outside_the_sandbox_nothing_is_sent_into_the_own_house() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let webhooks =
        heyan_web::webhooks::Webhooks::new(Allowed::default(), Arc::new(heyan_store::clock::SystemClock))
            .unwrap();
    assert_eq!(webhooks.read_url(&format!("https://127.0.0.1:{port}/")), None);
    assert_eq!(webhooks.read_url("https://[::ffff:10.0.0.1]/"), None);
    assert_eq!(webhooks.read_url("http://example.cn/"), None);
    // A name is looked at when something is sent: today it leads elsewhere than yesterday.
    let now = heyan_domain::Timestamp::from_ms(0);
    for host in ["localhost", "127.0.0.1"] {
        let url = EndpointUrl::parse(&format!("https://{host}:{port}/"), false).unwrap();
        let endpoint = Endpoint {
            id: EndpointId::from_number(1),
            terms: EndpointTerms { url, kinds: Vec::new() },
            secrets: Vec::new(),
            made_at: now,
            failing_since: None,
            off: None,
        };
        let (tried, _) = webhooks.send(now, &endpoint, &Message::test(endpoint.id, now)).await;
        assert_eq!(tried.result, TryResult::NotPublic, "{host}");
    }
    let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(nobody.is_err(), "not even a connection");
}
