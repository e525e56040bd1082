//! `GET /v1/events?after=&limit=&wait=`: the events after one, in order.
//!
//! Without `after` the feed begins behind what was acknowledged. `next_cursor` is the last event given, or `after`
//! itself when there is none, so that a client goes on with it either way. `wait` keeps the question open for so many
//! seconds until there is something to tell.

use std::time::Duration;

use heyan_domain::event::Event;
use heyan_domain::terms::{EventId, ProviderId};
use serde_json::json;
use tokio::time::Instant;

use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::reply::{Answer, Reply};
use crate::webhooks::EventShown;

/// Events in one answer, unless asked otherwise.
const DEFAULT_LIMIT: usize = 100;
/// The most events in one answer.
const MAX_LIMIT: usize = 500;
/// The longest wait.
const MAX_WAIT_SECONDS: usize = 60;
/// How often a waiting question looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

async fn read(
    incoming: &Incoming,
    provider: &ProviderId,
    after: Option<EventId>,
    limit: usize,
) -> Result<Vec<Event>, Problem> {
    let provider = provider.clone();
    let page = incoming.api.app.readers.read(move |reader| reader.events(&provider, after, limit)).await?;
    Ok(page.items)
}

pub(super) async fn handle(incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let query = incoming.query(&["after", "limit", "wait"])?;
    let limit = query.number("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let wait = query.number("wait", 0, MAX_WAIT_SECONDS)?.unwrap_or(0);
    let after = if let Some(after) = query.cursor("after", EventId::parse)? {
        Some(after)
    } else {
        let provider = provider.clone();
        incoming.api.app.readers.read(move |reader| reader.acknowledged(&provider)).await?
    };
    let until = Instant::now() + Duration::from_secs(u64::try_from(wait).unwrap_or(0));
    let mut events = read(&incoming, &provider, after, limit).await?;
    while events.is_empty() && Instant::now() < until {
        tokio::time::sleep(LOOK_AGAIN.min(until.saturating_duration_since(Instant::now()))).await;
        events = read(&incoming, &provider, after, limit).await?;
    }
    let next = events.last().map(|event| event.id).or(after);
    let items: Vec<EventShown<'_>> = events.iter().map(EventShown::of).collect();
    Reply::ok(&json!({ "items": items, "next_cursor": next }))
}
