//! The portal's other pages: progress, help, display, errors; in two languages, small, and never stored.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::{Method, StatusCode, header};
use common::{Answer, PEOPLE, Sandbox};
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";
/// What one page may come to, with its style sheet and its captcha (5).
const PAGE_LIMIT: usize = 15_000;

/// The path of a filing's progress page.
fn progress_path(filing: &Value) -> String {
    let url = filing["progress_url"].as_str().unwrap();
    url.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned()
}

async fn progress(sandbox: &Sandbox, filing: &Value) -> Answer {
    sandbox.get(&progress_path(filing)).await
}

/// proves: PRO-03
#[tokio::test]
async fn an_applicant_follows_the_filing_by_a_link_that_nobody_can_guess() {
    let sandbox = Sandbox::new();
    let filing = sandbox.file_first().await;
    let [(first, first_id), (second, _)] = PEOPLE;
    let page = progress(&sandbox, &filing).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let text = page.text();
    for shown in [
        "2 人中已有 0 人完成",
        "154****0101",
        "154****0102",
        "剩余 24 小时 0 分钟",
        "主体负责人",
        "400-000-0000",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let code = sandbox.code(first).await;
    sandbox.submit("/verify", &[("code", &code), ("phone", first), ("id_last6", first_id)]).await;
    let page = progress(&sandbox, &filing).await;
    assert!(page.text().contains("2 人中已有 1 人完成"));
    for secret in [first, second, &code, "林示遥", "杭州浔澜", filing["id"].as_str().unwrap()] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    sandbox.advance(25 * 3600).await;
    let page = progress(&sandbox, &filing).await.text();
    assert!(page.contains("备案申请已退回接入商") && page.contains("核对负责人手机号后重新提交"), "{page}");
    let path = progress_path(&filing);
    let again = sandbox.get(&format!("/v1/filings/{}", filing["id"].as_str().unwrap())).await.json();
    assert_eq!(progress_path(&again), path, "the link stays the same");
    let nowhere = sandbox.get("/nowhere").await;
    let mut altered = path.clone();
    let last = altered.pop().unwrap();
    altered.push(if last == '0' { '1' } else { '0' });
    for wrong in [
        altered.as_str(),
        "/progress/",
        "/progress/zz",
        "/progress/fil_0000000000001",
        &path[..path.len() - 2],
    ] {
        let answer = sandbox.get(wrong).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
        let plain = |answer: &Answer| answer.body.split("/display").next().unwrap().to_owned();
        assert_eq!(
            plain(&answer),
            plain(&nowhere),
            "nothing tells a link that never was from any other address"
        );
    }
}

#[tokio::test]
async fn the_review_s_due_date_and_the_numbers_are_shown() {
    let sandbox = Sandbox::new();
    let filing = sandbox.file_first().await;
    for (phone, id_last6) in PEOPLE {
        let code = sandbox.code(phone).await;
        sandbox.submit("/verify", &[("code", &code), ("phone", phone), ("id_last6", id_last6)]).await;
    }
    let page = progress(&sandbox, &filing).await.text();
    assert!(page.contains("管局应在 2026年3月30日前完成审核"), "{page}");
}

/// A profile that promises a new report within a working day (FIL-08, S4).
#[tokio::test]
async fn a_promised_report_is_due_a_working_day_after_the_resubmission() {
    let sandbox = Sandbox::new();
    let mut body: Value = serde_json::from_str(include_str!("../../../examples/filings/first.json")).unwrap();
    body["report"] = true.into();
    let as_volcengine = |method: Method, path: &str, body: &Value| {
        let mut request = Sandbox::request(method, path, "application/json", body.to_string());
        request.headers_mut().insert(header::AUTHORIZATION, "Bearer test_volcengine".parse().unwrap());
        request.headers_mut().insert("idempotency-key", "one".parse().unwrap());
        request.headers_mut().insert("if-match", "*".parse().unwrap());
        request
    };
    let filing = sandbox.send(as_volcengine(Method::POST, "/v1/filings", &body)).await.json();
    assert_eq!(filing["report_due_at"], Value::Null);
    sandbox.advance(25 * 3600).await;
    let page = progress(&sandbox, &filing).await.text();
    assert!(page.contains("您重新提交后，接入商将在 1 个工作日内重新上报"), "{page}");
    body["report"] = false.into();
    let path = format!("/v1/filings/{}", filing["id"].as_str().unwrap());
    let corrected = sandbox.send(as_volcengine(Method::PUT, &path, &body)).await;
    assert_eq!(corrected.status, StatusCode::OK, "{}", corrected.body);
    // Tuesday the 3rd, 10:00; the next working day ends a second before midnight.
    assert_eq!(corrected.json()["report_due_at"], "2026-03-04T23:59:59+08:00");
    assert_eq!(corrected.json()["report_due_provisional"], false);
    let page = progress(&sandbox, &filing).await.text();
    assert!(page.contains("接入商应在 2026年3月4日前重新上报"), "{page}");
}

#[tokio::test]
async fn the_language_is_the_chosen_one_else_the_browser_s_else_chinese() {
    let sandbox = Sandbox::new();
    let lang =
        |answer: &Answer| answer.body.split("lang=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(lang(&sandbox.get("/verify").await), "zh-CN");
    let english = sandbox.get_with("/verify", header::ACCEPT_LANGUAGE, "en-GB,zh;q=0.5").await;
    assert_eq!((lang(&english).as_str(), english.header("content-language")), ("en", "en"));
    let switched = sandbox.get("/display?language=en&size=large&back=%2Fhelp%23phone").await;
    assert_eq!((switched.status, switched.header("location")), (StatusCode::SEE_OTHER, "/help#phone"));
    let cookie = switched.header("set-cookie").split(';').next().unwrap().to_owned();
    let page = sandbox.get_with("/help", header::COOKIE, &cookie).await;
    assert!(page.body.contains("<html lang=\"en\" class=\"large\">"));
    let back = sandbox.get_with("/display?size=normal&contrast=high", header::COOKIE, &cookie).await;
    assert_eq!(back.header("location"), "/");
    let cookie = back.header("set-cookie").split(';').next().unwrap().to_owned();
    let page = sandbox.get_with("/help", header::COOKIE, &cookie).await;
    assert!(page.body.contains("<html lang=\"en\" class=\"contrast\">"), "the language stays");
    assert_eq!(sandbox.get("/display?back=https%3A%2F%2Felsewhere.example").await.header("location"), "/");
}

/// An answer keeps what was typed, also when the language changes between the answer and its page.
#[tokio::test]
async fn an_answer_is_read_in_the_language_of_the_reader() {
    let sandbox = Sandbox::new();
    let body = "code=123456&phone=15499999999&id_last6=000000".to_owned();
    let answer = sandbox.send(Sandbox::request(Method::POST, "/verify", FORM, body)).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let in_chinese = sandbox.get_with("/verify", header::COOKIE, &cookie).await;
    assert!(in_chinese.text().contains("该条验证库里找不到记录"));
    let in_english = sandbox.get_with("/verify", header::COOKIE, &format!("{cookie}; heyan_view=en")).await;
    assert!(in_english.text().contains("No matching record was found."), "{}", in_english.text());
    assert!(in_english.body.contains("value=\"15499999999\""));
}

#[tokio::test]
async fn who_has_to_verify_comes_from_the_rulebook() {
    let sandbox = Sandbox::new();
    let row = |answer: &Answer, kind: &str| {
        let rows = answer.body.split("<tr>").filter(|row| row.contains(kind)).map(str::to_owned);
        rows.map(|row| {
            row.split("<td>").skip(1).map(|cell| cell.split("</td>").next().unwrap().to_owned()).collect()
        })
        .collect::<Vec<Vec<String>>>()
    };
    let all = sandbox.get("/help/who").await;
    assert_eq!(row(&all, "首次备案<"), [["需要", "需要"]]);
    assert_eq!(row(&all, "注销网站<"), [["不需要", "需要"]]);
    let qingcloud = sandbox.get("/help/who?province=zhejiang&provider=qingcloud").await;
    assert_eq!(row(&qingcloud, "注销网站<")[0], ["不需要", "不需要"], "S3");
    assert!(qingcloud.body.contains("<option value=\"zhejiang\" selected>浙江</option>"));
    assert!(qingcloud.text().contains("S3") && qingcloud.text().contains("示例青云"));
    let tencent = sandbox.get("/help/who?provider=tencent").await;
    assert_eq!(row(&tencent, "取消接入<")[0], ["不需要", "暂不验证"], "S0");
    assert_eq!(sandbox.get("/help/who?province=%3Cb%3E&provider=nobody").await.status, StatusCode::OK);
    assert_eq!(sandbox.get("/help/who?province=a&province=b").await.status, StatusCode::BAD_REQUEST);
    let help = sandbox.get("/help").await.text();
    assert!(help.contains("浙江备案，填写证件背面的香港或澳门身份证件号码后六位"), "{help}");
}

#[tokio::test]
async fn every_error_is_a_page_in_the_visitor_s_language() {
    let sandbox = Sandbox::new();
    let is_page = |answer: &Answer, status: StatusCode| {
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
        assert!(answer.body.contains("<title>错误："), "{status}");
    };
    is_page(&sandbox.get("/nowhere").await, StatusCode::NOT_FOUND);
    let deleted = sandbox.send(Sandbox::request(Method::DELETE, "/verify", FORM, String::new())).await;
    is_page(&deleted, StatusCode::METHOD_NOT_ALLOWED);
    assert!(!deleted.header("allow").is_empty());
    let huge = format!("code={}", "1".repeat(3 * 1024 * 1024));
    let too_large = sandbox.send(Sandbox::request(Method::POST, "/verify", FORM, huge)).await;
    is_page(&too_large, StatusCode::PAYLOAD_TOO_LARGE);
    let english = sandbox.get_with("/nowhere", header::ACCEPT_LANGUAGE, "en").await;
    assert!(english.body.contains("<title>Error: There is no such page"));
    assert_eq!(sandbox.get("/privacy").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_problem_s_type_leads_to_its_page() {
    let sandbox = Sandbox::new();
    let problem = sandbox.post_json("/v1/filings", &json!({"kind": "nonsense"})).await.json();
    let page = sandbox.get(problem["type"].as_str().unwrap()).await;
    assert_eq!(page.status, StatusCode::OK, "{problem}");
    assert!(page.body.contains(problem["code"].as_str().unwrap()));
    assert!(page.text().contains("发生了什么"));
    let english = sandbox.get_with("/docs/errors/Internal", header::ACCEPT_LANGUAGE, "en").await;
    assert!(
        english.body.contains("<h2>What happened</h2>") && english.body.contains("<code>request_id</code>")
    );
    assert_eq!(sandbox.get("/docs/errors/Nothing").await.status, StatusCode::NOT_FOUND);
}

/// A whole page, with everything that a browser loads for it unasked, stays within 15 KB. Speech is loaded when it is
/// played.
#[tokio::test]
async fn a_whole_page_is_small() {
    let sandbox = Sandbox::with(true, false);
    let filing = sandbox.file_first().await;
    let progress = progress_path(&filing);
    for path in ["/", "/verify", "/resend", "/help", "/help/who?provider=qingcloud", "/privacy", &progress] {
        for language in ["zh-CN", "en"] {
            let page = sandbox.get_with(path, header::ACCEPT_LANGUAGE, language).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            let mut bytes = page.bytes;
            let loaded =
                page.body.split("src=\"").chain(page.body.split("<link rel=\"stylesheet\" href=\"")).skip(1);
            for address in loaded
                .filter_map(|rest| rest.split('"').next())
                .filter(|address| address.starts_with('/') && address.rsplit('.').next() != Some("wav"))
            {
                bytes += sandbox.get_with(address, header::ACCEPT_ENCODING, "gzip, br").await.bytes;
            }
            assert!(bytes <= PAGE_LIMIT, "{path} in {language}: {bytes} bytes");
        }
    }
}

#[tokio::test]
async fn the_sandbox_s_receiver_shows_what_came_and_whose_signature_holds() {
    let sandbox = Sandbox::new();
    let page = || async { sandbox.get("/sandbox/webhooks").await.text() };
    assert!(page().await.contains("还没有收到消息"));
    let made = json!({"url": "http://127.0.0.1:8080/sandbox/webhooks/500"});
    let endpoint = sandbox.post_json("/v1/webhook-endpoints", &made).await;
    assert_eq!(endpoint.status, StatusCode::CREATED, "{}", endpoint.body);
    let endpoint = endpoint.json();
    let secret = endpoint["secret"].as_str().unwrap().strip_prefix("whsec_").unwrap();
    let secret = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, secret).unwrap();
    let body = "{\"type\":\"filing.returned\"}";
    let signature =
        heyan_signing::webhook::signatures([secret.as_slice()], "evt_1", 1_774_418_400, body.as_bytes());
    let send = |signature: String| {
        let mut request =
            Sandbox::request(Method::POST, "/sandbox/webhooks/500", "application/json", body.to_owned());
        for (name, value) in
            [("webhook-id", "evt_1"), ("webhook-timestamp", "1774418400"), ("webhook-signature", &signature)]
        {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        sandbox.send(request)
    };
    assert_eq!(send(signature).await.status, StatusCode::INTERNAL_SERVER_ERROR, "what its address asks for");
    let text = page().await;
    assert!(text.contains(endpoint["id"].as_str().unwrap()) && text.contains("filing.returned"), "{text}");
    assert_eq!(send("v1,forged".to_owned()).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page().await.contains("与本沙箱的任何密钥都不符"));
    let nowhere = Sandbox::request(Method::POST, "/sandbox/webhooks/7", "text/plain", String::new());
    assert_eq!(sandbox.send(nowhere).await.status, StatusCode::NOT_FOUND);
}
