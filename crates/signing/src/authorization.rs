//! The header `Authorization` of a signed request.

use std::fmt;

use crate::{SCHEME, hex};

/// The most headers that are signed.
const MAX_HEADERS: usize = 32;

/// `HEYAN1-HMAC-SHA256 Credential=key_…, SignedHeaders=host;…, Signature=…`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authorization {
    /// The id of the key.
    pub credential: String,
    /// Names in lower case, in their order, each once.
    pub signed_headers: Vec<String>,
    /// The signature.
    pub signature: [u8; 32],
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        let [high, low] = pair;
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
}

impl Authorization {
    /// Whether a header's value is meant to be one.
    pub fn is_meant(value: &str) -> bool {
        value.split_whitespace().next() == Some(SCHEME)
    }

    /// Reads the value of the header. Its three parts come in any order, each once.
    pub fn parse(value: &str) -> Option<Self> {
        let (scheme, parts) = value.trim().split_once(' ')?;
        if scheme != SCHEME {
            return None;
        }
        let (mut credential, mut headers, mut signature) = (None, None, None);
        for part in parts.split(',') {
            let (name, value) = part.trim().split_once('=')?;
            let place = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut headers,
                "Signature" => &mut signature,
                _ => return None,
            };
            if place.replace(value).is_some() {
                return None;
            }
        }
        let signed_headers: Vec<String> = headers?.split(';').map(str::to_owned).collect();
        let lower = signed_headers.iter().all(|name| !name.is_empty() && *name == name.to_ascii_lowercase());
        let ordered = signed_headers.is_sorted_by(|one, next| one < next);
        (lower && ordered && signed_headers.len() <= MAX_HEADERS).then_some(Self {
            credential: credential?.to_owned(),
            signed_headers,
            signature: unhex(signature?)?,
        })
    }
}

impl fmt::Display for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.signed_headers.join(";");
        let signature = hex(&self.signature);
        write!(f, "{SCHEME} Credential={}, SignedHeaders={headers}, Signature={signature}", self.credential)
    }
}
