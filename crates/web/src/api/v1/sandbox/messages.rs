//! `GET /v1/sandbox/messages?phone=`: the inbox, the newest first. The text is exactly what the carrier would have got.

use heyan_domain::Timestamp;
use heyan_domain::filing::raw::{FieldError, Problem as Wrong};
use heyan_domain::terms::{FilingId, MessageId, Phone, VerificationId};
use heyan_domain::verification::MessageState;
use serde::Serialize;
use serde_json::json;

use super::sandbox;
use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::reply::{Answer, Reply};
use crate::app::{InboxMessage, filing_of};

/// Messages in one answer, unless asked otherwise.
const DEFAULT_LIMIT: usize = 200;
/// The most messages in one answer.
const MAX_LIMIT: usize = 1_000;

#[derive(Serialize)]
struct Item<'m> {
    id: MessageId,
    to: Phone,
    sender: &'m str,
    text: &'m str,
    no: u8,
    created_at: Timestamp,
    state: MessageState,
    filing_id: FilingId,
    verification_id: VerificationId,
}

impl<'m> Item<'m> {
    fn of(message: &'m InboxMessage) -> Self {
        Self {
            id: message.id,
            to: message.to,
            sender: &message.sender,
            text: &message.text,
            no: message.id.no(),
            created_at: message.created_at,
            state: message.state,
            filing_id: filing_of(message.id),
            verification_id: message.id.verification(),
        }
    }
}

pub(super) async fn handle(incoming: Incoming) -> Answer {
    incoming.anyone()?;
    let query = incoming.query(&["phone", "limit"])?;
    let limit = query.number("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let wrong = || Problem::members(&[FieldError::at("/phone", Wrong::Phone)]);
    let phone = query.text("phone").map(|text| Phone::parse(text).ok_or_else(wrong)).transpose()?;
    let messages = sandbox(&incoming)?.inbox(phone, limit).await?;
    let items: Vec<Item<'_>> = messages.iter().map(Item::of).collect();
    Reply::ok(&json!({ "items": items }))
}
