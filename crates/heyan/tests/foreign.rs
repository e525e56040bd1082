//! What is another's is not there (SEC-09): every route, in every role that has tenants, with the objects of another
//! provider and another province. The answer is the one to an id that nobody has, nothing changes, and no list shows it.
//!
//! The operator and the auditor have no tenants: what they may is `docs/console-routes.txt`, walked in `console.rs`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;
#[path = "foreign/own.rs"]
mod own;

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use common::browser::{Browser, sandbox};
use common::{Answer, Sandbox};
use heyan_domain::accounts::{AccountAction, Authority, DisplayName, Role, RoleKind, SignInName};
use heyan_domain::decide::Action;
use heyan_domain::terms::{ProviderId, Province};
use heyan_store::tables::Reader;
use heyan_web::console::{Declared, declared};
use own::{OWN_ADMINISTRATION, OWN_KEY, Owned, api, document, filing, own, phone};
use serde_json::{Value, json};
use zeroize::Zeroizing;

const PASSWORD: &str = "sandbox-second-person";

/// The strangers in the consoles.
const STRANGERS: [(&str, RoleKind); 3] = [
    ("jd-admin", RoleKind::ProviderAdmin),
    ("jd-clerk", RoleKind::ProviderClerk),
    ("jiangsu", RoleKind::Administration),
];
/// Whose the objects are.
const OWNERS: [&str; 3] = ["tencent-admin", "tencent-clerk", "zhejiang"];

/// Whom a route of `/v1` is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum For {
    Provider,
    Administration,
    Both,
}

/// Every route of `/v1`: method, path, whom it is for.
const API: &[(&str, &str, For)] = &[
    ("GET", "/v1/bulk/{job}", For::Provider),
    ("GET", "/v1/deliveries", For::Provider),
    ("GET", "/v1/deliveries/{delivery}", For::Provider),
    ("POST", "/v1/deliveries/{delivery}/replay", For::Provider),
    ("GET", "/v1/events", For::Provider),
    ("POST", "/v1/events/ack", For::Provider),
    ("GET", "/v1/filings", For::Provider),
    ("POST", "/v1/filings", For::Provider),
    ("POST", "/v1/filings/bulk", For::Provider),
    ("GET", "/v1/filings/{filing}", For::Provider),
    ("PUT", "/v1/filings/{filing}", For::Provider),
    ("POST", "/v1/filings/{filing}/report", For::Provider),
    ("POST", "/v1/filings/{filing}/reverify", For::Provider),
    ("GET", "/v1/filings/{filing}/timeline", For::Provider),
    ("GET", "/v1/filings/{filing}/verifications", For::Provider),
    ("POST", "/v1/filings/{filing}/withdraw", For::Provider),
    ("GET", "/v1/reviews", For::Administration),
    ("GET", "/v1/reviews/{filing}", For::Administration),
    ("POST", "/v1/reviews/{filing}/approve", For::Administration),
    ("POST", "/v1/reviews/{filing}/claim", For::Administration),
    ("POST", "/v1/reviews/{filing}/reject", For::Administration),
    ("GET", "/v1/rules/resolve", For::Both),
    ("GET", "/v1/sandbox/clock", For::Both),
    ("POST", "/v1/sandbox/clock/advance", For::Both),
    ("GET", "/v1/sandbox/messages", For::Both),
    ("GET", "/v1/webhook-endpoints", For::Provider),
    ("POST", "/v1/webhook-endpoints", For::Provider),
    ("GET", "/v1/webhook-endpoints/{endpoint}", For::Provider),
    ("DELETE", "/v1/webhook-endpoints/{endpoint}", For::Provider),
    ("POST", "/v1/webhook-endpoints/{endpoint}/enable", For::Provider),
    ("POST", "/v1/webhook-endpoints/{endpoint}/secret", For::Provider),
];

