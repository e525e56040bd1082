//! The ID token: whose signature it bears, for whom it was made, and for how long it counts (Core 1.0, 3.1.3.7).

use heyan_domain::Timestamp;
use heyan_domain::time::MINUTE_MS;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};

/// Signatures that only the identity provider can make. Those by a shared secret are none of them.
const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
/// How far the clocks of two machines may be apart.
const SKEW_MS: i64 = MINUTE_MS;

/// What is wrong with a token. For the log; people are told less.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum Wrong {
    /// Not a token.
    #[error("it cannot be read")]
    Unreadable,
    /// Signed in a way that is not taken.
    #[error("its signature is of the kind {0:?}")]
    Algorithm(Algorithm),
    /// Signed with a key that is not published.
    #[error("its key is not among those that are published")]
    UnknownKey,
    /// Not signed with that key.
    #[error("its signature is not that of the key")]
    Signature,
    /// By somebody else.
    #[error("it is by another issuer")]
    Issuer,
    /// For somebody else.
    #[error("it is for another client")]
    Audience,
    /// Too old, or of the future.
    #[error("its time is over, or has not come")]
    Time,
    /// Not asked for by this browser.
    #[error("it answers another question")]
    Nonce,
}

/// What a token must be.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub now: Timestamp,
}

/// One name or several, as the standard has it for `aud`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Seconds since 1970, which may have a fraction (RFC 7519, 2); it is cut off.
#[derive(Clone, Copy)]
struct NumericDate(i64);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?.to_string();
        let whole = number.split_once('.').map_or(number.as_str(), |(whole, _)| whole);
        // What is written with an exponent is no time of ours.
        let is_plain = !number.contains(['e', 'E']);
        let seconds = whole.parse().ok().filter(|_| is_plain);
        seconds.map(Self).ok_or_else(|| D::Error::custom("no time"))
    }
}

#[derive(Deserialize)]
struct Token {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: NumericDate,
    iat: NumericDate,
    nbf: Option<NumericDate>,
    nonce: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// What a token, or the page of a person, says of the person.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Claims {
    pub subject: String,
    pub rest: Map<String, Value>,
}

impl Claims {
    /// A claim that is one text, and not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.rest.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }

    /// A claim that is one text or a list of them.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        match self.rest.get(name) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
            Some(_) | None => Vec::new(),
        }
    }
}

/// Whether a published key can check a signature of a kind that is taken.
pub(super) fn is_usable(key: &Jwk) -> bool {
    let is_public = !matches!(key.algorithm, AlgorithmParameters::OctetKey(_));
    let signs = key.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    is_public && signs && DecodingKey::from_jwk(key).is_ok()
}

/// Reads a token and believes it, if it is what it must be.
pub(super) fn check(token: &str, keys: &JwkSet, expected: &Expected<'_>) -> Result<Claims, Wrong> {
    let header = decode_header(token).map_err(|_| Wrong::Unreadable)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Wrong::Algorithm(header.alg));
    }
    let key = match (&header.kid, keys.keys.as_slice()) {
        (Some(kid), _) => keys.find(kid),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let key = key.ok_or(Wrong::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Wrong::UnknownKey)?;
    // The signature is the library's to judge; everything else is judged below, against our clock.
    let mut signature = Validation::new(header.alg);
    signature.validate_exp = false;
    signature.validate_aud = false;
    signature.required_spec_claims.clear();
    let token = decode::<Token>(token, &key, &signature).map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::Json(_) => Wrong::Unreadable,
        _ => Wrong::Signature,
    })?;
    judge(token.claims, expected)
}

fn judge(token: Token, expected: &Expected<'_>) -> Result<Claims, Wrong> {
    if token.iss != expected.issuer {
        return Err(Wrong::Issuer);
    }
    let (ours, several) = match &token.aud {
        Audience::One(one) => (one == expected.client_id, false),
        Audience::Several(all) => (all.iter().any(|one| one == expected.client_id), all.len() > 1),
    };
    let party = token.azp.as_deref();
    // With several audiences the token must say to whom it was given; where it says so, that must be us.
    if !ours || (several && party.is_none()) || party.is_some_and(|party| party != expected.client_id) {
        return Err(Wrong::Audience);
    }
    let at = |NumericDate(seconds)| Timestamp::from_ms(seconds.saturating_mul(1_000));
    let (earliest, latest) = (expected.now.plus_ms(-SKEW_MS), expected.now.plus_ms(SKEW_MS));
    if at(token.exp) <= earliest || at(token.iat) > latest || token.nbf.is_some_and(|nbf| at(nbf) > latest) {
        return Err(Wrong::Time);
    }
    if token.nonce.as_deref() != Some(expected.nonce) {
        return Err(Wrong::Nonce);
    }
    Ok(Claims { subject: token.sub, rest: token.rest })
}
