//! `Idempotency-Key`: a repetition is answered as the first time, and nothing is done twice.

use serde_json::json;

use crate::door::{Door, draft, entity_phone, first};

#[tokio::test]
async fn a_key_is_needed_and_must_be_plain() {
    let door = Door::open();
    let code = "InvalidParameter.IdempotencyKey";
    let post = |path: &str| door.call("POST", path).by("test_other");
    post("/v1/filings").json(&draft(1)).send().await.problem(400, code);
    // Before the filing is looked for.
    for verb in ["report", "reverify", "withdraw"] {
        post(&format!("/v1/filings/fil_0000000000001/{verb}")).send().await.problem(400, code);
    }
    for verb in ["claim", "approve", "reject"] {
        let call = door.call("POST", &format!("/v1/reviews/fil_0000000000001/{verb}"));
        call.by("test_admin_zhejiang").send().await.problem(400, code);
    }
    for key in ["", "two words", &"k".repeat(256)] {
        post("/v1/filings").key(key).json(&draft(1)).send().await.problem(400, code);
    }
    post("/v1/filings").key("a").key("b").json(&draft(1)).send().await.problem(400, code);
    post("/v1/filings").key(&"k".repeat(255)).json(&draft(1)).send().await.is(201);
}

#[tokio::test]
async fn a_repetition_gets_the_first_answer() {
    let door = Door::open();
    let post = || door.call("POST", "/v1/filings").by("test_other").key("once").json(&first(1));
    let one = post().send().await.is(201);
    assert_eq!(one.header("idempotent-replayed"), None);
    door.advance(3_600).await;
    let again = post().send().await.is(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.text, one.text);
    assert_eq!(again.header("etag"), one.header("etag"));
    assert_eq!(again.header("location"), one.header("location"));
    let messages = door.get(&format!("/v1/sandbox/messages?phone={}", entity_phone(1))).by("test_other");
    assert_eq!(messages.send().await.at("/items").as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_body_under_the_same_key_is_refused() {
    let door = Door::open();
    let post = |body| door.call("POST", "/v1/filings").by("test_other").key("once").json(&body);
    post(draft(1)).send().await.is(201);
    post(draft(2)).send().await.problem(422, "Conflict.IdempotencyReused");
}

#[tokio::test]
async fn a_key_belongs_to_its_caller_and_its_route() {
    let door = Door::open();
    let post = |path: &str, who: &str| door.call("POST", path).by(who).key("once").if_match("*");
    let one = post("/v1/filings", "test_other").json(&draft(1)).send().await.is(201);
    let two = post("/v1/filings", "test_jd").json(&draft(1)).send().await.is(201);
    assert_ne!(one.id(), two.id());
    let id = one.id();
    post(&format!("/v1/filings/{id}/report"), "test_other").send().await.is(200);
    let again = post(&format!("/v1/filings/{id}/report"), "test_other").send().await.is(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    post(&format!("/v1/filings/{id}/withdraw"), "test_other").send().await.is(200);
}

#[tokio::test]
async fn a_refused_request_may_be_tried_again_under_its_key() {
    let door = Door::open();
    let holder = door.create(&first(1)).await.is(201).id();
    let mut body = first(1);
    body["provider_order_no"] = json!("T-2");
    let post = || door.call("POST", "/v1/filings").by("test_other").key("again").json(&body);
    post().send().await.problem(409, "Conflict.EntityHasOpenFiling");
    door.act(&holder, "withdraw").await.is(200);
    let seen = post().send().await.is(201);
    assert_eq!(seen.header("idempotent-replayed"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_equal_requests_at_once_one_is_carried_out() {
    let door = std::sync::Arc::new(Door::open());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let door = std::sync::Arc::clone(&door);
        tasks.spawn(async move {
            door.call("POST", "/v1/filings").by("test_other").key("same").json(&first(1)).send().await
        });
    }
    let (mut made, mut replayed) = (0, 0);
    while let Some(seen) = tasks.join_next().await {
        let seen = seen.unwrap();
        match (seen.status.as_u16(), seen.header("idempotent-replayed")) {
            (201, None) => made += 1,
            (201, Some(_)) => replayed += 1,
            _ => {
                seen.problem(409, "Conflict.IdempotencyRunning");
            }
        }
    }
    assert_eq!(made, 1, "{replayed} were replayed");
    let list = door.get("/v1/filings").by("test_other").send().await.is(200);
    assert_eq!(list.at("/items").as_array().unwrap().len(), 1);
}
