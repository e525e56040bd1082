//! A filing from draft to return, and how it is shown on the way.

use serde_json::{Value, json};

use crate::door::{Door, ENTITY_SIX, MORNING, SERVICE_SIX, draft, entity_phone, first, service_phone, with};

#[tokio::test]
async fn a_new_filing_is_answered_with_its_detail() {
    let door = Door::open();
    let seen = door.create(&draft(1)).await.is(201);
    let id = seen.id();
    assert!(id.starts_with("fil_"));
    assert_eq!(seen.header("location"), Some(format!("/v1/filings/{id}").as_str()));
    assert_eq!(seen.header("etag"), Some("\"1\""));
    assert_eq!(seen.text_at("/etag"), "\"1\"");
    assert_eq!(seen.text_at("/state"), "draft");
    assert_eq!(seen.text_at("/kind"), "first");
    assert_eq!(seen.text_at("/province"), "浙江");
    assert_eq!(seen.text_at("/provider"), "other");
    assert_eq!(seen.text_at("/provider_order_no"), "T-1");
    assert_eq!(seen.text_at("/created_at"), MORNING);
    for pointer in ["/round", "/return", "/pending_return", "/entity_no", "/service_nos"] {
        assert_eq!(*seen.at(pointer), Value::Null);
    }
    assert_eq!(*seen.at("/remedies"), json!([]));
    assert_eq!(door.show(&id).await.body, seen.body);
}

/// proves: PRO-01
#[tokio::test]
async fn the_provider_sees_who_has_verified_and_who_is_missing() {
    let door = Door::open();
    let seen = door.create(&first(1)).await.is(201);
    assert_eq!(seen.text_at("/state"), "verifying");
    assert_eq!(*seen.at("/round/no"), json!(1));
    assert_eq!(seen.text_at("/round/ruleset"), "national-2020");
    assert_eq!(seen.text_at("/round/reported_at"), MORNING);
    assert_eq!(
        door.verify(&entity_phone(1), ENTITY_SIX, "000000").await,
        2,
        "the invented code must not be the drawn one"
    );
    assert_eq!(door.pass(&service_phone(1), SERVICE_SIX).await, 31);
    let path = format!("/v1/filings/{}/verifications", seen.id());
    let seen = door.get(&path).by("test_other").send().await.is(200);
    let entity = json!({
        "id": seen.at("/items/0/id"),
        "roles": ["entity_head"],
        "phone_masked": "154****0001",
        "state": "open",
        "deadline": "2026-03-03T09:00:00+08:00",
        "attempts_used": 1,
        "attempts_limit": 5,
        "resends_used": 0,
        "resends_limit": 2,
        "messages": [{ "no": 1, "kind": "first", "state": "delivered", "at": MORNING }],
    });
    assert_eq!(*seen.at("/items/0"), entity);
    assert_eq!(seen.text_at("/items/1/state"), "passed");
    assert_eq!(*seen.at("/items/1/roles"), json!(["service_head"]));
}

#[tokio::test]
async fn no_answer_holds_a_whole_phone_or_document() {
    let door = Door::open();
    let id = door.in_review(1).await.id();
    let paths = [
        ("test_other", format!("/v1/filings/{id}")),
        ("test_other", format!("/v1/filings/{id}/verifications")),
        ("test_other", format!("/v1/filings/{id}/timeline")),
        ("test_other", "/v1/filings".to_owned()),
        ("test_other", "/v1/events".to_owned()),
        ("test_admin_zhejiang", format!("/v1/reviews/{id}")),
        ("test_admin_zhejiang", "/v1/reviews".to_owned()),
        ("test_other", "/metrics".to_owned()),
    ];
    let secrets =
        [&entity_phone(1), &service_phone(1), "99999919850312017X", ENTITY_SIX, "91999999MA99000001"];
    for (key, path) in paths {
        let seen = door.get(&path).by(key).send().await.is(200);
        for secret in secrets {
            assert!(!seen.text.contains(secret), "{path} tells {secret}");
        }
    }
    let seen = door.show(&id).await;
    assert_eq!(seen.text_at("/entity/head/phones_masked/0"), "154****0001");
    assert_eq!(seen.text_at("/entity/head/document/number_masked"), "****************7X");
    assert_eq!(seen.text_at("/entity/head/document/type"), "resident_id");
}

#[tokio::test]
async fn a_filing_names_the_support_contact_of_its_provider() {
    let door = Door::open();
    let seen = door.create(&draft(1)).await.is(201);
    assert_eq!(seen.text_at("/support/link"), "https://other.example/support");
    assert_eq!(seen.text_at("/support/phone"), "400-000-0000");
}

#[tokio::test]
async fn a_failed_round_is_shown_with_reason_and_remedies_and_can_be_reverified() {
    let door = Door::open();
    let id = door.create(&first(1)).await.is(201).id();
    door.advance(24 * 3_600).await;
    let seen = door.show(&id).await;
    assert_eq!(seen.text_at("/state"), "returned");
    assert_eq!(
        *seen.at("/return"),
        json!({ "reason": "expired", "at": "2026-03-03T09:00:00+08:00", "detail": null })
    );
    assert_eq!(seen.text_at("/remedies/0/code"), "RET-01");
    assert_eq!(seen.text_at("/remedies/0/action/method"), "PUT");
    assert_eq!(seen.text_at("/remedies/0/action/path"), format!("/v1/filings/{id}"));
    assert!(seen.at("/remedies/0/steps").as_array().is_some_and(|steps| !steps.is_empty()));
    assert_eq!(seen.text_at("/round/verifications/0/state"), "expired");
    let english = door.get(&format!("/v1/filings/{id}")).by("test_other").header("accept-language", "en");
    let english = english.send().await.is(200);
    assert_ne!(english.at("/remedies/0/title"), seen.at("/remedies/0/title"));

    let seen = door.act(&id, "reverify").await.is(200);
    assert_eq!(*seen.at("/round/no"), json!(2));
    assert_eq!(seen.text_at("/round/verifications/0/messages/0/state"), "delivered");
    assert_eq!(*seen.at("/return"), Value::Null);
}

