//! An endpoint and a delivery as they lie in their rows.

use std::fmt;

use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Timestamp;
use crate::event::EventKind;
use crate::mark;
use crate::terms::{DeliveryId, EndpointId, EventId, ProviderId, wire_enum};
use crate::time::HOUR_MS;

/// The longest address.
const MAX_URL_CHARS: usize = 1_000;
/// Octets of a secret; Standard Webhooks asks for 24 to 64.
const SECRET_OCTETS: usize = 32;
/// For so long the secret before the last one signs along.
const OLD_SECRET_SIGNS_MS: i64 = 24 * HOUR_MS;
/// A provider has at most so many endpoints.
pub const MAX_ENDPOINTS: usize = 10;

/// Where an endpoint is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EndpointUrl(Url);

impl EndpointUrl {
    /// Reads an address: https, and http only where a sandbox allows for it; without name and password, and without a
    /// fragment, which no request carries.
    pub fn parse(text: &str, plain: bool) -> Option<Self> {
        mark!("SEC-11");
        let url = Url::parse(text.trim()).ok().filter(|url| url.as_str().len() <= MAX_URL_CHARS)?;
        let scheme = url.scheme() == "https" || (plain && url.scheme() == "http");
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        (scheme && bare && url.has_host()).then_some(Self(url))
    }

    /// The address whole.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, an address of IPv6 in brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Scheme and host, for logs: what follows may hold a secret of its owner's.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

/// What messages to an endpoint are signed with: 32 random octets. Debug output hides it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookSecret([u8; SECRET_OCTETS]);

impl WebhookSecret {
    pub(super) fn draw(rng: &mut dyn Rng) -> Self {
        Self(rng.random())
    }

    /// For whoever signs, or tells the owner.
    pub const fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// A secret, and since when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SecretSince {
    /// What it is.
    pub secret: WebhookSecret,
    /// Since when messages are signed with it.
    pub made_at: Timestamp,
}

wire_enum! {
    /// Why an endpoint gets nothing.
    pub enum OffReason {
        /// Its people have switched it off.
        ByHand = "by_hand",
        /// It has answered 410 Gone.
        Gone = "gone",
        /// It has answered nothing but errors for three days.
        Failing = "failing",
    }
}

/// That an endpoint gets nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Off {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: OffReason,
}

/// What its people say of an endpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndpointTerms {
    /// Where it is.
    pub url: EndpointUrl,
    /// What it is told of; of everything in the feed if nothing is named.
    pub kinds: Vec<EventKind>,
}

/// One endpoint of a provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Where it is and what it is told of.
    pub terms: EndpointTerms,
    /// One or two, the oldest first.
    pub secrets: Vec<SecretSince>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Since when every delivery has failed.
    pub failing_since: Option<Timestamp>,
    /// Whether it gets nothing.
    pub off: Option<Off>,
}

impl Endpoint {
    /// What a message is signed with now, the newest first: for a day after a new secret the one before it, too.
    pub fn signs(&self, now: Timestamp) -> impl Iterator<Item = &WebhookSecret> {
        let newest = self.secrets.last().map(|since| since.made_at);
        let old_signs = newest.is_some_and(|at| now.since_ms(at) < OLD_SECRET_SIGNS_MS);
        let count = if old_signs { self.secrets.len() } else { 1 };
        self.secrets.iter().rev().take(count).map(|since| &since.secret)
    }

    /// Whether it is told of such an event.
    pub fn wants(&self, kind: EventKind) -> bool {
        kind.is_in_feed() && (self.terms.kinds.is_empty() || self.terms.kinds.contains(&kind))
    }
}

wire_enum! {
    /// How a delivery stands.
    pub enum DeliveryState {
        /// It is tried, or tried again.
        Waiting = "waiting",
        /// The endpoint has answered 2xx.
        Delivered = "delivered",
        /// It was tried to the end of the ladder.
        Failed = "failed",
    }
}

/// What came of a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TryResult {
    /// An answer with this HTTP status.
    Status(u16),
    /// Nobody was there, TLS failed, or the connection broke.
    Unreachable,
    /// No whole answer in time.
    TooSlow,
    /// More of an answer than is read.
    TooLong,
    /// The name leads to an address that is not public (SEC-11).
    NotPublic,
}

impl TryResult {
    /// Whether the endpoint has taken the message.
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::Status(200..=299))
    }
}

/// One try.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Try {
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub took_ms: u32,
    /// What came of it.
    pub result: TryResult,
}

/// One event on its way to one endpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// To which endpoint.
    pub endpoint: EndpointId,
    /// Whose.
    pub provider: ProviderId,
    /// Which event.
    pub event: EventId,
    /// How it stands.
    pub state: DeliveryState,
    /// Since when it is known.
    pub created_at: Timestamp,
    /// When it is tried next, while it waits.
    pub next_at: Option<Timestamp>,
    /// How far up the ladder it is: tries since it began, or was begun anew.
    pub step: u8,
    /// The last tries, the oldest first.
    pub tries: Vec<Try>,
}
