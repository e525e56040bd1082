//! Seeing the personal data of a filing in clear (SEC-12, SEC-14): one person asks and says why, a second one approves or
//! refuses, and for a quarter of an hour the first may look. Every look is an entry of its own.
//!
//! People ask about filings that their role shows them masked: an operator about any, an administration about those handed
//! over to it, a provider's people about their own. An auditor asks about none. The second person is of the same house, or
//! an operator.

use super::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Reason, Staff};
use crate::Timestamp;
use crate::accounts::Role;
use crate::decide::Stop;
use crate::filing::Filing;
use crate::mark;
use crate::review::is_seen_by;
use crate::terms::{AccountId, FilingId};
use crate::time::{DAY_MS, MINUTE_MS};
use crate::tx::Tx;

/// For so long after the approval the one who asked may look.
pub const OPEN_MS: i64 = 15 * MINUTE_MS;
/// For so long a request waits for a second person; then it has to be made again.
pub const WAIT_MS: i64 = DAY_MS;

/// Somebody with what they may do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Who.
    pub staff: Staff,
    /// By which right.
    pub role: Role,
}

impl Person {
    /// Whether they may ask to see a filing in clear: whoever sees it masked, except the auditor, who changes nothing.
    pub fn may_ask(&self, filing: &Filing) -> bool {
        match &self.role {
            Role::Operator => true,
            Role::Auditor => false,
            Role::Administration(province) => is_seen_by(filing, *province),
            Role::ProviderAdmin(provider) | Role::ProviderClerk(provider) => filing.provider == *provider,
        }
    }

    /// Whether they may decide over a request of somebody with another role; that they are two people is decided besides.
    pub fn may_decide(&self, requester: &Role) -> bool {
        match &self.role {
            Role::Operator => true,
            Role::Administration(province) => requester.province() == Some(*province),
            Role::ProviderAdmin(provider) => requester.provider() == Some(provider),
            Role::Auditor | Role::ProviderClerk(_) => false,
        }
    }
}

/// What a second person has decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Who.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
    /// Whether the requester may look.
    pub approved: bool,
}

/// Where a request stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It waits for a second person, until then.
    Waiting(Timestamp),
    /// The requester may look, until then.
    Open(Timestamp),
    /// A second person has said no.
    Refused,
    /// Nobody has decided in time, or nobody has looked in time.
    Expired,
    /// The requester has looked, and the time is over.
    Used,
}

/// One person's request to see one filing; a later one takes the place of an earlier one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmasking {
    /// Which filing.
    pub filing: FilingId,
    /// Who asks.
    pub requester: Person,
    /// Why.
    pub reason: Reason,
    /// When it was asked.
    pub requested_at: Timestamp,
    /// Once somebody has decided.
    pub verdict: Option<Verdict>,
    /// How often the requester has looked.
    pub looks: u32,
}

impl Unmasking {
    /// Where it stands.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match &self.verdict {
            None => {
                let until = self.requested_at.plus_ms(WAIT_MS);
                if now < until { Standing::Waiting(until) } else { Standing::Expired }
            }
            Some(verdict) if !verdict.approved => Standing::Refused,
            Some(verdict) => {
                let until = verdict.at.plus_ms(OPEN_MS);
                match (now < until, self.looks) {
                    (true, _) => Standing::Open(until),
                    (false, 0) => Standing::Expired,
                    (false, _) => Standing::Used,
                }
            }
        }
    }

    fn open_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self.standing(now) {
            Standing::Open(until) => Some(until),
            Standing::Waiting(_) | Standing::Refused | Standing::Expired | Standing::Used => None,
        }
    }
}

/// What can be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnmaskAction {
    /// Asks to see a filing in clear.
    Request {
        /// Who asks.
        by: Person,
        /// Which filing.
        filing: FilingId,
        /// Why.
        reason: Reason,
    },
    /// Lets somebody else see it, or does not.
    Decide {
        /// Who decides.
        by: Person,
        /// Which filing.
        filing: FilingId,
        /// Who asked.
        requester: AccountId,
        /// Whether they may look.
        approve: bool,
    },
    /// Looks. What is masked may be shown once this is answered with [`UnmaskAnswer::Open`], and not before.
    Look {
        /// Who looks.
        by: Person,
        /// At which filing.
        filing: FilingId,
    },
}

