//! Corrects a draft or a returned filing (FIL-06).

use super::create::remember_heads;
use super::draft::Draft;
use super::report::open_round;
use super::row::{Body, FilingState};
use super::withdraw::{check_version, own_filing};
use crate::decide::{Expected, Outcome, Refusal, Stop};
use crate::event::{Actor, EventData, EventKind};
use crate::mark;
use crate::rules::RuleSetNo;
use crate::state::Key;
use crate::terms::{FilingId, ProviderId};
use crate::tx::Tx;
use crate::working_days::DueDate;

/// Replaces the content; reports it in the same transaction if asked.
pub fn correct(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    id: FilingId,
    expected: Expected,
    draft: &Draft,
    report: bool,
    rng: &mut dyn rand::Rng,
) -> Result<Outcome, Stop> {
    tx.need([Key::Filing(id), Key::Body(id), Key::OfFiling(id)])?;
    let mut filing = own_filing(tx, provider, id)?;
    check_version(&filing, expected)?;
    filing.state = match filing.state {
        FilingState::Draft => FilingState::Draft,
        FilingState::Returned { reason, at, .. } => FilingState::Returned { reason, at, edited: true },
        FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::InReview { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => return Err(Refusal::State(filing.state.as_str()).into()),
    };
    let body = tx.body(&id)?.ok_or(Stop::Refuse(Refusal::FilingNotFound))?;
    if filing.order_no != draft.provider_order_no {
        renumber(tx, provider, id, filing.order_no.as_ref(), draft.provider_order_no.as_ref())?;
    }
    mark!("FIL-06");
    // A draft was not handed in before, so that nothing was promised.
    filing.report_due = match filing.state {
        FilingState::Returned { .. } => report_due(tx, filing.ruleset),
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::InReview { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => None,
    };
    filing.order_no.clone_from(&draft.provider_order_no);
    filing.kind = draft.kind;
    filing.province = draft.province;
    filing.note(tx, EventKind::FilingCorrected, Actor::Provider, EventData::default());
    let body = Body { draft: draft.clone(), written_by: None, ..Body::clone(&body) };
    if report {
        open_round(tx, filing, body, rng)?;
    } else {
        remember_heads(tx, id, draft);
        tx.put_body(id, body);
        filing.save(tx);
    }
    Ok(Outcome::Filing(id))
}

/// When the provider has promised to report a filing again that is being corrected now (FIL-08): so many working days
/// after the applicant's resubmission, which is the correction. `None` where the set of the round promises nothing. It is
/// shown, never enforced.
fn report_due(tx: &Tx<'_>, ruleset: Option<RuleSetNo>) -> Option<DueDate> {
    mark!("FIL-08");
    let rule = tx.context.rules.pinned(ruleset?)?;
    Some(tx.context.calendar.due(tx.now(), rule.resubmission_working_days?.into()))
}

fn renumber(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    id: FilingId,
    old: Option<&String>,
    new: Option<&String>,
) -> Result<(), Stop> {
    if let Some(new) = new {
        if let Some(other) = tx.order(&(provider.clone(), new.clone()))? {
            return Err(Refusal::OrderNumber(other).into());
        }
        tx.put_order(provider.clone(), new.clone(), id);
    }
    if let Some(old) = old {
        tx.remove_order(provider.clone(), old.clone());
    }
    Ok(())
}
