//! The rulebook as the engine uses it: the book in force, and every set that a round was ever pinned to (FIL-02).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Timestamp;
use crate::mark;
use crate::rulebook::{RuleSet, RuleSetId, Rulebook};
use crate::terms::{ProviderId, Province};

/// The number under which the store keeps a rule set's content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct RuleSetNo(pub u32);

/// The book in force and the archive behind it.
#[derive(Clone, Debug)]
pub struct Rules {
    book: Rulebook,
    archive: BTreeMap<RuleSetNo, Arc<RuleSet>>,
    /// Which number the book's sets have in the archive.
    current: BTreeMap<RuleSetId, RuleSetNo>,
}

impl Rules {
    /// Joins the book with what the archive already holds. Sets of the book that the archive lacks, or that have
    /// changed since, get new numbers: they are returned, to be stored before anything is decided by them.
    pub fn new(
        book: Rulebook,
        mut archive: BTreeMap<RuleSetNo, Arc<RuleSet>>,
    ) -> (Self, Vec<(RuleSetNo, Arc<RuleSet>)>) {
        let mut added = Vec::new();
        let mut current = BTreeMap::new();
        for set in book.sets() {
            let known = archive.iter().find(|(_, known)| *known == set).map(|(number, _)| *number);
            let number = known.unwrap_or_else(|| {
                let next = archive.keys().next_back().map_or(1, |last| last.0.saturating_add(1));
                added.push((RuleSetNo(next), Arc::clone(set)));
                RuleSetNo(next)
            });
            archive.insert(number, Arc::clone(set));
            current.insert(set.id.clone(), number);
        }
        (Self { book, archive, current }, added)
    }

    /// The book in force.
    pub fn book(&self) -> &Rulebook {
        &self.book
    }

    /// The set in force for a round that opens now, with the number to pin (FIL-02).
    pub fn in_force(
        &self,
        province: Province,
        provider: &ProviderId,
        at: Timestamp,
    ) -> Option<(RuleSetNo, Arc<RuleSet>)> {
        mark!("FIL-02");
        let set = self.book.resolve(province, provider, at);
        Some((*self.current.get(&set.id)?, set))
    }

    /// The set that a round was pinned to, whatever the book says now.
    pub fn pinned(&self, number: RuleSetNo) -> Option<&Arc<RuleSet>> {
        self.archive.get(&number)
    }
}
