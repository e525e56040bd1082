//! The webhooks of a provider, as its admins see and change them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use std::sync::Arc;

use axum::http::StatusCode;
use common::browser::{Browser, sandbox};
use common::{Answer, Sandbox};
use heyan_store::engine::Chore;
use tokio::net::TcpListener;

const ADMIN: &str = "tencent-admin";
const WEBHOOKS: &str = "/console/provider/webhooks";

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
    for missing in ["webhooks-", "provider-", "{$"] {
        assert!(!text.contains(missing), "{missing}: {text}");
    }
}

/// An address on loopback that answers every request with a status.
async fn receiver(status: StatusCode) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().fallback(move || async move { status });
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/hook")
}

/// Makes deliveries of what has happened.
async fn follow(sandbox: &Sandbox) {
    let app = &sandbox.world.app;
    let now = app.clock.now();
    let followed = app.readers.read(move |reader| reader.webhook_events(now, 100)).await.unwrap();
    app.engine.chore(Chore::Follow(Arc::new(followed))).await.unwrap();
}

#[tokio::test]
async fn an_endpoint_lives_from_new_to_removed_and_its_secrets_are_shown_once() {
    let sandbox = sandbox().await;
    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    for language in ["en", "zh-CN"] {
        admin.get(&format!("/console/language/{language}")).await;
        for path in [WEBHOOKS, "/console/provider/webhooks/new", "/console/provider"] {
            let page = admin.get(path).await;
            assert_eq!(page.status, StatusCode::OK);
            complete(&page);
        }
    }
    let refused =
        post(&mut admin, &format!("{WEBHOOKS}/new"), &[("url", "ftp://a/"), ("filing.returned", "on")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("请填写公网可达的 https 地址"));
    assert!(refused.body.contains("ftp://a/") && refused.body.contains("checked"), "what was typed stays");

    let url = receiver(StatusCode::NO_CONTENT).await;
    let (path, page) =
        done(&mut admin, &format!("{WEBHOOKS}/new"), &[("url", &url), ("filing.returned", "on")]).await;
    assert!(page.contains("whsec_") && page.contains(&url) && page.contains("退回接入商"));
    assert!(!admin.get(&path).await.body.contains("whsec_"), "shown once");
    let (_, page) = done(&mut admin, &format!("{path}/test"), &[]).await;
    assert!(page.contains("对方已接收"), "{page}");
    let (_, page) = done(&mut admin, &format!("{path}/secret"), &[]).await;
    assert!(page.contains("whsec_") && page.contains("立即停用旧密钥"));
    let (_, page) = done(&mut admin, &format!("{path}/drop"), &[]).await;
    assert!(!page.contains("立即停用旧密钥"));
    let other = receiver(StatusCode::IM_A_TEAPOT).await;
    let (_, page) = done(&mut admin, &path, &[("url", &other)]).await;
    assert!(page.contains("已修改") && page.contains("全部事件"));
    let (_, page) = done(&mut admin, &format!("{path}/test"), &[]).await;
    assert!(page.contains("HTTP 418"), "{page}");
    let (_, page) = done(&mut admin, &format!("{path}/off"), &[]).await;
    assert!(page.contains("已停用"));
    let (_, page) = done(&mut admin, &format!("{path}/on"), &[]).await;
    assert!(page.contains("已启用"));
    assert_eq!(post(&mut admin, &format!("{path}/odd"), &[]).await.status, StatusCode::NOT_FOUND);
    let (to, page) = done(&mut admin, &format!("{path}/remove"), &[]).await;
    assert_eq!(to, WEBHOOKS);
    assert!(page.contains("没有 Webhook"));
    assert_eq!(admin.get(&path).await.status, StatusCode::NOT_FOUND);
    let log = admin.get("/console/provider/audit").await.text();
    assert!(log.contains("添加 Webhook") && log.contains("删除 Webhook") && !log.contains("whsec_"));
}

#[tokio::test]
async fn what_was_sent_is_listed_shown_and_sent_again() {
    let sandbox = sandbox().await;
    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    let url = receiver(StatusCode::NO_CONTENT).await;
    let (path, page) = done(&mut admin, &format!("{WEBHOOKS}/new"), &[("url", &url)]).await;
    assert!(page.contains("还没有发送记录"));
    let mut body: serde_json::Value =
        serde_json::from_str(include_str!("../../../examples/filings/first.json")).unwrap();
    body["report"] = true.into();
    let mut request =
        Sandbox::request(axum::http::Method::POST, "/v1/filings", "application/json", body.to_string());
    request.headers_mut().insert("authorization", "Bearer test_tencent".parse().unwrap());
    request.headers_mut().insert("idempotency-key", "webhooks".parse().unwrap());
    assert_eq!(sandbox.send(request).await.status, StatusCode::CREATED);
    follow(&sandbox).await;
    let page = admin.get(&path).await;
    complete(&page);
    assert!(page.text().contains("等待发送"));
    let after = page.body.split("/deliveries/").nth(1).unwrap();
    let delivery = format!("{path}/deliveries/{}", after.split('"').next().unwrap());
    let page = admin.get(&delivery).await;
    complete(&page);
    assert!(page.text().contains("还没有发送") && page.text().contains("evt_"));
    let (_, page) = done(&mut admin, &delivery, &[]).await;
    assert!(page.contains("已安排重新发送"));
    let failed = admin.get(&format!("{path}?failed=1")).await;
    complete(&failed);
    assert!(failed.text().contains("没有失败的发送"));
    let (_, page) = done(&mut admin, &format!("{path}/off"), &[]).await;
    assert!(page.contains("已停用"));
    let (_, page) = done(&mut admin, &delivery, &[]).await;
    assert!(page.contains("请先启用"));
}
