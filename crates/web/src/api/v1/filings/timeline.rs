//! `GET /v1/filings/{id}/timeline`: everything that happened to a filing, in order (FIL-11).

use heyan_domain::Timestamp;
use heyan_domain::event::{Actor, Event, EventData, EventKind};
use heyan_domain::terms::{EventId, Province, VerificationId};
use serde::Serialize;
use serde_json::json;

use crate::api::incoming::Incoming;
use crate::api::reply::{Answer, Reply};

#[derive(Serialize)]
struct Item<'e> {
    id: EventId,
    r#type: EventKind,
    at: Timestamp,
    actor: &'static str,
    province: Option<Province>,
    verification_id: Option<VerificationId>,
    data: &'e EventData,
}

impl<'e> Item<'e> {
    fn of(event: &'e Event) -> Self {
        let (actor, province) = match &event.actor {
            Actor::Provider => ("provider", None),
            Actor::Person => ("person", None),
            Actor::Administration(province) => ("administration", Some(*province)),
            Actor::Clock => ("clock", None),
            Actor::Carrier => ("carrier", None),
        };
        Self {
            id: event.id,
            r#type: event.kind,
            at: event.at,
            actor,
            province,
            verification_id: event.verification,
            data: &event.data,
        }
    }
}

pub(super) async fn handle(incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let filing = incoming.own_filing(&provider).await?;
    incoming.query(&[])?;
    let id = filing.id;
    let events = incoming.api.app.readers.read(move |reader| reader.timeline(&filing)).await?;
    let items: Vec<Item<'_>> = events.iter().map(Item::of).collect();
    Reply::ok(&json!({ "filing_id": id, "items": items }))
}
