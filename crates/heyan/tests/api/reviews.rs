//! The administrations' side (REV).

use serde_json::{Value, json};

use crate::door::Door;

const ADMIN: &str = "test_admin_zhejiang";

#[tokio::test]
async fn the_queue_shows_the_own_province_only() {
    let door = Door::open();
    let filing = door.in_review(1).await;
    let seen = door.get("/v1/reviews?province=%E6%B5%99%E6%B1%9F").by(ADMIN).send().await.is(200);
    let item = json!({
        "filing_id": filing.id(),
        "kind": "first",
        "province": "浙江",
        "provider": "other",
        "arrived_at": "2026-03-02T09:00:00+08:00",
        "due_at": seen.at("/items/0/due_at"),
        "due_provisional": seen.at("/items/0/due_provisional"),
        "overdue": false,
        "claim": null,
        "etag": filing.at("/etag"),
        "shell": false,
        "warnings": filing.at("/round/warnings"),
    });
    assert_eq!(*seen.at("/items"), json!([item]));
    assert_eq!(*seen.at("/next_cursor"), Value::Null);
    let other = door.get("/v1/reviews").by("test_admin_jiangsu").send().await.is(200);
    assert_eq!(*other.at("/items"), json!([]));
    let foreign = door.get("/v1/reviews?province=%E6%B1%9F%E8%8B%8F").by(ADMIN);
    foreign.send().await.problem(403, "AuthFailure.Role");
    door.advance(60 * 24 * 3_600).await;
    let seen = door.get("/v1/reviews").by(ADMIN).send().await.is(200);
    assert_eq!(*seen.at("/items/0/overdue"), json!(true));
}

#[tokio::test]
async fn a_filing_that_was_not_handed_over_is_not_there() {
    let door = Door::open();
    let verifying = door.create(&crate::door::first(1)).await.is(201).id();
    let handed_over = door.in_review(2).await.id();
    let ask = |key: &'static str, id: &str| door.get(&format!("/v1/reviews/{id}")).by(key);
    ask(ADMIN, &verifying).send().await.problem(404, "ResourceNotFound.Filing");
    ask("test_admin_jiangsu", &handed_over).send().await.problem(404, "ResourceNotFound.Filing");
    let approve = door.post(&format!("/v1/reviews/{handed_over}/approve")).by("test_admin_jiangsu");
    approve.send().await.problem(404, "ResourceNotFound.Filing");
    let seen = ask(ADMIN, &handed_over).send().await.is(200);
    assert_eq!(seen.header("etag"), Some(seen.text_at("/etag")));
    assert_eq!(seen.at("/evidence").as_array().unwrap().len(), 2);
    assert_eq!(seen.text_at("/evidence/0/passed_at"), crate::door::MORNING);
    assert_eq!(seen.text_at("/filing_id"), handed_over);
}

#[tokio::test]
async fn an_approval_gives_numbers_and_is_final() {
    let door = Door::open();
    let filing = door.in_review(1).await;
    let path = format!("/v1/reviews/{}", filing.id());
    let claimed = door.post(&format!("{path}/claim")).by(ADMIN).send().await.is(200);
    assert_eq!(claimed.text_at("/review/claim/by"), ADMIN);
    assert_eq!(claimed.text_at("/review/claim/until"), "2026-03-02T09:30:00+08:00");
    assert_eq!(claimed.text_at("/etag"), filing.text_at("/etag"), "a claim changes no version");
    let approve = || door.post(&format!("{path}/approve")).by(ADMIN);
    approve().send().await.problem(428, "PreconditionRequired.IfMatch");
    approve().if_match("\"99\"").send().await.problem(412, "PreconditionFailed.Version");
    let seen = approve().if_match(filing.text_at("/etag")).send().await.is(200);
    assert_eq!(seen.text_at("/state"), "approved");
    assert_eq!(seen.text_at("/entity_no"), "浙ICP备00000001号");
    assert_eq!(*seen.at("/service_nos"), json!(["浙ICP备00000001号-1"]));
    assert_eq!(*door.show(&filing.id()).await.at("/service_nos"), *seen.at("/service_nos"));
    approve().if_match("*").send().await.problem(409, "Conflict.State");
    let queue = door.get("/v1/reviews").by(ADMIN).send().await.is(200);
    assert_eq!(*queue.at("/items"), json!([]));
}

#[tokio::test]
async fn a_rejection_needs_a_reason_which_the_provider_reads() {
    let door = Door::open();
    let filing = door.in_review(1).await;
    let path = format!("/v1/reviews/{}/reject", filing.id());
    let reject = |body: Value| door.post(&path).by(ADMIN).if_match("*").json(&body);
    reject(json!({})).send().await.problem_at(400, "InvalidParameter.Missing", "/reason");
    reject(json!({ "reason": "  " })).send().await.problem_at(422, "InvalidParameter.Value", "/reason");
    let long = "字".repeat(2_001);
    reject(json!({ "reason": long })).send().await.problem_at(422, "InvalidParameter.Value", "/reason");
    reject(json!({ "reason": 1 })).send().await.problem_at(400, "InvalidParameter.Type", "/reason");
    reject(json!({ "reason": "名称与证件不符" })).send().await.is(200);
    let seen = door.show(&filing.id()).await;
    assert_eq!(seen.text_at("/state"), "rejected");
    assert_eq!(seen.text_at("/return/reason"), "rejected");
    assert_eq!(seen.text_at("/return/detail"), "名称与证件不符");
    let name = seen.text_at("/remedies/0/action/name");
    assert_eq!(name, "file_again");
    assert_eq!(seen.text_at("/remedies/0/action/body/kind"), "first");
}
