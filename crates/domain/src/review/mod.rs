//! 管局审核 (REV).

mod approve;

use crate::Timestamp;
use crate::audit::{AuditAction, AuditActor, AuditData};
use crate::decide::{Expected, Outcome, Refusal, Stop};
use crate::event::{Actor, EventData, EventKind};
use crate::filing::{Body, Filing, FilingState, ReturnReason};
use crate::mark;
use crate::state::Key;
use crate::terms::{FilingId, Province};
use crate::time::MINUTE_MS;
use crate::tx::Tx;

pub use approve::approve;

/// How long a reviewer has a filing to oneself (REV-01).
pub const CLAIM_MS: i64 = 30 * MINUTE_MS;
/// Working days from arrival to decision (REV-02).
pub const DUE_WORKING_DAYS: u32 = 20;

/// Who has taken a filing, and until when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Who.
    pub reviewer: String,
    /// Until when.
    pub until: Timestamp,
}

/// A filing in an administration's queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// Which.
    pub filing: FilingId,
    /// Whose queue.
    pub province: Province,
    /// Since when.
    pub arrived_at: Timestamp,
    /// When it is due (REV-02).
    pub due_at: Timestamp,
    /// Whether a year without a published calendar was counted Monday to Friday.
    pub due_provisional: bool,
    /// Who has taken it.
    pub claim: Option<Claim>,
}

/// What an administration has decided about a filing; for its lists and statistics.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// Which.
    pub filing: FilingId,
    /// Whose queue it was in.
    pub province: Province,
    /// 审核通过, or not.
    pub approved: bool,
    /// Who has decided.
    pub reviewer: String,
    /// When it had arrived.
    pub arrived_at: Timestamp,
    /// When it was decided.
    pub at: Timestamp,
    /// Working days from the day after its arrival to the day of the decision.
    pub working_days: u32,
}

impl Review {
    /// Whether its time is over (REV-02).
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        now > self.due_at
    }

    /// The claim, while it holds.
    pub fn held(&self, now: Timestamp) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| now < claim.until)
    }

    /// Takes the filing out of the queue and remembers the decision.
    fn close(self, tx: &mut Tx<'_>, reviewer: &str, approved: bool) {
        let working_days = tx.context.calendar.elapsed(self.arrived_at, tx.now());
        let decided = Decided {
            filing: self.filing,
            province: self.province,
            approved,
            reviewer: reviewer.to_owned(),
            arrived_at: self.arrived_at,
            at: tx.now(),
            working_days,
        };
        tx.put_review(self.filing, None);
        tx.remember_decision(decided);
    }

    /// Puts a filing into the queue of its province.
    pub(crate) fn arrive(tx: &mut Tx<'_>, filing: &Filing) {
        mark!("REV-02");
        let due = tx.context.calendar.due(tx.now(), DUE_WORKING_DAYS);
        let review = Self {
            filing: filing.id,
            province: filing.province,
            arrived_at: tx.now(),
            due_at: due.at,
            due_provisional: due.provisional,
            claim: None,
        };
        tx.put_review(filing.id, Some(review));
    }
}

/// The filing, if it is the administration's own; another province's is not there (REV-01).
fn own(tx: &Tx<'_>, province: Province, id: FilingId) -> Result<Filing, Stop> {
    mark!("REV-01");
    tx.need([Key::Filing(id), Key::Body(id), Key::Review(id)])?;
    // A filing that was never handed over is none of the administration's business.
    let filing = tx.filing(&id)?.filter(|filing| is_seen_by(filing, province));
    filing.ok_or(Stop::Refuse(Refusal::FilingNotFound))
}

/// Whether a filing is there for an administration: its own, and handed over.
pub(crate) fn is_seen_by(filing: &Filing, province: Province) -> bool {
    let handed_over = match filing.state {
        FilingState::InReview { .. } | FilingState::Approved { .. } | FilingState::Rejected { .. } => true,
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::Returned { .. }
        | FilingState::Withdrawn { .. } => false,
    };
    filing.province == province && handed_over
}

fn claimable(tx: &Tx<'_>, filing: &Filing, reviewer: &str) -> Result<Review, Stop> {
    let review = tx.review(&filing.id)?.filter(|_| matches!(filing.state, FilingState::InReview { .. }));
    let review = review.ok_or(Stop::Refuse(Refusal::State(filing.state.as_str())))?;
    match review.held(tx.now()) {
        Some(claim) if claim.reviewer != reviewer => Err(Refusal::Claimed(claim.until).into()),
        Some(_) | None => Ok(review),
    }
}

/// Takes a filing for half an hour; taking it again renews.
pub fn claim(tx: &mut Tx<'_>, province: Province, reviewer: &str, id: FilingId) -> Result<Outcome, Stop> {
    let mut filing = own(tx, province, id)?;
    let mut review = claimable(tx, &filing, reviewer)?;
    let until = tx.now().plus_ms(CLAIM_MS);
    review.claim = Some(Claim { reviewer: reviewer.to_owned(), until });
    tx.put_review(id, Some(review));
    // The row keeps its version: a claim changes nothing that a decision depends on.
    filing.note(tx, EventKind::FilingClaimed, Actor::Administration(province), EventData::default());
    tx.put_filing(filing);
    let data = AuditData { until: Some(until), ..AuditData::default() };
    tx.audit_filing(audited(province, reviewer), AuditAction::Claimed, id, data);
    Ok(Outcome::Filing(id))
}

/// A reviewer, as the audit log names them.
fn audited(province: Province, reviewer: &str) -> AuditActor {
    AuditActor::Administration { province, reviewer: reviewer.to_owned() }
}

struct Decision {
    filing: Filing,
    body: Body,
    review: Review,
}

/// Everything a decision on a filing begins with.
fn begin(
    tx: &Tx<'_>,
    province: Province,
    reviewer: &str,
    id: FilingId,
    expected: Expected,
) -> Result<Decision, Stop> {
    let filing = own(tx, province, id)?;
    crate::filing::check_version(&filing, expected)?;
    let review = claimable(tx, &filing, reviewer)?;
    let body = tx.body(&id)?.ok_or(Stop::Refuse(Refusal::FilingNotFound))?;
    Ok(Decision { filing, body: Body::clone(&body), review })
}

/// 审核不通过, with the reason that the provider reads.
pub fn reject(
    tx: &mut Tx<'_>,
    province: Province,
    reviewer: &str,
    id: FilingId,
    expected: Expected,
    reason: &str,
) -> Result<Outcome, Stop> {
    let Decision { mut filing, mut body, review } = begin(tx, province, reviewer, id, expected)?;
    body.rejection = Some(reason.to_owned());
    tx.put_body(id, body);
    let data = EventData { reason: Some(ReturnReason::Rejected), ..EventData::default() };
    filing.note(tx, EventKind::FilingRejected, Actor::Administration(province), data);
    filing.state = FilingState::Rejected { at: tx.now() };
    filing.save(tx);
    review.close(tx, reviewer, false);
    tx.audit_filing(audited(province, reviewer), AuditAction::Rejected, id, AuditData::default());
    Ok(Outcome::Filing(id))
}
