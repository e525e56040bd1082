//! `POST /v1/webhook-endpoints {"url","events"}`: 201 with the endpoint and its secret. `POST …/{endpoint}/secret`: another
//! secret; for a day messages are signed with the one before as well.

use heyan_domain::event::EventKind;
use heyan_domain::filing::raw::{FieldError, Problem as Wrong};
use heyan_domain::terms::{EndpointId, ParseTermError};
use heyan_domain::webhooks::{EndpointTerms, WebhookAction};
use serde::Deserialize;

use super::{Look, Once};
use crate::api::code::ErrorCode;
use crate::api::incoming::Incoming;
use crate::api::problem::{Problem, Sentence};
use crate::api::reply::Answer;

const ROUTE: &str = "POST /v1/webhook-endpoints";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    url: String,
    #[serde(default)]
    events: Vec<String>,
}

/// The kinds of events of some words, each once; nothing for everything.
fn kinds(words: &[String]) -> Result<Vec<EventKind>, Problem> {
    let mut kinds = Vec::new();
    for (no, word) in words.iter().enumerate() {
        let found: Result<EventKind, ParseTermError> = word.parse();
        let kind = found.ok().filter(|kind| kind.is_in_feed()).ok_or_else(|| {
            Problem::members(&[FieldError::at(format!("/events/{no}"), Wrong::Word(EventKind::FED))])
        })?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let key = incoming.idempotency_key()?;
    incoming.query(&[])?;
    let (Asked { url, events }, bytes) = incoming.json().await?;
    let url = incoming.api.app.webhooks.read_url(&url);
    let url = url.ok_or_else(|| Problem::member(ErrorCode::Value, "/url", Sentence::new("webhook-url")))?;
    let terms = EndpointTerms { url, kinds: kinds(&events)? };
    let once = Once::new(&incoming, provider, ROUTE, &key, &bytes);
    // The id is made of the request, so that a repetition finds the endpoint whatever has happened to the answer.
    let id = EndpointId::of_request(&once.request.key.0);
    let action = WebhookAction::Make { id: Some(id), terms };
    once.act(action, Look::Made(id)).await
}

pub(super) async fn renew(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let key = incoming.idempotency_key()?;
    incoming.query(&[])?;
    let id = incoming.endpoint_id()?;
    incoming.own_endpoint(&provider, id).await?;
    let bytes = incoming.nothing().await?;
    let route = format!("{ROUTE}/{id}/secret");
    let once = Once::new(&incoming, provider, &route, &key, &bytes);
    once.act(WebhookAction::Renew(id), Look::Renewed(id)).await
}
