//! How messages to webhooks are signed: Standard Webhooks 1.0, scheme `v1` (HMAC-SHA-256).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The header with what tells one message from another; the same each time that it is sent.
pub const ID: &str = "webhook-id";
/// The header with the time of sending, in seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The header with the signatures.
pub const SIGNATURE: &str = "webhook-signature";

/// A secret as its owner is told it: `whsec_` and its octets in base64.
pub fn secret_text(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// The signatures of a message, one with each secret, as [`SIGNATURE`] has them.
pub fn signatures<'s>(
    secrets: impl IntoIterator<Item = &'s [u8]>,
    id: &str,
    seconds: i64,
    body: &[u8],
) -> String {
    let head = format!("{id}.{seconds}.");
    let sign = |secret: &[u8]| {
        // HMAC takes a key of any length.
        let tag = Hmac::<Sha256>::new_from_slice(secret).map(|mut mac| {
            mac.update(head.as_bytes());
            mac.update(body);
            mac.finalize().into_bytes()
        });
        format!("v1,{}", STANDARD.encode(tag.unwrap_or_default()))
    };
    secrets.into_iter().map(sign).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the libraries of the standard are tested with.
    #[test]
    fn a_message_is_signed_as_the_standard_s_own_libraries_sign_it() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signatures(
            [secret.as_slice()],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret_text(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    #[test]
    fn while_a_secret_is_exchanged_both_sign() {
        let signed = signatures([b"new".as_slice(), b"old".as_slice()], "evt_1", 1, b"{}");
        let (new, old) = signed.split_once(' ').unwrap();
        assert_ne!(new, old);
        assert!(new.starts_with("v1,") && old.starts_with("v1,"));
    }
}
