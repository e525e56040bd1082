//! `POST /v1/events/ack {"cursor":"evt_…"}`: the feed was read up to here. An earlier event than acknowledged before
//! changes nothing, so a repetition does no harm and no `Idempotency-Key` is needed.
//!
//! `cursor` is the `next_cursor` of a pull, or an event's id; `after`, `event_id` and `id` are taken as other names.

use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::EventId;
use serde::Deserialize;
use serde_json::json;

use crate::api::code::ErrorCode;
use crate::api::incoming::Incoming;
use crate::api::problem::{Problem, Sentence};
use crate::api::reply::{Answer, Reply};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acknowledged {
    #[serde(alias = "after", alias = "event_id", alias = "id")]
    cursor: String,
}

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    incoming.query(&[])?;
    let (Acknowledged { cursor }, _) = incoming.json().await?;
    let wrong = || Problem::member(ErrorCode::Cursor, "/cursor", Sentence::new("cursor"));
    let event = EventId::parse(&cursor).ok_or_else(wrong)?;
    // An event that is not in this provider's feed cannot have been read: it would skip what is still to come.
    let before = EventId::from_number(event.number().saturating_sub(1));
    let of = provider.clone();
    let app = &incoming.api.app;
    let found = app.readers.read(move |reader| reader.events(&of, Some(before), 1)).await?;
    if found.items.first().is_none_or(|first| first.id != event) {
        return Err(wrong());
    }
    let of = provider.clone();
    match app.engine.execute(Action::Acknowledge { provider, event }).await? {
        Outcome::Done => {
            let now = app.readers.read(move |reader| reader.acknowledged(&of)).await?;
            Reply::ok(&json!({ "acknowledged": now }))
        }
        Outcome::Verified(..)
        | Outcome::Resent(_)
        | Outcome::Disowned(_)
        | Outcome::Drawing(_)
        | Outcome::Captcha(_)
        | Outcome::Handed(_)
        | Outcome::Previewed(_)
        | Outcome::Account(_)
        | Outcome::ApiKey(_)
        | Outcome::Webhook(_)
        | Outcome::Enterprise(_)
        | Outcome::Unmask(_)
        | Outcome::Proposal(_)
        | Outcome::Rules(_)
        | Outcome::Bulk(_)
        | Outcome::Filing(_)
        | Outcome::Replayed(_)
        | Outcome::Refused(_) => Err(Problem::internal()),
    }
}
