//! Requests that wait for their answers, each with the same patience.

use std::collections::{BTreeMap, VecDeque};

use crate::Moment;

/// Requests by sequence number, and in the order in which their answers are due. All have the same time, so that is the
/// order of sending.
#[derive(Clone, Debug)]
pub struct Waiting<K, T> {
    requests: BTreeMap<K, (Moment, T)>,
    order: VecDeque<(Moment, K)>,
}

impl<K, T> Default for Waiting<K, T> {
    fn default() -> Self {
        Self { requests: BTreeMap::new(), order: VecDeque::new() }
    }
}

impl<K: Ord + Copy, T> Waiting<K, T> {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// A request was sent.
    pub fn insert(&mut self, sequence: K, request: T, due: Moment) {
        self.requests.insert(sequence, (due, request));
        self.order.push_back((due, sequence));
    }

    /// One of them.
    pub fn get(&self, sequence: K) -> Option<&T> {
        self.requests.get(&sequence).map(|(_, request)| request)
    }

    /// Its answer has come.
    pub fn remove(&mut self, sequence: K) -> Option<T> {
        let request = self.requests.remove(&sequence);
        self.forget_answered();
        request.map(|(_, request)| request)
    }

    /// The next request whose time is over. It leaves; whoever sends it again inserts it again.
    pub fn overdue(&mut self, now: Moment) -> Option<(K, T)> {
        let (due, sequence) = *self.order.front()?;
        if due > now {
            return None;
        }
        self.remove(sequence).map(|request| (sequence, request))
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// When the next is due.
    pub fn next_due(&self) -> Option<Moment> {
        self.order.front().map(|(due, _)| *due)
    }

    /// All of them, in the order of sending.
    pub fn drain(&mut self) -> Vec<T> {
        let order = std::mem::take(&mut self.order);
        let mut requests = std::mem::take(&mut self.requests);
        order
            .iter()
            .filter_map(|(_, sequence)| requests.remove(sequence))
            .map(|(_, request)| request)
            .collect()
    }

    /// Takes answered requests from the front of the order, so that the front is always one that waits.
    fn forget_answered(&mut self) {
        while let Some((due, sequence)) = self.order.front() {
            if self.requests.get(sequence).is_some_and(|(waiting, _)| waiting == due) {
                break;
            }
            self.order.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answered_request_is_never_due() {
        let mut waiting = Waiting::default();
        for number in 1..=3_u32 {
            waiting.insert(number, number, Moment::from_ms(60_000 + u64::from(number)));
        }
        assert_eq!(waiting.remove(1), Some(1));
        assert_eq!(waiting.next_due(), Some(Moment::from_ms(60_002)));
        assert_eq!(waiting.overdue(Moment::from_ms(60_001)), None);
        assert_eq!(waiting.overdue(Moment::from_ms(60_002)), Some((2, 2)));
        assert_eq!(waiting.overdue(Moment::from_ms(60_002)), None);
        assert_eq!((waiting.drain(), waiting.len()), (vec![3], 0));
    }
}
