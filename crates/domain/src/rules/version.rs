//! Versions of rule files that operators have put in: checked, kept for ever, and in force only once two of them activate one.

use std::sync::Arc;

use super::Rules;
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Staff};
use crate::decide::Stop;
use crate::proposals::{Word, operator};
use crate::rulebook::Defect;
use crate::terms::{AccountId, VersionId};
use crate::tx::Tx;

/// A rule file as an operator has put it in. It never changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// Its id.
    pub id: VersionId,
    /// The id of the set or the overlay in it.
    pub set: String,
    /// The file.
    pub text: Arc<str>,
    /// Who has put it in, and when.
    pub added: Word,
}

/// What can be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RulesAction {
    /// Puts in a version of a rule file.
    Add {
        /// Who.
        by: AccountId,
        /// The file.
        text: Arc<str>,
    },
}

/// What became of it. Only `Added` has changed anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RulesAnswer {
    /// It is there.
    Added(VersionId),
    /// Not an active operator.
    NotOperator,
    /// It does not fit into the book: everything that is wrong, with its place.
    Defective(Vec<Defect>),
}

impl Rules {
    /// What a file is for, if it fits into the book that will hold once everything activated has started.
    ///
    /// # Errors
    /// Everything that is wrong with it, or with what rests on it.
    pub fn try_file(&self, text: &str) -> Result<String, Vec<Defect>> {
        let book = self.last_book().with_file(text)?;
        // What the book has taken in is the file, so it has an id.
        Ok(book.id_of(text).unwrap_or_default())
    }
}

pub(crate) fn decide(
    tx: &mut Tx<'_>,
    action: &RulesAction,
    rng: &mut dyn rand::Rng,
) -> Result<RulesAnswer, Stop> {
    match action {
        RulesAction::Add { by, text } => add(tx, *by, text, rng),
    }
}

fn add(
    tx: &mut Tx<'_>,
    by: AccountId,
    text: &Arc<str>,
    rng: &mut dyn rand::Rng,
) -> Result<RulesAnswer, Stop> {
    let Some(by) = operator(tx, by)? else { return Ok(RulesAnswer::NotOperator) };
    let set = match tx.context.rules.try_file(text) {
        Ok(set) => set,
        Err(defects) => return Ok(RulesAnswer::Defective(defects)),
    };
    let id = VersionId::from_number(rand::RngExt::random_range(rng, 1..=i64::MAX));
    note(tx, &by, id, &set);
    let added = Word { by, at: tx.now() };
    tx.put_rule_version(Version { id, set, text: Arc::clone(text), added });
    Ok(RulesAnswer::Added(id))
}

fn note(tx: &mut Tx<'_>, by: &Staff, id: VersionId, set: &str) {
    let data = AuditData { about: Some(set.to_owned()), ..AuditData::default() };
    let actor = AuditActor::Staff(by.clone());
    let subject = AuditSubject::RuleVersion(id);
    tx.audit(AuditEntry::new(tx.now(), actor, AuditAction::RulesAdded, subject).with(data));
}
