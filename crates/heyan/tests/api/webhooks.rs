//! The calls about webhooks: their shapes, what they refuse, and that another's are not there. What is sent is in
//! `tests/webhooks.rs`.

use serde_json::{Value, json};

use crate::door::{Door, Seen, first};

const ENDPOINTS: &str = "/v1/webhook-endpoints";
const URL: &str = "https://receiver.example/heyan?own=1";

async fn make(door: &Door, body: &Value) -> Seen {
    door.post(ENDPOINTS).by("test_other").json(body).send().await
}

#[tokio::test]
async fn an_endpoint_is_made_shown_without_its_secret_renewed_and_deleted() {
    let door = Door::open();
    let body = json!({ "url": URL, "events": ["filing.returned", "filing.approved", "filing.returned"] });
    let made = make(&door, &body).await.is(201);
    let id = made.id();
    assert_eq!(made.header("location"), Some(format!("{ENDPOINTS}/{id}").as_str()));
    assert_eq!((made.text_at("/url"), made.at("/enabled")), (URL, &json!(true)));
    assert_eq!(*made.at("/events"), json!(["filing.returned", "filing.approved"]));
    assert!(made.text_at("/secret").starts_with("whsec_"));
    let path = format!("{ENDPOINTS}/{id}");
    let shown = door.get(&path).by("test_other").send().await.is(200);
    assert_eq!(shown.body.get("secret"), None);
    let listed = door.get(ENDPOINTS).by("test_other").send().await.is(200);
    assert_eq!(*listed.at("/items/0"), shown.body);
    let renewed = door.post(&format!("{path}/secret")).by("test_other").send().await.is(200);
    assert_ne!(renewed.text_at("/secret"), made.text_at("/secret"));
    door.post(&format!("{path}/enable")).by("test_other").send().await.is(200);
    door.call("DELETE", &path).by("test_other").send().await.is(204);
    let code = "ResourceNotFound.WebhookEndpoint";
    door.call("DELETE", &path).by("test_other").send().await.problem(404, code);
    door.get(&path).by("test_other").send().await.problem(404, code);
}

