//! `POST /v1/filings/bulk`: takes in a CSV or XLSX file of filings.
//!
//! 202 with the job and its `Location`; the rows are filed behind it. A file with anything wrong in it is refused whole.

use std::sync::Arc;

use axum::http::StatusCode;
use heyan_domain::bulk::BulkAction;
use heyan_domain::decide::{Action, Command, Outcome};
use heyan_domain::terms::BulkId;

use super::Shown;
use crate::api::idempotency::{self, Begun};
use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::reply::{Answer, Reply};
use crate::api::{bulk, refusal};
use crate::bulk::read_beside;

const ROUTE: &str = "POST /v1/filings/bulk";

/// The job as it is now.
async fn show(incoming: &Incoming, id: BulkId) -> Answer {
    let job = incoming.api.app.readers.read(move |reader| reader.bulk_job(id)).await?;
    let job = job.ok_or_else(Problem::internal)?;
    let reply = Reply::json(StatusCode::ACCEPTED, &Shown::from(&job))?;
    Ok(reply.location(&id.to_string()))
}

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let key = incoming.idempotency_key()?;
    incoming.query(&[])?;
    let bytes = incoming.sheet().await?;
    let request = idempotency::request(&incoming.whose(), ROUTE, &key, &bytes);
    let guard = match incoming.api.running.begin(request)? {
        Begun::First(guard) => guard,
        Begun::Answered(reply) => return Ok(reply),
    };
    let file = read_beside(bytes).await;
    let file = file.map_err(|unusable| bulk::unusable(&unusable, incoming.now()))?;
    // The id is made of the request, so that a repetition finds the job whatever has happened to the answer.
    let id = BulkId::of_request(&request.key.0);
    let action = Action::Bulk(Box::new(BulkAction::Begin { id, provider, file }));
    let engine = &incoming.api.app.engine;
    match engine.execute(Command { action, request: Some(request) }).await? {
        Outcome::Bulk(id) => {
            let reply = show(&incoming, id).await?;
            guard.save(Arc::clone(engine), request.body, &reply);
            Ok(reply)
        }
        Outcome::Replayed(stored) => match stored.reply {
            Some((status, body)) => Ok(Reply::replayed(status, body)),
            None => Ok(show(&incoming, id).await?.marked_replayed()),
        },
        Outcome::Refused(refused) => Err(refusal::problem(refused, incoming.now())),
        Outcome::Verified(..)
        | Outcome::Resent(_)
        | Outcome::Captcha(_)
        | Outcome::Handed(_)
        | Outcome::Disowned(_)
        | Outcome::Drawing(_)
        | Outcome::Proposal(_)
        | Outcome::Rules(_)
        | Outcome::Filing(_)
        | Outcome::Previewed(_)
        | Outcome::Account(_)
        | Outcome::ApiKey(_)
        | Outcome::Webhook(_)
        | Outcome::Enterprise(_)
        | Outcome::Unmask(_)
        | Outcome::Done => Err(Problem::internal()),
    }
}
