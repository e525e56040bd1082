//! Four eyes (SEC-14): what takes two people. One operator proposes and says why, another one approves or refuses.
//!
//! Who may see the pages is judged at the door; that the two are active operators, and not one person, is decided here.
//! What an approval leads to is its kind's own business (`kinds`): some are carried out with the approval, others when
//! their time comes. A proposal that nobody approves in time is over; nothing has to happen for that.

mod kinds;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::accounts::{Account, Role};
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Reason, Staff};
use crate::decide::Stop;
use crate::mark;
use crate::terms::{AccountId, ProposalId, wire_enum};
use crate::time::DAY_MS;
use crate::tx::Tx;

pub use kinds::{KeyChange, Obstacle, Payload, ProposalKind};

/// For so long a proposal waits for a second person.
pub const WAIT_MS: i64 = 7 * DAY_MS;

wire_enum! {
    /// Where a proposal stands, in one word.
    pub enum Stage {
        /// For a second person to decide.
        Waiting = "waiting",
        /// Approved; what it leads to is still to come.
        Approved = "approved",
        /// A second person has refused it.
        Refused = "refused",
        /// Taken back before it had any effect.
        Withdrawn = "withdrawn",
        /// Nobody has decided in time.
        Expired = "expired",
        /// Approved, and done.
        CarriedOut = "carried_out",
    }
}

/// Who said something, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Word {
    /// Who.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
}

/// Where a proposal stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Nobody has decided yet; over after [`WAIT_MS`].
    Waiting,
    /// Approved; what it leads to is still to come.
    Approved(Word),
    /// Refused.
    Refused {
        /// By whom.
        word: Word,
        /// Why.
        reason: Reason,
    },
    /// Taken back before it had any effect.
    Withdrawn {
        /// By whom.
        word: Word,
        /// Who had approved it by then.
        approved: Option<Word>,
    },
    /// Approved, and done.
    CarriedOut {
        /// Who approved.
        approved: Word,
        /// When it was done.
        at: Timestamp,
    },
}

/// Something that takes two people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// What is proposed.
    pub payload: Payload,
    /// Who proposes it, and when.
    pub proposed: Word,
    /// Why.
    pub reason: Reason,
    /// Where it stands.
    pub state: ProposalState,
    /// Goes up with every change.
    pub version: u32,
}

impl Proposal {
    /// Until when it waits for a second person.
    pub fn waits_until(&self) -> Timestamp {
        self.proposed.at.plus_ms(WAIT_MS)
    }

    /// Where it stands at an instant.
    pub fn stage(&self, now: Timestamp) -> Stage {
        match &self.state {
            ProposalState::Waiting if now < self.waits_until() => Stage::Waiting,
            ProposalState::Waiting => Stage::Expired,
            ProposalState::Approved(_) => Stage::Approved,
            ProposalState::Refused { .. } => Stage::Refused,
            ProposalState::Withdrawn { .. } => Stage::Withdrawn,
            ProposalState::CarriedOut { .. } => Stage::CarriedOut,
        }
    }

    /// Whether this operator can decide over it now: never the one who proposed it.
    pub fn decidable_by(&self, account: AccountId, now: Timestamp) -> bool {
        self.stage(now) == Stage::Waiting && self.proposed.by.account != account
    }

    /// Whether this operator can take it back now: the proposer while it waits, any operator once it is approved and has
    /// had no effect yet, since that only leaves things as they are. Stopped clocks have an effect from their approval on.
    pub fn withdrawable_by(&self, account: AccountId, now: Timestamp) -> bool {
        match self.stage(now) {
            Stage::Waiting => self.proposed.by.account == account,
            Stage::Approved => self.payload.kind() != ProposalKind::StopClocks,
            Stage::Refused | Stage::Withdrawn | Stage::Expired | Stage::CarriedOut => false,
        }
    }

    fn entry(&self, tx: &Tx<'_>, actor: AuditActor, action: AuditAction) -> AuditEntry {
        let data = AuditData { about: Some(self.payload.to_string()), ..AuditData::default() };
        AuditEntry::new(tx.now(), actor, action, AuditSubject::Proposal(self.id)).with(data)
    }

    /// Writes it with its next version.
    fn save(mut self, tx: &mut Tx<'_>) {
        self.version = self.version.saturating_add(1);
        tx.put_proposal(self);
    }
}