async fn add(sandbox: &Sandbox, name: &str, kind: RoleKind) {
    let clear = Zeroizing::new(PASSWORD.to_owned());
    let password = sandbox.world.app.passwords.hash(clear, [7; 16]).await.unwrap();
    let province = (kind == RoleKind::Administration).then_some(Province::Jiangsu);
    let provider = ProviderId::parse("jd").filter(|_| province.is_none());
    let create = AccountAction::Create {
        by: Authority::Machine,
        name: SignInName::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        role: Role::of(kind, province, provider).unwrap(),
        password,
    };
    sandbox.world.app.engine.execute(Action::Account(Box::new(create))).await.unwrap();
}

/// All that could have changed: the log of what people do, the provider's feed, each filing, the queue, the file.
async fn standing(sandbox: &Sandbox, owned: &Owned) -> String {
    let log = sandbox.world.app.readers.read(Reader::audit_state).await.unwrap();
    let mut all = format!("{} {:?}\n", log.entries, log.head);
    let mut asked = vec!["/v1/events?limit=200".to_owned(), format!("/v1/bulk/{}", owned.job)];
    asked.extend(owned.filings().map(|id| format!("/v1/filings/{id}")));
    for path in asked {
        let answer = api(sandbox, "GET", &path, OWN_KEY, &json!({})).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        all.push_str(&answer.body);
    }
    let queue = api(sandbox, "GET", "/v1/reviews", OWN_ADMINISTRATION, &json!({})).await;
    all + &queue.body
}

/// Routes that are not asked, from the checked-in file: method and path.
fn exceptions() -> BTreeSet<(String, String)> {
    include_str!("foreign/exceptions.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut words = line.split_whitespace();
            let route = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
            assert!(words.count() > 3, "a reason stands behind {line}");
            route
        })
        .collect()
}

/// The addresses that a route has for the tenant's objects, each with its twin that nobody has.
fn addresses(path: &str, owned: &Owned) -> Vec<(String, String)> {
    if !path.contains('{') {
        return vec![(path.to_owned(), path.to_owned())];
    }
    let ids: Vec<(&str, &str)> = if path.contains("{filing}") {
        owned.filings().into_iter().map(|id| (id, "fil_0000000ZZZZZZ")).collect()
    } else if path.contains("{job}") {
        vec![(&owned.job, "blk_0000000ZZZZZZ")]
    } else if path.contains("{delivery}") {
        vec![(&owned.delivery, "whd_0000000ZZZZZZ")]
    } else if path.contains("{endpoint}") {
        vec![(&owned.endpoint, "whe_0000000ZZZZZZ")]
    } else if path.contains("{key}") {
        vec![(&owned.api_key, "key_0000000ZZZZZZ")]
    } else {
        vec![(&owned.member, "acc_0000000ZZZZZZ")]
    };
    let deeds: &[&str] = match (path.contains("{deed}"), path.contains("{endpoint}")) {
        (true, true) => &["test", "secret", "drop", "on", "off", "replay", "remove"],
        (true, false) => &["submit", "report", "reverify", "withdraw"],
        (false, _) => &[""],
    };
    let mut all = Vec::new();
    for (own, nobodys) in ids {
        for deed in deeds {
            let with = |id: &str| {
                let path = path.replace("{deed}", deed);
                // What lies below an endpoint is asked of the endpoint that it lies below.
                let path = if path.contains("{delivery}") {
                    path.replace("{endpoint}", &owned.endpoint)
                } else {
                    path
                };
                ["{filing}", "{job}", "{key}", "{id}", "{endpoint}", "{delivery}"]
                    .iter()
                    .fold(path, |path, parameter| path.replace(parameter, id))
            };
            all.push((with(own), with(nobodys)));
        }
    }
    all
}

/// Everything that any form of the consoles sends, so that a form is whole and only its object is another's.
fn fields<'f>(csrf: &'f str, owned: &'f Owned) -> Vec<(&'static str, &'f str)> {
    vec![
        ("csrf", csrf),
        ("version", "1"),
        ("seen", "1"),
        ("key", "k"),
        ("reason", "complaint 12"),
        ("then", "report"),
        ("to", "disabled"),
        ("requester", &owned.member),
        ("decision", "approve"),
    ]
}

