//! What bad input gets: a clear error with member and code in the caller's language, and nothing half done.

use serde_json::{Value, json};

use crate::door::{Door, Seen, draft, entity_phone, first, with};

async fn send(door: &Door, body: impl Into<Vec<u8>>) -> Seen {
    door.post("/v1/filings").by("test_other").raw(body).send().await
}

/// Nothing came of it.
async fn nothing_was_made(door: &Door) {
    let seen = door.get("/v1/filings").by("test_other").send().await.is(200);
    assert_eq!(*seen.at("/items"), json!([]));
}

#[tokio::test]
async fn members_of_the_wrong_type_or_unknown_are_named() {
    let door = Door::open();
    let wrong = |pointer: &'static str, value: Value| door.file(with(draft(1), pointer, value));
    wrong("/kind", json!(7)).await.problem_at(400, "InvalidParameter.Type", "/kind");
    wrong("/report", json!("yes")).await.problem_at(400, "InvalidParameter.Type", "/report");
    wrong("/services", json!({})).await.problem_at(400, "InvalidParameter.Type", "/services");
    let seen = wrong("/services/0/head/phones/0", json!(13_800_138_000_u64)).await;
    seen.problem_at(400, "InvalidParameter.Type", "/services/0/head/phones/0");

    let mut body = draft(1);
    body["colour"] = json!("red");
    door.create(&body).await.problem_at(400, "InvalidParameter.UnknownMember", "/colour");
    let mut body = draft(1);
    body["entity"]["head"]["a/b~c"] = json!(1);
    door.create(&body).await.problem_at(400, "InvalidParameter.UnknownMember", "/entity/head/a~1b~0c");
    let twice = r#"{"kind":"first","kind":"first"}"#;
    send(&door, twice).await.problem_at(400, "InvalidParameter.Body", "/kind");
    nothing_was_made(&door).await;
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused_with_the_place() {
    let door = Door::open();
    let english = door.post("/v1/filings").by("test_other").header("accept-language", "en");
    let seen = english.raw("{\n  \"kind\": first").send().await.problem(400, "InvalidParameter.Body");
    assert!(seen.text_at("/detail").contains("line 2"), "{}", seen.text);
    assert_eq!(seen.header("content-language"), Some("en"));
    let seen = send(&door, b"{\"remark\":\"\xff\"}".to_vec()).await.problem(400, "InvalidParameter.Body");
    assert!(seen.text_at("/detail").contains("12"), "{}", seen.text);
    send(&door, "").await.problem(400, "InvalidParameter.Body");
    send(&door, "{} {}").await.problem(400, "InvalidParameter.Body");
    send(&door, format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))).await.is(400);
    send(&door, "[]").await.problem(400, "InvalidParameter.Type");
    // Where nothing has to be said, a list says too much; and members in their order are no object.
    let claim = door.post("/v1/reviews/fil_0000000000001/claim").by("test_admin_zhejiang");
    assert!(claim.json(&json!([])).send().await.status.is_client_error());
    let mut listed = first(7);
    listed["entity"]["head"]["document"] = json!(["passport", "E12345678", null]);
    door.file(listed).await.problem_at(400, "InvalidParameter.Type", "/entity/head/document");
    let ack = door.call("POST", "/v1/events/ack").by("test_other").json(&json!(["evt_0000000000001"]));
    ack.send().await.problem(400, "InvalidParameter.Type");
    send(&door, "null").await.problem(400, "InvalidParameter.Type");
    nothing_was_made(&door).await;
}

#[tokio::test]
async fn bodies_over_the_limit_are_read_and_refused() {
    let door = Door::open();
    let limit = heyan_web::api::MAX_BODY_BYTES;
    let padded = |length: usize| {
        let body = serde_json::to_vec(&draft(1)).unwrap();
        let mut padded = vec![b' '; length - body.len()];
        padded.extend(body);
        padded
    };
    send(&door, padded(limit + 1)).await.problem(413, "LimitExceeded.BodySize");
    let drained = heyan_web::api::MAX_DRAINED_BYTES;
    send(&door, vec![b' '; drained + 1]).await.problem(413, "LimitExceeded.BodySize");
    nothing_was_made(&door).await;
    send(&door, padded(limit)).await.is(201);
}

