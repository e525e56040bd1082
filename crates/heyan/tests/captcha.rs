//! The captcha's life over the real world: three ways to answer, one use, ten minutes (SEC-04).

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::{Method, StatusCode};
use common::{Answer, PEOPLE, Sandbox};
use heyan_domain::limits::Limits;
use heyan_web::captcha::solve;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const VALIDATE: &str = "/pquery/smsValidate/validateByCondition";
const RESEND: &str = "/pquery/smsValidate/resendSMSByCondition";

/// The value of the first attribute that begins so.
fn value<'a>(page: &'a Answer, start: &str) -> &'a str {
    page.body.split(start).nth(1).unwrap().split('"').next().unwrap()
}

/// A form's captcha: its id, and the solution of its puzzle.
async fn solved(sandbox: &Sandbox, path: &str) -> (String, String) {
    let form = sandbox.get(path).await;
    let id = value(&form, "name=\"captcha_id\" value=\"").to_owned();
    (id, solve(value(&form, "data-puzzle=\"")).unwrap())
}

async fn attempts_used(sandbox: &Sandbox) -> u64 {
    let filings = sandbox.get("/v1/filings").await.json();
    filings["items"][0]["round"]["verifications"][0]["attempts_used"].as_u64().unwrap()
}

/// A call of the ministry portal's client, with the captcha's headers as far as there are any.
async fn call(sandbox: &Sandbox, path: &str, body: &Value, proof: &[(&'static str, &str)]) -> Value {
    let mut request = Sandbox::request(Method::POST, path, "application/json", body.to_string());
    for (name, value) in proof {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let answer = sandbox.send(request).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

/// What draws costs something, so one address gets no end of it (SEC-05); another address is not made to wait.
#[tokio::test]
async fn one_address_cannot_have_captchas_drawn_without_end() {
    let limits = Limits { captchas_per_block_and_10_minutes: 3, ..Limits::default() };
    let sandbox = Sandbox::limited(limits);
    let form = sandbox.get("/verify").await;
    let id = value(&form, "name=\"captcha_id\" value=\"").to_owned();
    let picture = format!("/captcha/{id}.png");
    let why = format!("<a href=\"{picture}\">图片没有显示？点此查看原因");
    assert!(form.body.contains(&why), "a picture that is refused says nothing, so a link leads to the words");
    assert_eq!(
        sandbox.get("/captcha/6b33.png").await.status,
        StatusCode::NOT_FOUND,
        "none of ours: not counted"
    );
    for path in [&picture, &format!("/captcha/{id}.wav"), "/captcha"] {
        assert_eq!(sandbox.get(path).await.status, StatusCode::OK, "{path}");
    }
    // 09:00 at the start of a window of ten minutes.
    let page = sandbox.get(&picture).await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "600"));
    assert!(page.text().contains("请于 09:10 后再试"), "{}", page.text());
    let answer = sandbox.get("/captcha").await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "600"));
    assert_eq!(answer.json()["code"], "LimitExceeded.Rate");

    let mut elsewhere = Sandbox::request(Method::GET, &picture, "text/plain", String::new());
    let address = std::net::SocketAddr::from(([192, 0, 2, 1], 40_000));
    elsewhere.extensions_mut().insert(axum::extract::ConnectInfo(address));
    assert_eq!(sandbox.send(elsewhere).await.status, StatusCode::OK);
    sandbox.advance(590).await;
    assert_eq!(sandbox.get(&picture).await.status, StatusCode::TOO_MANY_REQUESTS);
    sandbox.advance(9).await;
    assert_eq!(sandbox.get(&picture).await.header("retry-after"), "1");
    sandbox.advance(1).await;
    assert_eq!(sandbox.get("/captcha").await.status, StatusCode::OK);
}

