//! The keys change while people verify: nobody notices, and everything is sealed anew.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::{Method, header};
use common::{PEOPLE, Sandbox, form};
use heyan::rotation::Look;
use heyan_domain::Timestamp;
use heyan_domain::tags::KeyId;
use heyan_store::keys::KeyFile;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

fn rotate(sandbox: &Sandbox, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    KeyFile::rotate(&sandbox.keys(), Timestamp::from_ms(0), &mut rng).unwrap();
}

async fn metric(sandbox: &Sandbox, name: &str) -> u64 {
    let text = sandbox.get("/metrics").await.body;
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
    value.unwrap_or_else(|| panic!("no {name} in {text}"))
}

#[tokio::test]
async fn a_rotation_is_taken_up_while_people_verify() {
    let sandbox = Sandbox::new();
    let [(first, first_id), (second, second_id)] = PEOPLE;
    let filing = sandbox.file_first().await;
    let filing = format!("/v1/filings/{}", filing["id"].as_str().unwrap());
    let (first_code, second_code) = (sandbox.code(first).await, sandbox.code(second).await);
    // A browser is on its way from a form to its answer, which it carries sealed.
    let fields = [("code", "000000"), ("phone", "15499999999"), ("id_last6", "000000")];
    let posted = "application/x-www-form-urlencoded";
    let posted = sandbox.send(Sandbox::request(Method::POST, "/verify", posted, form(&fields))).await;

    assert_eq!(sandbox.world.keys.look().await, Look::Unchanged);
    rotate(&sandbox, 1);
    assert_eq!(sandbox.world.keys.look().await, Look::TakenUp(KeyId(2)));
    assert_eq!(sandbox.world.keys.look().await, Look::Unchanged);
    assert_eq!(metric(&sandbox, "heyan_key_active").await, 2);

    let mut follow = Sandbox::request(Method::GET, posted.header("location"), "text/plain", String::new());
    let cookie = posted.header("set-cookie").split(';').next().unwrap();
    follow.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
    let page = sandbox.send(follow).await;
    assert!(page.body.contains("15499999999"), "the form comes back filled in: {}", page.text());

    // The code and the person are known by the older key's hashes, a filing made now by the newer one's.
    assert_eq!(sandbox.validate(&first_code, first, first_id).await["validStatus"], json!(31));
    let other = sandbox.file(include_str!("../../../examples/filings/first.two-services.json")).await;
    let other = format!("/v1/filings/{}", other["id"].as_str().unwrap());
    let (phone, id_last6) = ("15400000124", "000217");
    let other_code = sandbox.code(phone).await;
    assert_eq!(sandbox.validate(&other_code, phone, id_last6).await["validStatus"], json!(31));

    let (_stop, stopping) = tokio::sync::watch::channel(false);
    sandbox.world.keys.seal_anew(&stopping).await.unwrap();
    let values = metric(&sandbox, "heyan_rekey_values").await;
    assert!(values >= 2, "two filings, and what was answered: {values}");
    assert_eq!(metric(&sandbox, "heyan_rekey_values_done").await, values);
    let by_key = sandbox.world.app.readers.read(|reader| reader.sealed_values()).await.unwrap();
    assert_eq!(by_key.into_keys().collect::<Vec<_>>(), [KeyId(2)]);
    assert_eq!(sandbox.validate(&second_code, second, second_id).await["validStatus"], json!(3));

    let shown = [sandbox.get(&filing).await.json(), sandbox.get(&other).await.json()];
    let sandbox = sandbox.reopen();
    assert_eq!([sandbox.get(&filing).await.json(), sandbox.get(&other).await.json()], shown);
    assert_eq!(sandbox.validate(&other_code, phone, id_last6).await["validStatus"], json!(20));
}

#[tokio::test]
async fn a_key_file_that_is_not_the_datas_changes_nothing_and_is_reported() {
    let sandbox = Sandbox::new();
    let good = std::fs::read(sandbox.keys()).unwrap();
    let mut rng = StdRng::seed_from_u64(2);
    std::fs::remove_file(sandbox.keys()).unwrap();
    assert!(
        matches!(sandbox.world.keys.look().await, Look::Refused(reason) if reason.contains("no key file"))
    );
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
    sandbox.reopen().get("/readyz").await.json();
}
