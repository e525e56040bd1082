//! `PUT /v1/filings/{id}`: replaces the content of a draft or a returned filing (FIL-06); needs `If-Match`. With
//! `"report": true` it is handed over in the same transaction.

use heyan_domain::decide::{Action, Expected};
use heyan_domain::filing::raw::RawDraft;

use super::parsed;
use crate::api::act::Look;
use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::reply::Answer;

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let filing = incoming.own_filing(&provider).await?;
    let expected = incoming.expected(filing.version);
    if expected == Expected::Unsaid {
        return Err(Problem::version_unsaid());
    }
    incoming.query(&[])?;
    let (raw, _) = incoming.json::<RawDraft>().await?;
    let draft = parsed(&raw)?;
    let action = Action::Correct { provider, filing: filing.id, expected, draft, report: raw.report };
    incoming.act(action, Look::Filing).await
}
