//! A request in the one form in which it is signed.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use crate::{CONTENT_SHA256, SCHEME};

/// What is not written as it is: all but the unreserved characters (RFC 3986, 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Bytes in lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What is signed of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message<'m> {
    /// `GET`, `POST`, …
    pub method: &'m str,
    /// As it stands in the request line, before the question mark.
    pub path: &'m str,
    /// As it stands behind the question mark; empty without one.
    pub query: &'m str,
    /// The signed headers: names in lower case and in their order, values without white space around them.
    pub headers: Vec<(&'m str, &'m str)>,
}

impl Message<'_> {
    fn value(&self, name: &str) -> &str {
        self.headers.iter().find(|(one, _)| *one == name).map_or("", |(_, value)| value)
    }

    /// The parameters, decoded, encoded in one way, each as `name=value`, and in the order of these.
    fn canonical_query(&self) -> String {
        let encode = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
        let mut pairs: Vec<String> = form_urlencoded::parse(self.query.as_bytes())
            .map(|(name, value)| format!("{}={}", encode(&name), encode(&value)))
            .collect();
        pairs.sort();
        pairs.join("&")
    }

    /// The names of the signed headers, with semicolons between them.
    pub fn signed_headers(&self) -> String {
        self.headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
    }

    /// The canonical request: method, path, query, headers, an empty line, the headers' names, the hash of the body.
    pub fn canonical(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.method, self.path, self.canonical_query());
        for (name, value) in &self.headers {
            let _ = writeln!(text, "{name}:{value}");
        }
        let _ = write!(text, "\n{}\n{}", self.signed_headers(), self.value(CONTENT_SHA256));
        text
    }

    /// The SHA-256 of the canonical request; a client that compares it with the server's finds out where they differ.
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(self.canonical()))
    }

    /// What HMAC is computed over.
    pub fn to_sign(&self) -> String {
        format!("{SCHEME}\n{}", self.digest())
    }
}
