//! The audit log, seeing data in clear, personal data and jobs, as each role sees them.

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
use common::{Answer, PEOPLE, Sandbox};
use heyan_domain::accounts::{AccountAction, Authority, DisplayName, Role, SignInName};
use heyan_domain::audit::unmask::{Person, UnmaskAction};
use heyan_domain::audit::{Reason, Staff};
use heyan_domain::decide::Action;
use heyan_domain::terms::{AccountId, FilingId, IdLast6, Phone};
use heyan_store::audit::{AuditReport, Broken, Fault, Head};
use heyan_store::engine::Chore;
use zeroize::Zeroizing;

const DAY_S: u64 = 24 * 3_600;

async fn signed_in<'s>(sandbox: &'s Sandbox, name: &str) -> Browser<'s> {
    let mut browser = Browser::signed_in(sandbox, name).await;
    browser.cookies.insert("heyan-language".to_owned(), "en".to_owned());
    browser
}

/// One more account beside the sandbox's own.
async fn add(sandbox: &Sandbox, name: &str, role: Role) {
    let clear = Zeroizing::new("sandbox-second-person".to_owned());
    let password = sandbox.world.app.passwords.hash(clear, [7; 16]).await.unwrap();
    let create = AccountAction::Create {
        by: Authority::Machine,
        name: SignInName::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        role,
        password,
    };
    sandbox.world.app.engine.execute(Action::Account(Box::new(create))).await.unwrap();
}

async fn second<'s>(sandbox: &'s Sandbox, name: &str) -> Browser<'s> {
    let mut browser = Browser::new(sandbox);
    browser.cookies.insert("heyan-language".to_owned(), "en".to_owned());
    let answer = browser.sign_in(name, "sandbox-second-person", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    browser
}

async fn page(browser: &mut Browser<'_>, path: &str) -> Answer {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    answer
}

/// Sends a form with the token of the session.
async fn submit(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.csrf().await;
    browser.post(path, &[&[("csrf", csrf.as_str())], fields].concat()).await
}

/// Sends it and reads the page that it leads to.
async fn done(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = submit(browser, path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text());
    let to = answer.header("location").to_owned();
    page(browser, &to).await.text()
}

