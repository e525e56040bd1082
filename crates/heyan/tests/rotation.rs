//! The keys change while people verify: nobody notices, and everything is sealed anew.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::{Method, header};
use common::{Answer, PEOPLE, Sandbox, form};
use heyan::rotation::Look;
use heyan_domain::Timestamp;
use heyan_domain::accounts::{
    AccountAction, AccountAnswer, Authority, DisplayName, PasswordHash, Role, SignInName,
};
use heyan_domain::audit::Reason;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::proposals::{KeyChange, Payload, ProposalAction, ProposalAnswer, ProposalState};
use heyan_domain::tags::KeyId;
use heyan_domain::terms::{AccountId, ProposalId};
use heyan_store::keys::KeyFile;
use heyan_store::tables::Reader;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn rotate(sandbox: &Sandbox, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    KeyFile::rotate(&sandbox.keys(), Timestamp::from_ms(0), &mut rng).unwrap();
}

fn status(answer: &serde_json::Value) -> u64 {
    answer["params"]["validStatus"].as_u64().unwrap_or_else(|| panic!("{answer}"))
}

async fn metric(sandbox: &Sandbox, name: &str) -> u64 {
    let text = sandbox.get("/metrics").await.body;
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
    value.unwrap_or_else(|| panic!("no {name} in {text}"))
}

/// What a browser gets that follows an answer with the cookie it has got.
async fn follow(sandbox: &Sandbox, answer: &Answer) -> Answer {
    let mut request = Sandbox::request(Method::GET, answer.header("location"), "text/plain", String::new());
    let cookie = answer.header("set-cookie").split(';').next().unwrap();
    request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
    sandbox.send(request).await
}

fn place(filing: &serde_json::Value) -> String {
    format!("/v1/filings/{}", filing["id"].as_str().unwrap())
}

const OTHER: (&str, &str) = ("15400000124", "000217");

/// Files under the first key, rotates, verifies and files under the second, seals anew; gives where the two filings are,
/// and the code of the second.
async fn rotated_while_people_verify(sandbox: &Sandbox) -> ([String; 2], String) {
    let [(first, first_id), (second, second_id)] = PEOPLE;
    let filing = sandbox.file_first().await;
    let (first_code, second_code) = (sandbox.code(first).await, sandbox.code(second).await);
    // A browser is on its way from a form to its answer, which it carries sealed.
    let fields = form(&[("code", "000000"), ("phone", "15499999999"), ("id_last6", "000000")]);
    let kind = "application/x-www-form-urlencoded";
    let posted = sandbox.send(Sandbox::request(Method::POST, "/verify", kind, fields)).await;

    assert_eq!(sandbox.world.keys.look().await, Look::Unchanged);
    rotate(sandbox, 1);
    assert_eq!(sandbox.world.keys.look().await, Look::TakenUp(KeyId(2)));
    assert_eq!(sandbox.world.keys.look().await, Look::Unchanged);
    assert_eq!(metric(sandbox, "heyan_key_active").await, 2);

    let page = follow(sandbox, &posted).await;
    assert!(page.body.contains("15499999999"), "the form comes back filled in: {}", page.text());
    // The code and the person are known by the older key's hashes, a filing made now by the newer one's.
    assert_eq!(status(&sandbox.validate(&first_code, first, first_id).await), 31);
    let other = sandbox.file(include_str!("../../../examples/filings/first.two-services.json")).await;
    let other_code = sandbox.code(OTHER.0).await;
    assert_eq!(status(&sandbox.validate(&other_code, OTHER.0, OTHER.1).await), 31);

    let (_stop, stopping) = tokio::sync::watch::channel(false);
    sandbox.world.keys.seal_anew(&stopping).await.unwrap();
    let values = metric(sandbox, "heyan_rekey_values").await;
    assert!(values >= 2, "two filings, and what was answered: {values}");
    assert_eq!(metric(sandbox, "heyan_rekey_values_done").await, values);
    let by_key = sandbox.world.app.readers.read(Reader::sealed_values).await.unwrap();
    assert_eq!(by_key.into_keys().collect::<Vec<_>>(), [KeyId(2)]);
    assert_eq!(status(&sandbox.validate(&second_code, second, second_id).await), 3);
    ([place(&filing), place(&other)], other_code)
}