#[tokio::test]
async fn a_repeated_request_makes_one_endpoint_and_tells_the_same_secret() {
    let door = Door::open();
    let body = json!({ "url": URL });
    let ask = |body: Value| {
        let door = &door;
        async move { door.call("POST", ENDPOINTS).by("test_other").key("once").json(&body).send().await }
    };
    let (first, again) = (ask(body.clone()).await.is(201), ask(body).await.is(201));
    assert_eq!(first.text, again.text);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.header("location"), first.header("location"));
    ask(json!({ "url": "https://other.example/" })).await.problem(422, "Conflict.IdempotencyReused");
    let listed = door.get(ENDPOINTS).by("test_other").send().await.is(200);
    assert_eq!(listed.at("/items").as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn addresses_and_events_that_cannot_be_are_refused() {
    let door = Door::production();
    assert_eq!(door.app.webhooks.read_url("http://127.0.0.1/"), None, "that is for the sandbox");
    let door = Door::open();
    for url in [
        "",
        "receiver.example",
        "ftp://receiver.example/",
        "https://a:b@receiver.example/",
        "https://10.0.0.1/",
    ] {
        let refused = make(&door, &json!({ "url": url })).await;
        refused.problem_at(422, "InvalidParameter.Value", "/url");
    }
    for event in ["filing.claimed", "filing", ""] {
        let refused = make(&door, &json!({ "url": URL, "events": ["filing.returned", event] })).await;
        refused.problem_at(422, "InvalidParameter.Value", "/events/1");
    }
    make(&door, &json!({ "url": URL, "secret": "x" })).await.is(400);
    make(&door, &json!({})).await.is(400);
    door.call("POST", ENDPOINTS)
        .by("test_other")
        .json(&json!({ "url": URL }))
        .send()
        .await
        .problem(400, "InvalidParameter.IdempotencyKey");
    door.post(ENDPOINTS)
        .by("test_admin_zhejiang")
        .json(&json!({ "url": URL }))
        .send()
        .await
        .problem(403, "AuthFailure.Role");
    let listed = door.get(ENDPOINTS).by("test_other").send().await.is(200);
    assert_eq!(listed.body, json!({ "items": [], "next_cursor": null }));
}

#[tokio::test]
async fn a_provider_has_ten_endpoints() {
    let door = Door::open();
    for _ in 0..10 {
        make(&door, &json!({ "url": URL })).await.is(201);
    }
    make(&door, &json!({ "url": URL })).await.problem(409, "Conflict.WebhookEndpoints");
    door.post(ENDPOINTS).by("test_jd").json(&json!({ "url": URL })).send().await.is(201);
}

#[tokio::test]
async fn another_s_endpoints_and_deliveries_are_not_there() {
    let door = Door::open();
    let id = make(&door, &json!({ "url": URL })).await.is(201).id();
    door.create(&first(1)).await.is(201);
    let now = heyan_domain::Timestamp::parse_rfc3339("2026-03-02T09:00:00+08:00").unwrap();
    let followed = door.app.readers.read(move |reader| reader.webhook_events(now, 100)).await.unwrap();
    let chore = heyan_store::engine::Chore::Follow(std::sync::Arc::new(followed));
    assert!(door.app.engine.chore(chore.clone()).await.unwrap() > 2);
    assert_eq!(door.app.engine.chore(chore).await.unwrap(), 0, "followed once");

    let metrics = door.get("/metrics").send().await.text;
    for line in ["heyan_webhook_endpoints{state=\"working\"} 1", "heyan_webhook_oldest_delivery_seconds 0"] {
        assert!(metrics.contains(&format!("\n{line}\n")), "{line}: {metrics}");
    }
    let own = door.get("/v1/deliveries?limit=2").by("test_other").send().await.is(200);
    let next = own.text_at("/next_cursor").to_owned();
    assert_eq!(next, own.text_at("/items/1/id"));
    let rest =
        door.get(&format!("/v1/deliveries?limit=2&cursor={next}")).by("test_other").send().await.is(200);
    assert!(rest.text_at("/items/0/id") < next.as_str());
    let none = door.get("/v1/deliveries?state=failed").by("test_other").send().await.is(200);
    assert_eq!(*none.at("/items"), json!([]));
    door.get("/v1/deliveries?state=odd").by("test_other").send().await.is(422);

    let delivery = own.text_at("/items/0/id").to_owned();
    door.get(&format!("/v1/deliveries/{delivery}")).by("test_other").send().await.is(200);
    door.get(&format!("/v1/deliveries/{delivery}"))
        .by("test_jd")
        .send()
        .await
        .problem(404, "ResourceNotFound.WebhookDelivery");
    let replay = format!("/v1/deliveries/{delivery}/replay");
    door.post(&replay).by("test_jd").send().await.problem(404, "ResourceNotFound.WebhookDelivery");
    let foreign = door.get(&format!("/v1/deliveries?endpoint_id={id}")).by("test_jd").send().await.is(200);
    assert_eq!(*foreign.at("/items"), json!([]));
    let code = "ResourceNotFound.WebhookEndpoint";
    door.get(&format!("{ENDPOINTS}/{id}")).by("test_jd").send().await.problem(404, code);
    door.call("DELETE", &format!("{ENDPOINTS}/{id}")).by("test_jd").send().await.problem(404, code);
    for deed in ["secret", "enable"] {
        door.post(&format!("{ENDPOINTS}/{id}/{deed}")).by("test_jd").send().await.problem(404, code);
    }
    // What was sent to an endpoint stays in the log when it is gone; sending it again leads nowhere.
    door.call("DELETE", &format!("{ENDPOINTS}/{id}")).by("test_other").send().await.is(204);
    door.get(&format!("/v1/deliveries/{delivery}")).by("test_other").send().await.is(200);
    door.post(&replay).by("test_other").send().await.problem(404, "ResourceNotFound.WebhookDelivery");
}
