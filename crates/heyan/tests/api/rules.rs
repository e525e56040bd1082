//! `GET /v1/rules/resolve`.

use serde_json::json;

use crate::door::Door;

const ZHEJIANG: &str = "province=%E6%B5%99%E6%B1%9F";

/// proves: PRO-02
#[tokio::test]
async fn who_will_have_to_verify_is_known_before_filing() {
    let door = Door::open();
    let ask =
        |key: &'static str, query: &str| door.get(&format!("/v1/rules/resolve?{ZHEJIANG}&{query}")).by(key);
    let seen = ask("test_other", "kind=first").send().await.is(200);
    let expected = json!({
        "ruleset": "national-2020",
        "roles": ["entity_head", "service_head"],
        "suspended_roles": [],
        "source": seen.at("/source"),
        "validity_hours": 24,
        "attempts_limit": 5,
        "resend_limit": 2,
    });
    assert_eq!(seen.body, expected);
    assert!(!seen.text_at("/source/document").is_empty() && !seen.text_at("/source/place").is_empty());

    let seen = ask("test_tencent", "kind=cancel_access").send().await.is(200);
    assert_eq!(seen.text_at("/ruleset"), "tencent-cloud");
    assert_eq!(*seen.at("/roles"), json!([]));
    assert_eq!(*seen.at("/suspended_roles"), json!(["service_head"]));
    assert_eq!(*seen.at("/resend_limit"), json!(3));

    let roles =
        |query: &'static str| async { ask("test_other", query).send().await.is(200).at("/roles").clone() };
    assert_eq!(roles("kind=change&changed=entity").await, json!(["entity_head"]));
    assert_eq!(roles("kind=change&changed=entity,service").await, json!(["entity_head", "service_head"]));
    assert_eq!(roles("kind=change&changed=remark").await, json!([]));
    let chinese = "kind=%E6%8E%A5%E5%85%A5%E5%A4%87%E6%A1%88";
    assert_eq!(roles(chinese).await, json!(["service_head"]));
    let qingcloud = ask("test_qingcloud", "kind=change&changed=entity&province_changes=true");
    assert_eq!(*qingcloud.send().await.is(200).at("/roles"), json!([]));
    let early = ask("test_other", "kind=first&at=2019-01-01T00:00:00%2B08:00").send().await.is(200);
    assert_eq!(early.text_at("/ruleset"), "pre-verification");
    let unescaped = ask("test_other", "kind=first&at=2019-01-01T00:00:00+08:00").send().await.is(200);
    assert_eq!(unescaped.text_at("/ruleset"), "pre-verification");
    let administration = ask("test_admin_zhejiang", "kind=first").send().await.is(200);
    assert_eq!(administration.text_at("/ruleset"), "national-2020");
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let door = Door::open();
    let ask = |query: &str| door.get(&format!("/v1/rules/resolve?{query}")).by("test_other");
    ask(ZHEJIANG).send().await.problem_at(400, "InvalidParameter.Missing", "/kind");
    ask("kind=first").send().await.problem_at(400, "InvalidParameter.Missing", "/province");
    ask("kind=last&province=x").send().await.problem_at(422, "InvalidParameter.Kind", "/kind");
    let ask = |query: &str| ask(&format!("kind=change&{ZHEJIANG}&{query}"));
    ask("changed=colour").send().await.problem_at(422, "InvalidParameter.Value", "/changed");
    ask("initiator=me").send().await.problem_at(422, "InvalidParameter.Value", "/initiator");
    ask("province_changes=1").send().await.problem_at(422, "InvalidParameter.Value", "/province_changes");
    ask("at=today").send().await.problem_at(422, "InvalidParameter.Value", "/at");
    ask("who=me").send().await.problem_at(400, "InvalidParameter.UnknownMember", "/who");
    door.get("/v1/rules/resolve").send().await.problem(401, "AuthFailure.Key");
}