#[tokio::test]
async fn a_failure_before_its_return_is_shown_as_pending() {
    let door = Door::open();
    let created = door.post("/v1/filings").by("test_tencent").json(&first(1)).send().await.is(201);
    for code in ["000001", "000002", "000003", "000004", "000005"] {
        door.verify(&entity_phone(1), ENTITY_SIX, code).await;
    }
    let path = format!("/v1/filings/{}", created.id());
    let seen = door.get(&path).by("test_tencent").send().await.is(200);
    assert_eq!(seen.text_at("/state"), "verifying");
    let pending = json!({ "reason": "attempts_exhausted", "at": "2026-03-03T09:00:00+08:00" });
    assert_eq!(*seen.at("/pending_return"), pending);
}

#[tokio::test]
async fn a_correction_replaces_the_content_and_may_report() {
    let door = Door::open();
    let id = door.create(&draft(1)).await.is(201).id();
    let path = format!("/v1/filings/{id}");
    let body = with(draft(1), "/remark", json!("改过"));
    let seen = door.call("PUT", &path).by("test_other").if_match("\"1\"").json(&body).send().await.is(200);
    assert_eq!(seen.text_at("/remark"), "改过");
    assert_eq!(seen.header("etag"), Some("\"2\""));
    let seen =
        door.call("PUT", &path).by("test_other").if_match("\"2\"").json(&first(1)).send().await.is(200);
    assert_eq!(seen.text_at("/state"), "verifying");
    assert_eq!(seen.text_at("/round/verifications/0/state"), "open");
}

#[tokio::test]
async fn what_the_state_does_not_allow_is_refused() {
    let door = Door::open();
    let id = door.create(&first(1)).await.is(201).id();
    door.act(&id, "report").await.problem(409, "Conflict.State");
    door.act(&id, "reverify").await.problem(409, "Conflict.State");
    let put = door.call("PUT", &format!("/v1/filings/{id}")).by("test_other").if_match("*");
    put.json(&first(1)).send().await.problem(409, "Conflict.State");
    let seen = door.act(&id, "withdraw").await.is(200);
    assert_eq!(seen.text_at("/state"), "withdrawn");
    assert_eq!(seen.text_at("/return/reason"), "withdrawn");
    door.act(&id, "withdraw").await.problem(409, "Conflict.State");
}

#[tokio::test]
async fn the_timeline_tells_everything_in_order() {
    let door = Door::open();
    let id = door.in_review(1).await.id();
    let seen = door.get(&format!("/v1/filings/{id}/timeline")).by("test_other").send().await.is(200);
    let items = seen.at("/items").as_array().unwrap();
    let types: Vec<&str> = items.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(types.first(), Some(&"filing.created"));
    assert_eq!(types.last(), Some(&"filing.verification_completed"));
    assert_eq!(types.iter().filter(|one| **one == "verification.passed").count(), 2);
    let mut ids: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    let given = ids.clone();
    ids.sort_unstable();
    assert_eq!(ids, given);
    assert_eq!(items[0]["actor"], "provider");
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let door = Door::open();
    let mut made = Vec::new();
    for number in 1..=3 {
        made.insert(0, door.create(&draft(number)).await.is(201).id());
    }
    let reported = door.create(&first(4)).await.is(201).id();
    let list = |query: &str| door.get(&format!("/v1/filings?{query}")).by("test_other");
    let ids = |seen: &crate::door::Seen| -> Vec<String> {
        let items = seen.at("/items").as_array().unwrap();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let page = list("state=draft&limit=2").send().await.is(200);
    assert_eq!(ids(&page), made[..2]);
    assert!(page.body.pointer("/items/0/entity").is_none());
    let next = page.text_at("/next_cursor").to_owned();
    let page = list(&format!("state=draft&limit=2&cursor={next}")).send().await.is(200);
    assert_eq!(ids(&page), made[2..]);
    assert_eq!(*page.at("/next_cursor"), Value::Null);
    let before = "deadline_before=2026-03-03T09:00:01%2B08:00";
    assert_eq!(ids(&list(before).send().await), std::slice::from_ref(&reported));
    assert!(ids(&list("deadline_before=2026-03-03T09:00:00%2B08:00").send().await).is_empty());
    assert_eq!(ids(&list("provider_order_no=T-4").send().await), [reported]);
    assert_eq!(ids(&list("kind=first&province=%E6%B5%99%E6%B1%9F").send().await).len(), 4);
    assert!(ids(&door.get("/v1/filings").by("test_jd").send().await).is_empty());

    list("state=lost").send().await.problem_at(422, "InvalidParameter.Value", "/state");
    list("kind=lost").send().await.problem_at(422, "InvalidParameter.Kind", "/kind");
    list("province=lost").send().await.problem_at(422, "InvalidParameter.Province", "/province");
    list("deadline_before=soon").send().await.problem_at(422, "InvalidParameter.Value", "/deadline_before");
    list("cursor=fil_1").send().await.problem_at(400, "InvalidParameter.Cursor", "/cursor");
    list("limit=0").send().await.problem_at(400, "InvalidParameter.Cursor", "/limit");
    list("limit=201").send().await.problem_at(400, "InvalidParameter.Cursor", "/limit");
    list("colour=red").send().await.problem_at(400, "InvalidParameter.UnknownMember", "/colour");
    list("limit=1&limit=2").send().await.problem_at(400, "InvalidParameter.Cursor", "/limit");
}
