//! `/sandbox/webhooks`: takes messages to webhooks, and shows them.

use axum::body::{Body, to_bytes};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::terms::{EndpointId, ProviderId};
use heyan_signing::webhook;
use heyan_store::tables::Reader;
use serde::Deserialize;
use std::sync::Arc;

use super::visit::Visit;
use crate::app::App;
use crate::portal::pages::{Problem, ReceivedMessage, ReceivedPage};
use crate::received::Received;

/// The largest message; ours are far smaller.
const MAX_BODY: usize = 64 * 1_024;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    refresh: String,
}

pub(super) async fn show(
    visit: Visit,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    if visit.app.sandbox.is_none() {
        return visit.problem(StatusCode::NOT_FOUND, Problem::NotFound);
    }
    let Ok(Query(asked)) = asked else {
        return visit.problem(StatusCode::BAD_REQUEST, Problem::Unreadable);
    };
    let messages = visit.app.received.all().into_iter().map(|one| ReceivedMessage {
        at: one.at,
        status: one.status,
        kind: serde_json::from_str::<Kind>(&one.body).map(|kind| kind.r#type).unwrap_or_default(),
        id: one.id,
        signed_for: one.signed_for.map(|(provider, endpoint)| (provider.to_string(), endpoint.to_string())),
        body: one.body,
    });
    let page = ReceivedPage {
        base_url: crate::host::base_url("http", &headers),
        messages: messages.collect(),
        refreshing: asked.refresh == "1",
    };
    visit.html(StatusCode::OK, page.render(&visit.page()))
}

#[derive(Deserialize)]
struct Kind {
    r#type: String,
}

pub(super) async fn take(
    State(app): State<Arc<App>>,
    visit: Visit,
    status: Result<Path<u16>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let status = status.ok().and_then(|Path(status)| StatusCode::from_u16(status).ok());
    let Some(status) = status.filter(|status| app.sandbox.is_some() && status.as_u16() >= 200) else {
        return visit.problem(StatusCode::NOT_FOUND, Problem::NotFound);
    };
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (id, seconds, signatures) =
        (header(webhook::ID), header(webhook::TIMESTAMP).parse().unwrap_or(0), header(webhook::SIGNATURE));
    let now = app.clock.now();
    let (of_id, of_body) = (id.clone(), body.to_vec());
    let signed_for =
        app.readers.read(move |reader| signer(reader, now, &of_id, seconds, &of_body, &signatures)).await;
    app.received.add(Received {
        at: now,
        status: status.as_u16(),
        id,
        body: String::from_utf8_lossy(&body).into_owned(),
        signed_for: signed_for.unwrap_or_default(),
    });
    status.into_response()
}

/// The endpoint with one of whose secrets the message was signed.
fn signer(
    reader: &Reader,
    now: Timestamp,
    id: &str,
    seconds: i64,
    body: &[u8],
    said: &str,
) -> Result<Option<(ProviderId, EndpointId)>, heyan_store::database::StoreError> {
    let endpoints = reader.webhooks()?;
    let signed = endpoints.into_iter().find(|(_, endpoint)| {
        endpoint.signs(now).any(|secret| {
            let own = webhook::signatures([secret.expose()], id, seconds, body);
            said.split_whitespace().any(|said| said == own)
        })
    });
    Ok(signed.map(|(provider, endpoint)| (provider, endpoint.id)))
}
