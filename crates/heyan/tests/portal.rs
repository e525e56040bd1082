//! The portal as people use it: forms, redirects, results, and the ministry portal's JSON beside it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::{Method, StatusCode};
use common::{PEOPLE, Sandbox};
use serde_json::json;

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn two_people_verify_on_the_page_and_the_filing_goes_on() {
    let sandbox = Sandbox::new();
    let filing = sandbox.file_first().await;
    let [(first, first_id), (second, second_id)] = PEOPLE;
    let code = sandbox.code(first).await;
    let page = sandbox.submit("/verify", &[("code", &code), ("phone", first), ("id_last6", first_id)]).await;
    assert!(page.text().contains("您的短信核验完成，请等待其他核验人进行短信核验"));
    assert!(page.text().contains("154****0102"), "who is missing, masked");
    assert!(!page.body.contains(second), "and never in full");
    let again = sandbox.submit("/verify", &[("code", &code), ("phone", first), ("id_last6", first_id)]).await;
    assert!(again.text().contains("您的短信核验已完成，无需重复提交"));
    // A pasted message, spaces in the phone, full-width digits.
    let pasted = format!("【工业和信息化部】验证码{}，请勿告知他人", sandbox.code(second).await);
    let page = sandbox
        .submit("/verify", &[("code", &pasted), ("phone", "154 0000 0102"), ("id_last6", "２５０２４６")])
        .await;
    assert!(
        page.text().contains("您的短信核验已全部完成，该请求将提交管局审核"),
        "{second_id}: {}",
        page.text()
    );
    let filing = sandbox.get(&format!("/v1/filings/{}", filing["id"].as_str().unwrap())).await.json();
    assert_eq!(filing["state"], "in_review");
}

#[tokio::test]
async fn an_error_keeps_phone_and_last_six_and_forgets_the_code() {
    let sandbox = Sandbox::new();
    let page = sandbox.submit("/verify", &[("code", "12"), ("phone", "12345"), ("id_last6", "12345X")]).await;
    assert!(page.body.contains("<title>错误："));
    assert!(page.body.contains("value=\"12345\"") && page.body.contains("value=\"12345X\""));
    assert!(!page.body.contains("value=\"12\""));
    let page =
        sandbox.submit("/verify", &[("code", "123456"), ("phone", "<b>"), ("id_last6", "\"'><i>")]).await;
    assert!(!page.body.contains("<b>") && !page.body.contains("<i>"), "what was typed is text, not markup");
}

