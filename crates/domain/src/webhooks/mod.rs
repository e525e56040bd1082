//! Webhooks: the events of a provider's feed, sent to its own servers (3.2; Standard Webhooks 1.0).
//!
//! Deliveries are made behind the events, by the task that follows them, and each is tried on a ladder of a day. What comes
//! of a try is decided here: when the next one is, and when an endpoint is no longer asked. How a message is signed and
//! sent is the door's business.

mod row;
#[cfg(test)]
mod tests;

use rand::{Rng, RngExt as _};

use crate::Timestamp;
use crate::accounts::Role;
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Staff};
use crate::decide::Stop;
use crate::terms::{AccountId, DeliveryId, EndpointId, ProviderId};
use crate::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::tx::Tx;

pub use row::{
    Delivery, DeliveryState, Endpoint, EndpointTerms, EndpointUrl, MAX_ENDPOINTS, Off, OffReason,
    SecretSince, Try, TryResult, WebhookSecret,
};

/// The ladder: how long is waited after each try that failed. Nine tries in a little less than a day.
const LADDER_MS: [i64; 8] = [
    5 * SECOND_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    8 * HOUR_MS,
    8 * HOUR_MS,
];
/// Waits are longer by up to one part in so many, so that what failed together does not come back together.
const JITTER: i64 = 20;
/// The longest wait that an endpoint can ask for (`Retry-After`).
const MAX_ASKED_MS: i64 = HOUR_MS;
/// An endpoint that has taken nothing for so long is no longer asked.
const GIVEN_UP_AFTER_MS: i64 = 3 * DAY_MS;
/// Tries of a delivery that are remembered.
const MAX_TRIES: usize = 20;
/// An endpoint that is switched on again is told of what happened meanwhile, but of nothing older than this.
pub const TOLD_FOR_MS: i64 = 7 * DAY_MS;
/// The most secrets.
const MAX_SECRETS: usize = 2;

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// The provider's programs, with a key.
    Key,
    /// One of its people.
    Staff(AccountId),
}

/// What came of one delivery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tried {
    /// Which.
    pub delivery: DeliveryId,
    /// What came of it.
    pub tried: Try,
    /// How long the endpoint has asked to be left alone.
    pub asked_ms: Option<i64>,
}

/// What can be asked. Everything is asked of a provider's own; another's is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WebhookAction {
    /// Makes an endpoint with a secret.
    Make {
        /// Under this id, so that a repeated request finds it; drawn, if there is none.
        id: Option<EndpointId>,
        /// What is said of it.
        terms: EndpointTerms,
    },
    /// Says something else of it.
    Change(EndpointId, EndpointTerms),
    /// Gives it a new secret; the one before signs along for a day.
    Renew(EndpointId),
    /// Ends the secret before the last one at once.
    DropOld(EndpointId),
    /// Switches it off, or on again.
    Switch(EndpointId, bool),
    /// Removes it.
    Remove(EndpointId),
    /// Sends deliveries once more, from the ladder's first step.
    Replay(Vec<DeliveryId>),
}

/// What became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WebhookAnswer {
    /// A secret was made; this is the one time that it is told.
    Secret(EndpointId, WebhookSecret),
    /// Done.
    Done,
}

/// Why not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookRefusal {
    /// There is no such endpoint for whoever asks.
    EndpointNotFound,
    /// There is no such delivery for whoever asks, or its endpoint is gone.
    DeliveryNotFound,
    /// The provider has as many as it may.
    TooMany,
    /// The endpoint gets nothing.
    Off,
}

impl From<WebhookRefusal> for Stop {
    fn from(refusal: WebhookRefusal) -> Self {
        Self::Refuse(crate::decide::Refusal::Webhook(refusal))
    }
}

/// A provider's endpoints, which are read and written together: they are few.
struct Desk<'t, 'c> {
    tx: &'t mut Tx<'c>,
    provider: ProviderId,
    actor: AuditActor,
    endpoints: Vec<Endpoint>,
}

impl<'t, 'c> Desk<'t, 'c> {
    fn open(tx: &'t mut Tx<'c>, provider: &ProviderId, actor: AuditActor) -> Result<Self, Stop> {
        let endpoints = tx.webhooks(provider)?.unwrap_or_default();
        Ok(Self { tx, provider: provider.clone(), actor, endpoints })
    }

