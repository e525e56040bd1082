//! Sending events to providers' own servers (3.2): what a message says, how it is signed, and what came of sending it.
//!
//! By Standard Webhooks 1.0. A message is thin: ids and states, never a phone, a document or a code.

use std::sync::Arc;
use std::time::Duration;

use heyan_domain::Timestamp;
use heyan_domain::event::{Event, EventData, EventKind};
use heyan_domain::mark;
use heyan_domain::terms::{EndpointId, EventId, FilingId, VerificationId};
use heyan_domain::webhooks::{Endpoint, EndpointUrl, Try, TryResult, WebhookSecret};
use heyan_outbound::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use heyan_outbound::{Bounds, Client, Failed, NoClient, Reach, Request};
use heyan_signing::webhook;
use heyan_store::clock::Clock;
use ipnet::IpNet;
use serde::Serialize;
use tokio::time::Instant;

/// How long, and how much of an answer (SEC-11).
const BOUNDS: Bounds = Bounds { time: Duration::from_secs(10), size: 64 * 1_024 };
/// What tells the receiver who asks.
const AGENT: &str = concat!("Heyan/", env!("CARGO_PKG_VERSION"));
/// The type of a message that is sent to try an endpoint.
const TEST: &str = "webhook.test";

/// An event as the feed and messages show it.
#[derive(Serialize)]
pub(crate) struct EventShown<'e> {
    id: EventId,
    r#type: EventKind,
    at: Timestamp,
    filing_id: FilingId,
    verification_id: Option<VerificationId>,
    data: &'e EventData,
}

impl<'e> EventShown<'e> {
    /// Shows it.
    pub fn of(event: &'e Event) -> Self {
        Self {
            id: event.id,
            r#type: event.kind,
            at: event.at,
            filing_id: event.filing,
            verification_id: event.verification,
            data: &event.data,
        }
    }
}

#[derive(Serialize)]
struct Shown<'m, D> {
    r#type: &'m str,
    timestamp: Timestamp,
    data: D,
}

#[derive(Serialize)]
struct Tested {
    endpoint_id: EndpointId,
}

/// A message: the same each time that it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    id: String,
    body: Vec<u8>,
}

impl Message {
    /// Tells of an event. Its id is the event's, so that whoever gets it twice sees that.
    pub fn of(event: &Event) -> Self {
        let shown = Shown { r#type: event.kind.as_str(), timestamp: event.at, data: EventShown::of(event) };
        Self { id: event.id.to_string(), body: json(&shown) }
    }

    /// Tells of nothing: somebody tries the endpoint.
    pub fn test(endpoint: EndpointId, at: Timestamp) -> Self {
        let shown = Shown { r#type: TEST, timestamp: at, data: Tested { endpoint_id: endpoint } };
        Self { id: format!("test_{}", at.as_ms()), body: json(&shown) }
    }
}

fn json(shown: &impl Serialize) -> Vec<u8> {
    // Ids, words and times: nothing in it fails to be JSON.
    serde_json::to_vec(shown).unwrap_or_default()
}

/// Where messages may go.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Allowed {
    /// Networks beside the public ones.
    pub networks: Vec<IpNet>,
    /// Whether http will do: in a sandbox that only this machine can reach.
    pub plain: bool,
}

/// See the module.
pub struct Webhooks {
    client: Client,
    reach: Reach,
    plain: bool,
    /// The time of the receivers; a sandbox's own clock may be days ahead of it.
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Webhooks")
    }
}

impl Webhooks {
    /// Messages that go where they may, with the time of a clock.
    pub fn new(allowed: Allowed, clock: Arc<dyn Clock>) -> Result<Self, NoClient> {
        mark!("SEC-11");
        let reach = Reach::Public(allowed.networks);
        let client = Client::within(reach.clone(), None)?;
        Ok(Self { client, reach, plain: allowed.plain, clock })
    }

    /// Reads the address of an endpoint; `None` for one to which nothing would ever be sent. Where a name leads is looked
    /// at each time that something is sent.
    pub fn read_url(&self, text: &str) -> Option<EndpointUrl> {
        let url = EndpointUrl::parse(text, self.plain)?;
        let literal = url.host().trim_start_matches('[').trim_end_matches(']').parse();
        literal.map_or(true, |address| self.reach.holds(address)).then_some(url)
    }

    /// Sends a message once. `now` is the instant of the try; the second value is for how long the endpoint has asked to be
    /// left alone.
    pub async fn send(&self, now: Timestamp, endpoint: &Endpoint, message: &Message) -> (Try, Option<i64>) {
        mark!("SEC-11");
        let seconds = self.clock.now().as_ms().div_euclid(1_000);
        let secrets = endpoint.signs(now).map(WebhookSecret::expose);
        let signed = webhook::signatures(secrets, &message.id, seconds, &message.body);
        let asked = Request::post(endpoint.terms.url.as_str())
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, AGENT)
            .header(webhook::ID, &message.id)
            .header(webhook::TIMESTAMP, seconds)
            .header(webhook::SIGNATURE, signed)
            .body(message.body.clone().into());
        let began = Instant::now();
        let (result, asked_ms) = match asked {
            Ok(asked) => match self.client.send(asked, BOUNDS).await {
                Ok(answer) => {
                    let later = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                    let seconds = later.and_then(|text| text.parse::<u32>().ok());
                    let result = TryResult::Status(answer.status().as_u16());
                    (result, seconds.map(|seconds| i64::from(seconds) * 1_000))
                }
                Err(Failed::OutOfReach { .. }) => (TryResult::NotPublic, None),
                Err(Failed::TooSlow { .. }) => (TryResult::TooSlow, None),
                Err(Failed::TooLong { .. }) => (TryResult::TooLong, None),
                Err(Failed::Unreachable { .. }) => (TryResult::Unreachable, None),
            },
            // An address that is a URL and not a URI: nobody can be asked there.
            Err(_) => (TryResult::Unreachable, None),
        };
        let took_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        (Try { at: now, took_ms, result }, asked_ms)
    }
}
