//! From the one who writes a filing to 初审, or past it to the administration.

use super::super::case::Subject;
use super::super::correct::correct;
use super::super::create::create;
use super::super::draft::Draft;
use super::super::preview::preview;
use super::super::report::{hold_entity, report};
use super::super::row::{Body, FilingState};
use super::super::withdraw::{check_version, own_filing};
use super::row::InitialReview;
use super::{HandOn, InitialReviewRefusal, InitialReviewRule, rule};
use crate::audit::Staff;
use crate::decide::{Expected, Outcome, Refusal, Stop};
use crate::event::{Actor, EventData, EventKind};
use crate::mark;
use crate::state::Key;
use crate::terms::{FilingId, ProviderId};
use crate::tx::Tx;

/// Writes a filing and hands it on. If it cannot be handed on, nothing is written either.
pub(super) fn file(
    tx: &mut Tx<'_>,
    by: &Staff,
    provider: &ProviderId,
    filing: Option<(FilingId, Expected)>,
    draft: &Draft,
    to: HandOn,
    rng: &mut dyn rand::Rng,
) -> Result<Outcome, Stop> {
    if to == HandOn::Report {
        // Whatever was in the filing before, this content has passed no 初审.
        may_report(tx, provider, true)?;
    }
    let report = to == HandOn::Report;
    let written = match filing {
        Some((id, expected)) => correct(tx, provider, id, expected, draft, report, rng)?,
        None => create(tx, provider, draft, report, rng)?,
    };
    let Outcome::Filing(id) = written else { return Ok(written) };
    let body = tx.body(&id)?.ok_or(Stop::Refuse(Refusal::FilingNotFound))?;
    tx.put_body(id, Body { written_by: Some(by.account), ..Body::clone(&body) });
    match to {
        HandOn::Keep | HandOn::Report => Ok(Outcome::Filing(id)),
        HandOn::InitialReview => submit(tx, by, provider, id, Expected::Any),
    }
}

/// Hands on a filing as it is.
pub(super) fn hand_on(
    tx: &mut Tx<'_>,
    by: &Staff,
    provider: &ProviderId,
    (id, expected): (FilingId, Expected),
    to: HandOn,
    rng: &mut dyn rand::Rng,
) -> Result<Outcome, Stop> {
    match to {
        HandOn::Keep => Ok(Outcome::Filing(own_filing(tx, provider, id)?.id)),
        HandOn::InitialReview => submit(tx, by, provider, id, expected),
        HandOn::Report => {
            let filing = own_filing(tx, provider, id)?;
            let unseen = match filing.state {
                // What came back without having been changed is what was reported before.
                FilingState::Draft | FilingState::Returned { edited: true, .. } => true,
                FilingState::Returned { edited: false, .. }
                | FilingState::InitialReview
                | FilingState::Verifying(_)
                | FilingState::InReview { .. }
                | FilingState::Approved { .. }
                | FilingState::Rejected { .. }
                | FilingState::Withdrawn { .. } => false,
            };
            may_report(tx, provider, unseen)?;
            report(tx, provider, id, expected, rng)
        }
    }
}

/// Whether a provider's people may report what nobody has reviewed.
fn may_report(tx: &Tx<'_>, provider: &ProviderId, unseen: bool) -> Result<(), Stop> {
    match rule(tx, provider)? {
        InitialReviewRule::Required | InitialReviewRule::SecondPerson if unseen => {
            Err(Refusal::InitialReview(InitialReviewRefusal::Required).into())
        }
        InitialReviewRule::Skipped | InitialReviewRule::Required | InitialReviewRule::SecondPerson => Ok(()),
    }
}

/// Puts a draft or a returned filing into 初审, if a report would be taken. From here on it holds its organiser (FIL-10).
fn submit(
    tx: &mut Tx<'_>,
    by: &Staff,
    provider: &ProviderId,
    id: FilingId,
    expected: Expected,
) -> Result<Outcome, Stop> {
    tx.need([Key::Filing(id), Key::Body(id)])?;
    let mut filing = own_filing(tx, provider, id)?;
    check_version(&filing, expected)?;
    let returned = match filing.state {
        FilingState::Draft => None,
        FilingState::Returned { reason, at, .. } => Some((reason, at)),
        FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::InReview { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => return Err(Refusal::State(filing.state.as_str()).into()),
    };
    let body = tx.body(&id)?.ok_or(Stop::Refuse(Refusal::FilingNotFound))?;
    preview(tx, provider, Some(id), &body.draft)?;
    let subject = Subject::of(tx, provider, &body.draft)?;
    filing.entity = Some(hold_entity(tx, Some(id), provider, &subject)?);
    mark!("FIL-01");
    filing.note(tx, EventKind::InitialReviewSubmitted, Actor::Provider, EventData::default());
    filing.state = FilingState::InitialReview;
    let (submitted_by, submitted_at) = (by.clone(), tx.now());
    let review =
        InitialReview { filing: id, submitted_by, submitted_at, returned, claim: None, passed: None };
    tx.put_initial_review(id, Some(review));
    filing.save(tx);
    Ok(Outcome::Filing(id))
}