/// An answer without what differs from one asking to the next.
fn plain(answer: &Answer, path: &str) -> String {
    let ids = path.split('/').filter(|part| part.get(3..4) == Some("_"));
    let body = ids.fold(answer.body.clone(), |body, id| body.replace(id, "ID"));
    match serde_json::from_str::<Value>(&body) {
        Ok(mut problem) => {
            problem["request_id"].take();
            problem.to_string()
        }
        Err(_) => body,
    }
}

fn says_nothing(answer: &Answer, owned: &Owned, asked: &str, who: &str) {
    for word in owned.words() {
        // What was asked for is said back, at most.
        let said = answer.body.replace(asked, "");
        assert!(asked.contains(word) || !said.contains(word), "{asked} as {who} names {word}: {said}");
    }
}

async fn signed_in<'s>(sandbox: &'s Sandbox, name: &str) -> Browser<'s> {
    let mut browser = Browser::new(sandbox);
    let answer = browser.sign_in(name, PASSWORD, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    browser
}

async fn ask(browser: &mut Browser<'_>, route: &Declared, path: &str, form: &[(&str, &str)]) -> Answer {
    if route.method == Method::GET { browser.get(path).await } else { browser.post(path, form).await }
}

#[tokio::test]
async fn in_the_consoles_what_is_another_s_is_as_if_it_were_nobody_s() {
    let sandbox = sandbox().await;
    let owned = own(&sandbox).await;
    for (name, kind) in STRANGERS {
        add(&sandbox, name, kind).await;
    }
    let except = exceptions();
    for (name, kind) in STRANGERS {
        let mut browser = signed_in(&sandbox, name).await;
        let csrf = browser.csrf().await;
        let form = fields(&csrf, &owned);
        let before = standing(&sandbox, &owned).await;
        for route in declared() {
            if except.contains(&(route.method.to_string(), route.path.to_owned())) {
                continue;
            }
            for (path, twin) in addresses(route.path, &owned) {
                let what = format!("{} {path} as {name}", route.method);
                let answer = ask(&mut browser, route, &path, &form).await;
                says_nothing(&answer, &owned, &path, name);
                if !route.who.may(kind) {
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
                } else if path != twin {
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}: {}", answer.text());
                    let nobodys = ask(&mut browser, route, &twin, &form).await;
                    assert_eq!(nobodys.status, StatusCode::NOT_FOUND, "{what}");
                    assert_eq!(plain(&answer, &path), plain(&nobodys, &twin), "{what}");
                }
                assert_eq!(before, standing(&sandbox, &owned).await, "{what} has changed something");
            }
        }
    }
    each_is_there_for_whose_it_is(&sandbox, &owned).await;
}

/// The addresses are real ones: for each there is somebody to whom it opens.
async fn each_is_there_for_whose_it_is(sandbox: &Sandbox, owned: &Owned) {
    let mut owners = Vec::new();
    for name in OWNERS {
        owners.push(Browser::signed_in(sandbox, name).await);
    }
    let tenants = [RoleKind::ProviderAdmin, RoleKind::ProviderClerk, RoleKind::Administration];
    for route in declared() {
        let of_tenants = tenants.iter().any(|kind| route.who.may(*kind));
        if route.method != Method::GET || !of_tenants || !route.path.contains('{') {
            continue;
        }
        let mut opened = false;
        for (path, _) in addresses(route.path, owned) {
            for browser in &mut owners {
                let status = browser.get(&path).await.status;
                opened |= status == StatusCode::OK || status == StatusCode::SEE_OTHER;
            }
        }
        assert!(opened, "{} opens to nobody", route.path);
    }
}

