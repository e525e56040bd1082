//! TC3-HMAC-SHA256, Tencent Cloud's signature of its interfaces of version 3.

use heyan_outbound::Asked;
use hyper::header::InvalidHeaderValue;

use super::{Values, Wrong, canonical, compare, read, write};
use crate::account::{Credentials, Secret};
use crate::encode::{hex, hmac, sha256};
use crate::time::Second;

/// The header that says when it was signed.
pub const TIMESTAMP: &str = "x-tc-timestamp";
const ALGORITHM: &str = "TC3-HMAC-SHA256";
const SCOPE_END: &str = "tc3_request";
/// What is signed. The documentation wants the first two, and shows all three.
const SIGNED: [&str; 3] = ["content-type", "host", "x-tc-action"];
/// How far the clocks may be apart.
const PATIENCE_S: u64 = 300;

/// Signs a request that has its headers, and notes the time in it.
///
/// # Errors
/// One of its headers is no text.
pub fn sign(
    request: &mut Asked,
    credentials: &Credentials,
    service: &str,
    at: Second,
) -> Result<(), InvalidHeaderValue> {
    request.headers_mut().insert(TIMESTAMP, at.number().into());
    let scope = format!("{}/{service}/{SCOPE_END}", at.date());
    // A header that is no text cannot be signed; the vendor then says that the signature is wrong.
    let canonical = canonical(request, &SIGNED, Values::Small).unwrap_or_default();
    let signature = signature(credentials.secret(), &scope, at, &canonical);
    let (id, names) = (credentials.id(), SIGNED.join(";"));
    let header = format!("{ALGORITHM} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}");
    write(request, &header)
}

fn signature(secret: &Secret, scope: &str, at: Second, canonical: &str) -> String {
    let text = format!("{ALGORITHM}\n{}\n{scope}\n{}", at.number(), sha256(canonical.as_bytes()));
    let begin = zeroize::Zeroizing::new(format!("TC3{}", secret.as_str()).into_bytes());
    let key = scope.split('/').fold(begin, |key, part| hmac(&key, part));
    hex(&hmac(&key, &text))
}

/// Checks a request's signature as the vendor would. Gives the id of the key.
///
/// # Errors
/// See [`Wrong`].
pub fn verify<'s>(
    request: &Asked,
    service: &str,
    now: Second,
    secret_of: impl Fn(&str) -> Option<&'s Secret>,
) -> Result<String, Wrong> {
    let authorization = read(request, ALGORITHM)?;
    let (id, scope) = authorization.credential.split_once('/').ok_or(Wrong::Unreadable)?;
    let timestamp = request.headers().get(TIMESTAMP).and_then(|value| value.to_str().ok()?.parse().ok());
    let at = Second::new(timestamp.ok_or(Wrong::Unreadable)?);
    let has = |name| authorization.names.contains(&name);
    if scope != format!("{}/{service}/{SCOPE_END}", at.date()) || !has("content-type") || !has("host") {
        return Err(Wrong::Unreadable);
    }
    let secret = secret_of(id).ok_or(Wrong::UnknownKey)?;
    let canonical = canonical(request, &authorization.names, Values::Small).ok_or(Wrong::Unreadable)?;
    compare(&signature(secret, scope, at, &canonical), authorization.signature)?;
    if at.apart(now) > PATIENCE_S { Err(Wrong::Stale) } else { Ok(id.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heyan_outbound::Request;

    /// The vendor's published example of 2019-02-25, whose signature was computed again with two other programs.
    #[test]
    fn the_published_example_has_the_published_signature() {
        let body =
            r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
        let mut request = Request::post("https://cvm.tencentcloudapi.com/")
            .header("content-type", "application/json; charset=utf-8")
            .header("host", "cvm.tencentcloudapi.com")
            .header("x-tc-action", "DescribeInstances")
            .body(body.into())
            .unwrap();
        let at = Second::new(1_551_113_065);
        let secret = Secret::new("*".repeat(32));
        let credentials = Credentials::new("AKIDexample".to_owned(), secret.clone()).unwrap();
        sign(&mut request, &credentials, "cvm", at).unwrap();
        assert_eq!(
            request.headers()["authorization"],
            "TC3-HMAC-SHA256 Credential=AKIDexample/2019-02-25/cvm/tc3_request, \
             SignedHeaders=content-type;host;x-tc-action, \
             Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
        );
        let known = |id: &str| (id == "AKIDexample").then_some(&secret);
        assert_eq!(verify(&request, "cvm", at, known).as_deref(), Ok("AKIDexample"));
        assert_eq!(verify(&request, "sms", at, known), Err(Wrong::Unreadable));
        assert_eq!(verify(&request, "cvm", Second::new(1_551_113_366), known), Err(Wrong::Stale));
        assert_eq!(verify(&request, "cvm", at, |_| None), Err(Wrong::UnknownKey));
        *request.body_mut() = "{}".into();
        assert_eq!(verify(&request, "cvm", at, known), Err(Wrong::Mismatch));
    }

    /// The older published example, which signs two headers.
    #[test]
    fn a_signature_over_two_headers_is_checked_too() {
        let body =
            r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
        let request = Request::post("/")
            .header("content-type", "application/json; charset=utf-8")
            .header("host", "cvm.tencentcloudapi.com")
            .header(TIMESTAMP, "1551113065")
            .header(
                "authorization",
                "TC3-HMAC-SHA256 Credential=AKIDexample/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, \
                 Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
            )
            .body(body.into())
            .unwrap();
        let secret = Secret::new("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE".to_owned());
        let verified = verify(&request, "cvm", Second::new(1_551_113_065), |_| Some(&secret));
        assert_eq!(verified.as_deref(), Ok("AKIDexample"));
    }
}
