//! Claiming, passing and sending back.

use super::super::report::open_round;
use super::super::row::{Body, Filing, FilingState};
use super::super::withdraw::{check_version, own_filing};
use super::row::{InitialClaim, InitialReview, Passed};
use super::{
    FieldReason, INITIAL_CLAIM_MS, InitialReviewRefusal, InitialReviewRule, SentBack, check_reasons, rule,
};
use crate::audit::{AuditAction, AuditActor, AuditData, Staff};
use crate::decide::{Expected, Outcome, Refusal, Stop};
use crate::event::{Actor, EventData, EventKind};
use crate::mark;
use crate::state::Key;
use crate::terms::{FilingId, ProviderId};
use crate::tx::Tx;

/// The filing's place in 初审, if nobody else has it.
fn claimable(tx: &Tx<'_>, filing: &Filing, by: &Staff) -> Result<InitialReview, Stop> {
    let review = tx.initial_review(&filing.id)?.filter(|_| filing.state == FilingState::InitialReview);
    let review = review.ok_or(Stop::Refuse(Refusal::State(filing.state.as_str())))?;
    match review.held(tx.now()) {
        Some(claim) if claim.by.account != by.account => Err(Refusal::Claimed(claim.until).into()),
        Some(_) | None => Ok(review),
    }
}

fn audit(tx: &mut Tx<'_>, by: &Staff, action: AuditAction, filing: FilingId, data: AuditData) {
    tx.audit_filing(AuditActor::Staff(by.clone()), action, filing, data);
}

/// Takes a filing for half an hour; taking it again renews.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    by: &Staff,
    provider: &ProviderId,
    id: FilingId,
) -> Result<Outcome, Stop> {
    tx.need([Key::Filing(id), Key::InitialReview(id)])?;
    let mut filing = own_filing(tx, provider, id)?;
    let mut review = claimable(tx, &filing, by)?;
    if review.passed.is_some() {
        return Err(Refusal::State(filing.state.as_str()).into());
    }
    let until = tx.now().plus_ms(INITIAL_CLAIM_MS);
    review.claim = Some(InitialClaim { by: by.clone(), until });
    tx.put_initial_review(id, Some(review));
    // The row keeps its version: a claim changes nothing that a decision depends on.
    filing.note(tx, EventKind::InitialReviewClaimed, Actor::Provider, EventData::default());
    tx.put_filing(filing);
    let data = AuditData { until: Some(until), ..AuditData::default() };
    audit(tx, by, AuditAction::InitialReviewClaimed, id, data);
    Ok(Outcome::Filing(id))
}

struct Decision {
    filing: Filing,
    body: Body,
    review: InitialReview,
}

fn begin(
    tx: &Tx<'_>,
    by: &Staff,
    provider: &ProviderId,
    (id, expected): (FilingId, Expected),
) -> Result<Decision, Stop> {
    tx.need([Key::Filing(id), Key::Body(id), Key::InitialReview(id)])?;
    let filing = own_filing(tx, provider, id)?;
    check_version(&filing, expected)?;
    let review = claimable(tx, &filing, by)?;
    let body = tx.body(&id)?.ok_or(Stop::Refuse(Refusal::FilingNotFound))?;
    Ok(Decision { filing, body: Body::clone(&body), review })
}

/// 初审通过: the filing waits to be reported, or is reported at once. If the report is refused, it has not passed either.
pub(super) fn pass(
    tx: &mut Tx<'_>,
    by: &Staff,
    provider: &ProviderId,
    place: (FilingId, Expected),
    report: bool,
    rng: &mut dyn rand::Rng,
) -> Result<Outcome, Stop> {
    let Decision { mut filing, body, mut review } = begin(tx, by, provider, place)?;
    if review.passed.is_some() {
        return Err(Refusal::State(filing.state.as_str()).into());
    }
    let own = review.submitted_by.account == by.account || body.written_by == Some(by.account);
    if own && rule(tx, provider)? == InitialReviewRule::SecondPerson {
        return Err(Refusal::InitialReview(InitialReviewRefusal::SecondPerson).into());
    }
    mark!("FIL-01");
    let id = filing.id;
    filing.note(tx, EventKind::InitialReviewPassed, Actor::Provider, EventData::default());
    audit(tx, by, AuditAction::InitialReviewPassed, id, AuditData::default());
    if report {
        open_round(tx, filing, body, rng)?;
    } else {
        review.claim = None;
        review.passed = Some(Passed { by: by.clone(), at: tx.now() });
        tx.put_initial_review(id, Some(review));
        filing.save(tx);
    }
    Ok(Outcome::Filing(id))
}

/// 初审退回: the filing is a draft again, or returned again if it had been; the reasons are kept for its correction.
pub(super) fn send_back(
    tx: &mut Tx<'_>,
    by: &Staff,
    provider: &ProviderId,
    place: (FilingId, Expected),
    reasons: &[FieldReason],
) -> Result<Outcome, Stop> {
    let Decision { mut filing, mut body, review } = begin(tx, by, provider, place)?;
    check_reasons(reasons)?;
    mark!("FIL-01");
    let (id, at) = (filing.id, tx.now());
    body.sent_back = Some(SentBack { by: by.clone(), at, reasons: reasons.to_vec() });
    tx.put_body(id, body);
    filing.note(tx, EventKind::InitialReviewSentBack, Actor::Provider, EventData::default());
    filing.state = match review.returned {
        Some((reason, at)) => FilingState::Returned { reason, at, edited: true },
        None => FilingState::Draft,
    };
    // It is the applicant's turn again; the next correction makes another promise (FIL-08).
    filing.report_due = None;
    tx.put_initial_review(id, None);
    filing.save(tx);
    audit(tx, by, AuditAction::InitialReviewSentBack, id, AuditData::default());
    Ok(Outcome::Filing(id))
}