    fn find(&mut self, id: EndpointId) -> Result<&mut Endpoint, Stop> {
        let found = self.endpoints.iter_mut().find(|endpoint| endpoint.id == id);
        found.ok_or_else(|| WebhookRefusal::EndpointNotFound.into())
    }

    /// Writes them, and that one of them was changed.
    fn save(self, id: EndpointId, action: AuditAction, about: String) {
        let data =
            AuditData { provider: Some(self.provider.clone()), about: Some(about), ..AuditData::default() };
        let entry = AuditEntry::new(self.tx.now(), self.actor, action, AuditSubject::Webhook(id)).with(data);
        self.tx.audit(entry);
        self.tx.put_webhooks(self.provider, self.endpoints);
    }
}

/// Who it is, if they may: the provider's key, or its admin.
fn actor(tx: &Tx<'_>, provider: &ProviderId, by: By) -> Result<AuditActor, Stop> {
    let By::Staff(id) = by else { return Ok(AuditActor::Provider { provider: provider.clone() }) };
    let account = tx.account(&id)?.filter(|account| account.disabled_at.is_none());
    let account = account.filter(|account| account.role == Role::ProviderAdmin(provider.clone()));
    let account = account.ok_or(WebhookRefusal::EndpointNotFound)?;
    Ok(AuditActor::Staff(Staff::of(&account)))
}

/// Decides over endpoints and deliveries.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    by: By,
    action: &WebhookAction,
    rng: &mut dyn Rng,
) -> Result<WebhookAnswer, Stop> {
    let actor = actor(tx, provider, by)?;
    if let WebhookAction::Replay(deliveries) = action {
        return replay(tx, provider, actor, deliveries);
    }
    let now = tx.now();
    let mut desk = Desk::open(tx, provider, actor)?;
    let (id, action, told) = match action {
        WebhookAction::Make { id, terms } => {
            if desk.endpoints.len() >= MAX_ENDPOINTS {
                return Err(WebhookRefusal::TooMany.into());
            }
            let id = id.unwrap_or_else(|| EndpointId::from_number(rng.random_range(1..=i64::MAX)));
            let secret = WebhookSecret::draw(rng);
            desk.endpoints.push(Endpoint {
                id,
                terms: terms.clone(),
                secrets: vec![SecretSince { secret: secret.clone(), made_at: now }],
                made_at: now,
                failing_since: None,
                off: None,
            });
            (id, AuditAction::WebhookMade, Some(secret))
        }
        WebhookAction::Change(id, terms) => {
            desk.find(*id)?.terms = terms.clone();
            (*id, AuditAction::WebhookChanged, None)
        }
        WebhookAction::Renew(id) => {
            let secret = WebhookSecret::draw(rng);
            let secrets = &mut desk.find(*id)?.secrets;
            secrets.push(SecretSince { secret: secret.clone(), made_at: now });
            if secrets.len() > MAX_SECRETS {
                secrets.remove(0);
            }
            (*id, AuditAction::WebhookSecretMade, Some(secret))
        }
        WebhookAction::DropOld(id) => {
            let secrets = &mut desk.find(*id)?.secrets;
            if secrets.len() < MAX_SECRETS {
                return Ok(WebhookAnswer::Done);
            }
            secrets.remove(0);
            (*id, AuditAction::WebhookSecretDropped, None)
        }
        WebhookAction::Switch(id, on) => {
            let endpoint = desk.find(*id)?;
            if endpoint.off.is_none() == *on {
                return Ok(WebhookAnswer::Done);
            }
            endpoint.failing_since = None;
            endpoint.off = (!on).then_some(Off { at: now, reason: OffReason::ByHand });
            (*id, if *on { AuditAction::WebhookOn } else { AuditAction::WebhookOff }, None)
        }
        WebhookAction::Remove(id) => {
            let about = desk.find(*id)?.terms.url.origin();
            desk.endpoints.retain(|endpoint| endpoint.id != *id);
            desk.save(*id, AuditAction::WebhookRemoved, about);
            return Ok(WebhookAnswer::Done);
        }
        // Handled above.
        WebhookAction::Replay(_) => return Ok(WebhookAnswer::Done),
    };
    let about = desk.find(id)?.terms.url.origin();
    desk.save(id, action, about);
    Ok(told.map_or(WebhookAnswer::Done, |secret| WebhookAnswer::Secret(id, secret)))
}

