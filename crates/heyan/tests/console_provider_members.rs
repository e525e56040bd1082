//! The members of a provider, as its admins see and change them (SEC-09).

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
const CLERK: &str = "tencent-clerk";
const MEMBERS: &str = "/console/provider/members";

async fn post(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.csrf().await;
    browser.post(path, &[fields, &[("csrf", csrf.as_str())]].concat()).await
}

/// No text is missing, and no value within one.
fn complete(page: &Answer) {
    let text = page.text();
    for missing in ["members-", "accounts-", "{$"] {
        assert!(!text.contains(missing), "{missing}: {text}");
    }
}

/// The path of a member's page, from the list.
async fn path_of(browser: &mut Browser<'_>, name: &str) -> String {
    let list = browser.get(MEMBERS).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.text());
    // The head of the page names whoever is signed in, too.
    let before = list.body.rsplit_once(&format!("\">{name}</a>")).unwrap().0;
    before.rsplit("href=\"").next().unwrap().to_owned()
}

/// The password that a page shows once.
fn password(page: &Answer) -> String {
    let text = page.text();
    let shown = text.split("仅显示一次）：").nth(1).unwrap_or_else(|| panic!("{text}"));
    shown.chars().take(23).collect()
}

#[tokio::test]
async fn an_admin_sees_the_members_of_the_own_provider_alone() {
    let sandbox = sandbox().await;
    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    for language in ["en", "zh-CN"] {
        admin.get(&format!("/console/language/{language}")).await;
        for path in [MEMBERS, "/console/provider/members/new"] {
            let page = admin.get(path).await;
            assert_eq!(page.status, StatusCode::OK);
            complete(&page);
        }
    }
    let list = admin.get(MEMBERS).await.text();
    assert!(list.contains(ADMIN) && list.contains(CLERK) && list.contains("本人"), "{list}");
    assert!(!list.contains("operator") && !list.contains("zhejiang"), "{list}");
    assert!(list.contains("从未登录") && list.contains("3月2日"), "the admin has, the clerk has not: {list}");
    let mut clerk = Browser::signed_in(&sandbox, CLERK).await;
    assert_eq!(clerk.get(MEMBERS).await.status, StatusCode::FORBIDDEN);
    let foreign = {
        let mut operator = Browser::signed_in(&sandbox, "operator").await;
        let list = operator.get("/console/operator/accounts").await;
        let before = list.body.split("\">zhejiang</a>").next().unwrap().to_owned();
        before.rsplit('/').next().unwrap().to_owned()
    };
    let page = format!("{MEMBERS}/{foreign}");
    assert_eq!(admin.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(post(&mut admin, &format!("{page}/password"), &[]).await.status, StatusCode::NOT_FOUND);
    let shut = post(&mut admin, &format!("{page}/standing"), &[("to", "disabled")]).await;
    assert_eq!(shut.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_clerk_is_added_shut_opened_and_given_another_password() {
    let sandbox = sandbox().await;
    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    let new = "/console/provider/members/new";
    for (fields, wrong) in [
        ([("name", "x"), ("display_name", "示例"), ("role", "provider_clerk")], "name-error"),
        ([("name", "new-clerk"), ("display_name", " "), ("role", "provider_clerk")], "display_name-error"),
        ([("name", "new-clerk"), ("display_name", "示例"), ("role", "operator")], "role-error"),
        ([("name", CLERK), ("display_name", "示例"), ("role", "provider_clerk")], "name-error"),
    ] {
        let page = post(&mut admin, new, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(page.body.contains(&format!("id=\"{wrong}\"")), "{wrong}: {}", page.text());
    }
    let fields = [("name", "new-clerk"), ("display_name", "示例"), ("role", "provider_clerk")];
    let added = post(&mut admin, new, &fields).await;
    let page = added.header("location").to_owned();
    let shown = admin.get(&page).await;
    complete(&shown);
    let given = password(&shown);
    assert!(!admin.get(&page).await.text().contains(&given), "it is shown once");
    let mut clerk = Browser::new(&sandbox);
    assert_eq!(clerk.sign_in("new-clerk", &given, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(clerk.get("/console/provider").await.status, StatusCode::OK);

    let shut = post(&mut admin, &format!("{page}/standing"), &[("to", "disabled")]).await;
    assert_eq!(shut.header("location"), page);
    let shown = admin.get(&page).await;
    assert!(shown.text().contains("已停用"), "{}", shown.text());
    assert_eq!(clerk.get("/console/provider").await.status, StatusCode::SEE_OTHER, "the session is over");
    post(&mut admin, &format!("{page}/standing"), &[("to", "enabled")]).await;
    let reset = post(&mut admin, &format!("{page}/password"), &[]).await;
    assert_eq!(reset.header("location"), page);
    let other = password(&admin.get(&page).await);
    let mut clerk = Browser::new(&sandbox);
    assert_eq!(clerk.sign_in("new-clerk", &given, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(clerk.sign_in("new-clerk", &other, &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nobody_shuts_oneself_out_so_that_an_admin_always_stays() {
    let sandbox = sandbox().await;
    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    let own = path_of(&mut admin, ADMIN).await;
    let page = admin.get(&own).await;
    complete(&page);
    assert!(!page.body.contains("/standing") && !page.body.contains("/password\""), "{}", page.body);
    for (below, fields) in [("standing", &[("to", "disabled")][..]), ("password", &[])] {
        let refused = post(&mut admin, &format!("{own}/{below}"), fields).await;
        assert_eq!(refused.header("location"), own, "{below}");
        assert!(admin.get(&own).await.text().contains("不能停用自己的账户"), "{below}");
    }
    assert_eq!(admin.get(MEMBERS).await.status, StatusCode::OK, "and is still signed in");
}
