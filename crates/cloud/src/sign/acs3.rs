//! ACS3-HMAC-SHA256, Alibaba Cloud's signature of version 3.

use heyan_outbound::Asked;
use heyan_outbound::header::HeaderValue;
use hyper::header::InvalidHeaderValue;

use super::{Values, Wrong, canonical, compare, read, write};
use crate::account::{Credentials, Secret};
use crate::encode::{hex, hmac, sha256};
use crate::time::Second;

/// The header that says when it was signed.
pub const DATE: &str = "x-acs-date";
/// The header that makes every signature another one.
pub const NONCE: &str = "x-acs-signature-nonce";
/// The header with the hash of the body.
pub const CONTENT: &str = "x-acs-content-sha256";
const ALGORITHM: &str = "ACS3-HMAC-SHA256";
/// How far the clocks may be apart.
const PATIENCE_S: u64 = 900;

/// Whether the documentation wants a header to be signed.
fn is_signed(name: &str) -> bool {
    name.starts_with("x-acs-") || matches!(name, "host" | "content-type")
}

/// Signs a request that has its headers, and notes time, nonce and hash of the body in it.
///
/// # Errors
/// The nonce is no text.
pub fn sign(
    request: &mut Asked,
    credentials: &Credentials,
    at: Second,
    nonce: &str,
) -> Result<(), InvalidHeaderValue> {
    let content = sha256(request.body());
    let headers = request.headers_mut();
    headers.insert(DATE, HeaderValue::from_str(&at.iso())?);
    headers.insert(NONCE, HeaderValue::from_str(nonce)?);
    headers.insert(CONTENT, HeaderValue::from_str(&content)?);
    let mut names: Vec<_> = headers.keys().map(|name| name.as_str().to_owned()).collect();
    names.retain(|name| is_signed(name));
    names.sort_unstable();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    // A header that is no text cannot be signed; the vendor then says that the signature is wrong.
    let canonical = canonical(request, &names, Values::AsTheyAre).unwrap_or_default();
    let signature = signature(credentials.secret(), &canonical);
    let (id, names) = (credentials.id(), names.join(";"));
    write(request, &format!("{ALGORITHM} Credential={id},SignedHeaders={names},Signature={signature}"))
}

fn signature(secret: &Secret, canonical: &str) -> String {
    let text = format!("{ALGORITHM}\n{}", sha256(canonical.as_bytes()));
    hex(&hmac(secret.as_str().as_bytes(), &text))
}

/// Checks a request's signature as the vendor would. Gives the id of the key. Whether the nonce was used before is left to the
/// caller.
///
/// # Errors
/// See [`Wrong`].
pub fn verify<'s>(
    request: &Asked,
    now: Second,
    secret_of: impl Fn(&str) -> Option<&'s Secret>,
) -> Result<String, Wrong> {
    let authorization = read(request, ALGORITHM)?;
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let at = text(DATE).and_then(Second::parse).ok_or(Wrong::Unreadable)?;
    let all = request.headers().keys().filter(|name| is_signed(name.as_str()));
    let covers_all = all.into_iter().all(|name| authorization.names.contains(&name.as_str()));
    if !covers_all || text(NONCE).is_none() || text(CONTENT) != Some(&sha256(request.body())) {
        return Err(Wrong::Unreadable);
    }
    let secret = secret_of(authorization.credential).ok_or(Wrong::UnknownKey)?;
    let canonical = canonical(request, &authorization.names, Values::AsTheyAre).ok_or(Wrong::Unreadable)?;
    compare(&signature(secret, &canonical), authorization.signature)?;
    if at.apart(now) > PATIENCE_S { Err(Wrong::Stale) } else { Ok(authorization.credential.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heyan_outbound::Request;

    /// The vendor's published example of 2023-10-26, whose signature was computed again with two other programs.
    #[test]
    fn the_published_example_has_the_published_signature() {
        let query = "RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd";
        let mut request = Request::post(format!("https://ecs.cn-shanghai.aliyuncs.com/?{query}"))
            .header("host", "ecs.cn-shanghai.aliyuncs.com")
            .header("x-acs-action", "RunInstances")
            .header("x-acs-version", "2014-05-26")
            .header("user-agent", "not signed")
            .body("".into())
            .unwrap();
        let at = Second::parse("2023-10-26T10:22:32Z").unwrap();
        let secret = Secret::new("YourAccessKeySecret".to_owned());
        let credentials = Credentials::new("YourAccessKeyId".to_owned(), secret.clone()).unwrap();
        sign(&mut request, &credentials, at, "3156853299f313e23d1673dc12e1703d").unwrap();
        assert_eq!(
            request.headers()["authorization"],
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;\
             x-acs-signature-nonce;x-acs-version,\
             Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
        let known = |id: &str| (id == "YourAccessKeyId").then_some(&secret);
        assert_eq!(verify(&request, at, known).as_deref(), Ok("YourAccessKeyId"));
        assert_eq!(verify(&request, Second::new(at.number() + 901), known), Err(Wrong::Stale));
        assert_eq!(verify(&request, at, |_| None), Err(Wrong::UnknownKey));
        let mut other = request.clone();
        *other.uri_mut() = "/?RegionId=cn-beijing".parse().unwrap();
        assert_eq!(verify(&other, at, known), Err(Wrong::Mismatch));
        let mut other = request.clone();
        *other.body_mut() = "{}".into();
        assert_eq!(verify(&other, at, known), Err(Wrong::Unreadable), "the hash is not the body's");
        request.headers_mut().insert("x-acs-security-token", HeaderValue::from_static("t"));
        assert_eq!(verify(&request, at, known), Err(Wrong::Unreadable), "a header that is not signed");
    }
}
