//! The home page, and the sandbox's inbox.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use heyan_domain::terms::Phone;
use heyan_domain::verification::MessageState as Stored;
use serde::Deserialize;

use super::respond;
use crate::app::App;
use crate::portal::pages::{HomePage, InboxMessage, InboxPage, MessageState, Problem};

/// Messages on one page of the inbox.
const INBOX_MESSAGES: usize = 50;

pub(super) async fn home(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let plain = |host: &&str| {
        host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
    };
    let host = host.filter(plain).unwrap_or("127.0.0.1:8080");
    let page = HomePage { base_url: format!("http://{host}") };
    respond::html(&app, StatusCode::OK, page.render(&respond::page(&app)))
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Filter {
    phone: String,
    refresh: String,
}

const fn shown(state: Stored) -> MessageState {
    match state {
        Stored::Queued => MessageState::Queued,
        Stored::Submitted => MessageState::Submitted,
        Stored::Delivered => MessageState::Delivered,
        Stored::Failed => MessageState::Failed,
        Stored::Unknown => MessageState::Unknown,
    }
}

pub(super) async fn inbox(State(app): State<Arc<App>>, Query(filter): Query<Filter>) -> Response {
    let Some(sandbox) = &app.sandbox else {
        return respond::problem(&app, StatusCode::NOT_FOUND, Problem::NotFound);
    };
    let typed = filter.phone.trim().to_owned();
    let phone = Phone::parse(&typed);
    let nobody = !typed.is_empty() && phone.is_none();
    let messages = if nobody { Ok(Vec::new()) } else { sandbox.inbox(phone, INBOX_MESSAGES + 1).await };
    let Ok(messages) = messages else {
        return respond::problem(&app, StatusCode::INTERNAL_SERVER_ERROR, Problem::System);
    };
    let more = messages.len() > INBOX_MESSAGES;
    let messages = messages.into_iter().take(INBOX_MESSAGES).map(|message| InboxMessage {
        created_at: message.created_at,
        to: message.to.as_str().to_owned(),
        sender: message.sender,
        number: message.id.no().into(),
        text: message.text,
        state: shown(message.state),
    });
    let page =
        InboxPage { phone: typed, messages: messages.collect(), more, refreshing: filter.refresh == "1" };
    respond::html(&app, StatusCode::OK, page.render(&respond::page(&app)))
}
