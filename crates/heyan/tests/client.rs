//! The typed client against the real thing: a filing's whole life, with a sandbox's key and with a signed one; and that its
//! types hold everything that is answered.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use common::{PEOPLE, Sandbox};
use heyan_client::{
    Auth, Client, Delivery, Error, Event, Filing, FilingFilter, Nature, NewFiling, Page, Resolved, Retries,
    Verifications, WebhookEndpoint,
};
use heyan_domain::accounts::Authority;
use heyan_domain::api_keys::{ApiKeyAction, ApiKeyAnswer, KeyLabel, KeyOwner, KeyTerms, Scope};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::ProviderId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// 2026-03-02T09:00:00+08:00, where the tests' clock stands.
const NOW: i64 = 1_772_413_200;

/// A sandbox on a port of its own, and a client of it.
async fn served(auth: Auth) -> (Sandbox, Client) {
    let sandbox = Sandbox::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = sandbox.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let drawn = std::sync::atomic::AtomicU64::new(1);
    let random = move || {
        let drawn = drawn.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        u128::from(drawn).to_be_bytes()
    };
    let client = Client::new(&base, auth, Nature::new(|| NOW, random)).unwrap();
    (sandbox, client.retrying(Retries { tries: 1, ..Retries::default() }))
}

fn sandboxed(name: &str) -> Auth {
    Auth::Sandbox(name.to_owned())
}

fn first() -> NewFiling {
    let text = include_str!("../../../examples/filings/first.json");
    let filing: NewFiling = serde_json::from_str(text).unwrap();
    let (typed, written): (Value, Value) =
        (serde_json::to_value(&filing).unwrap(), serde_json::from_str(text).unwrap());
    assert_eq!(typed, written, "the types hold the whole example");
    filing
}

/// What is answered is held whole by its type.
async fn holds<T: DeserializeOwned + Serialize>(sandbox: &Sandbox, path: &str) {
    let answered = sandbox.get(path).await.json();
    let typed: T = serde_json::from_value(answered.clone()).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(serde_json::to_value(&typed).unwrap(), answered, "{path}");
}

