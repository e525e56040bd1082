//! `ETag` and `If-Match`, and whose filing it is.

use crate::door::{Door, draft, first};

#[tokio::test]
async fn an_act_on_a_version_needs_to_say_which() {
    let door = Door::open();
    let id = door.create(&draft(1)).await.is(201).id();
    let path = format!("/v1/filings/{id}");
    let report = || door.post(&format!("{path}/report")).by("test_other");
    report().send().await.problem(428, "PreconditionRequired.IfMatch");
    let put = || door.call("PUT", &path).by("test_other").json(&draft(1));
    put().send().await.problem(428, "PreconditionRequired.IfMatch");
    for stale in ["\"7\"", "W/\"1\"", "\"x\"", "\"\""] {
        let seen = report().if_match(stale).send().await.problem(412, "PreconditionFailed.Version");
        assert_eq!(seen.header("etag"), Some("\"1\""));
        put().if_match(stale).send().await.problem(412, "PreconditionFailed.Version");
    }
    report().if_match("\"7\", \"1\"").send().await.is(200);
}

#[tokio::test]
async fn another_providers_filing_is_not_there() {
    let door = Door::open();
    let id = door.create(&draft(1)).await.is(201).id();
    let missing = "fil_00000000000ZZ";
    let mut answers = Vec::new();
    for id in [id.as_str(), missing] {
        let path = format!("/v1/filings/{id}");
        for part in ["", "/verifications", "/timeline"] {
            let call = door.get(&format!("{path}{part}")).by("test_jd").header("x-request-id", "r");
            answers.push(call.send().await.problem(404, "ResourceNotFound.Filing").text);
        }
        // 404 comes before 428.
        for verb in ["report", "reverify", "withdraw"] {
            let call = door.post(&format!("{path}/{verb}")).by("test_jd").header("x-request-id", "r");
            answers.push(call.send().await.problem(404, "ResourceNotFound.Filing").text);
        }
        let call = door.call("PUT", &path).by("test_jd").header("x-request-id", "r").json(&first(1));
        answers.push(call.send().await.problem(404, "ResourceNotFound.Filing").text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn an_act_takes_no_body_but_an_empty_one() {
    let door = Door::open();
    let id = door.create(&draft(1)).await.is(201).id();
    let report = || door.post(&format!("/v1/filings/{id}/report")).by("test_other").if_match("*");
    let seen = report().raw("{\"now\":true}").send().await;
    seen.problem_at(400, "InvalidParameter.UnknownMember", "/now");
    report().raw("{}").send().await.is(200);
}
