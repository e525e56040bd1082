//! Filings as answers show them: personal data masked, words of the wire, never a code.

mod content;
mod remedy;
mod review;
mod round;
mod summary;

use axum::http::StatusCode;
use heyan_domain::terms::{FilingId, Province};

pub(crate) use content::all_but_last;
pub(crate) use review::is_seen_by;
pub(super) use review::{QueuePlace, evidence};
pub(super) use round::RoundShown;
pub(super) use summary::{Detail, ProviderDetail, Showing, Summary};

use super::incoming::Incoming;
use super::problem::Problem;
use super::reply::{Answer, Reply};
use review::ReviewDetail;

impl Incoming {
    /// Everything beside the filing that a view needs.
    pub fn showing(&self) -> Showing<'_> {
        Showing { app: &self.api.app, rules: self.rules(), now: self.now(), language: self.language }
    }
}

/// A filing's detail, for its provider. Whether it is the caller's was decided before.
pub(super) async fn filing(incoming: &Incoming, id: FilingId, status: StatusCode) -> Answer {
    let read = incoming.api.app.readers.read(move |reader| reader.filing_view(id));
    let view = read.await?.ok_or_else(Problem::filing_not_found)?;
    let detail = ProviderDetail::of(&view, &incoming.base_url(), &incoming.showing());
    let reply = Reply::json(status, &detail)?;
    Ok(reply.etag(&super::etag::of(view.filing.version)).language(incoming.language.tag()))
}

/// A filing's detail for its administration; what was never handed over to it is not there (REV-01).
pub(super) async fn review(incoming: &Incoming, id: FilingId, province: Province) -> Answer {
    let read = incoming.api.app.readers.read(move |reader| {
        let Some(view) = reader.filing_view(id)? else { return Ok(None) };
        let events = reader.timeline(&view.filing)?;
        Ok(Some((view, events)))
    });
    let found = read.await?.filter(|(view, _)| is_seen_by(&view.filing, province));
    let (view, events) = found.ok_or_else(Problem::filing_not_found)?;
    let detail = ReviewDetail::of(&view, evidence(&view, &events), &incoming.showing());
    let reply = Reply::ok(&detail)?;
    Ok(reply.etag(&super::etag::of(view.filing.version)).language(incoming.language.tag()))
}