/// What became of it. Only `Requested`, `Approved`, `Refused` and an answered look have changed anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnmaskAnswer {
    /// The request waits for a second person until then.
    Requested(Timestamp),
    /// Approved; the requester may look until then.
    Approved(Timestamp),
    /// Refused.
    Refused,
    /// The one who asks may look until then.
    Open(Timestamp),
    /// No such filing for this person, or nothing that waits for their decision.
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
        UnmaskAction::Decide { by, filing, requester, approve } => {
            second(tx, by, (*filing, *requester), *approve)
        }
        UnmaskAction::Look { by, filing } => look(tx, by, *filing),
    }
}

fn note(
    tx: &mut Tx<'_>,
    by: &Person,
    action: AuditAction,
    filing: &Filing,
    reason: &Reason,
    data: AuditData,
) {
    let (actor, subject) = (AuditActor::Staff(by.staff.clone()), AuditSubject::Filing(filing.id));
    let data = AuditData { provider: Some(filing.provider.clone()), ..data };
    tx.audit(AuditEntry::new(tx.now(), actor, action, subject).because(reason).with(data));
}

/// The filing, if this person may ask about it; others' are not there (SEC-09).
fn own(tx: &Tx<'_>, by: &Person, filing: FilingId) -> Result<Option<Filing>, Stop> {
    Ok(tx.filing(&filing)?.filter(|filing| by.may_ask(filing)))
}

fn request(tx: &mut Tx<'_>, by: &Person, id: FilingId, reason: &Reason) -> Result<UnmaskAnswer, Stop> {
    let Some(filing) = own(tx, by, id)? else { return Ok(UnmaskAnswer::NotFound) };
    // Who may look already gets no second approval to wait for, which would end the first.
    if let Some(until) =
        tx.unmasking(&(id, by.staff.account))?.and_then(|unmasking| unmasking.open_at(tx.now()))
    {
        return Ok(UnmaskAnswer::Open(until));
    }
    let until = tx.now().plus_ms(WAIT_MS);
    let data = AuditData { until: Some(until), ..AuditData::default() };
    note(tx, by, AuditAction::UnmaskRequested, &filing, reason, data);
    tx.put_unmasking(Unmasking {
        filing: id,
        requester: by.clone(),
        reason: reason.clone(),
        requested_at: tx.now(),
        verdict: None,
        looks: 0,
    });
    Ok(UnmaskAnswer::Requested(until))
}

fn second(
    tx: &mut Tx<'_>,
    by: &Person,
    key: (FilingId, AccountId),
    approve: bool,
) -> Result<UnmaskAnswer, Stop> {
    let now = tx.now();
    let waits = |unmasking: &Unmasking| matches!(unmasking.standing(now), Standing::Waiting(_));
    let found = tx.unmasking(&key)?.filter(|unmasking| waits(unmasking));
    let Some(mut unmasking) = found else { return Ok(UnmaskAnswer::NotFound) };
    mark!("SEC-14");
    if by.staff.account == key.1 {
        return Ok(UnmaskAnswer::SamePerson);
    }
    let Some(filing) = tx.filing(&key.0)?.filter(|_| by.may_decide(&unmasking.requester.role)) else {
        return Ok(UnmaskAnswer::NotFound);
    };
    let until = now.plus_ms(OPEN_MS);
    let (action, answer) = if approve {
        (AuditAction::UnmaskApproved, UnmaskAnswer::Approved(until))
    } else {
        (AuditAction::UnmaskRefused, UnmaskAnswer::Refused)
    };
    let requester = Some(unmasking.requester.staff.clone());
    let data = AuditData { until: approve.then_some(until), requester, ..AuditData::default() };
    note(tx, by, action, &filing, &unmasking.reason, data);
    unmasking.verdict = Some(Verdict { by: by.staff.clone(), at: now, approved: approve });
    tx.put_unmasking(unmasking);
    Ok(answer)
}

fn look(tx: &mut Tx<'_>, by: &Person, id: FilingId) -> Result<UnmaskAnswer, Stop> {
    // A person whose role has changed meanwhile sees what the role they have now shows.
    let Some(filing) = own(tx, by, id)? else { return Ok(UnmaskAnswer::NotFound) };
    let Some(mut unmasking) = tx.unmasking(&(id, by.staff.account))? else {
        return Ok(UnmaskAnswer::NotOpen);
    };
    let Some(until) = unmasking.open_at(tx.now()) else { return Ok(UnmaskAnswer::NotOpen) };
    note(tx, by, AuditAction::Unmasked, &filing, &unmasking.reason, AuditData::default());
    unmasking.looks = unmasking.looks.saturating_add(1);
    tx.put_unmasking(unmasking);
    Ok(UnmaskAnswer::Open(until))
}
