//! What becomes of messages at a carrier's double, in every protocol.

use std::num::NonZeroU64;
use std::time::Duration;

use crate::octets::Octets;

/// On which connection a report goes out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Way {
    /// Any of the account's.
    #[default]
    Any,
    /// Any but the one that brought the message; it waits until there is one.
    Other,
}

/// One report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReportPlan {
    /// Its Stat.
    pub stat: Octets<7>,
    /// How long after the message came. Less than the answer takes: it goes out before the answer.
    pub after: Duration,
    /// Where.
    pub way: Way,
}

/// Something that a broken gateway does instead of answering.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disturbance {
    /// Closes the connection, with whatever is unanswered.
    Close,
    /// Sends octets that are no frame.
    Garbage,
    /// Sends a frame whose length is less than a header.
    WrongLength,
    /// Keeps the connection and says nothing any more.
    Silence,
}

/// What becomes of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Treatment {
    /// The result that the answer has; 0 is success in every protocol.
    pub result: u32,
    /// How long the answer takes.
    pub answer_after: Duration,
    /// The reports: none, one, or several. Only for a result of 0 and a sender who wants them.
    pub reports: Vec<ReportPlan>,
    /// A fault instead of all that.
    pub disturbance: Option<Disturbance>,
}

impl Treatment {
    /// Accepted at once, delivered at once.
    pub fn delivered() -> Self {
        let report =
            ReportPlan { stat: Octets::from_wire(*b"DELIVRD"), after: Duration::ZERO, way: Way::Any };
        Self { result: 0, answer_after: Duration::ZERO, reports: vec![report], disturbance: None }
    }
}

/// A treatment for some messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// How the number ends, without spaces; empty for every number.
    pub number_ends: String,
    /// Every how manieth message of those.
    pub every: NonZeroU64,
    /// What becomes of it.
    pub treatment: Treatment,
}

/// What becomes of messages: the first rule that fits decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Script {
    /// The rules, in order.
    pub rules: Vec<Rule>,
    /// What becomes of the others.
    pub otherwise: Treatment,
}

impl Default for Script {
    fn default() -> Self {
        Self { rules: Vec::new(), otherwise: Treatment::delivered() }
    }
}

/// Plays a script.
#[derive(Clone, Debug)]
pub struct Player {
    script: Script,
    hits: Vec<u64>,
}

impl Player {
    /// From the beginning.
    pub fn new(script: Script) -> Self {
        Self { hits: vec![0; script.rules.len()], script }
    }

    /// What becomes of the next message, to these numbers.
    pub fn treatment<N: AsRef<str>>(&mut self, numbers: &[N]) -> Treatment {
        for (rule, hits) in self.script.rules.iter().zip(&mut self.hits) {
            if !numbers.iter().any(|number| number.as_ref().ends_with(&rule.number_ends)) {
                continue;
            }
            *hits += 1;
            if hits.is_multiple_of(rule.every.get()) {
                return rule.treatment.clone();
            }
        }
        self.script.otherwise.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_fits_decides_every_so_manieth_time() {
        let treatment = Treatment { result: 8, ..Treatment::delivered() };
        let rule = Rule { number_ends: "9".to_owned(), every: NonZeroU64::new(2).unwrap(), treatment };
        let mut player = Player::new(Script { rules: vec![rule], ..Script::default() });
        let results = ["19", "18", "19", "19"].map(|number| player.treatment(&[number]).result);
        assert_eq!(results, [0, 0, 8, 0]);
    }
}