/// proves: SEC-04
#[tokio::test]
async fn nothing_counts_or_is_sent_before_a_captcha_is_solved_and_each_is_good_once() {
    let sandbox = Sandbox::with(true, false);
    sandbox.file_first().await;
    let [(phone, id_last6), _] = PEOPLE;
    let code = sandbox.code(phone).await;
    let wrong_code = if code == "000000" { "000001" } else { "000000" };
    let person = [("phone", phone), ("id_last6", id_last6)];
    let with =
        |code, id, way, answer| [&person[..], &[("code", code), ("captcha_id", id), (way, answer)]].concat();

    // A wrong answer: nothing is counted, and the right one comes too late for this captcha.
    let (id, work) = solved(&sandbox, "/verify").await;
    let page = sandbox.submit("/verify", &with(wrong_code, &id, "captcha", "?????")).await;
    assert!(page.text().contains("图形验证填写错误"), "{}", page.text());
    let page = sandbox.submit("/verify", &with(&code, &id, "captcha_work", &work)).await;
    assert!(page.text().contains("图形验证已过期"), "{}", page.text());
    assert_eq!(attempts_used(&sandbox).await, 0);

    // A right one opens the form once: the second submission with it counts no attempt.
    let (id, work) = solved(&sandbox, "/verify").await;
    sandbox.submit("/verify", &with(wrong_code, &id, "captcha_work", &work)).await;
    assert_eq!(attempts_used(&sandbox).await, 1);
    let page = sandbox.submit("/verify", &with(wrong_code, &id, "captcha_work", &work)).await;
    assert!(page.text().contains("图形验证已过期"), "{}", page.text());
    assert_eq!(attempts_used(&sandbox).await, 1);

    // 短信重发 sends nothing without one, and something with one.
    sandbox.advance(61).await;
    sandbox.submit("/resend", &person).await;
    assert_eq!(sandbox.code(phone).await, code);
    let (id, work) = solved(&sandbox, "/resend").await;
    sandbox.submit("/resend", &with("", &id, "captcha_work", &work)).await;
    assert_ne!(sandbox.code(phone).await, code);
}