#[test]
fn a_rotation_is_taken_up_while_people_verify() {
    let sandbox = Sandbox::new();
    let (places, code, shown) = run(async {
        let (places, code) = rotated_while_people_verify(&sandbox).await;
        let shown = [sandbox.get(&places[0]).await.json(), sandbox.get(&places[1]).await.json()];
        (places, code, shown)
    });
    let sandbox = sandbox.reopen();
    run(async {
        assert_eq!([sandbox.get(&places[0]).await.json(), sandbox.get(&places[1]).await.json()], shown);
        assert_eq!(status(&sandbox.validate(&code, OTHER.0, OTHER.1).await), 20, "done already");
    });
}

async fn operator(sandbox: &Sandbox, name: &str) -> AccountId {
    let create = AccountAction::Create {
        by: Authority::Machine,
        name: SignInName::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        role: Role::Operator,
        password: PasswordHash::from_phc("none"),
    };
    match sandbox.world.app.engine.execute(Action::Account(Box::new(create))).await.unwrap() {
        Outcome::Account(AccountAnswer::Done(id)) => id,
        other => panic!("{other:?}"),
    }
}

async fn agree(sandbox: &Sandbox, action: ProposalAction) -> ProposalId {
    match sandbox.world.app.engine.execute(Action::Proposal(Box::new(action))).await.unwrap() {
        Outcome::Proposal(ProposalAnswer::Done(id)) => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn in_production_a_running_server_takes_a_key_up_once_two_operators_agree() {
    let sandbox = Sandbox::production();
    run(async {
        let (alice, bob) = (operator(&sandbox, "alice").await, operator(&sandbox, "bob").await);
        let rotation = &sandbox.world.app.ring.rotation;
        rotate(&sandbox, 1);
        for _ in 0..2 {
            assert_eq!(sandbox.world.keys.look().await, Look::Waiting(KeyId(2)), "nobody has agreed");
        }
        let change = rotation.waiting().unwrap();
        let propose = |payload| {
            let reason = Reason::parse("the yearly change").unwrap();
            ProposalAction::Propose { by: alice, payload, reason }
        };
        // What is approved is one key: another one under its number waits on.
        let other = KeyChange { check: "00".repeat(15), ..change.clone() };
        let proposal = agree(&sandbox, propose(Payload::ChangeKeys(other))).await;
        agree(&sandbox, ProposalAction::Approve { by: bob, proposal, version: 1 }).await;
        assert_eq!(sandbox.world.keys.look().await, Look::Waiting(KeyId(2)));

        let proposal = agree(&sandbox, propose(Payload::ChangeKeys(change))).await;
        assert_eq!(sandbox.world.keys.look().await, Look::Waiting(KeyId(2)), "one has agreed");
        agree(&sandbox, ProposalAction::Approve { by: bob, proposal, version: 1 }).await;
        assert_eq!(metric(&sandbox, "heyan_key_active").await, 1);
        assert_eq!(sandbox.world.keys.look().await, Look::TakenUp(KeyId(2)));
        assert_eq!(metric(&sandbox, "heyan_key_active").await, 2);
        assert_eq!(rotation.waiting(), None);
        let done = sandbox.world.app.readers.read(move |reader| reader.proposal(proposal)).await.unwrap();
        assert!(matches!(done.unwrap().state, ProposalState::CarriedOut { .. }));
        assert_eq!(sandbox.world.keys.look().await, Look::Unchanged);
    });
}

#[test]
fn a_key_file_that_is_not_the_datas_changes_nothing_and_is_reported() {
    let sandbox = Sandbox::new();
    let good = std::fs::read(sandbox.keys()).unwrap();
    run(async {
        std::fs::remove_file(sandbox.keys()).unwrap();
        let refused = sandbox.world.keys.look().await;
        assert!(matches!(&refused, Look::Refused(reason) if reason.contains("no key file")), "{refused:?}");
        let mut rng = StdRng::seed_from_u64(2);
        KeyFile::init(&sandbox.keys(), Timestamp::from_ms(0), &mut rng).unwrap();
        rotate(&sandbox, 3);
        let refused = sandbox.world.keys.look().await;
        assert!(matches!(&refused, Look::Refused(reason) if reason.contains("key 1")), "{refused:?}");
        assert_eq!(metric(&sandbox, "heyan_key_file_refused").await, 1);
        assert_eq!(metric(&sandbox, "heyan_key_active").await, 1);
        sandbox.file_first().await;

        std::fs::write(sandbox.keys(), good).unwrap();
        assert_eq!(sandbox.world.keys.look().await, Look::Unchanged);
        assert_eq!(metric(&sandbox, "heyan_key_file_refused").await, 0);
    });
    let sandbox = sandbox.reopen();
    assert_eq!(run(metric(&sandbox, "heyan_filings_total")), 1);
}
