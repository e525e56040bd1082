//! What a customer of a vendor has: a key, and where requests go.

use std::net::IpAddr;

use heyan_outbound::Uri;
use zeroize::Zeroizing;

/// A key's secret. Prints as nothing.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// From its text.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// A key: its public id and its secret.
#[derive(Clone, Debug)]
pub struct Credentials {
    id: String,
    secret: Secret,
}

/// What is wrong with a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadCredentials {
    /// The id goes into a header, where it must not end anything.
    #[error("the key's id has letters, digits, - and _ only")]
    Id,
    /// Anybody could sign with it.
    #[error("the key has no secret")]
    NoSecret,
}

impl Credentials {
    /// A key.
    ///
    /// # Errors
    /// The id is empty or has other characters than ids have, or the secret is empty.
    pub fn new(id: String, secret: Secret) -> Result<Self, BadCredentials> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if id.is_empty() || !id.bytes().all(fits) {
            return Err(BadCredentials::Id);
        }
        if secret.as_str().is_empty() {
            return Err(BadCredentials::NoSecret);
        }
        Ok(Self { id, secret })
    }

    /// The public id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }
}

/// Where requests go. Prints as it was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    scheme: String,
    authority: String,
}

/// What is wrong with an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadEndpoint {
    /// It is no address of a server.
    #[error("write https:// and the host, without a path")]
    Form,
    /// Messages hold codes.
    #[error("http:// is for loopback addresses only: messages hold codes")]
    InClear,
}

impl Endpoint {
    /// Reads `https://host`, or `http://` with a loopback address, each with a port if there is one.
    ///
    /// # Errors
    /// It is something else.
    pub fn parse(text: &str) -> Result<Self, BadEndpoint> {
        let uri: Uri = text.parse().map_err(|_| BadEndpoint::Form)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(BadEndpoint::Form);
        };
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@') {
            return Err(BadEndpoint::Form);
        }
        match scheme {
            "https" => {}
            "http" if is_loopback(authority.host()) => {}
            "http" => return Err(BadEndpoint::InClear),
            _ => return Err(BadEndpoint::Form),
        }
        Ok(Self { scheme: scheme.to_owned(), authority: authority.to_string() })
    }

    pub(crate) fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The host, with the port if it was given: what the header `Host` says, and what is signed.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let credentials = Credentials::new("AKIDexample".to_owned(), Secret::new("hush".to_owned())).unwrap();
        assert_eq!(format!("{credentials:?}"), r#"Credentials { id: "AKIDexample", secret: Secret }"#);
    }

    #[test]
    fn ids_that_could_end_a_header_are_refused() {
        for id in ["", "a b", "a,Signature=", "a/b", "a\n"] {
            let refused = Credentials::new(id.to_owned(), Secret::new("hush".to_owned())).unwrap_err();
            assert_eq!(refused, BadCredentials::Id, "{id}");
        }
        let refused = Credentials::new("a".to_owned(), Secret::new(String::new())).unwrap_err();
        assert_eq!(refused, BadCredentials::NoSecret);
    }

    #[test]
    fn codes_do_not_travel_in_clear() {
        for text in ["https://sms.example", "https://sms.example/", "http://127.0.0.1:8010", "http://[::1]:1"]
        {
            assert!(Endpoint::parse(text).is_ok(), "{text}");
        }
        for text in ["http://sms.example", "http://10.0.0.1"] {
            assert_eq!(Endpoint::parse(text), Err(BadEndpoint::InClear), "{text}");
        }
        for text in
            ["", "sms.example", "ftp://sms.example", "https://sms.example/v1", "https://a@sms.example"]
        {
            assert_eq!(Endpoint::parse(text), Err(BadEndpoint::Form), "{text}");
        }
        assert_eq!(Endpoint::parse("http://127.0.0.1:8010").unwrap().authority(), "127.0.0.1:8010");
    }
}
