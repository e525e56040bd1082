//! The sandbox's calls, and the addresses by which a running server is watched.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use heyan_web::api::Api;
use serde_json::json;
use tower::ServiceExt as _;

use crate::door::{Door, MORNING, entity_phone, first};

#[tokio::test]
async fn the_clock_is_moved_within_bounds() {
    let door = Door::open();
    let now = door.get("/v1/sandbox/clock").by("test_admin_zhejiang").send().await.is(200);
    assert_eq!(now.body, json!({ "now": MORNING }));
    let advance = |seconds: serde_json::Value| {
        let call = door.call("POST", "/v1/sandbox/clock/advance").by("test_other");
        call.json(&json!({ "seconds": seconds }))
    };
    let seen = advance(json!(3_600)).send().await.is(200);
    assert_eq!(seen.body, json!({ "now": "2026-03-02T10:00:00+08:00" }));
    advance(json!(0)).send().await.is(200);
    advance(json!(-1)).send().await.problem_at(422, "InvalidParameter.Value", "/seconds");
    advance(json!(34_560_001)).send().await.problem_at(422, "InvalidParameter.Value", "/seconds");
    advance(json!(1.5)).send().await.problem_at(400, "InvalidParameter.Type", "/seconds");
    advance(json!("1")).send().await.problem_at(400, "InvalidParameter.Type", "/seconds");
    door.get("/v1/sandbox/clock").send().await.problem(401, "AuthFailure.Key");
}

#[tokio::test]
async fn the_inbox_holds_what_the_carrier_would_have_got() {
    let door = Door::open();
    let filing = door.create(&first(1)).await.is(201);
    let phone = entity_phone(1);
    // Whichever key is used.
    let seen = door.get(&format!("/v1/sandbox/messages?phone={phone}")).by("test_jd").send().await.is(200);
    let expected = json!([{
        "id": seen.at("/items/0/id"),
        "to": phone,
        "sender": seen.at("/items/0/sender"),
        "text": seen.at("/items/0/text"),
        "no": 1,
        "created_at": MORNING,
        "state": "delivered",
        "filing_id": filing.id(),
        "verification_id": filing.at("/round/verifications/0/id"),
    }]);
    assert_eq!(*seen.at("/items"), expected);
    assert!(seen.text_at("/items/0/text").starts_with("【工业和信息化部】"));
    let all = door.get("/v1/sandbox/messages").by("test_other").send().await.is(200);
    assert_eq!(all.at("/items").as_array().unwrap().len(), 2);
    let none = door.get("/v1/sandbox/messages?phone=123").by("test_other").send().await;
    none.problem_at(422, "InvalidParameter.Phone", "/phone");
}

#[tokio::test]
async fn a_running_server_can_be_watched() {
    let door = Door::open();
    assert_eq!(door.get("/healthz").send().await.is(200).text_at("/status"), "ok");
    assert_eq!(door.get("/readyz").send().await.is(200).text_at("/status"), "ready");
    door.create(&first(1)).await.is(201);
    let seen = door.get("/metrics").send().await.is(200);
    assert!(seen.header("content-type").is_some_and(|kind| kind.starts_with("text/plain; version=0.0.4")));
    let line = "heyan_http_requests_total{route=\"/v1/filings\",method=\"POST\",status=\"201\"} 1\n";
    assert!(seen.text.contains(line), "{}", seen.text);
    assert!(seen.text.contains("heyan_filings_total 1\n"), "{}", seen.text);
    assert!(seen.text.contains("heyan_group_commands_bucket{le=\"512\"}"), "{}", seen.text);
    door.app.engine.stop();
    door.create(&first(2)).await.problem(503, "Unavailable.Busy");
}

#[tokio::test]
async fn outside_the_sandbox_its_calls_and_keys_do_not_exist() {
    let door = Door::production();
    for path in ["/v1/sandbox/clock", "/v1/sandbox/messages"] {
        door.get(path).by("test_other").send().await.problem(404, "ResourceNotFound.Route");
    }
    let advance = door.call("POST", "/v1/sandbox/clock/advance").by("test_other");
    advance.json(&json!({ "seconds": 1 })).send().await.problem(404, "ResourceNotFound.Route");
    door.get("/v1/filings").by("test_other").send().await.problem(401, "AuthFailure.Key");
    door.get("/v1/reviews").by("test_admin_zhejiang").send().await.problem(401, "AuthFailure.Key");
    door.get("/readyz").send().await.is(200);
}

async fn panics() -> &'static str {
    panic!("the cause, which nobody outside is told")
}

#[tokio::test]
async fn a_handler_that_panics_is_an_internal_error_and_nothing_more() {
    let door = Door::open();
    let api = Api::new(Arc::clone(&door.app));
    let routes = api.observed(Router::new().route("/panics", get(panics)));
    let response = routes.oneshot(Request::get("/panics").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 500);
    assert!(response.headers().contains_key("x-request-id"));
    assert_eq!(response.headers()["content-type"], "application/problem+json");
}
