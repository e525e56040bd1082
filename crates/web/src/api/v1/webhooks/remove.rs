//! `DELETE /v1/webhook-endpoints/{endpoint}`: 204; nothing is sent to it any more.

use axum::http::StatusCode;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::webhooks::{By, WebhookAction};

use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::refusal;
use crate::api::reply::{Answer, Reply};

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    incoming.query(&[])?;
    let id = incoming.endpoint_id()?;
    incoming.own_endpoint(&provider, id).await?;
    incoming.nothing().await?;
    let action = Action::Webhook { provider, by: By::Key, action: Box::new(WebhookAction::Remove(id)) };
    match incoming.api.app.engine.execute(action).await? {
        Outcome::Webhook(_) => Ok(Reply::empty(StatusCode::NO_CONTENT)),
        Outcome::Refused(refused) => Err(refusal::problem(refused, incoming.now())),
        Outcome::Verified(..)
        | Outcome::Resent(_)
        | Outcome::Disowned(_)
        | Outcome::Drawing(_)
        | Outcome::Captcha(_)
        | Outcome::Handed(_)
        | Outcome::Filing(_)
        | Outcome::Previewed(_)
        | Outcome::Account(_)
        | Outcome::ApiKey(_)
        | Outcome::Unmask(_)
        | Outcome::Proposal(_)
        | Outcome::Rules(_)
        | Outcome::Bulk(_)
        | Outcome::Enterprise(_)
        | Outcome::Replayed(_)
        | Outcome::Done => Err(Problem::internal()),
    }
}
