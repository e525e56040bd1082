//! A filing as its administration sees it: with the place in the queue, and who has verified when.

use heyan_domain::Timestamp;
use heyan_domain::event::{Event, EventKind};
use heyan_domain::filing::{Filing, FilingState};
use heyan_domain::mark;
use heyan_domain::review::{Claim, Review};
use heyan_domain::terms::{Province, Roles, VerificationId};
use heyan_store::views::FilingView;
use serde::Serialize;

use super::{Detail, Showing};

/// Whether the filing was handed over to this administration (REV-01).
pub(crate) fn is_seen_by(filing: &Filing, province: Province) -> bool {
    mark!("REV-01");
    let handed_over = match filing.state {
        FilingState::InReview { .. } | FilingState::Approved { .. } | FilingState::Rejected { .. } => true,
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::Returned { .. }
        | FilingState::Withdrawn { .. } => false,
    };
    handed_over && filing.province == province
}

/// Who holds a filing.
#[derive(Serialize)]
pub(in crate::api) struct ClaimShown {
    by: String,
    until: Timestamp,
}

impl ClaimShown {
    fn of(claim: &Claim) -> Self {
        Self { by: claim.reviewer.clone(), until: claim.until }
    }
}

/// The place in the queue (REV-02).
#[derive(Serialize)]
pub(in crate::api) struct QueuePlace {
    arrived_at: Timestamp,
    due_at: Timestamp,
    due_provisional: bool,
    overdue: bool,
    claim: Option<ClaimShown>,
}

impl QueuePlace {
    pub fn of(review: &Review, now: Timestamp) -> Self {
        mark!("REV-02");
        Self {
            arrived_at: review.arrived_at,
            due_at: review.due_at,
            due_provisional: review.due_provisional,
            overdue: review.is_overdue(now),
            claim: review.held(now).map(ClaimShown::of),
        }
    }
}

/// That somebody has verified.
#[derive(Serialize)]
pub(in crate::api) struct Evidence {
    verification_id: VerificationId,
    roles: Roles,
    phone_masked: Option<String>,
    passed_at: Timestamp,
}

/// Who of the latest round has verified, and when.
pub(in crate::api) fn evidence(view: &FilingView, events: &[Event]) -> Vec<Evidence> {
    let round = view.body.rounds.last();
    let passed_at = |id: VerificationId| {
        let passed = |event: &&Event| event.kind == EventKind::Passed && event.verification == Some(id);
        events.iter().find(passed).map(|event| event.at)
    };
    let shown = view.current().filter_map(|verification| {
        let party = round.and_then(|round| round.party(verification.id.ordinal()));
        Some(Evidence {
            verification_id: verification.id,
            roles: verification.roles,
            phone_masked: party.map(|party| party.phone.masked()),
            passed_at: passed_at(verification.id)?,
        })
    });
    shown.collect()
}

/// The detail, with what a reviewer needs besides.
#[derive(Serialize)]
pub(super) struct ReviewDetail<'v> {
    filing_id: heyan_domain::terms::FilingId,
    #[serde(flatten)]
    detail: Detail<'v>,
    review: Option<QueuePlace>,
    evidence: Vec<Evidence>,
}

impl<'v> ReviewDetail<'v> {
    pub fn of(view: &'v FilingView, evidence: Vec<Evidence>, showing: &Showing<'v>) -> Self {
        Self {
            filing_id: view.filing.id,
            detail: Detail::of(view, showing),
            review: view.review.as_ref().map(|review| QueuePlace::of(review, showing.now)),
            evidence,
        }
    }
}
