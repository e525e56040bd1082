//! The rulebook as the engine uses it: the books in force one after another, and every set that a round was ever pinned
//! to (FIL-02).
//!
//! The first book is that of the files that come with the program. Each version of a file that two operators have activated
//! makes another book of the one before, from its start on: it takes the place of the file of the same id, whatever a later
//! program ships. Versions that are still to start are here as well, so that which set a round pins follows from the
//! instant alone.

pub mod activation;
pub mod impact;
pub mod version;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Timestamp;
use crate::mark;
use crate::rulebook::{Case, Defect, RuleSet, RuleSetId, Rulebook};
use crate::terms::{ProviderId, Province, Roles};

pub use activation::Activation;
pub use version::{RulesAction, RulesAnswer, Version};

/// The number under which the store keeps a rule set's content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct RuleSetNo(pub u32);

/// Sets that were not in the archive, with the numbers they get.
pub type Archived = Vec<(RuleSetNo, Arc<RuleSet>)>;

/// A book, and from when on it holds.
#[derive(Clone, Debug)]
struct Begun {
    from: Timestamp,
    book: Arc<Rulebook>,
    /// Which number the book's sets have in the archive.
    current: BTreeMap<RuleSetId, RuleSetNo>,
}

/// The books, and the archive behind them.
#[derive(Clone, Debug)]
pub struct Rules {
    base: Begun,
    /// What the activations make of the base, in their order.
    later: Vec<Begun>,
    activations: Vec<Activation>,
    archive: BTreeMap<RuleSetNo, Arc<RuleSet>>,
}

/// Who has to verify in a case; a shell asks nobody (FIL-13). What opening a round asks, and every preview of it.
pub fn roles_of(set: &RuleSet, case: &Case, shell: bool) -> Roles {
    mark!("WHO-01");
    if shell { Roles::NONE } else { set.who(case).roles }
}

impl Rules {
    /// Joins the book of the files with what the archive already holds. Sets of the book that the archive lacks, or that have
    /// changed since, get new numbers: they are returned, to be stored before anything is decided by them.
    pub fn new(book: Rulebook, archive: BTreeMap<RuleSetNo, Arc<RuleSet>>) -> (Self, Archived) {
        let mut rules = Self {
            base: Begun {
                from: Timestamp::from_ms(i64::MIN),
                book: Arc::new(book),
                current: BTreeMap::new(),
            },
            later: Vec::new(),
            activations: Vec::new(),
            archive,
        };
        let mut added = Vec::new();
        let book = Arc::clone(&rules.base.book);
        rules.base.current = rules.number(&book, &mut added);
        (rules, added)
    }

    /// The same with other activations over the same files.
    ///
    /// # Errors
    /// What is wrong with the first book that does not hold together.
    pub fn with_activations(
        &self,
        mut activations: Vec<Activation>,
    ) -> Result<(Self, Archived), Vec<Defect>> {
        activations.sort_by_key(Activation::order);
        let mut rules = Self { later: Vec::new(), activations: Vec::new(), ..self.clone() };
        let mut added = Vec::new();
        let mut book = Arc::clone(&self.base.book);
        for activation in &activations {
            book = Arc::new(book.with_file(&activation.text)?);
            let current = rules.number(&book, &mut added);
            rules.later.push(Begun { from: activation.from, book: Arc::clone(&book), current });
        }
        rules.activations = activations;
        Ok((rules, added))
    }

    /// The same files with the archive and the activations as they are now.
    ///
    /// # Errors
    /// What is wrong with the first book that does not hold together.
    pub fn read_again(
        &self,
        archive: BTreeMap<RuleSetNo, Arc<RuleSet>>,
        activations: Vec<Activation>,
    ) -> Result<(Self, Archived), Vec<Defect>> {
        let (rules, mut added) = Self::new(Rulebook::clone(&self.base.book), archive);
        let (rules, more) = rules.with_activations(activations)?;
        added.extend(more);
        Ok((rules, added))
    }

    /// The numbers of a book's sets; those that are not in the archive are put there.
    fn number(&mut self, book: &Rulebook, added: &mut Archived) -> BTreeMap<RuleSetId, RuleSetNo> {
        let mut current = BTreeMap::new();
        for set in book.sets() {
            let known = self.archive.iter().find(|(_, known)| *known == set).map(|(number, _)| *number);
            let number = known.unwrap_or_else(|| {
                let next = self.archive.keys().next_back().map_or(1, |last| last.0.saturating_add(1));
                added.push((RuleSetNo(next), Arc::clone(set)));
                RuleSetNo(next)
            });
            self.archive.insert(number, Arc::clone(set));
            current.insert(set.id.clone(), number);
        }
        current
    }

    fn begun_at(&self, at: Timestamp) -> &Begun {
        self.later.iter().rev().find(|begun| begun.from <= at).unwrap_or(&self.base)
    }

    /// The book in force at an instant, past or to come.
    pub fn book_at(&self, at: Timestamp) -> &Arc<Rulebook> {
        &self.begun_at(at).book
    }

    /// The book of the files that come with the program.
    pub fn shipped(&self) -> &Arc<Rulebook> {
        &self.base.book
    }

    /// The last book, once everything that is activated has started.
    pub fn last_book(&self) -> &Arc<Rulebook> {
        self.later.last().map_or(&self.base.book, |begun| &begun.book)
    }

    /// What two operators have activated, in the order in which it starts.
    pub fn activations(&self) -> &[Activation] {
        &self.activations
    }

    /// The set that answers for an instant, past or to come.
    pub fn resolve(&self, province: Province, provider: &ProviderId, at: Timestamp) -> Arc<RuleSet> {
        self.book_at(at).resolve(province, provider, at)
    }

    /// The set in force for a round that opens now, with the number to pin (FIL-02).
    pub fn in_force(
        &self,
        province: Province,
        provider: &ProviderId,
        at: Timestamp,
    ) -> Option<(RuleSetNo, Arc<RuleSet>)> {
        mark!("FIL-02");
        let begun = self.begun_at(at);
        let set = begun.book.resolve(province, provider, at);
        Some((*begun.current.get(&set.id)?, set))
    }

    /// The set that a round was pinned to, whatever the books say now.
    pub fn pinned(&self, number: RuleSetNo) -> Option<&Arc<RuleSet>> {
        self.archive.get(&number)
    }
}
