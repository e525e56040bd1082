//! What every route does.

use heyan_domain::Timestamp;
use heyan_domain::terms::MessageId;
use heyan_domain::verification::Outgoing;

/// A carrier has accepted a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accepted {
    /// Which.
    pub message: MessageId,
    /// The carrier's id of it.
    pub carrier_id: String,
}

/// What a carrier says later.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Which message.
    pub message: MessageId,
    /// Whether it has arrived.
    pub arrived: bool,
    /// The carrier's code.
    pub carrier_code: String,
}

/// Why a route took nothing. The messages stay in the outbox.
#[derive(Debug, thiserror::Error)]
#[error("the route {route} takes no messages now")]
pub struct RouteError {
    /// Which.
    pub route: &'static str,
    /// Why.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// A way to a carrier. Calls may block; the worker makes them on a thread of its own.
pub trait Route: Send + Sync {
    /// Its name, as stored with each message.
    fn name(&self) -> &'static str;
    /// Hands over messages; those accepted, in order. Handing the same message over twice is one message.
    fn submit(&self, messages: &[Outgoing]) -> Result<Vec<Accepted>, RouteError>;
    /// What has been learnt about messages since the last call.
    fn receipts(&self) -> Result<Vec<Receipt>, RouteError>;
    /// When something will be learnt next, as far as that is known.
    fn next_receipt(&self) -> Result<Option<Timestamp>, RouteError>;
}
