//! What is to be done later, in the order in which it is due.

use std::collections::BTreeMap;

use crate::Moment;

/// See the module. What is due at one moment comes in the order in which it was planned.
#[derive(Clone, Debug)]
pub struct Agenda<A> {
    actions: BTreeMap<(Moment, u64), A>,
    next: u64,
}

impl<A> Default for Agenda<A> {
    fn default() -> Self {
        Self { actions: BTreeMap::new(), next: 0 }
    }
}

impl<A> Agenda<A> {
    /// Puts something down for then.
    pub fn plan(&mut self, at: Moment, action: A) {
        self.actions.insert((at, self.next), action);
        self.next += 1;
    }

    /// Takes the next that is due.
    pub fn due(&mut self, now: Moment) -> Option<A> {
        let entry = self.actions.first_entry()?;
        if entry.key().0 <= now { Some(entry.remove()) } else { None }
    }

    /// When the next is due.
    pub fn next_due(&self) -> Option<Moment> {
        self.actions.keys().next().map(|(at, _)| *at)
    }

    /// Takes everything that is so, whenever it is due, in order.
    pub fn take(&mut self, is_so: impl Fn(&A) -> bool) -> Vec<A> {
        let found: Vec<_> =
            self.actions.iter().filter(|(_, action)| is_so(action)).map(|(key, _)| *key).collect();
        found.iter().filter_map(|key| self.actions.remove(key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_comes_in_order_and_nothing_before_its_time() {
        let mut agenda = Agenda::default();
        for (at, action) in [(2, 'c'), (1, 'a'), (1, 'b'), (3, 'd')] {
            agenda.plan(Moment::from_ms(at), action);
        }
        assert_eq!(agenda.take(|action| *action == 'b'), ['b']);
        let due: Vec<_> = std::iter::from_fn(|| agenda.due(Moment::from_ms(2))).collect();
        assert_eq!(due, ['a', 'c']);
        assert_eq!(agenda.next_due(), Some(Moment::from_ms(3)));
    }
}
