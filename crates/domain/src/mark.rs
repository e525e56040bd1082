//! Ties a clause of the regulation to the line that decides it.
//!
//! `mark!("VER-05")` stands where the requirement is decided. In debug builds it notes that the line ran, so that the
//! scenario which claims to prove the clause can be held to it; in release builds it is nothing.

use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    static HITS: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes that the line deciding a requirement ran. See the module.
#[macro_export]
macro_rules! mark {
    ($($id:literal),+ $(,)?) => {
        if cfg!(debug_assertions) {
            $($crate::mark::hit($id);)+
        }
    };
}

/// Called by [`mark!`](crate::mark!) in debug builds.
pub fn hit(id: &'static str) {
    HITS.with_borrow_mut(|hits| hits.insert(id));
}

/// The ids noted on this thread since the last call, and forgets them.
pub fn take() -> BTreeSet<&'static str> {
    HITS.take()
}
