//! The kinds of proposals: what each holds, when it can be done, and what its approval leads to. A new kind is a variant of
//! [`Payload`], its word in [`ProposalKind`], and an arm in each function here; the compiler names every place.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Proposal;
use crate::decide::Stop;
use crate::outage::{self, Outage};
use crate::rulebook::Defect;
use crate::rules::activation::{self, RuleActivation};
use crate::tags::KeyId;
use crate::terms::wire_enum;
use crate::tx::Tx;

wire_enum! {
    /// What kind of thing is proposed.
    pub enum ProposalKind {
        /// A master key that was added to the key file is taken up (SEC-07).
        ChangeKeys = "change_keys",
        /// A version of a rule file takes effect.
        ActivateRules = "activate_rules",
        /// Deadlines move by the length of an outage (DDL-06).
        StopClocks = "stop_clocks",
    }
}

/// A master key that is to be taken up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeyChange {
    /// Its number in the key file.
    pub key: KeyId,
    /// Its check value, in hexadecimal digits: says which key it is without being it.
    pub check: String,
}

/// What is proposed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Payload {
    /// See [`ProposalKind::ChangeKeys`].
    ChangeKeys(KeyChange),
    /// See [`ProposalKind::ActivateRules`].
    ActivateRules(RuleActivation),
    /// See [`ProposalKind::StopClocks`].
    StopClocks(Outage),
}

impl Payload {
    /// Its kind.
    pub const fn kind(&self) -> ProposalKind {
        match self {
            Self::ChangeKeys(_) => ProposalKind::ChangeKeys,
            Self::ActivateRules(_) => ProposalKind::ActivateRules,
            Self::StopClocks(_) => ProposalKind::StopClocks,
        }
    }
}

/// As the audit log names it.
impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind())?;
        match self {
            Self::ChangeKeys(change) => write!(f, " key:{} {}", change.key.0, change.check),
            Self::StopClocks(outage) => write!(f, " {outage}"),
            Self::ActivateRules(wanted) => {
                write!(f, " {} {}", wanted.set, wanted.version)?;
                wanted.start.map_or(Ok(()), |start| write!(f, " from {start}"))
            }
        }
    }
}

/// Why something cannot be done as things are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Obstacle {
    /// The key is in use already.
    KeyInUse,
    /// There is no such version.
    NoVersion,
    /// The start is over: it has to be proposed again with another one, or can no longer be taken back.
    StartOver,
    /// An outage must be over, not too long ago, and not too long.
    OutageTimes,
    /// Clocks were stopped for that time before, for some of the same people.
    OutageKnown,
    /// Deadlines have begun to move.
    OutageBegun,
    /// The rules would not hold together: everything that is wrong, with its place.
    Rules(Vec<Defect>),
}

/// Whether an approved proposal is done with its approval.
pub(super) enum Done {
    /// It is.
    Now,
    /// Something else has to happen first, which then says so ([`super::carried_out`]).
    Later,
}

type Checked<T> = Result<Result<T, Obstacle>, Stop>;

/// Whether it can be proposed.
pub(super) fn check(tx: &Tx<'_>, payload: &Payload) -> Checked<()> {
    match payload {
        Payload::ChangeKeys(change) => Ok(key_is_new(tx, change)),
        Payload::ActivateRules(wanted) => activation::check(tx, wanted),
        Payload::StopClocks(outage) => outage::check(tx, outage),
    }
}

/// What the approval leads to.
pub(super) fn approved(tx: &mut Tx<'_>, proposal: &Proposal) -> Checked<Done> {
    match &proposal.payload {
        // Whoever watches the key file takes the key up, and says so.
        Payload::ChangeKeys(change) => Ok(key_is_new(tx, change).map(|()| Done::Later)),
        Payload::ActivateRules(wanted) => {
            let at_once = activation::activate(tx, proposal, wanted)?;
            Ok(at_once.map(|at_once| if at_once { Done::Now } else { Done::Later }))
        }
        Payload::StopClocks(outage) => Ok(outage::begin(tx, proposal, outage)?.map(|()| Done::Later)),
    }
}

/// What follows when an approved one is taken back before it had any effect.
#[expect(clippy::unnecessary_wraps, reason = "a kind may have rows to load")]
pub(super) fn taken_back(tx: &mut Tx<'_>, proposal: &Proposal) -> Checked<()> {
    match &proposal.payload {
        Payload::ChangeKeys(_) => Ok(Ok(())),
        Payload::ActivateRules(_) => Ok(activation::take_back(tx, proposal.id)),
        Payload::StopClocks(_) => Ok(Err(Obstacle::OutageBegun)),
    }
}

fn key_is_new(tx: &Tx<'_>, change: &KeyChange) -> Result<(), Obstacle> {
    if tx.context.keyring.keys().contains(&change.key) { Err(Obstacle::KeyInUse) } else { Ok(()) }
}
