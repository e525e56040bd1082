//! How the double behaves.

use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use crate::account::Credentials;

/// What the double knows.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The keys that customers sign with, at either vendor.
    pub accounts: Vec<Credentials>,
    /// Requests a second; more are throttled. `None`: no limit.
    pub rate_per_second: Option<NonZeroU32>,
    /// The first that fits decides.
    pub rules: Vec<Rule>,
    /// What happens to messages that no rule fits.
    pub otherwise: Treatment,
}

impl Settings {
    /// Everything is delivered at once.
    pub fn new(accounts: Vec<Credentials>) -> Self {
        Self { accounts, rate_per_second: None, rules: Vec::new(), otherwise: Treatment::delivered() }
    }
}

/// Which messages are treated how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// For numbers that end so; nothing fits all.
    pub number_ends: String,
    /// Every how manieth of those.
    pub every: NonZeroU64,
    /// How.
    pub treatment: Treatment,
}

/// What happens to a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Treatment {
    /// The code of the answer; `None` is the vendor's word for acceptance.
    pub code: Option<String>,
    /// How long the answer takes.
    pub answer_after: Duration,
    /// The receipts that follow an acceptance, counted from the request, so one can come before the answer.
    pub receipts: Vec<Plan>,
    /// What happens instead of the answer.
    pub fault: Option<Fault>,
}

impl Treatment {
    /// Accepted and delivered at once.
    pub fn delivered() -> Self {
        let plan = Plan { arrived: true, code: "DELIVRD".to_owned(), after: Duration::ZERO };
        Self { code: None, answer_after: Duration::ZERO, receipts: vec![plan], fault: None }
    }
}

/// A receipt to come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Whether the message has arrived.
    pub arrived: bool,
    /// The code beside it.
    pub code: String,
    /// When, counted from the request.
    pub after: Duration,
}

/// What goes wrong instead of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The connection is closed.
    Close,
    /// Nothing is ever said.
    Silence,
    /// The answer is none of the vendor's.
    Garbage,
    /// A server in front of the vendor's says that it is not there (503).
    Unavailable,
}
