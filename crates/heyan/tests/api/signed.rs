//! Signed requests to a production server: what counts, and what each fault is answered with.

use heyan_domain::Timestamp;
use heyan_domain::accounts::Authority;
use heyan_domain::api_keys::{ApiKeyAction, ApiKeyAnswer, KeyLabel, KeyOwner, KeyTerms, Network, Scope};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::{ApiKeyId, ProviderId, Province};
use heyan_signing::{Authorization, CONTENT_SHA256, Message, NONCE, TIMESTAMP, content_sha256, sign};
use serde_json::json;

use crate::door::{Door, MORNING, Seen, first};

const BY: Authority = Authority::Machine;

async fn ask(door: &Door, action: ApiKeyAction) -> ApiKeyAnswer {
    match door.app.engine.execute(Action::ApiKey(Box::new(action))).await.unwrap() {
        Outcome::ApiKey(answer) => answer,
        other => panic!("{other:?}"),
    }
}

async fn secret(door: &Door, action: ApiKeyAction) -> (ApiKeyId, String) {
    match ask(door, action).await {
        ApiKeyAnswer::Secret(id, secret) => (id, secret.expose().to_owned()),
        other => panic!("{other:?}"),
    }
}

async fn key_of(door: &Door, owner: KeyOwner, scopes: &[Scope], networks: &[&str]) -> (ApiKeyId, String) {
    let networks = networks.iter().map(|text| Network::parse(text).unwrap()).collect();
    let terms = KeyTerms { label: KeyLabel::parse("orders").unwrap(), scopes: scopes.to_vec(), networks };
    secret(door, ApiKeyAction::Make { by: BY, owner, terms }).await
}

fn other() -> KeyOwner {
    KeyOwner::Provider(ProviderId::parse("other").unwrap())
}

/// A request that is signed; whatever is put right here is what a test makes wrong.
#[derive(Clone)]
struct Request<'r> {
    key: String,
    secret: &'r str,
    method: &'r str,
    path: &'r str,
    query: &'r str,
    body: Vec<u8>,
    nonce: &'r str,
    seconds: i64,
    idempotency: Option<&'r str>,
}

impl<'r> Request<'r> {
    fn get(path: &'r str, nonce: &'r str, (key, secret): &'r (ApiKeyId, String)) -> Self {
        let seconds = Timestamp::parse_rfc3339(MORNING).unwrap().as_ms() / 1_000;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let key = key.to_string();
        Self { key, secret, method: "GET", path, query, body: Vec::new(), nonce, seconds, idempotency: None }
    }

    fn post(path: &'r str, nonce: &'r str, key: &'r (ApiKeyId, String), body: &serde_json::Value) -> Self {
        let body = serde_json::to_vec(body).unwrap();
        Self { method: "POST", body, idempotency: Some(nonce), ..Self::get(path, nonce, key) }
    }

    /// Sends it with a body that may be another than the one that was signed.
    async fn send_with(&self, door: &Door, body: Vec<u8>) -> Seen {
        let (hash, seconds) = (content_sha256(&self.body), self.seconds.to_string());
        let mut headers = vec![
            ("host", "api.beian.example"),
            (CONTENT_SHA256, &*hash),
            (NONCE, self.nonce),
            (TIMESTAMP, &*seconds),
        ];
        headers.extend(self.idempotency.map(|key| ("idempotency-key", key)));
        headers.extend((self.method == "POST").then_some(("content-type", "application/json")));
        headers.sort_unstable();
        let message =
            Message { method: self.method, path: self.path, query: self.query, headers: headers.clone() };
        let authorization = Authorization {
            credential: self.key.clone(),
            signed_headers: headers.iter().map(|(name, _)| (*name).to_owned()).collect(),
            signature: sign(self.secret, &message),
        };
        let uri = if self.query.is_empty() {
            self.path.to_owned()
        } else {
            format!("{}?{}", self.path, self.query)
        };
        let call = door.call(self.method, &uri).header("authorization", &authorization.to_string());
        let call = headers.iter().fold(call, |call, (name, value)| call.header(name, value));
        call.bytes(body).send().await
    }

    async fn send(&self, door: &Door) -> Seen {
        self.send_with(door, self.body.clone()).await
    }
}

#[tokio::test]
async fn a_signed_request_counts_once_and_only_as_it_was_signed() {
    let door = Door::production();
    let key = key_of(&door, other(), Scope::ALL, &[]).await;
    let list = Request::get("/v1/filings?state=verifying&limit=5", "nonce-0000000001", &key);
    list.send(&door).await.is(200);
    list.send(&door).await.problem(401, "AuthFailure.Nonce");

    let wrong = |nonce| Request { nonce, ..list.clone() };
    Request { secret: "another", ..wrong("nonce-0000000002") }
        .send(&door)
        .await
        .problem(401, "AuthFailure.Signature");
    Request { nonce: "short", ..list.clone() }.send(&door).await.problem(401, "AuthFailure.Signature");
    for skew in [-301, 301] {
        let late = Request { seconds: list.seconds + skew, ..wrong("nonce-0000000003") };
        let seen = late.send(&door).await.problem(401, "AuthFailure.Timestamp");
        assert!(seen.text_at("/detail").contains("2026-03-02T09:00:00"), "{}", seen.text);
    }
    Request { seconds: list.seconds - 300, ..wrong("nonce-0000000004") }.send(&door).await.is(200);
    for unknown in ["key_0000000000001", "other", ""] {
        let stranger = Request { key: unknown.to_owned(), ..wrong("nonce-0000000005") };
        stranger.send(&door).await.problem(401, "AuthFailure.Key");
    }
    // What was refused has used up nothing.
    wrong("nonce-0000000002").send(&door).await.is(200);
}

