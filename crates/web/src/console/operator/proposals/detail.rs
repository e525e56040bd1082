//! One proposal: what, by whom, why, where it stands, and the ways to decide over it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::proposals::{Proposal, ProposalState, Stage, Word};

use super::{PATH, find, kinds, path, standing};
use crate::app::App;
use crate::auth::Staff;
use crate::console::operator::{may_change, read_only};
use crate::console::parts::{Alert, Cards, Facts, Tone};
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};
use crate::texts::Texts;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/console/operator/proposals/{id}", OVERSEERS, show)]
}

async fn show(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Response {
    let proposal = match find(&app, &id).await {
        Ok(proposal) => proposal,
        Err(problem) => return problem.into_response(),
    };
    let t = crate::console::texts(staff.visitor.language);
    let shell = Shell::with_heading(&app, &staff, kinds::title(t, &proposal.payload));
    let now = shell.now;
    let blocks = Blocks::new(shell).part(&summary(t, &proposal, now));
    let blocks = match ways(t, &staff, &proposal, now) {
        Ok(ways) => blocks.part(&ways),
        Err(alert) => blocks.part(&alert),
    };
    blocks.part(&Cards::new().link(PATH, t.get("operator-back"))).respond()
}

/// Everything that is known of it.
pub(super) fn summary(t: &Texts, proposal: &Proposal, now: Timestamp) -> Facts {
    let by = |word: &Word| {
        t.with("proposals-by-at", &[("who", word.by.name.as_str()), ("time", &t.date_time(word.at))])
    };
    let facts = Facts::new().cell(t.get("proposals-stage"), standing(t, proposal, now));
    let facts = kinds::facts(t, &proposal.payload, facts)
        .text(t.get("proposals-proposed"), by(&proposal.proposed))
        .text(t.get("proposals-reason"), proposal.reason.as_str());
    match &proposal.state {
        ProposalState::Waiting => facts.text(t.get("proposals-until"), t.date_time(proposal.waits_until())),
        ProposalState::Approved(word) => facts.text(t.get("proposals-approved"), by(word)),
        ProposalState::Refused { word, reason } => {
            facts.text(t.get("proposals-refused"), by(word)).text(t.get("proposals-refusal"), reason.as_str())
        }
        ProposalState::Withdrawn { word, approved: None } => {
            facts.text(t.get("proposals-withdrawn"), by(word))
        }
        ProposalState::Withdrawn { word, approved: Some(approved) } => {
            facts.text(t.get("proposals-approved"), by(approved)).text(t.get("proposals-withdrawn"), by(word))
        }
        ProposalState::CarriedOut { approved, at } => facts
            .text(t.get("proposals-approved"), by(approved))
            .text(t.get("proposals-carried-out"), t.date_time(*at)),
    }
}

/// The ways on for whoever looks; or why there are none.
fn ways(t: &Texts, staff: &Staff, proposal: &Proposal, now: Timestamp) -> Result<Cards, Alert> {
    if !may_change(staff) {
        return Err(read_only(t));
    }
    let to = |deed: &str| format!("{}/{deed}", path(proposal.id));
    let mut cards = Cards::new();
    let decidable = proposal.decidable_by(staff.account, now);
    if decidable {
        cards = cards.link(to("approve"), t.get("proposals-approve"));
        cards = cards.link(to("refuse"), t.get("proposals-refuse"));
    }
    let withdrawable = proposal.withdrawable_by(staff.account, now);
    if withdrawable {
        cards = cards.link(to("withdraw"), t.get("proposals-withdraw"));
    }
    if decidable || withdrawable {
        return Ok(cards);
    }
    let key = match proposal.stage(now) {
        Stage::Expired => "proposals-over-expired",
        Stage::Waiting | Stage::Approved | Stage::Refused | Stage::Withdrawn | Stage::CarriedOut => {
            "proposals-over"
        }
    };
    Err(Alert::new(Tone::Plain, t.get(key)))
}
