//! A key as it lies in its row.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Timestamp;
use crate::terms::{ApiKeyId, ProviderId, Province, wire_enum};

/// A secret has so many letters and digits: 238 random bits.
const SECRET_CHARS: usize = 40;
/// The longest label.
const MAX_LABEL_CHARS: usize = 40;
/// So many networks may be named.
pub const MAX_NETWORKS: usize = 32;
/// A key has at most so many secrets, so that one takes over from the other without a gap.
pub const MAX_SECRETS: usize = 2;

wire_enum! {
    /// What a key may do.
    pub enum Scope {
        /// Reads filings, their verifications, and what the rules say.
        Read = "read",
        /// Makes, corrects, reports and withdraws filings.
        Write = "write",
        /// Reads events and acknowledges them.
        Events = "events",
        /// Reviews, for an administration.
        Review = "review",
    }
}

/// Whom a key speaks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyOwner {
    /// An access provider.
    Provider(ProviderId),
    /// An administration.
    Administration(Province),
}

impl KeyOwner {
    /// What keys of such an owner can be given.
    pub const fn scopes(&self) -> &'static [Scope] {
        match self {
            Self::Provider(_) => &[Scope::Read, Scope::Write, Scope::Events],
            Self::Administration(_) => &[Scope::Read, Scope::Review],
        }
    }

    /// The provider, if it is one.
    pub const fn provider(&self) -> Option<&ProviderId> {
        match self {
            Self::Provider(provider) => Some(provider),
            Self::Administration(_) => None,
        }
    }
}

/// As the audit log names it.
impl fmt::Display for KeyOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Provider(provider) => f.write_str(provider.as_str()),
            Self::Administration(province) => f.write_str(province.pinyin()),
        }
    }
}

/// What people know a key by: 1 to 40 characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyLabel(String);

impl KeyLabel {
    /// Reads it; nothing but white space, or control characters, is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits =
            (1..=MAX_LABEL_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Addresses from which a key may be used: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network(IpNet);

impl Network {
    /// Reads an address or a network. An address alone is the network that holds nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let net = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
        Some(Self(net.trunc()))
    }

    /// Whether an address is in it. An IPv4 address that came over an IPv6 socket is itself.
    pub fn holds(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alone = self.0.prefix_len() == self.0.max_prefix_len();
        if alone { write!(f, "{}", self.0.addr()) } else { write!(f, "{}", self.0) }
    }
}

/// What requests are signed with: letters and digits, the same bytes as text. Debug output hides it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiSecret(String);

impl ApiSecret {
    pub(super) fn draw(rng: &mut dyn Rng) -> Self {
        const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let letter = |at: usize| LETTERS.get(at).map_or('0', |byte| char::from(*byte));
        Self((0..SECRET_CHARS).map(|_| letter(rng.random_range(0..LETTERS.len()))).collect())
    }

    /// For whoever signs or checks.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiSecret(…)")
    }
}

/// A secret in use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LiveSecret {
    /// What it is.
    pub secret: ApiSecret,
    /// Since when.
    pub made_at: Timestamp,
}

/// One key: its id says whose a request is, its secrets prove it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whom it speaks for.
    pub owner: KeyOwner,
    /// What people know it by.
    pub label: KeyLabel,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// From where it may be used; from anywhere if none is named.
    pub networks: Vec<Network>,
    /// One or two, the oldest first; none once it is revoked.
    pub secrets: Vec<LiveSecret>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was taken out of use, for good.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it may be used from an address. A key that is bound to networks is not used from where nobody knows.
    pub fn may_come_from(&self, address: Option<IpAddr>) -> bool {
        self.networks.is_empty()
            || address.is_some_and(|address| self.networks.iter().any(|network| network.holds(address)))
    }
}
