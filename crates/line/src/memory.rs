//! A short memory of requests that have ended, so that a second or a late answer is known for what it is.

use std::collections::{BTreeMap, VecDeque};

/// Ended requests that are remembered. One more and the oldest is forgotten.
pub const MOST_REMEMBERED: usize = 1024;

/// See the module.
#[derive(Clone, Debug)]
pub struct Memory<K, P> {
    past: BTreeMap<K, P>,
    order: VecDeque<K>,
}

impl<K, P> Default for Memory<K, P> {
    fn default() -> Self {
        Self { past: BTreeMap::new(), order: VecDeque::new() }
    }
}

impl<K: Ord + Copy, P: Copy> Memory<K, P> {
    /// A request has ended so; what was known of it before is forgotten.
    pub fn remember(&mut self, sequence: K, past: P) {
        if self.past.insert(sequence, past).is_none() {
            self.order.push_back(sequence);
        }
        if self.order.len() > MOST_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.past.remove(&oldest);
        }
    }

    /// How a request has ended, if that is remembered.
    pub fn get(&self, sequence: K) -> Option<P> {
        self.past.get(&sequence).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_is_bounded() {
        let mut memory = Memory::default();
        for number in 0..=1024 {
            memory.remember(number, 'a');
        }
        assert_eq!(memory.get(0), None);
        assert_eq!(memory.get(1), Some('a'));
        assert_eq!(memory.past.len(), MOST_REMEMBERED);
    }
}