#[tokio::test]
async fn a_filing_lives_from_draft_to_approval_through_the_typed_client() {
    let (sandbox, client) = served(sandboxed("other")).await;
    let mut new = first();
    new.report = false;
    let draft = client.create("order-1", &new).await.unwrap();
    assert_eq!(
        (draft.state.as_str(), client.create("order-1", &new).await.unwrap().id),
        ("draft", draft.id.clone())
    );
    new.remark = Some("corrected".to_owned());
    let corrected = client.correct(&draft.id, &draft.etag, &new).await.unwrap();
    let stale = client.report("order-1-report", &draft.id, &draft.etag).await.unwrap_err();
    assert!(matches!(stale, Error::Problem(problem) if problem.code == "PreconditionFailed.Version"));
    let reported = client.report("order-1-report", &draft.id, &corrected.etag).await.unwrap();
    let round = reported.round.unwrap();
    assert_eq!((round.no, round.verifications.len()), (1, 2));

    for (phone, last_six) in PEOPLE {
        let text = client.messages(phone).await.unwrap().remove(0).text;
        let code = text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap().to_owned();
        sandbox.validate(&code, phone, last_six).await;
    }
    let verified = client.verifications(&draft.id).await.unwrap();
    assert!(verified.items.iter().all(|one| one.state == "passed"));
    let zhejiang = client.by(sandboxed("admin_zhejiang"));
    zhejiang.claim("claim-1", &draft.id).await.unwrap();
    let etag = client.filing(&draft.id).await.unwrap().etag;
    let approved = zhejiang.approve("approve-1", &draft.id, &etag).await.unwrap();
    assert_eq!(approved.entity_no.as_deref(), Some("浙ICP备00000001号"));

    let page = client.events(None, 0).await.unwrap();
    let last = page.items.last().unwrap();
    assert_eq!((last.r#type.as_str(), page.next_cursor.as_ref()), ("filing.approved", Some(&last.id)));
    client.acknowledge(&last.id).await.unwrap();
    assert!(client.events(None, 0).await.unwrap().items.is_empty());
    let listed = FilingFilter { state: Some("approved".to_owned()), ..FilingFilter::default() };
    assert_eq!(client.filings(&listed, None).await.unwrap().items.len(), 1);
    let refused = client.withdraw("too-late", &draft.id).await.unwrap_err();
    assert!(matches!(&refused, Error::Problem(problem) if problem.code == "Conflict.State"), "{refused}");
    let who = client.resolve(&[("kind", "first"), ("province", "浙江")]).await.unwrap();
    assert!(who.roles.contains(&"entity_head".to_owned()));
    assert!(client.advance(3_600).await.unwrap() > client.clock().await.unwrap().replace("T10", "T09"));
}

#[tokio::test]
async fn the_types_hold_everything_that_is_answered() {
    let (sandbox, client) = served(sandboxed("other")).await;
    let hook = client.add_webhook("hook", "https://receiver.example/", &[]).await.unwrap();
    assert!(hook.secret.is_some());
    let id = sandbox.file_first().await["id"].as_str().unwrap().to_owned();
    let app = &sandbox.world.app;
    let now = app.clock.now();
    let followed = app.readers.read(move |reader| reader.webhook_events(now, 100)).await.unwrap();
    app.engine.chore(heyan_store::engine::Chore::Follow(std::sync::Arc::new(followed))).await.unwrap();
    holds::<Filing>(&sandbox, &format!("/v1/filings/{id}")).await;
    holds::<Page<Filing>>(&sandbox, "/v1/filings").await;
    holds::<Verifications>(&sandbox, &format!("/v1/filings/{id}/verifications")).await;
    holds::<Page<Event>>(&sandbox, "/v1/events").await;
    holds::<Resolved>(&sandbox, "/v1/rules/resolve?kind=first&province=%E6%B5%99%E6%B1%9F").await;
    holds::<Page<WebhookEndpoint>>(&sandbox, "/v1/webhook-endpoints").await;
    holds::<Page<Delivery>>(&sandbox, "/v1/deliveries").await;
    sandbox.advance(86_400).await;
    holds::<Filing>(&sandbox, &format!("/v1/filings/{id}")).await;
    let delivery = client.deliveries(Some(&hook.id), None).await.unwrap().items.remove(0);
    assert_eq!(client.replay("again", &delivery.id).await.unwrap().state, "waiting");
    client.remove_webhook(&hook.id).await.unwrap();
    assert!(client.webhooks().await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_key_signs_what_the_client_asks() {
    let (sandbox, client) = served(sandboxed("other")).await;
    let terms = KeyTerms {
        label: KeyLabel::parse("client").unwrap(),
        scopes: vec![Scope::Read, Scope::Write],
        networks: Vec::new(),
    };
    let owner = KeyOwner::Provider(ProviderId::parse("other").unwrap());
    let make = ApiKeyAction::Make { by: Authority::Machine, owner, terms };
    let made = sandbox.world.app.engine.execute(Action::ApiKey(Box::new(make))).await.unwrap();
    let Outcome::ApiKey(ApiKeyAnswer::Secret(id, secret)) = made else { panic!("{made:?}") };
    let signing = |secret: &str| {
        client.by(Auth::Key { id: id.to_string(), secret: secret.to_owned().into() }).in_english()
    };
    let filing = signing(secret.expose()).create("signed-1", &first()).await.unwrap();
    assert_eq!(filing.state, "verifying");
    let found = FilingFilter { province: Some("浙江".to_owned()), ..FilingFilter::default() };
    assert_eq!(signing(secret.expose()).filings(&found, None).await.unwrap().items.len(), 1);
    let wrong = signing("wrong").filing(&filing.id).await.unwrap_err();
    assert!(matches!(wrong, Error::Problem(problem) if problem.code == "AuthFailure.Signature"));
    let scope = signing(secret.expose()).events(None, 0).await.unwrap_err();
    assert!(scope.to_string().starts_with("403 AuthFailure.Scope: "), "{scope}");
}