/// The value that tells one rendering of a form from another.
fn form_token(page: &str) -> String {
    let after = page.split("name=\"form\" value=\"").nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_double_click_does_one_thing() {
    let sandbox = Sandbox::new();
    let filing = sandbox.file_first().await;
    let [(phone, id_last6), _] = PEOPLE;
    let code = sandbox.code(phone).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let token = form_token(&sandbox.get("/verify").await.body);
    assert_eq!(token.len(), 32);
    let fields = [("form", token.as_str()), ("code", wrong), ("phone", phone), ("id_last6", id_last6)];
    let press = || sandbox.submit("/verify", &fields);
    let (first, second, third) = tokio::join!(press(), press(), press());
    let shown = |page: &str| page.replace(&form_token(page), "");
    assert_eq!(shown(&first.body), shown(&second.body));
    assert_eq!(shown(&first.body), shown(&third.body));
    let path = format!("/v1/filings/{}", filing["id"].as_str().unwrap());
    let attempts = async || {
        let detail = sandbox.get(&path).await.json();
        let rows = detail["round"]["verifications"].as_array().unwrap().clone();
        rows.iter().map(|row| row["attempts_used"].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(attempts().await, 1, "one press is one attempt");
    sandbox.submit("/verify", &[("code", wrong), ("phone", phone), ("id_last6", id_last6)]).await;
    assert_eq!(attempts().await, 2, "another form is another attempt");
}

/// The times are measured by `heyan bench --sameness`.
///
/// proves: SEC-06
#[tokio::test]
async fn who_knows_a_phone_alone_learns_nothing_about_it() {
    let sandbox = Sandbox::new();
    sandbox.file_first().await;
    let [(phone, _), _] = PEOPLE;
    let both = [phone, "15499999999"];
    for (path, code) in [("validateByCondition", Some("000000")), ("resendSMSByCondition", None)] {
        let mut answers = Vec::new();
        for number in both {
            let mut asked = json!({ "mobileNum": number, "certNum": "ZZZZZZ" });
            if let Some(code) = code {
                asked["smsValidCode"] = code.into();
            }
            answers.push(sandbox.post_json(&format!("/pquery/smsValidate/{path}"), &asked).await);
        }
        assert_eq!(answers[0].status, answers[1].status);
        assert_eq!(answers[0].body, answers[1].body);
    }
}

#[tokio::test]
async fn help_grows_with_what_was_proved() {
    let sandbox = Sandbox::new();
    sandbox.file_first().await;
    let [(phone, id_last6), _] = PEOPLE;
    let code = sandbox.code(phone).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let unknown =
        sandbox.submit("/verify", &[("code", wrong), ("phone", "15499999999"), ("id_last6", "000000")]).await;
    let nobody =
        sandbox.submit("/verify", &[("code", wrong), ("phone", phone), ("id_last6", "000000")]).await;
    let plain = |body: &str| body.replace(&form_token(body), "").replace("15499999999", phone);
    assert_eq!(
        plain(&unknown.body),
        plain(&nobody.body),
        "an unknown phone and two wrong fields look the same (VER-09)"
    );
    let person =
        sandbox.submit("/verify", &[("code", wrong), ("phone", phone), ("id_last6", id_last6)]).await;
    assert!(person.text().contains('4'), "attempts left: {}", person.text());
    let code_right =
        sandbox.submit("/verify", &[("code", &code), ("phone", phone), ("id_last6", "000000")]).await;
    assert_ne!(person.body, code_right.body);
}

#[tokio::test]
async fn five_wrong_answers_end_it_with_what_to_do_next() {
    let sandbox = Sandbox::new();
    sandbox.file_first().await;
    let [(phone, id_last6), _] = PEOPLE;
    let code = sandbox.code(phone).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let mut last = None;
    for _ in 0..5 {
        last = Some(
            sandbox.submit("/verify", &[("code", wrong), ("phone", phone), ("id_last6", id_last6)]).await,
        );
    }
    let page = last.unwrap().text();
    assert!(page.contains("您的短信核验失败，请联系接入商查询核验结果"), "{page}");
    assert!(page.contains("核对负责人手机号后重新提交"), "RET-01: {page}");
    let late = sandbox.submit("/verify", &[("code", &code), ("phone", phone), ("id_last6", id_last6)]).await;
    assert!(late.text().contains("您的短信核验失败，请联系接入商查询核验结果"));
}

/// proves: PRO-06
#[tokio::test]
async fn whoever_is_told_to_ask_the_provider_is_told_how() {
    let sandbox = Sandbox::new();
    sandbox.file_first().await;
    sandbox.advance(25 * 3600).await;
    let [(phone, id_last6), _] = PEOPLE;
    let page =
        sandbox.submit("/verify", &[("code", "123456"), ("phone", phone), ("id_last6", id_last6)]).await;
    for part in ["示例接入商", "400-000-0000", "https://other.example/support", "09:00–18:00"] {
        assert!(page.text().contains(part), "{part} is missing");
    }
}

/// proves: DDL-05
#[tokio::test]
async fn people_are_told_the_rule_s_expected_arrival() {
    let sandbox = Sandbox::new();
    sandbox.file_first().await;
    sandbox.advance(61).await;
    let [(phone, id_last6), _] = PEOPLE;
    let page = sandbox.submit("/resend", &[("phone", phone), ("id_last6", id_last6)]).await;
    assert!(page.text().contains("尊敬的ICP用户：您的短信验证码已重发成功"), "{}", page.text());
    assert!(page.text().contains("5~10") || (page.text().contains('5') && page.text().contains("10")));
}

#[tokio::test]
async fn resends_in_every_state() {
    let sandbox = Sandbox::new();
    sandbox.file_first().await;
    let [(phone, id_last6), _] = PEOPLE;
    let person = [("phone", phone), ("id_last6", id_last6)];
    let first = sandbox.code(phone).await;
    assert!(sandbox.submit("/resend", &person).await.text().contains("后再重发"), "too soon");
    for _ in 0..2 {
        sandbox.advance(61).await;
        assert!(sandbox.submit("/resend", &person).await.text().contains("已重发成功"));
    }
    sandbox.advance(61).await;
    let limit = sandbox.submit("/resend", &person).await.text();
    assert!(limit.contains("重发次数已到上限"), "{limit}");
    let old = sandbox.submit("/verify", &[("code", &first), ("phone", phone), ("id_last6", id_last6)]).await;
    assert_ne!(sandbox.code(phone).await, first);
    assert!(
        old.text().contains("最新") || old.text().contains("新"),
        "use the newest message: {}",
        old.text()
    );
    let code = sandbox.code(phone).await;
    sandbox.submit("/verify", &[("code", &code), ("phone", phone), ("id_last6", id_last6)]).await;
    assert!(
        sandbox.submit("/resend", &person).await.text().contains("暂无该短信核验的备案申请，无需重发短信")
    );
    let nobody = [("phone", "15499999999"), ("id_last6", "000000")];
    assert!(sandbox.submit("/resend", &nobody).await.text().contains("该条验证库里找不到记录"));
}

#[tokio::test]
async fn a_captcha_is_good_for_one_answer() {
    let sandbox = Sandbox::with(true, false);
    sandbox.file_first().await;
    let [(phone, id_last6), _] = PEOPLE;
    let code = sandbox.code(phone).await;
    let form = sandbox.get("/verify").await;
    let token = form.body.split("/captcha/").nth(1).unwrap().split(".png").next().unwrap().to_owned();
    let picture = sandbox.get(&format!("/captcha/{token}.png")).await;
    assert_eq!(picture.header("content-type"), "image/png");
    let fields = [("code", code.as_str()), ("phone", phone), ("id_last6", id_last6), ("captcha_id", &token)];
    let without = sandbox.submit("/verify", &fields).await;
    assert!(without.body.contains("<title>错误："));
    let guess = [&fields[..], &[("captcha", "?????")]].concat();
    assert!(sandbox.submit("/verify", &guess).await.body.contains("<title>错误："), "wrong");
    assert!(sandbox.submit("/verify", &guess).await.body.contains("<title>错误："), "and used up");
    let json = sandbox.validate(&code, phone, id_last6).await;
    assert_eq!(json["params"]["validStatus"], 0, "the JSON endpoint asks for it as well");
    let filings = sandbox.get("/v1/filings").await.json();
    assert_eq!(filings["items"][0]["round"]["verifications"][0]["attempts_used"], 0, "nothing was counted");
}

#[tokio::test]
async fn the_ministry_portal_s_client_finds_its_shapes() {
    let sandbox = Sandbox::new();
    sandbox.file_first().await;
    let [(phone, id_last6), _] = PEOPLE;
    let code = sandbox.code(phone).await;
    let reply = sandbox.validate(&code, phone, id_last6).await;
    assert_eq!(
        reply,
        json!({
            "code": 200, "msg": "您的短信核验完成，请等待其他核验人进行短信核验", "success": true,
            "params": {"validStatus": 31, "validFlag": true},
            "data": {"params": {"validStatus": 31, "validFlag": true}},
        })
    );
    let resend = "/pquery/smsValidate/resendSMSByCondition";
    let reply = sandbox.post_json(resend, &json!({"mobileNum": phone, "certNum": id_last6})).await.json();
    assert_eq!(reply["params"], json!({"validStatus": 100, "validFlag": false}));
    let malformed = sandbox.validate("12", phone, id_last6).await;
    assert_eq!(
        (malformed["code"].as_u64(), malformed["params"]["validStatus"].as_u64()),
        (Some(200), Some(0))
    );
    for broken in ["", "{", "[]", "{\"mobileNum\":{}}", "\u{0}"] {
        let request = Sandbox::request(Method::POST, resend, "application/json", broken.to_owned());
        let answer = sandbox.send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{broken}");
        assert_eq!(answer.json()["params"]["validStatus"], 0);
    }
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let sandbox = Sandbox::with(false, true);
    let body = json!({"smsValidCode": "123456", "mobileNum": "15499999999", "certNum": "000000"});
    let path = "/pquery/smsValidate/validateByCondition";
    let mut answer = sandbox.post_json(path, &body).await;
    for _ in 0..60 {
        answer = sandbox.post_json(path, &body).await;
    }
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.json()["params"]["validStatus"], 0);
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
}

/// proves: SEC-15
#[tokio::test]
async fn what_no_form_sends_gets_a_page_that_says_so() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.get("/nowhere").await.status, StatusCode::NOT_FOUND);
    let huge = format!("code={}", "1".repeat(3 * 1024 * 1024));
    let answer = sandbox.send(Sandbox::request(Method::POST, "/verify", FORM, huge)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let broken = Sandbox::request(Method::POST, "/verify", FORM, "code=%FF%FE&phone=%".to_owned());
    assert!(sandbox.send(broken).await.status.as_u16() < 500);
    assert_eq!(sandbox.get("/captcha/zz.png").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        sandbox.get("/verify/result").await.status,
        StatusCode::SEE_OTHER,
        "nothing to show: back to the form"
    );
}

#[tokio::test]
async fn the_example_on_the_home_page_works_as_it_stands() {
    let sandbox = Sandbox::new();
    let body: serde_json::Value = serde_json::from_str(heyan_web::portal::pages::SANDBOX_FILING).unwrap();
    let answer = sandbox.post_json("/v1/filings", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    assert_eq!(answer.json()["state"], "verifying");
}
