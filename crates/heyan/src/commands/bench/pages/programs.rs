//! What a provider's programs have: a key, a webhook, and a log of what was sent to it.

use std::sync::Arc;

use heyan_domain::accounts::Authority;
use heyan_domain::api_keys::{ApiKeyAction, ApiKeyAnswer, KeyLabel, KeyOwner, KeyTerms, Scope};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::{ApiKeyId, DeliveryId, EndpointId};
use heyan_domain::webhooks::{By, EndpointTerms, WebhookAction, WebhookAnswer};
use heyan_store::engine::Chore;

use super::fill::{carry_out, demo_provider};
use crate::failure::Failure;
use crate::world::World;

/// Events followed at once.
const AT_ONCE: usize = 20_000;

/// The key and the webhook of the demo provider, whose events are told from now on.
pub(super) async fn set_up(world: &World) -> Result<(ApiKeyId, EndpointId), Failure> {
    let label = KeyLabel::parse("orders").ok_or_else(|| Failure::plain("the label is none"))?;
    let terms = KeyTerms { label, scopes: Scope::ALL.to_vec(), networks: Vec::new() };
    let owner = KeyOwner::Provider(demo_provider()?);
    let make = ApiKeyAction::Make { by: Authority::Machine, owner, terms };
    let url = world.app.webhooks.read_url("https://receiver.example/heyan");
    let url = url.ok_or_else(|| Failure::plain("the address is none"))?;
    let terms = EndpointTerms { url, kinds: Vec::new() };
    let listen = Action::Webhook {
        provider: demo_provider()?,
        by: By::Key,
        action: Box::new(WebhookAction::Make { id: None, terms }),
    };
    match carry_out(world, vec![Action::ApiKey(Box::new(make)), listen]).await?.as_slice() {
        [
            Outcome::ApiKey(ApiKeyAnswer::Secret(key, _)),
            Outcome::Webhook(WebhookAnswer::Secret(endpoint, _)),
        ] => Ok((*key, *endpoint)),
        other => Err(Failure::plain(format!("something else came of it: {other:?}"))),
    }
}

/// Makes deliveries of what has happened since; gives the last one, and how many there are.
pub(super) async fn follow(world: &World) -> Result<(DeliveryId, u64), Failure> {
    let (app, mut made) = (&world.app, 0);
    loop {
        let now = app.clock.now();
        let followed = app.readers.read(move |reader| reader.webhook_events(now, AT_ONCE)).await?;
        if followed.endpoints.is_empty() {
            break;
        }
        made += u64::try_from(app.engine.chore(Chore::Follow(Arc::new(followed))).await?)?;
    }
    let provider = demo_provider()?;
    let last =
        app.readers.read(move |reader| reader.webhook_deliveries(&provider, None, false, None, 1)).await?;
    let last = last.items.first().ok_or_else(|| Failure::plain("nothing was sent"))?;
    Ok((last.delivery.id, made))
}
