//! What takes two operators, over the consoles: versions of the rules, their impact, keys.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::StatusCode;
use common::browser::{Browser, hidden, sandbox};
use common::{Answer, Sandbox};
use heyan::rotation::Look;
use heyan_domain::Timestamp;
use heyan_domain::accounts::{
    AccountAction, AccountAnswer, Authority, DisplayName, PasswordHash, Role, SignInName,
};
use heyan_domain::audit::unmask::{Person, UnmaskAction, UnmaskAnswer};
use heyan_domain::audit::{Reason, Staff};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::filing::raw::RawDraft;
use heyan_domain::proposals::{KeyChange, Payload, ProposalAction, ProposalAnswer};
use heyan_domain::rulebook::Rulebook;
use heyan_domain::rules::activation::RuleActivation;
use heyan_domain::rules::{RulesAction, RulesAnswer};
use heyan_domain::tags::KeyId;
use heyan_domain::terms::{ProposalId, ProviderId};
use heyan_store::database::Database;
use heyan_store::keys::KeyFile;
use heyan_store::location::Location;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

const PROPOSALS: &str = "/console/operator/proposals";
const VERSIONS: &str = "/console/operator/rules/versions";

fn operator(staff: &Staff) -> Person {
    Person { staff: staff.clone(), role: Role::Operator }
}

async fn english<'s>(sandbox: &'s Sandbox, name: &str) -> Browser<'s> {
    let mut browser = Browser::signed_in(sandbox, name).await;
    browser.cookies.insert("heyan-language".to_owned(), "en".to_owned());
    browser
}

async fn submit(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.csrf().await;
    browser.post(path, &[&[("csrf", csrf.as_str())], fields].concat()).await
}

async fn text(browser: &mut Browser<'_>, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.text()
}

/// Where a form has led to.
fn led_to(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.header("location").to_owned()
}

/// The file in force, as the form is filled with it.
fn file(sandbox: &Sandbox, set: &str) -> String {
    sandbox.world.app.rules.current().shipped().file(set).unwrap().to_owned()
}

/// Another time to verify for providers without a profile.
fn longer(sandbox: &Sandbox) -> String {
    file(sandbox, "national-2020").replace("validity_hours = 24", "validity_hours = 36")
}

async fn put_in(operator: &mut Browser<'_>, file: &str) -> String {
    led_to(&submit(operator, &format!("{VERSIONS}/new"), &[("text", file)]).await)
}

async fn propose(operator: &mut Browser<'_>, version: &str, start: &str) -> Answer {
    let fields = [("start", start), ("reason", "notice 12 of the ministry")];
    submit(operator, &format!("{version}/propose"), &fields).await
}

async fn resolved(sandbox: &Sandbox, at: &str) -> u64 {
    let path = format!("/v1/rules/resolve?kind=first&province=广东&at={at}");
    sandbox.get(&path.replace('+', "%2B").replace("广东", "%E5%B9%BF%E4%B8%9C")).await.json()
        ["validity_hours"]
        .as_u64()
        .unwrap()
}

async fn account(sandbox: &Sandbox, name: &str) -> Staff {
    let create = AccountAction::Create {
        by: Authority::Machine,
        name: SignInName::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        role: Role::Operator,
        password: PasswordHash::from_phc("none"),
    };
    match sandbox.world.app.engine.execute(Action::Account(Box::new(create))).await.unwrap() {
        Outcome::Account(AccountAnswer::Done(account)) => Staff { account, name: name.to_owned() },
        other => panic!("{other:?}"),
    }
}

