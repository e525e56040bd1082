//! Whom an ID token makes us believe, and whom not. Its keys are made here; a real identity provider is in the browser's
//! tests.

mod asked;

use std::collections::BTreeMap;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use heyan_domain::Timestamp;
use heyan_outbound::Client;
use heyan_store::clock::FixedClock;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::id_token::{Expected, Wrong, check};
use super::*;

const ISSUER: &str = "https://login.example.cn";
/// 2026-03-02 10:00 in Beijing.
const NOW: i64 = 1_772_416_800;

fn now() -> Timestamp {
    Timestamp::from_ms(NOW * 1_000)
}

/// An Ed25519 key from a seed, in PKCS #8.
fn key(seed: u8) -> EncodingKey {
    let head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    EncodingKey::from_ed_der(&[&head[..], &[seed; 32]].concat())
}

fn published(seeds: &[u8]) -> JwkSet {
    let jwk = |seed: &u8| {
        let mut jwk = Jwk::from_encoding_key(&key(*seed), Algorithm::EdDSA).unwrap();
        jwk.common.key_id = Some(format!("key-{seed}"));
        jwk
    };
    JwkSet { keys: seeds.iter().map(jwk).collect() }
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "u-1", "aud": "heyan", "exp": NOW + 300, "iat": NOW, "nonce": "n-1",
        "name": "王小明", "groups": ["staff", "reviewers"],
    })
}

fn signed(seed: u8, claims: &Value) -> String {
    let header = Header { kid: Some(format!("key-{seed}")), ..Header::new(Algorithm::EdDSA) };
    encode(&header, claims, &key(seed)).unwrap()
}

fn judged(token: &str) -> Result<Claims, Wrong> {
    let expected = Expected { issuer: ISSUER, client_id: "heyan", nonce: "n-1", now: now() };
    check(token, &published(&[1, 2]), &expected)
}

/// The claims with one of them changed, or taken away.
fn with(name: &str, value: Value) -> String {
    let mut claims = claims();
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    signed(1, &claims)
}

#[test]
fn a_token_that_is_all_it_must_be_is_believed() {
    let claims = judged(&signed(2, &claims())).unwrap();
    assert_eq!(claims.subject, "u-1");
    assert_eq!(claims.text("name"), Some("王小明"));
    assert_eq!(claims.texts("groups"), ["staff", "reviewers"]);
}

#[test]
fn a_token_that_is_anything_else_is_not() {
    let cases = [
        ("iss", json!("https://login.example.org"), Wrong::Issuer),
        ("aud", json!("another"), Wrong::Audience),
        ("aud", json!(["heyan", "another"]), Wrong::Audience),
        ("azp", json!("another"), Wrong::Audience),
        ("exp", json!(NOW - 60), Wrong::Time),
        ("iat", json!(NOW + 61), Wrong::Time),
        ("nbf", json!(NOW + 61), Wrong::Time),
        ("exp", json!(i64::MIN), Wrong::Time),
        ("nonce", json!("n-2"), Wrong::Nonce),
        ("nonce", Value::Null, Wrong::Nonce),
        ("exp", Value::Null, Wrong::Unreadable),
        ("exp", json!("tomorrow"), Wrong::Unreadable),
        ("sub", Value::Null, Wrong::Unreadable),
    ];
    for (name, value, wrong) in cases {
        assert_eq!(judged(&with(name, value.clone())), Err(wrong), "{name}: {value}");
    }
    assert!(judged(&with("exp", json!(NOW - 59))).is_ok(), "two clocks may be a minute apart");
    let mut several = claims();
    several["aud"] = json!(["heyan", "another"]);
    several["azp"] = json!("heyan");
    assert!(judged(&signed(1, &several)).is_ok());
}

#[test]
fn only_a_published_key_signs() {
    assert_eq!(judged(&signed(3, &claims())), Err(Wrong::UnknownKey));
    let header = Header { kid: Some("key-1".to_owned()), ..Header::new(Algorithm::EdDSA) };
    let forged = encode(&header, &claims(), &key(3)).unwrap();
    assert_eq!(judged(&forged), Err(Wrong::Signature));
    let unnamed = encode(&Header::new(Algorithm::EdDSA), &claims(), &key(1)).unwrap();
    assert_eq!(judged(&unnamed), Err(Wrong::UnknownKey), "of two keys the token must say which");
    let mut altered = signed(1, &claims());
    altered.replace_range(60..61, if &altered[60..61] == "A" { "B" } else { "A" });
    assert!(judged(&altered).is_err());
}

/// What anybody can make who knows what is published: no signature, or one by a "secret" that everybody has.
#[test]
fn a_signature_that_anybody_can_make_is_none() {
    let secret = EncodingKey::from_secret(b"the published key, as bytes");
    let header = Header { kid: Some("key-1".to_owned()), ..Header::new(Algorithm::HS256) };
    let shared = encode(&header, &claims(), &secret).unwrap();
    assert_eq!(judged(&shared), Err(Wrong::Algorithm(Algorithm::HS256)));
    let part = |value: &Value| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
    };
    let unsigned = format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims()));
    assert_eq!(judged(&unsigned), Err(Wrong::Unreadable));
    assert_eq!(judged("no token"), Err(Wrong::Unreadable));
}

fn settings(roles: &[(&str, &str)]) -> Result<Settings, Faulty> {
    let roles: BTreeMap<String, String> =
        roles.iter().map(|(value, role)| ((*value).to_owned(), (*role).to_owned())).collect();
    let secret = Zeroizing::new("s".to_owned());
    let labels = ("统一认证".to_owned(), "single sign-on".to_owned());
    Settings::check(ISSUER, ("heyan", secret), "https://beian.example.cn/", labels, "groups", &roles)
}

