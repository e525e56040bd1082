//! Seeing the personal data of a filing in clear (SEC-12, SEC-14): one person asks and says why, a second one approves,
//! and for a quarter of an hour the first may look. Every look is an entry of its own.
//!
//! Whether a person's role lets them ask or approve is judged at the door; that they are two is decided here.

use super::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Reason, Staff};
use crate::Timestamp;
use crate::decide::Stop;
use crate::mark;
use crate::terms::{AccountId, FilingId};
use crate::time::{DAY_MS, MINUTE_MS};
use crate::tx::Tx;

/// For so long after the approval the one who asked may look.
pub const OPEN_MS: i64 = 15 * MINUTE_MS;
/// For so long a request waits for a second person; then it has to be made again.
pub const WAIT_MS: i64 = DAY_MS;

/// That a second person has approved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    /// Who.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
}

/// One person's request to see one filing; a later one takes the place of an earlier one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmasking {
    /// Which filing.
    pub filing: FilingId,
    /// Who asks.
    pub requester: Staff,
    /// Why.
    pub reason: Reason,
    /// When it was asked.
    pub requested_at: Timestamp,
    /// Once somebody has approved.
    pub approval: Option<Approval>,
}

impl Unmasking {
    /// Until when the requester may look, if it was approved.
    pub fn open_until(&self) -> Option<Timestamp> {
        self.approval.as_ref().map(|approval| approval.at.plus_ms(OPEN_MS))
    }

    /// The same, if that is still to come.
    pub fn open_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.open_until().filter(|until| now < *until)
    }

    /// Whether it waits for a second person.
    pub fn waits_at(&self, now: Timestamp) -> bool {
        self.approval.is_none() && now < self.requested_at.plus_ms(WAIT_MS)
    }
}

/// What can be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnmaskAction {
    /// Asks to see a filing in clear.
    Request {
        /// Who asks.
        by: Staff,
        /// Which filing.
        filing: FilingId,
        /// Why.
        reason: Reason,
    },
    /// Lets somebody else see it.
    Approve {
        /// Who approves.
        by: Staff,
        /// Which filing.
        filing: FilingId,
        /// Who asked.
        requester: AccountId,
    },
    /// Looks. What is masked may be shown once this is answered with [`UnmaskAnswer::Open`], and not before.
    Look {
        /// Who looks.
        by: Staff,
        /// At which filing.
        filing: FilingId,
    },
}

/// What became of it. Only `Requested`, `Approved` and an answered look have changed anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnmaskAnswer {
    /// The request waits for a second person until then.
    Requested(Timestamp),
    /// Approved; the requester may look until then.
    Approved(Timestamp),
    /// The one who asks may look until then.
    Open(Timestamp),
    /// No such filing, or nothing that waits for approval.
    NotFound,
    /// Nobody approves the own request (SEC-14).
    SamePerson,
    /// Not approved, or the time is over.
    NotOpen,
}

/// Decides what is asked about unmasking.
pub(crate) fn decide(tx: &mut Tx<'_>, action: &UnmaskAction) -> Result<UnmaskAnswer, Stop> {
    match action {
        UnmaskAction::Request { by, filing, reason } => request(tx, by, *filing, reason),
        UnmaskAction::Approve { by, filing, requester } => approve(tx, by, *filing, *requester),
        UnmaskAction::Look { by, filing } => look(tx, by, *filing),
    }
}

fn entry(tx: &Tx<'_>, by: &Staff, action: AuditAction, filing: FilingId) -> AuditEntry {
    AuditEntry::new(tx.now(), AuditActor::Staff(by.clone()), action, AuditSubject::Filing(filing))
}

fn request(tx: &mut Tx<'_>, by: &Staff, filing: FilingId, reason: &Reason) -> Result<UnmaskAnswer, Stop> {
    if tx.filing(&filing)?.is_none() {
        return Ok(UnmaskAnswer::NotFound);
    }
    // Who may look already gets no second approval to wait for, which would end the first.
    if let Some(until) =
        tx.unmasking(&(filing, by.account))?.and_then(|unmasking| unmasking.open_at(tx.now()))
    {
        return Ok(UnmaskAnswer::Open(until));
    }
    let until = tx.now().plus_ms(WAIT_MS);
    let requested = entry(tx, by, AuditAction::UnmaskRequested, filing).because(reason);
    tx.audit(requested.with(AuditData { until: Some(until), ..AuditData::default() }));
    tx.put_unmasking(Unmasking {
        filing,
        requester: by.clone(),
        reason: reason.clone(),
        requested_at: tx.now(),
        approval: None,
    });
    Ok(UnmaskAnswer::Requested(until))
}

fn approve(
    tx: &mut Tx<'_>,
    by: &Staff,
    filing: FilingId,
    requester: AccountId,
) -> Result<UnmaskAnswer, Stop> {
    let found = tx.unmasking(&(filing, requester))?;
    let Some(mut unmasking) = found.filter(|unmasking| unmasking.waits_at(tx.now())) else {
        return Ok(UnmaskAnswer::NotFound);
    };
    mark!("SEC-14");
    if by.account == requester {
        return Ok(UnmaskAnswer::SamePerson);
    }
    let until = tx.now().plus_ms(OPEN_MS);
    let data = AuditData {
        until: Some(until),
        requester: Some(unmasking.requester.clone()),
        ..AuditData::default()
    };
    let approved = entry(tx, by, AuditAction::UnmaskApproved, filing).because(&unmasking.reason);
    tx.audit(approved.with(data));
    unmasking.approval = Some(Approval { by: by.clone(), at: tx.now() });
    tx.put_unmasking(unmasking);
    Ok(UnmaskAnswer::Approved(until))
}

fn look(tx: &mut Tx<'_>, by: &Staff, filing: FilingId) -> Result<UnmaskAnswer, Stop> {
    let Some(unmasking) = tx.unmasking(&(filing, by.account))? else { return Ok(UnmaskAnswer::NotOpen) };
    let Some(until) = unmasking.open_at(tx.now()) else { return Ok(UnmaskAnswer::NotOpen) };
    let looked = entry(tx, by, AuditAction::Unmasked, filing).because(&unmasking.reason);
    tx.audit(looked);
    Ok(UnmaskAnswer::Open(until))
}
