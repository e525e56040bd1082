//! The home page, and the sandbox's inbox.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use heyan_domain::terms::Phone;
use heyan_domain::verification::MessageState as Stored;
use serde::Deserialize;

use super::visit::Visit;
use crate::portal::pages::{HomePage, InboxMessage, InboxPage, MessageState, Problem};

/// Messages on one page of the inbox.
const INBOX_MESSAGES: usize = 50;

pub(super) async fn home(visit: Visit, headers: HeaderMap) -> Response {
    let page = HomePage { base_url: crate::host::base_url("http", &headers) };
    visit.html(StatusCode::OK, page.render(&visit.page()))
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

pub(super) async fn inbox(visit: Visit, filter: Result<Query<Filter>, QueryRejection>) -> Response {
    let Some(sandbox) = &visit.app.sandbox else {
        return visit.problem(StatusCode::NOT_FOUND, Problem::NotFound);
    };
    let Ok(Query(filter)) = filter else {
        return visit.problem(StatusCode::BAD_REQUEST, Problem::Unreadable);
    };
    let typed = filter.phone.trim().to_owned();
    let phone = Phone::parse(&typed);
    let nobody = !typed.is_empty() && phone.is_none();
    let messages = if nobody { Ok(Vec::new()) } else { sandbox.inbox(phone, INBOX_MESSAGES + 1).await };
    let Ok(messages) = messages else {
        return visit.problem(StatusCode::INTERNAL_SERVER_ERROR, Problem::System);
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
    visit.html(StatusCode::OK, page.render(&visit.page()))
}
