//! "这不是我的备案" (PRO-07) over the real world: what the person sees, and what the provider is told.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::StatusCode;
use common::browser::{Browser, sandbox};
use common::{PEOPLE, Sandbox};

const FIRST: &str = include_str!("../../../examples/filings/first.json");

#[tokio::test]
async fn who_gets_a_message_by_mistake_stops_it_and_learns_nothing_else() {
    let sandbox = Sandbox::new();
    let filing = sandbox.file_first().await;
    let [(phone, _), (other, _)] = PEOPLE;
    assert!(sandbox.get("/verify").await.body.contains("href=\"/not-mine\""));
    assert!(sandbox.get("/help").await.body.contains("href=\"/not-mine\""));

    let code = sandbox.code(phone).await;
    let page = sandbox.submit("/not-mine", &[("phone", phone), ("code", "000000")]).await;
    assert!(page.text().contains("该条验证库里找不到记录"), "{}", page.text());
    assert!(page.body.contains(&format!("value=\"{phone}\"")) && !page.body.contains("000000"));
    // A verification of somebody else answers like none at all.
    let elsewhere = sandbox.submit("/not-mine", &[("phone", other), ("code", &code)]).await;
    assert!(elsewhere.text().contains("该条验证库里找不到记录"), "{}", elsewhere.text());

    let page = sandbox.submit("/not-mine", &[("phone", phone), ("code", &code)]).await;
    assert!(page.text().contains("不会再向这个号码发送这次核验的短信"), "{}", page.text());
    for secret in ["154****", "400-000-0000", filing["id"].as_str().unwrap()] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    // A result that nobody carries leads back to the form.
    let nobody = sandbox.get("/not-mine/result").await;
    assert_eq!((nobody.status, nobody.header("location")), (StatusCode::SEE_OTHER, "/not-mine"));

    // No resend and no noon message; the provider's program is told.
    sandbox.advance(24 * 3_600 - 1).await;
    assert_eq!(sandbox.code(phone).await, code);
    let detail = sandbox.get(&format!("/v1/filings/{}", filing["id"].as_str().unwrap())).await.json();
    let said: Vec<_> = detail["round"]["verifications"].as_array().unwrap().iter().collect();
    assert_eq!((&said[0]["disowned"], &said[1]["disowned"]), (&true.into(), &serde_json::Value::Null));
    assert_eq!((&said[0]["state"], &said[0]["attempts_used"]), (&"open".into(), &0.into()));
    let events = sandbox.get("/v1/events").await.json();
    let types = events["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap());
    assert_eq!(types.filter(|kind| *kind == "verification.disowned").count(), 1);
}

#[tokio::test]
async fn the_provider_s_console_says_so_with_the_remedy() {
    let sandbox = sandbox().await;
    let mut body: serde_json::Value = serde_json::from_str(FIRST).unwrap();
    body["report"] = true.into();
    let mut request =
        Sandbox::request(axum::http::Method::POST, "/v1/filings", "application/json", body.to_string());
    request.headers_mut().insert("authorization", "Bearer test_tencent".parse().unwrap());
    request.headers_mut().insert("idempotency-key", "not-mine".parse().unwrap());
    let filing = sandbox.send(request).await.json();
    let [(phone, _), _] = PEOPLE;
    let code = sandbox.code(phone).await;
    sandbox.submit("/not-mine", &[("phone", phone), ("code", &code)]).await;

    let mut browser = Browser::signed_in(&sandbox, "tencent-clerk").await;
    let path = format!("/console/provider/filings/{}", filing["id"].as_str().unwrap());
    let page = browser.get(&path).await;
    let text = page.text();
    for sentence in ["该号码的机主表示", "请向申请人核实负责人的手机号码", "已停止向该号码发送"]
    {
        assert!(text.contains(sentence), "{sentence}: {text}");
    }
    assert_eq!(text.matches("机主表示不是本人的备案").count(), 2, "the card and the timeline");
    for list in ["/console/provider/filings", "/console/provider/waiting"] {
        let text = browser.get(list).await.text();
        assert_eq!(text.matches("机主表示不是本人的备案").count(), 1, "{list}: {text}");
    }
}
