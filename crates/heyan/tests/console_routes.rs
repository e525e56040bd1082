//! The routes to carriers in the operator's console and on `/metrics`, and running one empty.

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
use heyan::commands::user::make_demo_accounts;
use heyan_domain::decide::{Action, Outcome, Refusal};
use heyan_domain::routes::DrainRoute;
use heyan_domain::terms::AccountId;
use tokio::sync::{mpsc, watch};

const PATH: &str = "/console/operator/routes";
const ROUTES: &str = "[[sms.routes]]\nname = \"first\"\nprotocol = \"log\"\ncarriers = [\"mobile\"]\nweight = 3\n\
                      [[sms.routes]]\nname = \"second\"\nprotocol = \"log\"\n";

async fn with_accounts(sandbox: &Sandbox) {
    make_demo_accounts(&sandbox.world).await.unwrap_or_else(|failure| panic!("{}", failure.what()));
}

async fn press(operator: &mut Browser<'_>, route: &str, to: &str) -> Answer {
    let csrf = operator.csrf().await;
    operator.post(&format!("{PATH}/standing"), &[("csrf", &csrf), ("route", route), ("to", to)]).await
}

/// The value of a metric of a route.
async fn metric(sandbox: &Sandbox, name: &str, route: &str) -> String {
    let text = sandbox.get("/metrics").await.body;
    let start = format!("heyan_route_{name}{{route=\"{route}\"}} ");
    let line = text.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_else(|| panic!("{text}"));
    line.to_owned()
}

#[tokio::test]
async fn without_routes_the_page_says_where_messages_go() {
    let sandbox = sandbox().await;
    let page = Browser::signed_in(&sandbox, "operator").await.get(PATH).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text().contains("未配置短信通道") && page.text().contains("自带的收件箱"),
        "{}",
        page.text()
    );
    assert!(!sandbox.get("/metrics").await.body.contains("heyan_route_"));
}

#[tokio::test]
async fn a_route_is_drained_and_taken_back_and_the_audit_log_says_who_did_it() {
    let sandbox = Sandbox::sending(ROUTES);
    with_accounts(&sandbox).await;
    let mut operator = Browser::signed_in(&sandbox, "operator").await;
    // Nothing runs here, so both lines are down, and the page says what that means.
    let page = operator.get(PATH).await.text();
    for words in ["first", "second", "未连通", "当前没有可用通道：中国移动、中国联通", "停用 first"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(metric(&sandbox, "up", "first").await, "0");
    assert_eq!(metric(&sandbox, "weight", "first").await, "3");

    let led = press(&mut operator, "first", "drained").await;
    assert_eq!((led.status, led.header("location")), (StatusCode::SEE_OTHER, PATH), "{}", led.text());
    let page = operator.get(PATH).await.text();
    for words in ["通道 first 已停用", "由 operator 停用", "恢复 first", "停用 second"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(metric(&sandbox, "drained", "first").await, "1");
    assert_eq!(metric(&sandbox, "drained", "second").await, "0");

    press(&mut operator, "first", "drained").await;
    press(&mut operator, "first", "in_service").await;
    assert_eq!(metric(&sandbox, "drained", "first").await, "0");
    let log = operator.get("/console/operator/audit").await.text();
    for words in ["恢复短信通道", "停用短信通道", "first"] {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert_eq!(press(&mut operator, "third", "drained").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_an_operator_may() {
    let sandbox = Sandbox::sending(ROUTES);
    with_accounts(&sandbox).await;
    let mut auditor = Browser::signed_in(&sandbox, "auditor").await;
    let page = auditor.get(PATH).await;
    assert!(page.text().contains("first") && !page.body.contains("name=\"route\""), "{}", page.body);
    assert_eq!(press(&mut auditor, "first", "drained").await.status, StatusCode::FORBIDDEN);
    // The decision itself asks, too, whatever door it came through.
    let by = AccountId::from_number(1_000);
    let asked = DrainRoute { by, route: "first".to_owned(), drained: true };
    let outcome = sandbox.world.app.engine.execute(Action::DrainRoute(Box::new(asked))).await.unwrap();
    assert_eq!(outcome, Outcome::Refused(Refusal::Access));
}

/// What an operator has decided holds for the next process, before its lines get anything.
#[test]
fn a_drained_route_stays_so_after_a_restart() {
    let run = |work: &dyn Fn(Sandbox) -> std::pin::Pin<Box<dyn Future<Output = Sandbox>>>, sandbox| {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work(sandbox))
    };
    let before = run(
        &|sandbox| {
            Box::pin(async move {
                with_accounts(&sandbox).await;
                press(&mut Browser::signed_in(&sandbox, "operator").await, "first", "drained").await;
                sandbox
            })
        },
        Sandbox::sending(ROUTES),
    );
    let after = before.reopen_sending(ROUTES);
    run(
        &|sandbox| {
            Box::pin(async move {
                let carriers = std::sync::Arc::clone(&sandbox.world.lines.as_ref().unwrap().carriers);
                let (mouth, ear) = mpsc::channel(1);
                drop(mouth);
                // Stopped before it begins: what is taken over is all that it does.
                carriers.run(Vec::new(), ear, watch::channel(true).1).await;
                let drained: Vec<bool> =
                    carriers.shown().into_iter().map(|shown| shown.line.is_drained).collect();
                assert_eq!(drained, [true, false]);
                sandbox
            })
        },
        after,
    );
}
