//! A version of a rule file that two operators have activated: from when on it holds, and what becomes of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Archived, Rules};
use crate::Timestamp;
use crate::decide::Stop;
use crate::due::Due;
use crate::mark;
use crate::proposals::{Obstacle, Proposal};
use crate::rulebook::Defect;
use crate::terms::{ProposalId, VersionId};
use crate::tx::Tx;

/// What is proposed: a version, and from when on it is to hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RuleActivation {
    /// The version.
    pub version: VersionId,
    /// The id of the set or the overlay in it, for people.
    pub set: String,
    /// From when on; at once with the approval, if none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
}

/// One version in its time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Activation {
    /// The proposal by which it was activated.
    pub proposal: ProposalId,
    /// The version.
    pub version: VersionId,
    /// The id of the set or the overlay in it.
    pub set: String,
    /// From when on it holds.
    pub from: Timestamp,
    /// When it was approved: of two that start together the later one holds.
    pub approved_at: Timestamp,
    /// The file.
    pub text: Arc<str>,
}

impl Activation {
    /// In which order activations follow each other.
    pub fn order(&self) -> (Timestamp, Timestamp, ProposalId) {
        (self.from, self.approved_at, self.proposal)
    }
}

impl Rules {
    /// With one more activation.
    ///
    /// # Errors
    /// What is wrong with a book from its start on.
    pub fn with(&self, activation: Activation) -> Result<(Self, Archived), Vec<Defect>> {
        let others = self.activations.iter().cloned();
        self.with_activations(others.chain([activation]).collect())
    }

    /// Without one of them.
    ///
    /// # Errors
    /// What is wrong with a later book that rests on it.
    pub fn without(&self, proposal: ProposalId) -> Result<(Self, Archived), Vec<Defect>> {
        let others = self.activations.iter().filter(|one| one.proposal != proposal);
        self.with_activations(others.cloned().collect())
    }
}

/// From when on it would hold, if it were approved now.
fn start(tx: &Tx<'_>, wanted: &RuleActivation) -> Result<Timestamp, Obstacle> {
    match wanted.start {
        None => Ok(tx.now()),
        Some(start) if start > tx.now() => Ok(start),
        Some(_) => Err(Obstacle::StartOver),
    }
}

fn activated(
    tx: &Tx<'_>,
    proposal: ProposalId,
    wanted: &RuleActivation,
) -> Result<Result<(Activation, Rules, Archived), Obstacle>, Stop> {
    let Some(version) = tx.rule_version(&wanted.version)? else { return Ok(Err(Obstacle::NoVersion)) };
    let from = match start(tx, wanted) {
        Ok(from) => from,
        Err(obstacle) => return Ok(Err(obstacle)),
    };
    let activation = Activation {
        proposal,
        version: version.id,
        set: version.set.clone(),
        from,
        approved_at: tx.now(),
        text: Arc::clone(&version.text),
    };
    let made = tx.context.rules.with(activation.clone()).map_err(Obstacle::Rules);
    Ok(made.map(|(rules, archived)| (activation, rules, archived)))
}

/// Whether it could be activated now.
pub(crate) fn check(tx: &Tx<'_>, wanted: &RuleActivation) -> Result<Result<(), Obstacle>, Stop> {
    Ok(activated(tx, ProposalId::from_number(i64::MAX), wanted)?.map(|_| ()))
}

/// Puts it among the rules, to hold from its start on; whether that is now.
pub(crate) fn activate(
    tx: &mut Tx<'_>,
    proposal: &Proposal,
    wanted: &RuleActivation,
) -> Result<Result<bool, Obstacle>, Stop> {
    let (activation, rules, archived) = match activated(tx, proposal.id, wanted)? {
        Ok(made) => made,
        Err(obstacle) => return Ok(Err(obstacle)),
    };
    mark!("FIL-02");
    let at_once = activation.from <= tx.now();
    if !at_once {
        tx.schedule(activation.from, Due::StartRules(proposal.id));
    }
    tx.put_activation(proposal.id, Some(activation));
    tx.put_rules(rules, archived);
    Ok(Ok(at_once))
}

/// Takes one back that has not started.
pub(crate) fn take_back(tx: &mut Tx<'_>, proposal: ProposalId) -> Result<(), Obstacle> {
    let found = tx.context.rules.activations.iter().find(|one| one.proposal == proposal);
    // By its start it is in force, whether or not the clock has said so yet.
    if found.is_none_or(|one| one.from <= tx.now()) {
        return Err(Obstacle::StartOver);
    }
    let (rules, archived) = tx.context.rules.without(proposal).map_err(Obstacle::Rules)?;
    tx.put_activation(proposal, None);
    tx.put_rules(rules, archived);
    Ok(())
}