async fn propose_as(sandbox: &Sandbox, by: &Staff, payload: Payload) -> ProposalId {
    let reason = Reason::parse("notice 12 of the ministry").unwrap();
    match ask(sandbox, ProposalAction::Propose { by: by.account, payload, reason }).await {
        ProposalAnswer::Done(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn ask(sandbox: &Sandbox, action: ProposalAction) -> ProposalAnswer {
    match sandbox.world.app.engine.execute(Action::Proposal(Box::new(action))).await.unwrap() {
        Outcome::Proposal(answer) => answer,
        other => panic!("{other:?}"),
    }
}

async fn approve_as(sandbox: &Sandbox, by: &Staff, proposal: ProposalId) -> ProposalAnswer {
    ask(sandbox, ProposalAction::Approve { by: by.account, proposal, version: 1 }).await
}

async fn unmask(sandbox: &Sandbox, action: UnmaskAction) -> UnmaskAnswer {
    match sandbox.world.app.engine.execute(Action::Unmask(Box::new(action))).await.unwrap() {
        Outcome::Unmask(answer) => answer,
        other => panic!("{other:?}"),
    }
}

/// proves: SEC-14
#[tokio::test]
async fn rules_keys_and_unmasking_take_a_second_person() {
    let sandbox = Sandbox::production();
    let (alice, bob) = (account(&sandbox, "alice").await, account(&sandbox, "bob").await);
    let engine = &sandbox.world.app.engine;

    let text = longer(&sandbox);
    let add = RulesAction::Add { by: alice.account, text: text.into() };
    let Outcome::Rules(RulesAnswer::Added(version)) =
        engine.execute(Action::Rules(Box::new(add))).await.unwrap()
    else {
        panic!("not taken")
    };
    let now = || {
        let book = sandbox.world.app.rules.book_at(sandbox.world.app.clock.now());
        book.set("national-2020").unwrap().validity_hours
    };
    let wanted = RuleActivation { version, set: "national-2020".to_owned(), start: None };
    let rules = propose_as(&sandbox, &alice, Payload::ActivateRules(wanted)).await;
    assert_eq!(approve_as(&sandbox, &alice, rules).await, ProposalAnswer::OtherPerson);
    assert_eq!(now(), 24);
    approve_as(&sandbox, &bob, rules).await;
    assert_eq!(now(), 36);

    let mut rng = StdRng::seed_from_u64(1);
    KeyFile::rotate(&sandbox.keys(), Timestamp::from_ms(0), &mut rng).unwrap();
    assert_eq!(sandbox.world.keys.look().await, Look::Waiting(KeyId(2)));
    let change = sandbox.world.app.ring.rotation.waiting().unwrap();
    let keys = propose_as(&sandbox, &alice, Payload::ChangeKeys(change)).await;
    assert_eq!(approve_as(&sandbox, &alice, keys).await, ProposalAnswer::OtherPerson);
    assert_eq!(sandbox.world.keys.look().await, Look::Waiting(KeyId(2)));
    approve_as(&sandbox, &bob, keys).await;
    assert_eq!(sandbox.world.keys.look().await, Look::TakenUp(KeyId(2)));

    let draft: RawDraft =
        serde_json::from_str(include_str!("../../../examples/filings/first.two-services.json")).unwrap();
    let draft = Box::new(draft.parse().unwrap());
    let create = Action::Create { provider: ProviderId::parse("idc").unwrap(), draft, report: false };
    let Outcome::Filing(filing) = engine.execute(create).await.unwrap() else { panic!("no filing") };
    let reason = Reason::parse("complaint 12 of the organiser").unwrap();
    unmask(&sandbox, UnmaskAction::Request { by: operator(&alice), filing, reason }).await;
    let requester = alice.account;
    let approval = |by: &Staff| UnmaskAction::Decide { by: operator(by), filing, requester, approve: true };
    assert_eq!(unmask(&sandbox, approval(&alice)).await, UnmaskAnswer::SamePerson);
    let look = UnmaskAction::Look { by: operator(&alice), filing };
    assert_eq!(unmask(&sandbox, look.clone()).await, UnmaskAnswer::NotOpen);
    unmask(&sandbox, approval(&bob)).await;
    assert!(matches!(unmask(&sandbox, look).await, UnmaskAnswer::Open(_)));
}

#[tokio::test]
async fn a_version_is_put_in_proposed_approved_and_answered_from_its_start_on() {
    let sandbox = sandbox().await;
    let mut alice = english(&sandbox, "operator").await;
    let mut bob = english(&sandbox, "operator-2").await;
    assert!(text(&mut alice, VERSIONS).await.contains("No versions yet"));
    let filled = alice.get(&format!("{VERSIONS}/new?set=national-2020")).await.body;
    assert!(filled.contains("validity_hours = 24"), "the form begins with the file in force");

    // What is wrong is listed with its line, what was typed stays, nothing is kept.
    let broken = longer(&sandbox).replace("validity_hours = 36", "validity_hours = 0\nwhat = 1");
    let refused = submit(&mut alice, &format!("{VERSIONS}/new"), &[("text", &broken)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = refused.text();
    assert!(said.contains("national-2020.toml, line 11") && said.contains("what"), "{said}");
    assert!(refused.body.contains("validity_hours = 0"));
    assert!(text(&mut alice, VERSIONS).await.contains("No versions yet"));

    let version = put_in(&mut alice, &longer(&sandbox)).await;
    let shown = text(&mut alice, &version).await;
    assert!(shown.contains("not activated") && shown.contains("validity_hours"), "{shown}");
    for (start, words) in [("yesterday", "Give a date"), ("2026-03-01T00:00", "That time is over")] {
        let wrong = propose(&mut alice, &version, start).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains(words) && wrong.body.contains("notice 12"), "{}", wrong.text());
    }
    let proposal = led_to(&propose(&mut alice, &version, "2026-03-03T09:00").await);
    assert!(text(&mut alice, VERSIONS).await.contains("waits for approval"));

    // Never the proposer.
    let own = submit(&mut alice, &format!("{proposal}/approve"), &[("version", "1")]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    assert!(own.text().contains("another person"));
    assert_eq!(alice.get(&format!("{proposal}/approve")).await.status, StatusCode::FORBIDDEN);
    let asked = bob.get(&format!("{proposal}/approve")).await;
    assert!(
        asked.text().contains("notice 12") && asked.text().contains("3 March 2026, 09:00"),
        "{}",
        asked.text()
    );
    let read = hidden(&asked.body, "version");
    led_to(&submit(&mut bob, &format!("{proposal}/approve"), &[("version", &read)]).await);
    let late = submit(&mut bob, &format!("{proposal}/approve"), &[("version", &read)]).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    assert!(late.text().contains("approved, to come"), "{}", late.text());

    assert!(text(&mut bob, VERSIONS).await.contains("to come"));
    let answers = [
        resolved(&sandbox, "2026-03-03T08:59:59+08:00").await,
        resolved(&sandbox, "2026-03-03T09:00:00+08:00").await,
    ];
    assert_eq!(answers, [24, 36]);
    // The command line reads the same beside the server.
    let beside = sandbox.keys().parent().unwrap().to_owned();
    let beside = Location::of(&beside, common::server::of(&beside).as_ref());
    let rules = Database::rules_beside(beside, Rulebook::shipped().unwrap()).unwrap();
    let [activation] = rules.activations() else { panic!("{:?}", rules.activations()) };
    assert_eq!(activation.from.to_string(), "2026-03-03T09:00:00+08:00");
    let moved =
        sandbox.post_json("/v1/sandbox/clock/advance", &serde_json::json!({ "seconds": 24 * 3600 })).await;
    assert!(moved.status.is_success(), "{}", moved.body);
    let mut alice = english(&sandbox, "operator").await;
    assert!(text(&mut alice, &proposal).await.contains("carried out"), "the clock has said so");
    assert!(text(&mut alice, VERSIONS).await.contains("in force"));
    let set = text(&mut alice, "/console/operator/rules/sets/national-2020").await;
    assert!(set.contains("36"), "the pages show what is in force");
}

#[tokio::test]
async fn a_proposal_is_refused_with_a_reason_or_taken_back() {
    let sandbox = sandbox().await;
    let mut alice = english(&sandbox, "operator").await;
    let mut bob = english(&sandbox, "operator-2").await;
    let mut auditor = english(&sandbox, "auditor").await;
    assert!(text(&mut auditor, PROPOSALS).await.contains("No proposals"));
    let version = put_in(&mut alice, &longer(&sandbox)).await;
    let first = led_to(&propose(&mut alice, &version, "").await);
    let short = submit(&mut bob, &format!("{first}/refuse"), &[("version", "1"), ("reason", "no")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("version", "1"), ("reason", "the notice is a draft")];
    led_to(&submit(&mut bob, &format!("{first}/refuse"), &fields).await);
    let seen = text(&mut auditor, &first).await;
    assert!(seen.contains("the notice is a draft") && seen.contains("change nothing"), "{seen}");

    let second = led_to(&propose(&mut alice, &version, "").await);
    led_to(&submit(&mut alice, &format!("{second}/withdraw"), &[("version", "1")]).await);
    let list = text(&mut auditor, PROPOSALS).await;
    assert!(list.contains("refused") && list.contains("taken back"), "{list}");
    let forbidden = submit(&mut auditor, &format!("{second}/approve"), &[("version", "2")]).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    let nowhere = alice.get(&format!("{PROPOSALS}/pro_0000000000001")).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_preview_counts_what_would_have_been_otherwise() {
    let sandbox = sandbox().await;
    sandbox.file_first().await;
    let mut alice = english(&sandbox, "operator").await;
    let same = put_in(&mut alice, &file(&sandbox, "national-2020")).await;
    let nothing = text(&mut alice, &format!("{same}/impact")).await;
    assert!(
        nothing.contains("last 30 days that were compared: 1. Those that would have gone otherwise: 0."),
        "{nothing}"
    );
    let version = put_in(&mut alice, &longer(&sandbox)).await;
    let impact = text(&mut alice, &format!("{version}/impact?days=7")).await;
    assert!(
        impact.contains("last 7 days that were compared: 1. Those that would have gone otherwise: 1."),
        "{impact}"
    );
    assert!(impact.contains("time to verify: 1") && impact.contains("fil_"), "{impact}");
    let csv = alice.get(&format!("{version}/impact.csv?days=7")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.body.trim_end().ends_with(",\"time to verify\",\"1\""), "{}", csv.body);
}

#[tokio::test]
async fn a_key_that_waits_is_shown_and_proposed() {
    let sandbox = sandbox().await;
    let mut alice = english(&sandbox, "operator").await;
    assert!(text(&mut alice, "/console/operator/keys").await.contains("taken up by itself"));
    let change = KeyChange { key: KeyId(2), check: "00ff".to_owned() };
    sandbox.world.app.ring.rotation.set_waiting(Some(change));
    assert!(text(&mut alice, "/console/operator").await.contains("new master key 2"));
    assert!(text(&mut alice, "/console/operator/keys").await.contains("00ff"));
    let other = [("check", "0000"), ("reason", "the yearly change")];
    let stale = submit(&mut alice, "/console/operator/keys/propose", &other).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let fields = [("check", "00ff"), ("reason", "the yearly change")];
    let proposal = led_to(&submit(&mut alice, "/console/operator/keys/propose", &fields).await);
    assert!(text(&mut alice, &proposal).await.contains("Take up master key 2"));
    assert!(text(&mut alice, "/console/operator/keys").await.contains("It is proposed"));
}