#[tokio::test]
async fn a_body_is_the_one_that_was_signed_and_a_repetition_is_the_same_request() {
    let door = Door::production();
    let key = key_of(&door, other(), Scope::ALL, &[]).await;
    let filing = Request::post("/v1/filings", "nonce-0000000001", &key, &first(1));
    let swapped = serde_json::to_vec(&first(2)).unwrap();
    filing.send_with(&door, swapped).await.problem(401, "AuthFailure.Signature");
    let filing = Request { nonce: "nonce-0000000002", ..filing };
    let made = filing.send(&door).await.is(201);
    // A retry is signed anew, by whichever of the provider's keys, and finds the reply of the first.
    let second = key_of(&door, other(), &[Scope::Write], &[]).await;
    let retry = Request {
        idempotency: filing.idempotency,
        ..Request::post("/v1/filings", "nonce-0000000003", &second, &first(1))
    };
    let again = retry.send(&door).await.is(201);
    assert_eq!((again.id(), again.header("idempotent-replayed")), (made.id(), Some("true")));
}

#[tokio::test]
async fn a_header_that_changes_the_meaning_must_be_signed() {
    let door = Door::production();
    let key = key_of(&door, other(), Scope::ALL, &[]).await;
    let filing = Request::post("/v1/filings", "nonce-0000000001", &key, &json!({}));
    // Signed without its Idempotency-Key, which comes with it all the same.
    let unsigned = Request { idempotency: None, ..filing };
    let (hash, seconds) = (content_sha256(&unsigned.body), unsigned.seconds.to_string());
    let headers = vec![
        ("content-type", "application/json"),
        ("host", "h"),
        (CONTENT_SHA256, &*hash),
        (NONCE, unsigned.nonce),
        (TIMESTAMP, &*seconds),
    ];
    let message = Message { method: "POST", path: "/v1/filings", query: "", headers: headers.clone() };
    let signed_headers = headers.iter().map(|(name, _)| (*name).to_owned()).collect();
    let authorization =
        Authorization { credential: key.0.to_string(), signed_headers, signature: sign(&key.1, &message) };
    let call = door
        .call("POST", "/v1/filings")
        .header("authorization", &authorization.to_string())
        .key("slipped-in");
    let call = headers.iter().fold(call, |call, (name, value)| call.header(name, value));
    let seen = call.bytes(unsigned.body.clone()).send().await.problem(401, "AuthFailure.Signature");
    assert!(seen.text_at("/detail").contains("idempotency-key"), "{}", seen.text);
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_for_its_owner_and_from_its_networks() {
    let door = Door::production();
    let reader = key_of(&door, other(), &[Scope::Read], &[]).await;
    Request::get("/v1/filings", "nonce-0000000001", &reader).send(&door).await.is(200);
    Request::get("/v1/events", "nonce-0000000002", &reader)
        .send(&door)
        .await
        .problem(403, "AuthFailure.Scope");
    Request::post("/v1/filings", "nonce-0000000003", &reader, &first(1))
        .send(&door)
        .await
        .problem(403, "AuthFailure.Scope");
    Request::get("/v1/reviews", "nonce-0000000004", &reader)
        .send(&door)
        .await
        .problem(403, "AuthFailure.Role");

    let zhejiang = KeyOwner::Administration(Province::from_pinyin("zhejiang").unwrap());
    let review = key_of(&door, zhejiang, Scope::ALL, &[]).await;
    let queue = "/v1/reviews?province=%E6%B5%99%E6%B1%9F";
    Request::get(queue, "nonce-0000000001", &review).send(&door).await.is(200);
    Request::get("/v1/filings", "nonce-0000000002", &review)
        .send(&door)
        .await
        .problem(403, "AuthFailure.Role");

    // The door of this test has no peer, and who comes from nowhere is in no network.
    let bound = key_of(&door, other(), Scope::ALL, &["203.0.113.0/24"]).await;
    Request::get("/v1/filings", "nonce-0000000001", &bound)
        .send(&door)
        .await
        .problem(403, "AuthFailure.Address");
}

#[tokio::test]
async fn two_secrets_overlap_and_a_revoked_key_is_over() {
    let door = Door::production();
    let old = key_of(&door, other(), Scope::ALL, &[]).await;
    let id = old.0;
    let new = secret(&door, ApiKeyAction::AddSecret { by: BY, key: id }).await;
    assert_eq!(new.0, id);
    assert_eq!(ask(&door, ApiKeyAction::AddSecret { by: BY, key: id }).await, ApiKeyAnswer::TwoSecrets);
    Request::get("/v1/filings", "nonce-0000000001", &old).send(&door).await.is(200);
    Request::get("/v1/filings", "nonce-0000000002", &new).send(&door).await.is(200);
    assert_eq!(ask(&door, ApiKeyAction::DropSecret { by: BY, key: id }).await, ApiKeyAnswer::Done(id));
    assert_eq!(ask(&door, ApiKeyAction::DropSecret { by: BY, key: id }).await, ApiKeyAnswer::LastSecret);
    Request::get("/v1/filings", "nonce-0000000003", &old)
        .send(&door)
        .await
        .problem(401, "AuthFailure.Signature");
    Request::get("/v1/filings", "nonce-0000000004", &new).send(&door).await.is(200);
    assert_eq!(ask(&door, ApiKeyAction::Revoke { by: BY, key: id }).await, ApiKeyAnswer::Done(id));
    Request::get("/v1/filings", "nonce-0000000005", &new).send(&door).await.problem(401, "AuthFailure.Key");
    assert_eq!(ask(&door, ApiKeyAction::Revoke { by: BY, key: id }).await, ApiKeyAnswer::NotFound);
}