#[tokio::test]
async fn other_media_types_are_refused() {
    let door = Door::open();
    let body = serde_json::to_vec(&draft(1)).unwrap();
    let post = || door.post("/v1/filings").by("test_other").bytes(body.clone());
    post().send().await.problem(415, "UnsupportedMediaType");
    for other in ["text/plain", "application/xml", "application/json; charset=gbk"] {
        post().header("content-type", other).send().await.problem(415, "UnsupportedMediaType");
    }
    let json = post().header("content-type", "Application/JSON; charset=UTF-8");
    json.send().await.is(201);
}

#[tokio::test]
async fn values_that_are_none_are_named_all_at_once() {
    let door = Door::open();
    let wrong = |pointer: &'static str, value: Value| door.file(with(draft(1), pointer, value));
    for phone in ["12800138000", "1380013800", "138001380001", "+1 555 0100", "", "1380013800a"] {
        let seen = wrong("/services/0/head/phones/0", json!(phone)).await;
        seen.problem_at(422, "InvalidParameter.Phone", "/services/0/head/phones/0");
    }
    let seen = wrong("/entity/head/document/number", json!("12345")).await;
    seen.problem_at(422, "InvalidParameter.Document", "/entity/head/document/number");
    wrong("/province", json!("台北")).await.problem_at(422, "InvalidParameter.Province", "/province");
    wrong("/kind", json!("second")).await.problem_at(422, "InvalidParameter.Kind", "/kind");
    wrong("/entity/nature", json!("club")).await.problem_at(422, "InvalidParameter.Value", "/entity/nature");
    let seen = wrong("/services/0/domains/0", json!("https://site.example/")).await;
    seen.problem_at(422, "InvalidParameter.Domain", "/services/0/domains/0");
    let seen = wrong("/remark", json!("字".repeat(2_001))).await;
    seen.problem_at(422, "InvalidParameter.Value", "/remark");
    let mut body = draft(1);
    body.as_object_mut().unwrap().remove("entity");
    door.create(&body).await.problem_at(400, "InvalidParameter.Missing", "/entity");

    let several = with(with(draft(1), "/province", json!("?")), "/services/0/head/phones/0", json!("?"));
    let seen = door.create(&several).await.problem(422, "InvalidParameter.Province");
    assert_eq!(seen.at("/errors").as_array().unwrap().len(), 2);
    nothing_was_made(&door).await;
}

#[tokio::test]
async fn a_reference_that_leads_nowhere_is_refused_at_the_report() {
    let door = Door::open();
    let access = |service_no: &str| {
        json!({
            "kind": "add_access",
            "province": "浙江",
            "reference": { "service_no": service_no },
            "report": true
        })
    };
    let pointer = "/reference/service_no";
    door.create(&access("浙ICP备1号")).await.problem_at(422, "InvalidParameter.Reference", pointer);
    door.create(&access("浙ICP备99999999号-1")).await.problem_at(422, "InvalidParameter.Reference", pointer);
    nothing_was_made(&door).await;
}

#[tokio::test]
async fn an_entity_has_one_open_filing_which_only_its_own_provider_is_told() {
    let door = Door::open();
    let id = door.create(&first(1)).await.is(201).id();
    let again =
        with(with(first(1), "/provider_order_no", json!("T-2")), "/services/0/domains/0", json!("b.example"));
    let seen = door.create(&again).await.problem(409, "Conflict.EntityHasOpenFiling");
    assert_eq!(seen.text_at("/filing_id"), id);
    assert!(seen.text_at("/detail").contains(&id));
    let seen = door.post("/v1/filings").by("test_jd").json(&again).send().await;
    let seen = seen.problem(409, "Conflict.EntityHasOpenFiling");
    assert!(!seen.text.contains(&id), "{}", seen.text);
    assert!(seen.body.get("filing_id").is_none());
}

