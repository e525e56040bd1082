//! Webhooks: a provider's endpoints, and what was sent to them.

mod create;
mod deliveries;
mod endpoints;
mod remove;
mod replay;
mod switch_on;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Command, Outcome, Request};
use heyan_domain::event::EventKind;
use heyan_domain::terms::{DeliveryId, EndpointId, EventId, FilingId, ProviderId};
use heyan_domain::webhooks::{
    By, DeliveryState, Endpoint, OffReason, TryResult, WebhookAction, WebhookAnswer,
};
use heyan_signing::webhook::secret_text;
use heyan_store::views::DeliverySeen;
use serde::Serialize;

use crate::api::idempotency::{self, Begun};
use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::reply::{Answer, Reply};
use crate::api::{Shared, refusal};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/webhook-endpoints", get(endpoints::list).post(create::handle))
        .route("/webhook-endpoints/{endpoint}", get(endpoints::one).delete(remove::handle))
        .route("/webhook-endpoints/{endpoint}/secret", post(create::renew))
        .route("/webhook-endpoints/{endpoint}/enable", post(switch_on::handle))
        .route("/deliveries", get(deliveries::list))
        .route("/deliveries/{delivery}", get(deliveries::one))
        .route("/deliveries/{delivery}/replay", post(replay::handle))
}

/// Since when and why an endpoint gets nothing.
#[derive(Serialize)]
struct OffShown {
    at: Timestamp,
    reason: OffReason,
}

/// An endpoint; its secret only in the answer to what made it.
#[derive(Serialize)]
struct EndpointShown<'e> {
    id: EndpointId,
    url: &'e str,
    events: &'e [EventKind],
    enabled: bool,
    disabled: Option<OffShown>,
    failing_since: Option<Timestamp>,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl<'e> EndpointShown<'e> {
    fn of(endpoint: &'e Endpoint) -> Self {
        Self {
            id: endpoint.id,
            url: endpoint.terms.url.as_str(),
            events: &endpoint.terms.kinds,
            enabled: endpoint.off.is_none(),
            disabled: endpoint.off.map(|off| OffShown { at: off.at, reason: off.reason }),
            failing_since: endpoint.failing_since,
            created_at: endpoint.made_at,
            secret: None,
        }
    }

    /// With its newest secret.
    fn telling(endpoint: &'e Endpoint) -> Self {
        let newest = endpoint.secrets.last();
        Self { secret: newest.map(|since| secret_text(since.secret.expose())), ..Self::of(endpoint) }
    }
}

/// What came of a try: an HTTP status, or why there is none.
#[derive(Serialize)]
struct TryShown {
    at: Timestamp,
    took_ms: u32,
    status: Option<u16>,
    failure: Option<&'static str>,
}

#[derive(Serialize)]
struct DeliveryShown {
    id: DeliveryId,
    endpoint_id: EndpointId,
    event_id: EventId,
    event_type: EventKind,
    filing_id: FilingId,
    state: DeliveryState,
    created_at: Timestamp,
    next_attempt_at: Option<Timestamp>,
    attempts: Vec<TryShown>,
}

impl DeliveryShown {
    fn of(seen: &DeliverySeen) -> Self {
        let delivery = &seen.delivery;
        let attempts = delivery.tries.iter().map(|tried| {
            let (status, failure) = match tried.result {
                TryResult::Status(status) => (Some(status), None),
                TryResult::Unreachable => (None, Some("unreachable")),
                TryResult::TooSlow => (None, Some("too_slow")),
                TryResult::TooLong => (None, Some("too_long")),
                TryResult::NotPublic => (None, Some("not_public")),
            };
            TryShown { at: tried.at, took_ms: tried.took_ms, status, failure }
        });
        Self {
            id: delivery.id,
            endpoint_id: delivery.endpoint,
            event_id: delivery.event,
            event_type: seen.kind,
            filing_id: seen.filing,
            state: delivery.state,
            created_at: delivery.created_at,
            next_attempt_at: delivery.next_at,
            attempts: attempts.collect(),
        }
    }
}

