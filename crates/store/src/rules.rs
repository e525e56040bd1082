//! The rules in force, shared by all who need them.

use std::sync::{Arc, PoisonError, RwLock};

use heyan_domain::Timestamp;
use heyan_domain::rulebook::{RuleSet, Rulebook};
use heyan_domain::rules::{RuleSetNo, Rules};

/// Put in place by the engine alone, once the transaction that changes them is on disk. What is in here holds for every instant,
/// also for one to come: nothing has to happen when a version starts.
#[derive(Debug)]
pub struct SharedRules {
    current: RwLock<Arc<Rules>>,
}

impl SharedRules {
    /// To begin with.
    pub fn new(rules: Rules) -> Self {
        Self { current: RwLock::new(Arc::new(rules)) }
    }

    /// As they are now.
    pub fn current(&self) -> Arc<Rules> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn replace(&self, rules: Arc<Rules>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = rules;
    }

    /// The book in force at an instant.
    pub fn book_at(&self, at: Timestamp) -> Arc<Rulebook> {
        Arc::clone(self.current().book_at(at))
    }

    /// The set that a round was pinned to.
    pub fn pinned(&self, number: RuleSetNo) -> Option<Arc<RuleSet>> {
        self.current().pinned(number).map(Arc::clone)
    }
}