fn replay(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    actor: AuditActor,
    deliveries: &[DeliveryId],
) -> Result<WebhookAnswer, Stop> {
    let now = tx.now();
    let mut desk = Desk::open(tx, provider, actor)?;
    let mut last = None;
    for id in deliveries {
        let found = desk.tx.delivery(id)?.filter(|delivery| delivery.provider == *provider);
        let mut delivery = found.ok_or(WebhookRefusal::DeliveryNotFound)?;
        // A delivery outlives its endpoint in the log.
        let endpoint =
            desk.find(delivery.endpoint).map_err(|_| Stop::from(WebhookRefusal::DeliveryNotFound))?;
        if endpoint.off.is_some() {
            return Err(WebhookRefusal::Off.into());
        }
        last = Some((endpoint.id, endpoint.terms.url.origin()));
        delivery.state = DeliveryState::Waiting;
        delivery.next_at = Some(now);
        delivery.step = 0;
        desk.tx.put_delivery(delivery);
    }
    if let Some((id, origin)) = last {
        desk.save(id, AuditAction::WebhookReplayed, format!("{origin} ×{}", deliveries.len()));
    }
    Ok(WebhookAnswer::Done)
}

/// When a delivery is tried again that has failed so many times; `None` at the end of the ladder.
fn next_try(at: Timestamp, step: u8, asked_ms: Option<i64>, rng: &mut dyn Rng) -> Option<Timestamp> {
    let wait = *LADDER_MS.get(usize::from(step))?;
    let wait = wait + rng.random_range(0..=wait / JITTER);
    Some(at.plus_ms(wait.max(asked_ms.unwrap_or(0).min(MAX_ASKED_MS))))
}

/// Notes what came of tries: when each is tried again, and whether the endpoint is asked any longer.
pub(crate) fn tried(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    endpoint: EndpointId,
    all: &[Tried],
    rng: &mut dyn Rng,
) -> Result<(), Stop> {
    let mut desk = Desk::open(tx, provider, AuditActor::Machine)?;
    let mut health = desk.find(endpoint).ok().map(|endpoint| (endpoint.failing_since, endpoint.off));
    let before = health;
    for Tried { delivery, tried, asked_ms } in all {
        let Some(mut delivery) = desk.tx.delivery(delivery)? else { continue };
        if delivery.state != DeliveryState::Waiting {
            continue;
        }
        delivery.tries.push(*tried);
        if delivery.tries.len() > MAX_TRIES {
            delivery.tries.remove(0);
        }
        let ended_at = tried.at.plus_ms(i64::from(tried.took_ms));
        if tried.result.is_taken() {
            (delivery.state, delivery.next_at) = (DeliveryState::Delivered, None);
        } else {
            delivery.next_at = next_try(ended_at, delivery.step, *asked_ms, rng);
            delivery.step = delivery.step.saturating_add(1);
            if delivery.next_at.is_none() {
                delivery.state = DeliveryState::Failed;
            }
        }
        desk.tx.put_delivery(delivery);
        if let Some((failing_since, off)) = &mut health {
            judge(tried, ended_at, failing_since, off);
        }
    }
    if let (Some((failing_since, off)), true) = (health, health != before) {
        let found = desk.find(endpoint)?;
        let went_off = off.filter(|_| found.off.is_none());
        (found.failing_since, found.off) = (failing_since, off);
        let origin = found.terms.url.origin();
        if let Some(off) = went_off {
            desk.save(endpoint, AuditAction::WebhookOff, format!("{origin} {}", off.reason));
        } else {
            desk.tx.put_webhooks(desk.provider, desk.endpoints);
        }
    }
    Ok(())
}

/// What a try says of the endpoint as a whole.
fn judge(tried: &Try, ended_at: Timestamp, failing_since: &mut Option<Timestamp>, off: &mut Option<Off>) {
    if tried.result.is_taken() {
        *failing_since = None;
        return;
    }
    let since = *failing_since.get_or_insert(tried.at);
    let reason = match tried.result {
        TryResult::Status(410) => OffReason::Gone,
        _ if ended_at.since_ms(since) >= GIVEN_UP_AFTER_MS => OffReason::Failing,
        TryResult::Status(_)
        | TryResult::Unreachable
        | TryResult::TooSlow
        | TryResult::TooLong
        | TryResult::NotPublic => return,
    };
    off.get_or_insert(Off { at: ended_at, reason });
}
