//! `GET /v1/filings/{id}/verifications`: who of the latest round has verified and who is missing, with phone, messages,
//! attempts, resends and deadline (PRO-01). Never a code.

use heyan_domain::mark;
use serde_json::json;

use crate::api::etag;
use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::reply::{Answer, Reply};
use crate::api::shown::RoundShown;

pub(super) async fn handle(incoming: Incoming) -> Answer {
    let provider = incoming.provider()?;
    let id = incoming.own_filing(&provider).await?.id;
    incoming.query(&[])?;
    mark!("PRO-01");
    let app = &incoming.api.app;
    let view = app.readers.read(move |reader| reader.filing_view(id)).await?;
    let view = view.ok_or_else(Problem::filing_not_found)?;
    let rule = view.filing.ruleset.and_then(|number| app.rules.pinned(number));
    let round = RoundShown::of(&view, rule.as_deref(), &incoming.showing());
    let no = round.as_ref().map(|round| round.no);
    let items = round.map(|round| round.verifications).unwrap_or_default();
    let reply = Reply::ok(&json!({ "filing_id": id, "round": no, "items": items }))?;
    Ok(reply.etag(&etag::of(view.filing.version)))
}
