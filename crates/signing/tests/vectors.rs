//! The published vectors, computed by another program, and what a header of ours must and must not be.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use heyan_signing::{Authorization, Message, content_sha256, is_nonce, is_signed, sign};
use proptest::prelude::*;
use serde_json::Value;

fn published() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/signing-vectors.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap()
}

fn message(vector: &Value) -> Message<'_> {
    let headers = vector["headers"].as_object().unwrap();
    let mut headers: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    headers.sort_unstable();
    Message {
        method: text(vector, "method"),
        path: text(vector, "path"),
        query: text(vector, "query"),
        headers,
    }
}

#[test]
fn every_step_of_the_published_vectors_comes_out() {
    let published = published();
    let (key, secret) = (text(&published, "key"), text(&published, "secret"));
    let vectors = published["vectors"].as_array().unwrap();
    assert!(vectors.len() >= 6);
    for vector in vectors {
        let name = text(vector, "name");
        let message = message(vector);
        assert_eq!(
            content_sha256(text(vector, "body").as_bytes()),
            vector["headers"]["x-heyan-content-sha256"],
            "{name}"
        );
        assert_eq!(message.canonical(), text(vector, "canonical"), "{name}");
        assert_eq!(message.digest(), text(vector, "canonical_sha256"), "{name}");
        assert_eq!(message.to_sign(), text(vector, "to_sign"), "{name}");
        let signed_headers = message.headers.iter().map(|(name, _)| (*name).to_owned()).collect();
        let signature = sign(secret, &message);
        let authorization = Authorization { credential: key.to_owned(), signed_headers, signature };
        assert_eq!(authorization.to_string(), text(vector, "authorization"), "{name}");
        assert_eq!(Authorization::parse(text(vector, "authorization")), Some(authorization), "{name}");
    }
}

#[test]
fn a_signature_is_good_for_one_message_and_one_secret() {
    let published = published();
    let vector = &published["vectors"][0];
    let secret = text(&published, "secret");
    let message = message(vector);
    let signature = sign(secret, &message);
    assert!(is_signed(secret, &message, &signature));
    assert!(!is_signed("another", &message, &signature));
    let others = [
        Message { method: "POST", ..message.clone() },
        Message { path: "/v1/events", ..message.clone() },
        Message { query: "state=verifying&limit=6", ..message.clone() },
        Message { headers: message.headers[1..].to_vec(), ..message.clone() },
    ];
    for other in others {
        assert!(!is_signed(secret, &other, &signature), "{other:?}");
    }
}

#[test]
fn a_header_that_is_not_whole_is_none() {
    let signature = "0".repeat(64);
    let good = format!("HEYAN1-HMAC-SHA256 Credential=key_1, SignedHeaders=a;b, Signature={signature}");
    assert!(Authorization::parse(&good).is_some());
    for wrong in [
        "",
        "Bearer test_other",
        "HEYAN1-HMAC-SHA256",
        "HEYAN1-HMAC-SHA256 Credential=key_1",
        &good.replace("a;b", "b;a"),
        &good.replace("a;b", "a;a"),
        &good.replace("a;b", "A;b"),
        &good.replace("a;b", ""),
        &good.replace("HEYAN1", "HEYAN2"),
        &good.replace(&signature, "00"),
        &good.replace(&signature, &"G".repeat(64)),
        &format!("{good}, Credential=key_2"),
        &format!("{good}, Other=1"),
    ] {
        assert_eq!(Authorization::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_nonce_has_sixteen_to_sixty_four_plain_characters() {
    assert!(is_nonce("0123456789abcdef") && is_nonce(&"A-_9".repeat(16)));
    assert!(!is_nonce("0123456789abcde") && !is_nonce(&"a".repeat(65)) && !is_nonce("0123456789abcde "));
}

proptest! {
    /// Whoever reads headers must not stumble over any.
    #[test]
    fn any_text_is_read_without_harm(text in ".{0,300}") {
        let header = format!("HEYAN1-HMAC-SHA256 {text}");
        if let Some(read) = Authorization::parse(&header) {
            prop_assert_eq!(Authorization::parse(&read.to_string()), Some(read));
        }
    }

    /// How a query is encoded does not matter, nor in which order it stands.
    #[test]
    fn a_query_has_one_form(pairs in prop::collection::vec(("[a-z]{1,4}", "[a-zA-Z0-9 ~*+-]{0,6}"), 0..5)) {
        let write = |pairs: &[(String, String)]| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(pairs);
            query.finish()
        };
        let turned: Vec<_> = pairs.iter().rev().cloned().collect();
        let (one, other) = (write(&pairs), write(&turned).replace('+', "%20"));
        let canonical = |query: &str| Message { method: "GET", path: "/", query, headers: Vec::new() }.canonical();
        prop_assert_eq!(canonical(&one), canonical(&other));
    }
}