/// What can be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProposalAction {
    /// Proposes something.
    Propose {
        /// Who.
        by: AccountId,
        /// What.
        payload: Payload,
        /// Why.
        reason: Reason,
    },
    /// Approves it, as the second person.
    Approve {
        /// Who.
        by: AccountId,
        /// Which.
        proposal: ProposalId,
        /// The version that was read.
        version: u32,
    },
    /// Refuses it, as the second person.
    Refuse {
        /// Who.
        by: AccountId,
        /// Which.
        proposal: ProposalId,
        /// The version that was read.
        version: u32,
        /// Why.
        reason: Reason,
    },
    /// Takes it back before it has any effect.
    Withdraw {
        /// Who.
        by: AccountId,
        /// Which.
        proposal: ProposalId,
        /// The version that was read.
        version: u32,
    },
    /// The machine has done what was approved.
    CarriedOut {
        /// Which.
        proposal: ProposalId,
    },
}

/// What became of it. Only `Done` has changed anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProposalAnswer {
    /// Done.
    Done(ProposalId),
    /// No such proposal.
    NotFound,
    /// Not an active operator.
    NotOperator,
    /// Nobody decides over the own proposal (SEC-14), and nobody takes back another's that still waits.
    OtherPerson,
    /// It has changed since it was read.
    Changed,
    /// Where it stands does not allow it.
    Stage(Stage),
    /// What is proposed cannot be done as things are.
    Obstacle(Obstacle),
}

/// Decides what is asked about a proposal.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    action: &ProposalAction,
    rng: &mut dyn rand::Rng,
) -> Result<ProposalAnswer, Stop> {
    match action {
        ProposalAction::Propose { by, payload, reason } => propose(tx, *by, payload, reason, rng),
        ProposalAction::Approve { by, proposal, version } => approve(tx, *by, (*proposal, *version)),
        ProposalAction::Refuse { by, proposal, version, reason } => {
            refuse(tx, *by, (*proposal, *version), reason)
        }
        ProposalAction::Withdraw { by, proposal, version } => withdraw(tx, *by, (*proposal, *version)),
        ProposalAction::CarriedOut { proposal } => carried_out(tx, *proposal),
    }
}

/// The account of somebody who may propose and decide.
pub(crate) fn operator(tx: &Tx<'_>, by: AccountId) -> Result<Option<Staff>, Stop> {
    let may = |account: &Account| account.role == Role::Operator && account.disabled_at.is_none();
    Ok(tx.account(&by)?.filter(may).map(|account| Staff::of(&account)))
}

fn propose(
    tx: &mut Tx<'_>,
    by: AccountId,
    payload: &Payload,
    reason: &Reason,
    rng: &mut dyn rand::Rng,
) -> Result<ProposalAnswer, Stop> {
    let Some(by) = operator(tx, by)? else { return Ok(ProposalAnswer::NotOperator) };
    if let Err(obstacle) = kinds::check(tx, payload)? {
        return Ok(ProposalAnswer::Obstacle(obstacle));
    }
    let id = ProposalId::from_number(rand::RngExt::random_range(rng, 1..=i64::MAX));
    let word = Word { by: by.clone(), at: tx.now() };
    let (payload, reason) = (payload.clone(), reason.clone());
    let state = ProposalState::Waiting;
    let proposal = Proposal { id, payload, proposed: word, reason, state, version: 0 };
    let entry = proposal.entry(tx, AuditActor::Staff(by), AuditAction::Proposed);
    tx.audit(entry.because(&proposal.reason));
    proposal.save(tx);
    Ok(ProposalAnswer::Done(id))
}

/// A proposal as it was read, and the operator who asks; or why not.
fn read(
    tx: &Tx<'_>,
    by: AccountId,
    (id, version): (ProposalId, u32),
) -> Result<Result<(Proposal, Staff), ProposalAnswer>, Stop> {
    let Some(by) = operator(tx, by)? else { return Ok(Err(ProposalAnswer::NotOperator)) };
    let Some(proposal) = tx.proposal(&id)? else { return Ok(Err(ProposalAnswer::NotFound)) };
    Ok(if proposal.version == version { Ok((proposal, by)) } else { Err(ProposalAnswer::Changed) })
}

