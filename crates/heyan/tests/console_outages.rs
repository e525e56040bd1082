//! Stopping clocks in the operator's console, and what people and providers see of it (DDL-06).

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::StatusCode;
use common::browser::{Browser, sandbox};
use common::{Answer, Sandbox};
use heyan_domain::accounts::{
    AccountAction, AccountAnswer, Authority, DisplayName, PasswordHash, Role, SignInName,
};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::proposals::{ProposalAction, ProposalAnswer};
use heyan_domain::terms::{AccountId, ProposalId};

const PATH: &str = "/console/operator/outages";

async fn propose(operator: &mut Browser<'_>, from: &str, until: &str) -> Answer {
    let csrf = operator.csrf().await;
    let fields = [
        ("csrf", csrf.as_str()),
        ("from", from),
        ("until", until),
        ("province", ""),
        ("provider", "other"),
        ("route", ""),
        ("reason", "短信通道中断"),
    ];
    operator.post(&format!("{PATH}/propose"), &fields).await
}

async fn colleague(sandbox: &Sandbox) -> AccountId {
    let create = AccountAction::Create {
        by: Authority::Machine,
        name: SignInName::parse("colleague").unwrap(),
        display_name: DisplayName::parse("colleague").unwrap(),
        role: Role::Operator,
        password: PasswordHash::from_phc("none"),
    };
    match sandbox.world.app.engine.execute(Action::Account(Box::new(create))).await.unwrap() {
        Outcome::Account(AccountAnswer::Done(account)) => account,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn two_operators_stop_clocks_and_everybody_concerned_reads_it() {
    let sandbox = sandbox().await;
    let filing = sandbox.file_first().await;
    let detail = format!("/v1/filings/{}", filing["id"].as_str().unwrap());
    sandbox.advance(2 * 3_600).await;
    let mut operator = Browser::signed_in(&sandbox, "operator").await;
    let empty = operator.get(PATH).await;
    assert!(empty.text().contains("没有停钟记录"), "{}", empty.text());

    // What is typed survives what is wrong with it.
    let page = propose(&mut operator, "", "2026-03-02T10:30").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("请填写日期和时间") && page.body.contains("短信通道中断"));
    let page = propose(&mut operator, "2026-03-02T09:30", "2026-03-02T12:30").await;
    assert!(page.text().contains("故障须已结束"), "{}", page.text());

    let led = propose(&mut operator, "2026-03-02T09:30", "2026-03-02T10:30").await;
    assert_eq!(led.status, StatusCode::SEE_OTHER, "{}", led.text());
    let path = led.header("location").to_owned();
    let page = operator.get(&path).await.text();
    for words in ["停钟：2026年3月2日 09:30", "other", "短信通道中断"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(operator.get(&path).await.body.contains(&format!("{path}/withdraw")));
    // Nothing has moved yet, and nobody reads of it.
    assert!(!sandbox.get("/verify").await.text().contains("顺延截止时间"));

    let by = colleague(&sandbox).await;
    let proposal = ProposalId::parse(path.rsplit('/').next().unwrap()).unwrap();
    let approve = ProposalAction::Approve { by, proposal, version: 1 };
    let done = sandbox.world.app.engine.execute(Action::Proposal(Box::new(approve))).await.unwrap();
    assert_eq!(done, Outcome::Proposal(ProposalAnswer::Done(proposal)));
    let page = operator.get(&path).await;
    assert!(!page.body.contains(&format!("{path}/withdraw")), "deadlines have begun to move");
    sandbox.advance(1).await;

    let shown = sandbox.get(&detail).await.json();
    assert_eq!(shown["round"]["verifications"][0]["deadline"], "2026-03-03T10:00:00+08:00");
    let events = sandbox.get("/v1/events").await.json();
    let moved: Vec<_> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["type"] == "verification.deadline_moved")
        .collect();
    assert_eq!(moved.len(), 2);
    assert_eq!(moved[0]["data"]["deadline_at"], "2026-03-03T10:00:00+08:00");
    for form in ["/verify", "/resend"] {
        let page = sandbox.get(form).await.text();
        assert!(page.contains("2026年3月2日 09:30") && page.contains("顺延截止时间"), "{form}: {page}");
    }
    let mut auditor = Browser::signed_in(&sandbox, "auditor").await;
    let page = auditor.get(PATH).await;
    assert!(page.text().contains("2026年3月2日 10:30") && !page.body.contains("name=\"reason\""));
    // After three days the notice has done its work.
    sandbox.advance(3 * 24 * 3_600).await;
    assert!(!sandbox.get("/verify").await.text().contains("顺延截止时间"));
}