async fn filed(sandbox: &Sandbox) -> String {
    sandbox.file_first().await["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_log_is_shown_newest_first_filtered_paged_and_as_files() {
    let sandbox = sandbox().await;
    let mut auditor = signed_in(&sandbox, "auditor").await;
    let mut clerk = signed_in(&sandbox, "tencent-clerk").await;
    page(&mut clerk, "/console").await;
    let path = "/console/operator/audit";
    let text = page(&mut auditor, path).await.text();
    for words in [
        "Made an account",
        "Took up a key",
        "Signed in",
        "not checked yet",
        "Publish the head",
        "tencent-clerk",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let newest = text.find("Signed in").unwrap();
    assert!(newest < text.rfind("Made an account").unwrap(), "the newest first");

    let by_account = page(&mut auditor, &format!("{path}?account=tencent-clerk")).await.body;
    let rows = by_account.split("<tbody>").nth(1).unwrap();
    assert!(rows.contains("tencent-clerk") && !rows.contains(">auditor<"), "{rows}");
    let by_kind = page(&mut auditor, &format!("{path}?kind=key_taken_up&day=2026-03-02")).await.body;
    assert_eq!(by_kind.split("<tbody>").nth(1).unwrap().matches("<tr>").count(), 1);
    let other_day = page(&mut auditor, &format!("{path}?day=2026-03-01")).await.text();
    assert!(other_day.contains("No entries"));
    for (asked, words) in [
        ("subject=1380", "Give the id of a filing"),
        ("account=%3D1", "Give a sign-in name"),
        ("day=yesterday", "Choose a day"),
        ("kind=feast", "Choose an action"),
    ] {
        let answer = page(&mut auditor, &format!("{path}?{asked}")).await;
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
        assert_eq!(auditor.get(&format!("{path}/entries.csv?{asked}")).await.status, StatusCode::BAD_REQUEST);
    }

    let filing = FilingId::parse(&filed(&sandbox).await).unwrap();
    for no in 1..60 {
        let staff = Staff { account: AccountId::from_number(no), name: format!("person{no}") };
        let by = Person { staff, role: Role::Operator };
        let reason = Reason::parse("complaint 12").unwrap();
        let request = UnmaskAction::Request { by, filing, reason };
        sandbox.world.app.engine.execute(Action::Unmask(Box::new(request))).await.unwrap();
    }
    let first = page(&mut auditor, path).await.body;
    let next = first.split("\" rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let next = next.replace("&#38;", "&").replace("&amp;", "&");
    let rest = page(&mut auditor, &next).await.text();
    assert!(rest.contains("Took up a key") && rest.contains("First page") && !rest.contains("Next page"));

    let csv = page(&mut auditor, &format!("{path}/entries.csv?kind=account_created")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        csv.body.contains("\"account_created\"") && csv.body.contains("\"provider_clerk:tencent\""),
        "{}",
        csv.body
    );
    assert!(!csv.body.contains("sign_in"));
    let head = page(&mut auditor, &format!("{path}/head.txt")).await;
    assert!(head.body.starts_with("head ") && head.body.contains("\npublic key 1:"), "{}", head.body);
}

#[tokio::test]
async fn the_chain_is_checked_on_demand_and_a_broken_one_is_said_everywhere() {
    let sandbox = sandbox().await;
    let mut auditor = signed_in(&sandbox, "auditor").await;
    let good = done(&mut auditor, "/console/operator/audit/check", &[]).await;
    assert!(good.contains("entries are whole") && good.contains("2 March 2026, 09:00"), "{good}");
    assert!(sandbox.get("/metrics").await.body.contains("\nheyan_audit_chain_ok 1\n"));

    // As a walk notes it that has found a changed entry; that it finds one is proved where the tables are.
    let broken = Some(Broken { no: 3, fault: Fault::Changed });
    let report = AuditReport { head: Head::default(), checkpoints: 0, last_checkpoint: None, broken };
    let now = sandbox.world.app.clock.now();
    sandbox.world.app.engine.chore(Chore::Checked(Arc::new(report), now)).await.unwrap();
    let bad = page(&mut auditor, "/console/operator/audit").await.text();
    assert!(bad.contains("not whole from entry 3 on") && bad.contains("it was changed"), "{bad}");
    let again = done(&mut auditor, "/console/operator/audit/check", &[]).await;
    assert!(again.contains("not whole from entry 3 on"), "only whoever mends it knows that it is mended");
    let metrics = sandbox.get("/metrics").await.body;
    assert!(metrics.contains("\nheyan_audit_chain_ok 0\n"), "{metrics}");
    assert!(metrics.contains("\nheyan_audit_entries "));
}

#[tokio::test]
async fn the_server_checks_by_itself_and_says_when() {
    let sandbox = sandbox().await;
    let now = sandbox.world.app.clock.now();
    while sandbox.world.app.engine.chore(Chore::Audit(now)).await.unwrap() > 0 {}
    let mut auditor = signed_in(&sandbox, "auditor").await;
    let text = page(&mut auditor, "/console/operator/audit").await.text();
    assert!(text.contains("whole") && !text.contains("not checked yet"), "{text}");
    assert!(sandbox.get("/metrics").await.body.contains("\nheyan_audit_checkpoint_age_seconds 0\n"));
}

/// Asks, and gives the path of the filing's page.
async fn ask(browser: &mut Browser<'_>, filing: &str) -> String {
    let path = format!("/console/unmask/{filing}");
    let text = done(browser, &format!("{path}/ask"), &[("reason", "complaint 12 of the organiser")]).await;
    assert!(text.contains("waiting"), "{text}");
    path
}

async fn account_of(sandbox: &Sandbox, name: &str) -> String {
    let name = SignInName::parse(name).unwrap();
    let account = sandbox.world.app.readers.read(move |reader| reader.account_by_name(&name)).await;
    account.unwrap().unwrap().id.to_string()
}

#[tokio::test]
async fn one_asks_another_approves_the_first_looks_and_each_look_is_noted() {
    let sandbox = sandbox().await;
    add(&sandbox, "li.lei", Role::Operator).await;
    let filing = filed(&sandbox).await;
    let mut operator = signed_in(&sandbox, "operator").await;
    let path = ask(&mut operator, &filing).await;
    let clear = PEOPLE[0].0;
    let masked = page(&mut operator, &path).await;
    assert!(!masked.body.contains(clear) && masked.text().contains("154****0101"), "{}", masked.text());

    let requester = account_of(&sandbox, "operator").await;
    let approve = [("requester", requester.as_str()), ("decision", "approve")];
    let own = done(&mut operator, &format!("{path}/decide"), &approve).await;
    assert!(own.contains("Nobody approves the own request"), "{own}");
    let early = done(&mut operator, &format!("{path}/look"), &[]).await;
    assert!(early.contains("You cannot look now"), "{early}");

    let mut li = second(&sandbox, "li.lei").await;
    assert!(page(&mut li, "/console/unmask").await.text().contains("wait for your decision: 1"));
    assert!(page(&mut li, &path).await.text().contains("complaint 12 of the organiser"));
    let approved = done(&mut li, &format!("{path}/decide"), &approve).await;
    assert!(approved.contains("may look for 15 minutes"), "{approved}");
    let not_theirs = done(&mut li, &format!("{path}/look"), &[]).await;
    assert!(not_theirs.contains("You cannot look now"), "who approves does not see it for that");

    for _ in 0..2 {
        let seen = submit(&mut operator, &format!("{path}/look"), &[]).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
        assert_eq!(seen.header("cache-control"), "no-store");
        assert!(seen.body.contains(clear), "{}", seen.text());
    }
    sandbox.advance(16 * 60).await;
    let late = done(&mut signed_in(&sandbox, "operator").await, &format!("{path}/look"), &[]).await;
    assert!(late.contains("You cannot look now"));
    let list = page(&mut signed_in(&sandbox, "auditor").await, "/console/unmask").await.text();
    assert!(list.contains("used") && list.contains("li.lei"), "{list}");
    let csv =
        page(&mut signed_in(&sandbox, "auditor").await, "/console/operator/audit/entries.csv?kind=unmasked")
            .await;
    assert_eq!(csv.body.matches("\"unmasked\"").count(), 2);
    assert!(!csv.body.contains(clear));
}

/// Fifty to a page, and a filing's own page knows each of its requests, however many others there are.
#[tokio::test]
async fn the_list_of_requests_is_turned_page_by_page() {
    let sandbox = sandbox().await;
    let filing = filed(&sandbox).await;
    for no in 1..=60 {
        let staff = Staff { account: AccountId::from_number(1_000 + no), name: format!("person-{no:02}") };
        let by = Person { staff, role: Role::Operator };
        let (filing, reason) = (FilingId::parse(&filing).unwrap(), Reason::parse("complaint 12").unwrap());
        let request = UnmaskAction::Request { by, filing, reason };
        sandbox.world.app.engine.execute(Action::Unmask(Box::new(request))).await.unwrap();
    }
    let mut auditor = signed_in(&sandbox, "auditor").await;
    let first = page(&mut auditor, "/console/unmask").await;
    let next = first.body.split("\" rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let rest = page(&mut auditor, &next.replace("&#38;", "&").replace("&amp;", "&")).await.text();
    let on = |text: &str| (1..=60).filter(|no| text.contains(&format!("person-{no:02}"))).count();
    assert_eq!((on(&first.text()), on(&rest)), (50, 10), "{rest}");
    assert!(rest.contains("First page") && !rest.contains("Next page"));
    let about = page(&mut signed_in(&sandbox, "operator").await, &format!("/console/unmask/{filing}")).await;
    assert_eq!(on(&about.text()), 60);
    let clerk = page(&mut signed_in(&sandbox, "tencent-clerk").await, "/console/unmask").await.text();
    assert_eq!(on(&clerk), 0, "nobody reads another house's requests");
}

#[tokio::test]
async fn a_refusal_ends_a_request_and_a_bad_reason_is_said_at_its_field() {
    let sandbox = sandbox().await;
    add(&sandbox, "li.lei", Role::Operator).await;
    let filing = filed(&sandbox).await;
    let mut operator = signed_in(&sandbox, "operator").await;
    let path = format!("/console/unmask/{filing}");
    for reason in ["why", "call 154 0000 0101"] {
        let wrong = submit(&mut operator, &format!("{path}/ask"), &[("reason", reason)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("Give a reason of 4 to 200") && wrong.body.contains(reason));
    }
    ask(&mut operator, &filing).await;
    let requester = account_of(&sandbox, "operator").await;
    let refuse = [("requester", requester.as_str()), ("decision", "refuse")];
    let refused = done(&mut second(&sandbox, "li.lei").await, &format!("{path}/decide"), &refuse).await;
    assert!(refused.contains("Refused."), "{refused}");
    let seen = page(&mut operator, &path).await.text();
    assert!(seen.contains("refused") && seen.contains("Ask to see"), "and it can be asked again: {seen}");
    let again = done(&mut second(&sandbox, "li.lei").await, &format!("{path}/decide"), &refuse).await;
    assert!(again.contains("was decided or has expired"));
}

/// Foreign filings are not there; a clerk asks and an admin of the same provider decides; an auditor only reads.
#[tokio::test]
async fn every_house_sees_its_own_filings_and_requests_alone() {
    let sandbox = sandbox().await;
    let foreign = filed(&sandbox).await;
    for name in ["tencent-clerk", "tencent-admin", "zhejiang"] {
        let mut browser = signed_in(&sandbox, name).await;
        let path = format!("/console/unmask/{foreign}");
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{name}");
        let asked = submit(&mut browser, &format!("{path}/ask"), &[("reason", "complaint 12")]).await;
        assert_eq!(asked.status, StatusCode::NOT_FOUND, "{name}");
        let looked = submit(&mut browser, &format!("{path}/look"), &[]).await;
        assert!(!looked.body.contains(PEOPLE[0].0), "{name}");
    }
    let mut auditor = signed_in(&sandbox, "auditor").await;
    page(&mut auditor, &format!("/console/unmask/{foreign}")).await;
    let asked =
        submit(&mut auditor, &format!("/console/unmask/{foreign}/ask"), &[("reason", "complaint 12")]).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    // Verified and handed over, the province's reviewer may ask.
    for (phone, id_last6) in PEOPLE {
        sandbox.validate(&sandbox.code(phone).await, phone, id_last6).await;
    }
    let mut reviewer = signed_in(&sandbox, "zhejiang").await;
    ask(&mut reviewer, &foreign).await;
    let list = page(&mut signed_in(&sandbox, "tencent-admin").await, "/console/unmask").await.text();
    assert!(!list.contains(&foreign), "another house's request is not there");
    let found = reviewer.get(&format!("/console/unmask?filing={foreign}")).await;
    assert_eq!(found.header("location"), format!("/console/unmask/{foreign}"));
    assert!(page(&mut reviewer, "/console/unmask?filing=138").await.text().contains("Give the whole id"));
}

#[tokio::test]
async fn what_is_stored_is_found_by_phone_and_erased_on_request_once_nothing_is_open() {
    let sandbox = sandbox().await;
    let filing = filed(&sandbox).await;
    let mut operator = signed_in(&sandbox, "operator").await;
    let find = "/console/operator/privacy/find";
    let wrong = submit(&mut operator, find, &[("phone", "138"), ("id_last6", "")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("Give a mobile number of 11 digits"));
    let none = submit(&mut operator, find, &[("phone", "15499999999"), ("id_last6", "")]).await;
    assert!(none.text().contains("Nothing is stored under this number"));
    let found = submit(&mut operator, find, &[("phone", PEOPLE[0].0), ("id_last6", PEOPLE[0].1)]).await;
    assert_eq!(found.status, StatusCode::OK);
    let text = found.text();
    assert!(
        text.contains(&filing) && text.contains("154****0101") && text.contains("open, cannot be erased"),
        "{text}"
    );
    assert!(!found.body.contains(PEOPLE[0].0));

    let path = format!("/console/operator/privacy/filings/{filing}");
    let refused = page(&mut operator, &path).await.text();
    assert!(refused.contains("the filing is still open"), "{refused}");
    let forced = done(&mut operator, &path, &[("reason", "asked for by the person")]).await;
    assert!(forced.contains("Not erased"), "{forced}");

    let withdrawn =
        sandbox.post_json(&format!("/v1/filings/{filing}/withdraw"), &serde_json::json!({})).await;
    assert_eq!(withdrawn.status, StatusCode::OK, "{}", withdrawn.body);
    let wrong = submit(&mut operator, &path, &[("reason", "why")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let erased = done(&mut operator, &path, &[("reason", "asked for by the person")]).await;
    assert!(erased.contains("The personal data was erased") && !erased.contains("154****"), "{erased}");
    let none = submit(&mut operator, find, &[("phone", PEOPLE[0].0), ("id_last6", PEOPLE[0].1)]).await;
    assert!(none.text().contains("Nothing is stored under this number"));
    // What shows the filing elsewhere still does.
    let detail = sandbox.get(&format!("/v1/filings/{filing}")).await;
    assert_eq!(detail.status, StatusCode::OK);
    assert!(!detail.body.contains("154****"), "{}", detail.body);
    let link = detail.json()["progress_url"].as_str().unwrap().to_owned();
    let link = link.split_once("/progress/").map(|(_, token)| format!("/progress/{token}")).unwrap();
    assert_eq!(sandbox.get(&link).await.status, StatusCode::OK);
    let mut auditor = signed_in(&sandbox, "auditor").await;
    assert!(
        page(&mut auditor, "/console/operator/audit?kind=erased")
            .await
            .text()
            .contains("asked for by the person")
    );
    assert!(page(&mut auditor, "/console/operator/privacy").await.text().contains("change nothing"));
    assert_eq!(submit(&mut auditor, find, &[("phone", PEOPLE[0].0)]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn after_the_period_the_worker_erases_and_the_pages_say_so() {
    let sandbox = sandbox().await;
    let filing = filed(&sandbox).await;
    sandbox.post_json(&format!("/v1/filings/{filing}/withdraw"), &serde_json::json!({})).await;
    sandbox.advance(179 * DAY_S).await;
    assert_eq!(sandbox.world.worker.erase().await.unwrap(), (0, 0));
    sandbox.advance(DAY_S).await;
    let metrics = sandbox.get("/metrics").await.body;
    assert!(metrics.contains("\nheyan_retention_overdue_filings 1\n"), "{metrics}");
    let mut operator = signed_in(&sandbox, "operator").await;
    let due = page(&mut operator, "/console/operator/privacy").await.text();
    assert!(due.contains("180 days") && due.contains("2 March 2026"), "{due}");
    assert_eq!(sandbox.world.worker.erase().await.unwrap(), (1, 0));
    let metrics = sandbox.get("/metrics").await.body;
    assert!(metrics.contains("\nheyan_retention_overdue_filings 0\n"));
    assert!(metrics.contains("\nheyan_task_done_total{task=\"retention\"} 1\n"), "{metrics}");
    let seen = page(&mut operator, &format!("/console/unmask/{filing}")).await.text();
    assert!(seen.contains("The personal data of this filing was erased"), "{seen}");
    for (path, days) in [("/privacy", "180"), ("/privacy?", "180")] {
        assert!(sandbox.get(path).await.body.contains(days));
    }
}

#[tokio::test]
async fn jobs_show_the_tasks_and_what_came_to_nothing() {
    let sandbox = sandbox().await;
    filed(&sandbox).await;
    let mut auditor = signed_in(&sandbox, "auditor").await;
    let none = page(&mut auditor, "/console/operator/jobs").await.text();
    assert!(none.contains("Every message arrived") && none.contains("No message is stuck"), "{none}");
    sandbox.world.worker.count().await.unwrap();
    // Another message is written, and refused by its carrier for good.
    sandbox.advance(61).await;
    let (phone, id_last6) = PEOPLE[0];
    let (phone, id_last6) = (Phone::parse(phone).unwrap(), IdLast6::of(id_last6).unwrap());
    let app = &sandbox.world.app;
    app.engine.execute(Action::Resend { phone, id_last6, from: None }).await.unwrap();
    let soon = app.clock.now().plus_ms(1);
    let waiting = app.readers.read(move |reader| reader.stuck_messages(soon, 10)).await.unwrap();
    let message = waiting[0].message.id;
    app.engine.execute(Action::SendFailed { message, carrier_code: "UNDELIV".to_owned() }).await.unwrap();
    let id = message.to_string();
    let text = page(&mut auditor, "/console/operator/jobs").await.text();
    for words in
        [id.as_str(), "UNDELIV", "The person can ask for another one", "Sending", "Statistics", "works"]
    {
        assert!(text.to_lowercase().contains(&words.to_lowercase()), "{words}: {text}");
    }
    assert!(sandbox.get("/metrics").await.body.contains("\nheyan_messages_failed_day 1\n"));
}

#[tokio::test]
async fn a_provider_s_admin_sees_the_entries_about_its_own_alone() {
    let sandbox = sandbox().await;
    filed(&sandbox).await;
    let mut clerk = signed_in(&sandbox, "tencent-clerk").await;
    let mut admin = signed_in(&sandbox, "tencent-admin").await;
    let path = "/console/provider/audit";
    let body = page(&mut admin, path).await.body;
    let text = body.split("<tbody>").nth(1).unwrap();
    assert!(text.contains("tencent-clerk") && text.contains("Made an account"), "{text}");
    for foreign in ["auditor", "zhejiang", "Took up a key"] {
        assert!(!text.contains(foreign), "{foreign}: {text}");
    }
    assert_eq!(clerk.get(path).await.status, StatusCode::FORBIDDEN);
    // An operator acts on an account of the provider: it is told that, and not by whom.
    let mut operator = signed_in(&sandbox, "operator").await;
    let id = account_of(&sandbox, "tencent-clerk").await;
    let standing = format!("/console/operator/accounts/{id}/standing");
    submit(&mut operator, &standing, &[("to", "disabled")]).await;
    let text = page(&mut admin, &format!("{path}?kind=account_disabled")).await.body;
    let rows = text.split("<tbody>").nth(1).unwrap();
    assert!(rows.contains("staff of the platform") && !rows.contains("operator"), "{rows}");
    assert!(page(&mut admin, &format!("{path}?day=2026-03-01")).await.text().contains("No entries"));
}

#[tokio::test]
async fn each_day_of_the_log_holds_its_own_entries_alone() {
    let sandbox = sandbox().await;
    // On each day somebody signs in, on the second day two.
    let mut auditor = signed_in(&sandbox, "auditor").await;
    sandbox.advance(DAY_S).await;
    signed_in(&sandbox, "operator").await;
    signed_in(&sandbox, "zhejiang").await;
    sandbox.advance(DAY_S).await;
    auditor.sign_in("auditor", "sandbox-auditor", &[]).await;
    for (day, entries) in [("2026-03-01", 0), ("2026-03-03", 2), ("2026-03-04", 1), ("2026-03-05", 0)] {
        let body = page(&mut auditor, &format!("/console/operator/audit?day={day}")).await.body;
        let rows = body.split("<tbody>").nth(1).map_or(0, |rows| rows.matches("<tr>").count());
        assert_eq!(rows, entries, "{day}");
    }
    let first = page(&mut auditor, "/console/operator/audit?day=2026-03-02").await.text();
    assert!(first.contains("Took up a key"), "{first}");
}