#[tokio::test]
async fn conflicts_with_numbers_and_the_registry_are_named() {
    let door = Door::open();
    let approved = door.approved(1).await;
    let number = door.create(&with(draft(2), "/provider_order_no", json!("T-1"))).await;
    let number = number.problem_at(409, "Conflict.OrderNumber", "/provider_order_no");
    assert_eq!(number.text_at("/filing_id"), approved.id());
    let again = with(first(1), "/provider_order_no", json!("T-3"));
    door.create(&again).await.problem(409, "Conflict.EntityRegistered");
    let taken = with(first(4), "/services/0/domains/0", json!("site1.example"));
    door.create(&taken).await.problem_at(409, "Conflict.Domain", "/services/0/domains/0");
    let service_no = approved.text_at("/service_nos/0");
    let mut access = json!({
        "kind": "add_access", "province": "浙江", "reference": { "service_no": service_no }, "report": true,
        "services": [{ "service_no": service_no, "head": first(1)["services"][0]["head"] }]
    });
    access["services"][0]["head"]["phones"] = json!([entity_phone(9)]);
    let seen = door.post("/v1/filings").by("test_jd").json(&access).send().await;
    seen.problem_at(409, "Conflict.PhoneOnRecord", "/services/0/head/phones/0");
    let end = json!({
        "kind": "cancel_access", "province": "浙江", "reference": { "service_no": service_no }, "report": true
    });
    door.post("/v1/filings").by("test_jd").json(&end).send().await.problem(409, "Conflict.Access");
}

#[tokio::test]
async fn too_many_reports_naming_a_phone_are_told_when_to_come_back() {
    let door = Door::with(true);
    let mut last = None;
    for _ in 0..6 {
        let seen = door.create(&with(first(1), "/provider_order_no", Value::Null)).await;
        if seen.status.is_success() {
            door.act(&seen.id(), "withdraw").await.is(200);
        }
        last = Some(seen);
    }
    let seen = last.unwrap().problem(429, "LimitExceeded.PhoneMessages");
    assert_eq!(seen.header("retry-after"), Some("54000"));
    assert!(seen.header("ratelimit").is_some());
}

#[tokio::test]
async fn callers_without_a_key_or_of_another_role_are_refused() {
    let door = Door::open();
    let seen = door.get("/v1/filings").send().await.problem(401, "AuthFailure.Key");
    assert!(seen.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")));
    for key in ["test_nobody", "test_admin_atlantis", "other", "test_", ""] {
        door.get("/v1/filings").by(key).send().await.problem(401, "AuthFailure.Key");
    }
    let basic = door.get("/v1/filings").header("authorization", "Basic dGVzdA==");
    basic.send().await.problem(401, "AuthFailure.Key");
    door.get("/v1/filings").by("test_admin_zhejiang").send().await.problem(403, "AuthFailure.Role");
    door.get("/v1/reviews").by("test_other").send().await.problem(403, "AuthFailure.Role");
    // Who calls is judged before anything else.
    door.call("POST", "/v1/filings").raw("{").send().await.problem(401, "AuthFailure.Key");
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems_too() {
    let door = Door::open();
    for path in ["/v1/nothing", "/v1/filings/x/y/z", "/v1"] {
        door.get(path).by("test_other").send().await.problem(404, "ResourceNotFound.Route");
    }
    let seen = door.call("DELETE", "/v1/filings").by("test_other").send().await;
    let seen = seen.problem(405, "MethodNotAllowed");
    assert!(seen.header("allow").is_some_and(|allow| allow.contains("POST")));
    for id in ["fil_", "fil_0000000000001", "ver_0000000000001", "%ff", "1"] {
        let seen = door.get(&format!("/v1/filings/{id}")).by("test_other").send().await;
        seen.problem(404, "ResourceNotFound.Filing");
    }
}

#[tokio::test]
async fn texts_come_in_the_callers_language() {
    let door = Door::open();
    let ask = |language: &'static str| door.get("/v1/nothing").header("accept-language", language);
    let chinese = ask("zh").send().await.problem(404, "ResourceNotFound.Route");
    let english = ask("en-US, zh;q=0.5").send().await.problem(404, "ResourceNotFound.Route");
    assert_eq!(english.text_at("/detail"), "There is no such address");
    assert_ne!(chinese.at("/detail"), english.at("/detail"));
    assert_ne!(chinese.at("/title"), english.at("/title"));
}

#[tokio::test]
async fn a_request_keeps_its_id_if_it_is_short_and_plain() {
    let door = Door::open();
    let ask = |id: &str| door.get("/healthz").header("x-request-id", id);
    assert_eq!(ask("abc-1.2_3").send().await.header("x-request-id"), Some("abc-1.2_3"));
    let seen = ask(&"a".repeat(65)).send().await;
    assert!(seen.header("x-request-id").is_some_and(|id| id.starts_with("req_")));
    let seen = ask("<script>").send().await;
    assert!(seen.header("x-request-id").is_some_and(|id| id.starts_with("req_")));
}