fn oidc(roles: &[(&str, &str)]) -> Oidc {
    let client = Client::new(None).unwrap();
    Oidc::new(settings(roles).unwrap(), client, Arc::new(FixedClock(now())))
}

#[test]
fn a_person_has_the_one_role_that_the_configuration_gives() {
    let claims = judged(&signed(1, &claims())).unwrap();
    let person = oidc(&[("reviewers", "administration:zhejiang"), ("admins", "operator")]).person(&claims);
    let person = person.unwrap();
    assert_eq!(person.role.to_string(), "administration:zhejiang");
    assert_eq!(person.display_name.as_str(), "王小明");
    assert!(person.name.as_str().starts_with("oidc-") && !person.name.as_str().contains("u-1"));
    assert_eq!(oidc(&[("admins", "operator")]).person(&claims), Err(Refused::NoRole));
    let both = [("reviewers", "administration:zhejiang"), ("staff", "auditor")];
    assert_eq!(oidc(&both).person(&claims), Err(Refused::SeveralRoles));
}

#[test]
fn a_role_that_is_none_and_an_address_without_tls_are_refused_with_what_to_write() {
    let faulty = settings(&[("a", "king")]).unwrap_err();
    assert_eq!(faulty.member, "roles");
    assert!(faulty.reason.contains("provider_clerk:<provider>"), "{faulty}");
    assert_eq!(settings(&[("a", "operator:zhejiang")]).unwrap_err().member, "roles");
    assert_eq!(settings(&[]).unwrap_err().member, "roles");
    let check = |issuer: &str, public_url: &str| {
        let (labels, secret) = (("a".to_owned(), "b".to_owned()), Zeroizing::new("s".to_owned()));
        let roles = BTreeMap::from([("a".to_owned(), "operator".to_owned())]);
        Settings::check(issuer, ("heyan", secret), public_url, labels, "groups", &roles)
            .map(|_| ())
            .map_err(|faulty| faulty.member)
    };
    assert_eq!(check("http://login.example.cn", "https://beian.example.cn"), Err("issuer"));
    assert_eq!(check("http://127.0.0.1:3000", "http://localhost:8080"), Ok(()));
    assert_eq!(check(ISSUER, "https://beian.example.cn/path"), Err("public_url"));
    assert_eq!(check(ISSUER, "beian.example.cn"), Err("public_url"));
}

/// What most identity providers sign with, beside Ed25519.
#[test]
fn keys_of_the_other_kinds_sign_as_well() {
    let rsa = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let rsa: Pkcs8V1Der<'_> = rsa.as_der().unwrap();
    // PKCS #1 is what PKCS #8 wraps, after 26 octets that say so.
    let rsa = EncodingKey::from_rsa_der(&rsa.as_ref()[26..]);
    let random = aws_lc_rs::rand::SystemRandom::new();
    let ec = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let ec = EncodingKey::from_ec_der(ec.as_ref());
    for (algorithm, key) in [(Algorithm::RS256, &rsa), (Algorithm::PS256, &rsa), (Algorithm::ES256, &ec)] {
        let mut jwk = Jwk::from_encoding_key(key, algorithm).unwrap();
        jwk.common.key_id = Some("other".to_owned());
        assert!(id_token::is_usable(&jwk));
        let keys = JwkSet { keys: [published(&[1]).keys, vec![jwk]].concat() };
        let expected = Expected { issuer: ISSUER, client_id: "heyan", nonce: "n-1", now: now() };
        let header = |kid: &str| Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) };
        let token = encode(&header("other"), &claims(), key).unwrap();
        assert_eq!(check(&token, &keys, &expected).unwrap().subject, "u-1", "{algorithm:?}");
        let crossed = encode(&header("key-1"), &claims(), key).unwrap();
        assert_eq!(check(&crossed, &keys, &expected), Err(Wrong::Signature), "{algorithm:?}");
        let mut old = claims();
        old["exp"] = json!(NOW - 60);
        let old = encode(&header("other"), &old, key).unwrap();
        assert_eq!(check(&old, &keys, &expected), Err(Wrong::Time), "{algorithm:?}");
    }
}

/// RFC 7519, 2: a `NumericDate` need not be whole.
#[test]
fn times_may_have_fractions() {
    assert!(judged(&with("exp", json!(1_772_416_860.75))).is_ok());
    assert!(judged(&with("iat", json!(1_772_416_800.5))).is_ok());
    assert_eq!(judged(&with("exp", json!(1_772_416_740.5))), Err(Wrong::Time));
    assert_eq!(judged(&with("iat", json!(1_772_416_861.5))), Err(Wrong::Time));
    assert_eq!(judged(&with("exp", json!(1e30))), Err(Wrong::Unreadable));
}

#[test]
fn a_log_takes_codes_of_errors_and_nothing_else_that_others_write() {
    assert_eq!(fault::code_of("invalid_grant"), "invalid_grant");
    assert_eq!(fault::code_of("the code of Wang Xiaoming"), "no code");
    assert_eq!(fault::code_of(&"x".repeat(65)), "no code");
    let body = br#"{"error":"invalid_client","error_description":"secret 123"}"#;
    let refused = Fault::refused("a token", heyan_outbound::StatusCode::UNAUTHORIZED, body);
    assert_eq!(refused.to_string(), "a token is refused with 401 (invalid_client)");
    let error = serde_json::from_str::<u8>(r#""Wang Xiaoming""#).unwrap_err();
    assert!(!Fault::unreadable("a token", &error).to_string().contains("Wang"), "{error}");
}
