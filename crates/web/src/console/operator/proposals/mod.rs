//! `/console/operator/proposals`: what takes two people (SEC-14). Operators decide; the auditor reads.

mod changed;
mod decide;
mod detail;
mod kinds;
mod list;

use heyan_domain::Timestamp;
use heyan_domain::proposals::{Proposal, Stage};
use heyan_domain::terms::ProposalId;

use crate::app::App;
use crate::console::parts::{Cell, Tone};
use crate::console::problem::Problem;
use crate::console::table::Route;
use crate::texts::Texts;

const PATH: &str = "/console/operator/proposals";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), detail::routes(), decide::routes()].into_iter().flatten().collect()
}

/// The page of a proposal.
pub(super) fn path(id: ProposalId) -> String {
    format!("{PATH}/{id}")
}

/// The proposal that a path names.
async fn find(app: &App, id: &str) -> Result<Proposal, Problem> {
    let id = ProposalId::parse(id).ok_or(Problem::NotFound)?;
    let found = app.readers.read(move |reader| reader.proposal(id)).await;
    found.map_err(|_| Problem::System)?.ok_or(Problem::NotFound)
}

/// Where it stands, as a coloured word.
pub(super) fn standing(t: &Texts, proposal: &Proposal, now: Timestamp) -> Cell {
    let stage = proposal.stage(now);
    let tone = match stage {
        Stage::Waiting => Tone::Warning,
        Stage::Approved => Tone::Info,
        Stage::CarriedOut => Tone::Success,
        Stage::Refused => Tone::Error,
        Stage::Withdrawn | Stage::Expired => Tone::Plain,
    };
    Cell::tag(tone, stage_word(t, stage))
}

/// Where it stands, in one word.
fn stage_word(t: &Texts, stage: Stage) -> String {
    t.get(&format!("proposals-stage-{}", stage.as_str().replace('_', "-")))
}