impl Incoming {
    /// One of a provider's endpoints; another's is not there (SEC-09).
    async fn own_endpoint(&self, provider: &ProviderId, id: EndpointId) -> Result<Endpoint, Problem> {
        let provider = provider.clone();
        let all = self.api.app.readers.read(move |reader| reader.webhooks_of(&provider)).await?;
        all.into_iter().find(|endpoint| endpoint.id == id).ok_or_else(Problem::endpoint_not_found)
    }

    /// The endpoint that the path names.
    fn endpoint_id(&self) -> Result<EndpointId, Problem> {
        self.named("endpoint").and_then(EndpointId::parse).ok_or_else(Problem::endpoint_not_found)
    }

    /// The delivery that the path names, if it is this provider's.
    async fn own_delivery(&self, provider: &ProviderId) -> Result<DeliverySeen, Problem> {
        let id =
            self.named("delivery").and_then(DeliveryId::parse).ok_or_else(Problem::delivery_not_found)?;
        let seen = self.api.app.readers.read(move |reader| reader.webhook_delivery(id)).await?;
        seen.filter(|seen| seen.delivery.provider == *provider).ok_or_else(Problem::delivery_not_found)
    }
}

/// What is answered once something is done: as it then is.
#[derive(Clone, Copy)]
enum Look {
    /// 201: the endpoint with its secret.
    Made(EndpointId),
    /// 200: the endpoint with its secret.
    Renewed(EndpointId),
    /// 200: the endpoint.
    Endpoint(EndpointId),
    /// 200: the delivery.
    Delivery,
}

async fn show(incoming: &Incoming, provider: &ProviderId, look: Look) -> Answer {
    match look {
        Look::Made(id) => {
            let endpoint = incoming.own_endpoint(provider, id).await?;
            let reply = Reply::json(StatusCode::CREATED, &EndpointShown::telling(&endpoint))?;
            Ok(reply.location(&id.to_string()))
        }
        Look::Renewed(id) => Reply::ok(&EndpointShown::telling(&incoming.own_endpoint(provider, id).await?)),
        Look::Endpoint(id) => Reply::ok(&EndpointShown::of(&incoming.own_endpoint(provider, id).await?)),
        Look::Delivery => Reply::ok(&DeliveryShown::of(&incoming.own_delivery(provider).await?)),
    }
}

/// A request that does something once.
struct Once<'i> {
    incoming: &'i Incoming,
    provider: ProviderId,
    request: Request,
}

impl<'i> Once<'i> {
    fn new(incoming: &'i Incoming, provider: ProviderId, route: &str, key: &str, body: &[u8]) -> Self {
        let request = idempotency::request(&incoming.whose(), route, key, body);
        Self { incoming, provider, request }
    }

    /// Does it, and shows what it was done to.
    async fn act(self, action: WebhookAction, look: Look) -> Answer {
        let api = &self.incoming.api;
        let guard = match api.running.begin(self.request)? {
            Begun::First(guard) => guard,
            Begun::Answered(reply) => return Ok(reply),
        };
        let action =
            Action::Webhook { provider: self.provider.clone(), by: By::Key, action: Box::new(action) };
        let engine = &api.app.engine;
        match engine.execute(Command { action, request: Some(self.request) }).await? {
            Outcome::Webhook(WebhookAnswer::Secret(..) | WebhookAnswer::Done) => {
                let reply = show(self.incoming, &self.provider, look).await?;
                guard.save(Arc::clone(engine), self.request.body, &reply);
                Ok(reply)
            }
            Outcome::Replayed(stored) => match stored.reply {
                Some((status, body)) => Ok(Reply::replayed(status, body)),
                None => Ok(show(self.incoming, &self.provider, look).await?.marked_replayed()),
            },
            Outcome::Refused(refused) => Err(refusal::problem(refused, self.incoming.now())),
            Outcome::Verified(..)
            | Outcome::Resent(_)
            | Outcome::Disowned(_)
            | Outcome::Drawing(_)
            | Outcome::Captcha(_)
            | Outcome::Handed(_)
            | Outcome::Filing(_)
            | Outcome::Previewed(_)
            | Outcome::Account(_)
            | Outcome::ApiKey(_)
            | Outcome::Unmask(_)
            | Outcome::Proposal(_)
            | Outcome::Rules(_)
            | Outcome::Bulk(_)
            | Outcome::Enterprise(_)
            | Outcome::Done => Err(Problem::internal()),
        }
    }
}
