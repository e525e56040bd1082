//! The pull feed.

use serde_json::{Value, json};

use crate::door::{Door, Seen, first};

fn types(seen: &Seen) -> Vec<&str> {
    seen.at("/items").as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_feed_is_read_in_order_and_acknowledged() {
    let door = Door::open();
    let pull = |query: &str| door.get(&format!("/v1/events?{query}")).by("test_other");
    let empty = pull("").send().await.is(200);
    assert_eq!(empty.body, json!({ "items": [], "next_cursor": null }));
    let id = door.create(&first(1)).await.is(201).id();
    let seen = pull("").send().await.is(200);
    assert_eq!(types(&seen).first(), Some(&"filing.reported"), "drafts are not in the feed");
    assert_eq!(types(&seen).iter().filter(|kind| **kind == "verification.message_delivered").count(), 2);
    assert_eq!(seen.text_at("/items/0/filing_id"), id);
    assert_eq!(*seen.at("/items/0/verification_id"), Value::Null);
    assert_eq!(*seen.at("/items/0/data/round"), json!(1));
    let end = seen.text_at("/next_cursor").to_owned();
    let rest = pull(&format!("after={end}")).send().await.is(200);
    assert_eq!(rest.body, json!({ "items": [], "next_cursor": end }));
    let one = pull("limit=1").send().await.is(200);
    assert_eq!(one.at("/next_cursor"), seen.at("/items/0/id"));

    let ack = |body: Value| door.call("POST", "/v1/events/ack").by("test_other").json(&body);
    let answer = ack(json!({ "cursor": end })).send().await.is(200);
    assert_eq!(answer.text_at("/acknowledged"), end);
    assert_eq!(types(&pull("").send().await.is(200)), [""; 0]);
    let earlier = seen.at("/items/0/id");
    let answer = ack(json!({ "cursor": earlier })).send().await.is(200);
    assert_eq!(answer.text_at("/acknowledged"), end, "an acknowledgement never goes back");
    ack(json!({ "cursor": "evt_0000000000ZZZ" })).send().await.problem(400, "InvalidParameter.Cursor");
    ack(json!({ "cursor": "x" })).send().await.problem(400, "InvalidParameter.Cursor");
    ack(json!({})).send().await.problem(400, "InvalidParameter.Missing");
    let foreign = door.call("POST", "/v1/events/ack").by("test_jd").json(&json!({ "cursor": end }));
    foreign.send().await.problem(400, "InvalidParameter.Cursor");
    assert_eq!(types(&door.get("/v1/events").by("test_jd").send().await.is(200)), [""; 0]);
    pull("after=x").send().await.problem_at(400, "InvalidParameter.Cursor", "/after");
    pull("limit=501").send().await.problem_at(400, "InvalidParameter.Cursor", "/limit");
    pull("wait=61").send().await.problem_at(400, "InvalidParameter.Cursor", "/wait");
}

#[tokio::test]
async fn a_waiting_question_is_answered_when_something_happens() {
    let door = Door::open();
    let (waited, created) = tokio::join!(door.get("/v1/events?wait=30").by("test_other").send(), async {
        door.create(&first(1)).await
    });
    created.is(201);
    assert_eq!(types(&waited.is(200)).first(), Some(&"filing.reported"));
}
