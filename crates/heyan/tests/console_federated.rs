//! Accounts of people who come from an identity provider, in the consoles: what is kept there cannot be changed here. Coming
//! from there is in the browser's tests, with a real provider.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::StatusCode;
use common::Sandbox;
use common::browser::{Browser, hidden, sandbox};
use heyan_domain::accounts::{
    AccountAction, AccountAnswer, DisplayName, Federated, Role, SessionTag, SignInName,
};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::AccountId;

const NAME: &str = "oidc-0123456789ab";

/// Somebody has come from an identity provider once, with a role.
async fn come(sandbox: &Sandbox, role: &str) -> AccountId {
    let (kind, provider) = role.split_once(':').unwrap();
    let role = Role::of(kind.parse().unwrap(), None, heyan_domain::terms::ProviderId::parse(provider));
    let person = Federated {
        name: SignInName::parse(NAME).unwrap(),
        display_name: DisplayName::parse("王小明").unwrap(),
        role: role.unwrap(),
    };
    let action = AccountAction::SignInFederated { person, session: SessionTag([7; 32]) };
    match sandbox.world.app.engine.execute(Action::Account(Box::new(action))).await.unwrap() {
        Outcome::Account(AccountAnswer::SignedIn(id)) => id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn no_password_is_set_for_who_has_one_elsewhere_and_the_account_can_be_shut() {
    let sandbox = sandbox().await;
    let id = come(&sandbox, "provider_clerk:tencent").await;
    for (who, below) in
        [("operator", "/console/operator/accounts"), ("tencent-admin", "/console/provider/members")]
    {
        let mut browser = Browser::signed_in(&sandbox, who).await;
        let path = format!("{below}/{id}");
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{who}");
        assert!(page.body.contains("王小明"), "{}", page.body);
        assert!(!page.body.contains(&format!("{path}/password")), "{who} is offered no password");
        let csrf = hidden(&page.body, "csrf");
        let refused = browser.post(&format!("{path}/password"), &[("csrf", &csrf)]).await;
        assert_eq!(refused.header("location"), path);
        let told = browser.get(&path).await.body;
        assert!(told.contains("class=\"alert error\""), "{who}: {told}");
        for to in ["disabled", "enabled"] {
            browser.post(&format!("{path}/standing"), &[("csrf", &csrf), ("to", to)]).await;
            let asked = SignInName::parse(NAME).unwrap();
            let account = sandbox.world.app.readers.read(move |reader| reader.account_by_name(&asked)).await;
            assert_eq!(account.unwrap().unwrap().disabled_at.is_some(), to == "disabled", "{who}");
        }
    }
}

#[tokio::test]
async fn without_a_provider_nothing_leads_to_one() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(&sandbox);
    assert!(!browser.get("/console/sign-in").await.body.contains("/oidc"));
    for end in ["", "/callback?code=any&state=any", "/leave"] {
        let answer = browser.get(&format!("/console/sign-in/oidc{end}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{end}");
    }
}
