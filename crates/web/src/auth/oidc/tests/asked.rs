//! How often an identity provider is asked for what it publishes, and what is found wrong with it.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::Json;
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::routing::get;
use heyan_store::clock::VirtualClock;

use super::*;

/// A provider on loopback that publishes itself, and counts who asks.
struct Door {
    issuer: String,
    asked: Arc<AtomicU32>,
}

async fn door(status: StatusCode, said: Option<&'static str>, keys: JwkSet) -> Door {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicU32::new(0));
    let (counted, name) = (Arc::clone(&asked), issuer.clone());
    let metadata = move || async move {
        counted.fetch_add(1, Ordering::SeqCst);
        let metadata = json!({
            "issuer": said.unwrap_or(&name), "authorization_endpoint": format!("{name}/auth"),
            "token_endpoint": format!("{name}/token"), "jwks_uri": format!("{name}/keys"),
        });
        (status, Json(metadata)).into_response()
    };
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(metadata))
        .route("/keys", get(|| async move { Json(keys) }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Door { issuer, asked }
}

type Hands = Arc<VirtualClock<FixedClock>>;

fn hands() -> Hands {
    Arc::new(VirtualClock::new(FixedClock(now()), 0))
}

fn oidc_at(issuer: &str, clock: &Hands) -> Oidc {
    let roles = BTreeMap::from([("admins".to_owned(), "operator".to_owned())]);
    let labels = ("统一认证".to_owned(), "single sign-on".to_owned());
    let secret = Zeroizing::new("s".to_owned());
    let settings =
        Settings::check(issuer, ("heyan", secret), "https://beian.example.cn", labels, "groups", &roles);
    let clock: Arc<dyn Clock> = Arc::<VirtualClock<FixedClock>>::clone(clock);
    Oidc::new(settings.unwrap(), Client::new(None).unwrap(), clock)
}

#[tokio::test]
async fn what_is_published_is_asked_for_once_an_hour_and_by_one_for_all() {
    let (door, clock) = (door(StatusCode::OK, None, published(&[1, 2])).await, hands());
    let oidc = oidc_at(&door.issuer, &clock);
    let all = tokio::join!(oidc.probe(), oidc.probe(), oidc.probe());
    assert!(matches!(all, (Ok(2), Ok(2), Ok(2))), "{all:?}");
    assert_eq!(door.asked.load(Ordering::SeqCst), 1);
    clock.hold(now().plus_ms(3_599_000));
    oidc.probe().await.unwrap();
    assert_eq!(door.asked.load(Ordering::SeqCst), 1);
    clock.hold(now().plus_ms(3_600_000));
    oidc.probe().await.unwrap();
    assert_eq!(door.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_failure_is_remembered_for_some_seconds() {
    let (door, clock) = (door(StatusCode::SERVICE_UNAVAILABLE, None, published(&[1])).await, hands());
    let oidc = oidc_at(&door.issuer, &clock);
    assert!(matches!(oidc.probe().await, Err(Fault::Refused { .. })));
    clock.hold(now().plus_ms(4_999));
    assert!(matches!(oidc.probe().await, Err(Fault::JustFailed)));
    assert_eq!(door.asked.load(Ordering::SeqCst), 1);
    clock.hold(now().plus_ms(5_000));
    assert!(matches!(oidc.probe().await, Err(Fault::Refused { .. })));
    assert_eq!(door.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_unknown_key_is_no_reason_to_ask_more_often_than_every_ten_seconds() {
    let (door, clock) = (door(StatusCode::OK, None, published(&[1])).await, hands());
    let oidc = oidc_at(&door.issuer, &clock);
    oidc.probe().await.unwrap();
    oidc.known_again().await.unwrap();
    assert_eq!(door.asked.load(Ordering::SeqCst), 1);
    clock.hold(now().plus_ms(10_000));
    oidc.known_again().await.unwrap();
    oidc.known_again().await.unwrap();
    assert_eq!(door.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn who_calls_itself_otherwise_or_has_no_key_is_not_asked_further() {
    let clock = hands();
    let other = door(StatusCode::OK, Some("https://login.example.org"), published(&[1])).await;
    assert!(matches!(oidc_at(&other.issuer, &clock).probe().await, Err(Fault::OtherIssuer { .. })));
    let keyless = door(StatusCode::OK, None, JwkSet { keys: Vec::new() }).await;
    assert!(matches!(oidc_at(&keyless.issuer, &clock).probe().await, Err(Fault::NoKey)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let fault = oidc_at(&nobody, &clock).probe().await.unwrap_err();
    assert!(
        fault.to_string().starts_with("the metadata cannot be had: 127.0.0.1 cannot be reached: "),
        "{fault}"
    );
}