/// The same, if the one who asks can decide over it.
fn decidable(
    tx: &Tx<'_>,
    by: AccountId,
    key: (ProposalId, u32),
) -> Result<Result<(Proposal, Staff), ProposalAnswer>, Stop> {
    let (proposal, by) = match read(tx, by, key)? {
        Ok(found) => found,
        Err(answer) => return Ok(Err(answer)),
    };
    let stage = proposal.stage(tx.now());
    Ok(if stage != Stage::Waiting {
        Err(ProposalAnswer::Stage(stage))
    } else if proposal.decidable_by(by.account, tx.now()) {
        Ok((proposal, by))
    } else {
        Err(ProposalAnswer::OtherPerson)
    })
}

fn approve(tx: &mut Tx<'_>, by: AccountId, key: (ProposalId, u32)) -> Result<ProposalAnswer, Stop> {
    mark!("SEC-14");
    let (mut proposal, by) = match decidable(tx, by, key)? {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    let done = match kinds::approved(tx, &proposal)? {
        Ok(done) => done,
        Err(obstacle) => return Ok(ProposalAnswer::Obstacle(obstacle)),
    };
    let entry = proposal.entry(tx, AuditActor::Staff(by.clone()), AuditAction::ProposalApproved);
    let entry = entry.because(&proposal.reason);
    let data = AuditData { requester: Some(proposal.proposed.by.clone()), ..entry.data.clone() };
    tx.audit(entry.with(data));
    let approved = Word { by, at: tx.now() };
    proposal.state = match done {
        kinds::Done::Now => {
            let entry = proposal.entry(tx, AuditActor::Machine, AuditAction::ProposalCarriedOut);
            tx.audit(entry);
            ProposalState::CarriedOut { approved, at: tx.now() }
        }
        kinds::Done::Later => ProposalState::Approved(approved),
    };
    proposal.save(tx);
    Ok(ProposalAnswer::Done(key.0))
}

fn refuse(
    tx: &mut Tx<'_>,
    by: AccountId,
    key: (ProposalId, u32),
    reason: &Reason,
) -> Result<ProposalAnswer, Stop> {
    let (mut proposal, by) = match decidable(tx, by, key)? {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    let entry = proposal.entry(tx, AuditActor::Staff(by.clone()), AuditAction::ProposalRefused);
    tx.audit(entry.because(reason));
    proposal.state = ProposalState::Refused { word: Word { by, at: tx.now() }, reason: reason.clone() };
    proposal.save(tx);
    Ok(ProposalAnswer::Done(key.0))
}

fn withdraw(tx: &mut Tx<'_>, by: AccountId, key: (ProposalId, u32)) -> Result<ProposalAnswer, Stop> {
    let (mut proposal, by) = match read(tx, by, key)? {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    let approved = match &proposal.state {
        ProposalState::Waiting if proposal.withdrawable_by(by.account, tx.now()) => None,
        ProposalState::Waiting if proposal.stage(tx.now()) == Stage::Waiting => {
            return Ok(ProposalAnswer::OtherPerson);
        }
        ProposalState::Approved(word) => Some(word.clone()),
        ProposalState::Waiting
        | ProposalState::Refused { .. }
        | ProposalState::Withdrawn { .. }
        | ProposalState::CarriedOut { .. } => return Ok(ProposalAnswer::Stage(proposal.stage(tx.now()))),
    };
    if approved.is_some()
        && let Err(obstacle) = kinds::taken_back(tx, &proposal)?
    {
        return Ok(ProposalAnswer::Obstacle(obstacle));
    }
    let entry = proposal.entry(tx, AuditActor::Staff(by.clone()), AuditAction::ProposalWithdrawn);
    tx.audit(entry);
    proposal.state = ProposalState::Withdrawn { word: Word { by, at: tx.now() }, approved };
    proposal.save(tx);
    Ok(ProposalAnswer::Done(key.0))
}

/// Notes that what was approved is done. A proposal that is no longer waiting for that is left as it is.
pub(crate) fn carried_out(tx: &mut Tx<'_>, id: ProposalId) -> Result<ProposalAnswer, Stop> {
    let Some(mut proposal) = tx.proposal(&id)? else { return Ok(ProposalAnswer::NotFound) };
    let ProposalState::Approved(approved) = proposal.state.clone() else {
        return Ok(ProposalAnswer::Stage(proposal.stage(tx.now())));
    };
    let entry = proposal.entry(tx, AuditActor::Machine, AuditAction::ProposalCarriedOut);
    tx.audit(entry);
    proposal.state = ProposalState::CarriedOut { approved, at: tx.now() };
    proposal.save(tx);
    Ok(ProposalAnswer::Done(id))
}