#[tokio::test]
async fn over_the_api_what_is_another_s_is_as_if_it_were_nobody_s() {
    let sandbox = sandbox().await;
    let owned = own(&sandbox).await;
    let except = exceptions();
    let before = standing(&sandbox, &owned).await;
    // A correction that would be right, a reason, an event far ahead: only the object is another's.
    let mut body = filing(9);
    body["reason"] = "complaint 12".into();
    let strangers = [("test_jd", For::Provider), ("test_admin_jiangsu", For::Administration)];
    for (key, kind) in strangers {
        for (method, route, who) in API {
            if except.contains(&((*method).to_owned(), (*route).to_owned())) {
                continue;
            }
            for (path, twin) in addresses(route, &owned) {
                if *method != "GET" && path == twin {
                    continue;
                }
                let what = format!("{method} {path} with {key}");
                let asked = if path.ends_with("/reject") {
                    json!({ "reason": "complaint 12" })
                } else {
                    body.clone()
                };
                let answer = api(&sandbox, method, &path, key, &asked).await;
                says_nothing(&answer, &owned, &path, key);
                if ![kind, For::Both].contains(who) {
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}: {}", answer.body);
                } else if path != twin {
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}: {}", answer.body);
                    let nobodys = api(&sandbox, method, &twin, key, &asked).await;
                    assert_eq!(plain(&answer, &path), plain(&nobodys, &twin), "{what}");
                }
                assert_eq!(before, standing(&sandbox, &owned).await, "{what} has changed something");
            }
        }
    }
    for (method, route, _) in API {
        for (path, _) in addresses(route, &owned) {
            let answer = api(&sandbox, method, &path, "test_nobody", &body).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}: {}", answer.body);
        }
    }
    assert_eq!(before, standing(&sandbox, &owned).await);
}

#[tokio::test]
async fn a_filing_that_refers_to_another_s_record_learns_nothing_from_it() {
    let sandbox = sandbox().await;
    let owned = own(&sandbox).await;
    let entity = json!({ "head": filing(9)["entity"]["head"] });
    let mut taken_in = 0;
    for kind in ["change", "change_entity", "cancel_entity", "add_service", "add_access"] {
        let mut body = json!({
            "kind": kind,
            "province": "浙江",
            "reference": { "entity_no": owned.record, "service_no": format!("{}-1", owned.record) },
            "entity": entity.clone(),
            "services": filing(9)["services"].clone(),
        });
        if kind == "cancel_entity" {
            body.as_object_mut().unwrap().retain(|name, _| name != "entity" && name != "services");
        }
        let answer = api(&sandbox, "POST", "/v1/filings", "test_jd", &body).await;
        let mut said = answer.body.replace("OWN-9", "");
        if let Some(id) = answer.json()["id"].as_str() {
            taken_in += 1;
            said += &api(&sandbox, "GET", &format!("/v1/filings/{id}"), "test_jd", &json!({})).await.body;
        }
        for secret in [phone(3), document(3), "自有示例公司3".to_owned(), owned.approved.clone()] {
            assert!(!said.contains(&secret), "{kind} tells {secret}: {said}");
        }
    }
    assert!(taken_in > 0, "no filing was taken in, so nothing was tried");
}

#[test]
fn every_route_of_the_api_is_walked_and_every_exception_is_one() {
    let mut written = BTreeSet::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src/api/v1")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(path).unwrap();
                let found = text.split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
                written.extend(found.map(|route| format!("/v1{route}")));
            }
        }
    }
    let walked: BTreeSet<String> = API.iter().map(|(_, path, _)| (*path).to_owned()).collect();
    assert_eq!(walked, written, "the table in this file holds every route of /v1");
    for (method, path) in exceptions() {
        let in_console = declared().iter().any(|route| route.method == *method && route.path == path);
        let in_api = API.iter().any(|route| route.0 == method && route.1 == path);
        assert!(in_console || in_api, "{method} {path} is no route");
        assert!(!path.contains('{'), "{method} {path} names an object, so it is walked");
    }
}
