//! The keys of a provider, as its admins see and change them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::StatusCode;
use common::Answer;
use common::browser::{Browser, sandbox};

const ADMIN: &str = "tencent-admin";
const KEYS: &str = "/console/provider/keys";

async fn post(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.csrf().await;
    browser.post(path, &[fields, &[("csrf", csrf.as_str())]].concat()).await
}

/// Sends a form, and gives the address that it leads to and the page there.
async fn done(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> (String, String) {
    let answer = post(browser, path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.header("location").to_owned();
    let page = browser.get(&to).await;
    assert_eq!(page.status, StatusCode::OK);
    complete(&page);
    (to, page.text())
}

/// No text is missing, and no value within one.
fn complete(page: &Answer) {
    let text = page.text();
    for missing in ["keys-", "{$"] {
        assert!(!text.contains(missing), "{missing}: {text}");
    }
}

/// The secret that a page shows once.
fn secret(page: &str) -> String {
    let shown = page.split("妥善保存：").nth(1).unwrap_or_else(|| panic!("{page}"));
    shown.chars().take(40).collect()
}

#[tokio::test]
async fn a_secret_is_shown_once_and_a_key_lives_from_new_to_revoked() {
    let sandbox = sandbox().await;
    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    for language in ["en", "zh-CN"] {
        admin.get(&format!("/console/language/{language}")).await;
        for path in [KEYS, "/console/provider/keys/new"] {
            let page = admin.get(path).await;
            assert_eq!(page.status, StatusCode::OK);
            complete(&page);
        }
    }
    let new = [
        ("label", "订单系统"),
        ("read", "on"),
        ("events", "on"),
        ("networks", "203.0.113.9/24\n2001:db8::1"),
    ];
    let (path, page) = done(&mut admin, "/console/provider/keys/new", &new).await;
    let first = secret(&page);
    assert_eq!(first.len(), 40);
    for words in ["订单系统", "203.0.113.0/24", "2001:db8::1", "查询备案、接收事件", "使用中"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!admin.get(&path).await.text().contains(&first), "shown once");

    let (_, page) = done(&mut admin, &format!("{path}/secret"), &[]).await;
    assert_ne!(secret(&page), first);
    assert!(page.contains("轮换中"));
    let (_, page) = done(&mut admin, &format!("{path}/secret"), &[]).await;
    assert!(page.contains("已有两个密钥"));
    let (_, page) = done(&mut admin, &format!("{path}/drop"), &[]).await;
    assert!(page.contains("旧密钥已删除"));
    let (_, page) = done(&mut admin, &format!("{path}/drop"), &[]).await;
    assert!(page.contains("只有一个密钥"));
    let (_, page) = done(&mut admin, &path, &[("label", "另一系统"), ("write", "on")]).await;
    assert!(page.contains("另一系统") && page.contains("不限") && !page.contains("2001:db8"), "{page}");
    let (_, page) = done(&mut admin, &format!("{path}/revoke"), &[]).await;
    assert!(page.contains("已吊销") && !page.contains("吊销后"), "{page}");
    let gone = post(&mut admin, &format!("{path}/secret"), &[]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let list = admin.get(KEYS).await.text();
    assert!(list.contains("另一系统") && list.contains("已吊销"));
    let log = admin.get("/console/provider/audit").await.text();
    for words in
        ["新建 API 密钥", "修改 API 密钥", "生成第二个密钥", "删除 API 密钥的旧密钥", "吊销 API 密钥"]
    {
        assert!(log.contains(words), "{words}: {log}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_nothing_is_made() {
    let sandbox = sandbox().await;
    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    for (fields, words) in [
        (vec![("label", " "), ("read", "on")], "请填写 1 至 40 个字符的名称"),
        (vec![("label", "a")], "请至少选择一项权限"),
        (vec![("label", "a"), ("read", "on"), ("networks", "example.cn")], "请每行填写一个 IP 地址或网段"),
    ] {
        let page = post(&mut admin, "/console/provider/keys/new", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(admin.get(KEYS).await.text().contains("没有密钥"));
    let mut clerk = Browser::signed_in(&sandbox, "tencent-clerk").await;
    assert_eq!(clerk.get(KEYS).await.status, StatusCode::FORBIDDEN);
}

/// A request as it goes over the wire, signed with a secret.
fn signed(key: &str, secret: &str, query: &str) -> String {
    let empty = heyan_signing::content_sha256(b"");
    let headers = vec![
        ("host", "api.example"),
        ("x-heyan-content-sha256", empty.as_str()),
        ("x-heyan-nonce", "0123456789abcdef"),
        ("x-heyan-timestamp", "1772413200"),
    ];
    let message = heyan_signing::Message { method: "GET", path: "/v1/filings", query, headers };
    let signature = heyan_signing::sign(secret, &message).map(|byte| format!("{byte:02x}")).concat();
    let names = message.signed_headers();
    let lines: Vec<String> = message.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!(
        "GET /v1/filings?{query} HTTP/1.1\n{}\nAuthorization: HEYAN1-HMAC-SHA256 Credential={key}, \
         SignedHeaders={names}, Signature={signature}\n",
        lines.join("\n")
    )
}

#[tokio::test]
async fn whoever_writes_a_client_sees_why_a_signature_does_not_hold() {
    let sandbox = sandbox().await;
    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    let (path, page) =
        done(&mut admin, "/console/provider/keys/new", &[("label", "调试"), ("read", "on")]).await;
    let (key, secret) = (path.rsplit('/').next().unwrap().to_owned(), secret(&page));
    let debug = "/console/provider/keys/debug";
    complete(&admin.get(debug).await);
    let good = signed(&key, &secret, "limit=2");
    let page = post(&mut admin, debug, &[("head", &good)]).await;
    assert_eq!(page.status, StatusCode::OK);
    complete(&page);
    assert!(page.text().contains("签名正确") && page.text().contains("x-heyan-nonce:0123456789abcdef"));
    let again = post(&mut admin, debug, &[("head", &good)]).await;
    assert!(again.text().contains("签名正确"), "no nonce was used up");
    for (head, body, code) in [
        (good.replace("limit=2", "limit=3"), "", "AuthFailure.Signature"),
        (good.clone(), "{}", "AuthFailure.Signature"),
        (good.replace("1772413200", "1772410000"), "", "AuthFailure.Timestamp"),
        (good.replace("Authorization", "X-Authorization"), "", "AuthFailure.Signature"),
        (good.replace(&key, "key_0000000ZZZZZZ"), "", "AuthFailure.Key"),
    ] {
        let page = post(&mut admin, debug, &[("head", &head), ("body", body)]).await;
        complete(&page);
        assert!(page.text().contains(code), "{code}: {}", page.text());
    }
    let unreadable = post(&mut admin, debug, &[("head", "what is this")]).await;
    assert_eq!(unreadable.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut other = Browser::signed_in(&sandbox, "tencent-clerk").await;
    assert_eq!(other.get(debug).await.status, StatusCode::FORBIDDEN);
}