#[tokio::test]
async fn after_ten_minutes_it_is_over_and_what_was_typed_is_still_there() {
    let sandbox = Sandbox::with(true, false);
    let [(phone, id_last6), _] = PEOPLE;
    let (id, work) = solved(&sandbox, "/verify").await;
    sandbox.advance(599).await;
    for ending in ["png", "wav"] {
        assert_eq!(sandbox.get(&format!("/captcha/{id}.{ending}")).await.status, StatusCode::OK, "{ending}");
    }
    sandbox.advance(1).await;
    for ending in ["png", "wav"] {
        let answer = sandbox.get(&format!("/captcha/{id}.{ending}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{ending}");
    }
    let fields = [
        ("code", "123456"),
        ("phone", phone),
        ("id_last6", id_last6),
        ("captcha_id", &id),
        ("captcha", "typed"),
        ("captcha_work", &work),
    ];
    let page = sandbox.submit("/verify", &fields).await;
    assert!(page.text().contains("图形验证已过期"), "{}", page.text());
    for kept in [phone, id_last6] {
        assert!(page.body.contains(&format!("value=\"{kept}\"")), "{kept} is lost");
    }
    for cleared in ["123456", "typed", work.as_str(), id.as_str()] {
        assert!(!page.body.contains(cleared), "{cleared} came back");
    }
}

#[tokio::test]
async fn of_answers_at_the_same_moment_one_is_taken() {
    let sandbox = Sandbox::with(true, false);
    sandbox.file_first().await;
    let [(phone, id_last6), _] = PEOPLE;
    let captcha = sandbox.get("/captcha").await.json();
    let work = solve(captcha["puzzle"]["text"].as_str().unwrap()).unwrap();
    let code = sandbox.code(phone).await;
    let body = json!({"smsValidCode": code, "mobileNum": phone, "certNum": id_last6});
    let proof = [("uuid", captcha["uuid"].as_str().unwrap()), ("sign", work.as_str())];
    let one = || call(&sandbox, VALIDATE, &body, &proof);
    let answers = tokio::join!(one(), one(), one(), one());
    let mut statuses = [answers.0, answers.1, answers.2, answers.3]
        .map(|answer| answer["params"]["validStatus"].as_u64().unwrap());
    statuses.sort_unstable();
    assert_eq!(statuses, [0, 0, 0, 31]);
}

#[tokio::test]
async fn the_ministry_portal_s_client_proves_it_in_its_headers() {
    let sandbox = Sandbox::with(true, false);
    sandbox.file_first().await;
    let [(phone, id_last6), _] = PEOPLE;
    let status = |answer: &Value| answer["params"]["validStatus"].as_u64().unwrap();
    let answer = sandbox.get("/captcha").await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let captcha = answer.json();
    for (way, kind) in [("image", "image/png"), ("audio", "audio/wav")] {
        let file = sandbox.get(captcha[way].as_str().unwrap()).await;
        assert_eq!((file.header("content-type"), file.header("cache-control")), (kind, "no-store"));
    }
    assert_eq!(captcha["puzzle"]["algorithm"], "sha-256");
    assert_eq!(captcha["expires_at"], "2026-03-02T09:10:00+08:00");

    let uuid = captcha["uuid"].as_str().unwrap();
    let work = solve(captcha["puzzle"]["text"].as_str().unwrap()).unwrap();
    let resend = json!({"mobileNum": phone, "certNum": id_last6});
    let verify = json!({"smsValidCode": sandbox.code(phone).await, "mobileNum": phone, "certNum": id_last6});
    // Without an answer it stays good; a solution of another puzzle uses it up.
    let missing = call(&sandbox, RESEND, &resend, &[("uuid", uuid)]).await;
    assert_eq!(missing["msg"], "图形验证错误或已过期，请重新完成图形验证");
    let refused: [&[(&'static str, &str)]; 3] = [&[], &[("sign", &work)], &[("uuid", "ff"), ("sign", &work)]];
    for proof in refused {
        assert_eq!(status(&call(&sandbox, RESEND, &resend, proof).await), 0);
    }
    let proof = [("uuid", uuid), ("sign", work.as_str())];
    assert_eq!(status(&call(&sandbox, RESEND, &resend, &proof).await), 102, "asked too soon after the first");
    assert_eq!(status(&call(&sandbox, VALIDATE, &verify, &proof).await), 0, "used up by the other form");

    let other = sandbox.get("/captcha").await.json();
    let swapped = [("uuid", other["uuid"].as_str().unwrap()), ("sign", work.as_str())];
    assert_eq!(status(&call(&sandbox, VALIDATE, &verify, &swapped).await), 0, "bound to its own puzzle");
}

#[tokio::test]
async fn picture_and_speech_need_no_script_and_the_script_is_pinned_by_its_hash() {
    let sandbox = Sandbox::with(true, false);
    let page = sandbox.get("/verify").await;
    let policy = page.header("content-security-policy");
    for part in ["default-src 'none'", "media-src 'self'", "script-src 'self'", "worker-src 'self'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("data:"), "{policy}");
    assert!(
        page.body.contains("<div id=\"work\" hidden "),
        "a button that needs a script is shown by the script"
    );
    let path = value(&page, "<script src=\"");
    let script = sandbox.get(path).await;
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert!(script.header("cache-control").contains("immutable"));
    let hash = Sha256::digest(&script.body);
    let hash = u64::from_be_bytes(hash[..8].try_into().unwrap());
    let hash = format!("{hash:016x}");
    assert_eq!(path, format!("/assets/captcha-{hash}.js"));

    let speech = sandbox.get(value(&page, "<audio controls preload=\"none\" src=\"")).await;
    assert!(speech.body.starts_with("RIFF"));
    assert_eq!(speech.header("cache-control"), "no-store");
}
