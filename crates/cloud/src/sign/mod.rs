//! How requests are signed, and how a signature is checked. Both vendors hash the same canonical form of a request and differ
//! in what they sign beside it.

pub mod acs3;
pub mod tc3;

use std::fmt::Write as _;

use heyan_outbound::Asked;
use heyan_outbound::header::{AUTHORIZATION, HeaderValue};
use hyper::header::InvalidHeaderValue;
use subtle::ConstantTimeEq as _;

use crate::encode::{query, sha256};

/// What is wrong with a request's signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Wrong {
    /// There is none, or it is of another kind.
    #[error("it has no signature of this kind")]
    Absent,
    /// Parts of it are missing or not what they should be.
    #[error("the signature cannot be read")]
    Unreadable,
    /// Nobody has this key.
    #[error("the key is not known")]
    UnknownKey,
    /// It was made too long ago, or by a clock that is ahead.
    #[error("the signature is too old, or from the future")]
    Stale,
    /// Something was signed that this request is not, or with another secret.
    #[error("the signature is not that of the request")]
    Mismatch,
}

/// Whether values of headers are signed in small letters.
#[derive(Clone, Copy)]
enum Values {
    AsTheyAre,
    Small,
}

/// The request as it is hashed: method, path, query, the named headers, their names, and the hash of the body. The path is
/// taken as it is: both interfaces have `/` only.
fn canonical(request: &Asked, names: &[&str], values: Values) -> Option<String> {
    let mut headers = String::new();
    for name in names {
        let value = request.headers().get(*name)?.to_str().ok()?.trim();
        let value = match values {
            Values::AsTheyAre => value.to_owned(),
            Values::Small => value.to_lowercase(),
        };
        // Writing into a String cannot fail.
        let _ = writeln!(headers, "{name}:{value}");
    }
    let pairs: Vec<_> =
        form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).collect();
    let query = query(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())));
    let (method, path, names) = (request.method(), request.uri().path(), names.join(";"));
    Some(format!("{method}\n{path}\n{query}\n{headers}\n{names}\n{}", sha256(request.body())))
}

/// The parts of the header: `ALGORITHM Credential=…, SignedHeaders=…, Signature=…`.
struct Authorization<'a> {
    credential: &'a str,
    names: Vec<&'a str>,
    signature: &'a str,
}

fn read<'a>(request: &'a Asked, algorithm: &str) -> Result<Authorization<'a>, Wrong> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let parts = header.and_then(|header| header.strip_prefix(algorithm)).ok_or(Wrong::Absent)?;
    let part = |name: &str| {
        let found = parts.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
        found.ok_or(Wrong::Unreadable)
    };
    Ok(Authorization {
        credential: part("Credential")?,
        names: part("SignedHeaders")?.split(';').collect(),
        signature: part("Signature")?,
    })
}

fn write(request: &mut Asked, text: &str) -> Result<(), InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(text)?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}

fn compare(expected: &str, found: &str) -> Result<(), Wrong> {
    if bool::from(expected.as_bytes().ct_eq(found.as_bytes())) { Ok(()) } else { Err(Wrong::Mismatch) }
}
