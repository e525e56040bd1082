//! How requests to the provider API are signed: for the server that checks and for the client that signs.
//!
//! In the manner of the Chinese clouds' signatures (TC3, ACS3): method, path, query, signed headers and the hash of the body
//! make a canonical request, its hash is signed with HMAC-SHA-256. `docs/api/signing.md` has the steps for other languages,
//! and `docs/api/signing-vectors.json` requests with every intermediate result.
//!
//! And how the messages that go the other way are: [`webhook`], by a standard that others have written.
//!
//! Nothing here reads a clock, draws a nonce or knows a key.

#![forbid(unsafe_code)]

mod authorization;
mod canonical;
pub mod webhook;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

pub use authorization::Authorization;
pub use canonical::{Message, hex};

/// The first word of `Authorization`, and of what is signed.
pub const SCHEME: &str = "HEYAN1-HMAC-SHA256";
/// The header with the time, in seconds since 1970.
pub const TIMESTAMP: &str = "x-heyan-timestamp";
/// The header with what no other request of the key has: 16 to 64 letters, digits, `-` and `_`.
pub const NONCE: &str = "x-heyan-nonce";
/// The header with the SHA-256 of the body, in lower-case hexadecimal digits.
pub const CONTENT_SHA256: &str = "x-heyan-content-sha256";
/// Headers that are always signed.
pub const ALWAYS: [&str; 4] = ["host", CONTENT_SHA256, NONCE, TIMESTAMP];
/// Headers that are signed where a request has them: what it means depends on them.
pub const WHERE_PRESENT: [&str; 3] = ["content-type", "idempotency-key", "if-match"];
/// So far, in seconds, the time of a request may be from the server's, either way.
pub const MAX_SKEW_S: i64 = 300;

/// The SHA-256 of some bytes, as [`CONTENT_SHA256`] has it.
pub fn content_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Whether a nonce is one.
pub fn is_nonce(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (16..=64).contains(&text.len()) && text.bytes().all(plain)
}

/// The signature of a message with a secret.
pub fn sign(secret: &str, message: &Message<'_>) -> [u8; 32] {
    let to_sign = message.to_sign();
    // HMAC takes a key of any length.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mut mac| {
            mac.update(to_sign.as_bytes());
            mac.finalize().into_bytes().into()
        })
        .unwrap_or_default()
}

/// Whether a signature is the one of a message with a secret, in a time that says nothing about where they differ.
pub fn is_signed(secret: &str, message: &Message<'_>, signature: &[u8; 32]) -> bool {
    sign(secret, message).ct_eq(signature).into()
}
