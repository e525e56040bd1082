//! The kinds of proposals: what each holds, when it can be done, and what its approval leads to. A new kind is a variant of
//! [`Payload`], its word in [`ProposalKind`], and an arm in each function here; the compiler names every place.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Proposal;
use crate::audit::Staff;
use crate::decide::Stop;
use crate::tags::KeyId;
use crate::terms::wire_enum;
use crate::tx::Tx;

wire_enum! {
    /// What kind of thing is proposed.
    pub enum ProposalKind {
        /// A master key that was added to the key file is taken up (SEC-07).
        ChangeKeys = "change_keys",
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
}

impl Payload {
    /// Its kind.
    pub const fn kind(&self) -> ProposalKind {
        match self {
            Self::ChangeKeys(_) => ProposalKind::ChangeKeys,
        }
    }
}

/// As the audit log names it.
impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind())?;
        match self {
            Self::ChangeKeys(change) => write!(f, " key:{} {}", change.key.0, change.check),
        }
    }
}

/// Why something cannot be done as things are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Obstacle {
    /// The key is in use already.
    KeyInUse,
}

/// Whether an approved proposal is done with its approval.
pub(super) enum Done {
    /// It is.
    #[expect(dead_code, reason = "no kind so far is done at once")]
    Now,
    /// Something else has to happen first, which then says so ([`super::carried_out`]).
    Later,
}

type Checked<T> = Result<Result<T, Obstacle>, Stop>;

/// Whether it can be proposed.
#[expect(clippy::unnecessary_wraps, reason = "no kind so far has rows to load")]
pub(super) fn check(tx: &Tx<'_>, payload: &Payload) -> Checked<()> {
    match payload {
        Payload::ChangeKeys(change) => Ok(key_is_new(tx, change)),
    }
}

/// What the approval leads to.
#[expect(clippy::unnecessary_wraps, reason = "no kind so far has rows to load")]
pub(super) fn approved(tx: &mut Tx<'_>, proposal: &Proposal, _by: &Staff) -> Checked<Done> {
    match &proposal.payload {
        // Whoever watches the key file takes the key up, and says so.
        Payload::ChangeKeys(change) => Ok(key_is_new(tx, change).map(|()| Done::Later)),
    }
}

/// What follows when an approved one is taken back before it had any effect.
#[expect(clippy::unnecessary_wraps, reason = "no kind so far has rows to load")]
pub(super) fn taken_back(_tx: &mut Tx<'_>, proposal: &Proposal) -> Checked<()> {
    match &proposal.payload {
        Payload::ChangeKeys(_) => Ok(Ok(())),
    }
}

fn key_is_new(tx: &Tx<'_>, change: &KeyChange) -> Result<(), Obstacle> {
    if tx.context.keyring.keys().contains(&change.key) { Err(Obstacle::KeyInUse) } else { Ok(()) }
}
