//! Numbers to which something happens each time, so that whoever tries an integration sees what it does then.

use heyan_domain::terms::Phone;
use heyan_domain::time::MINUTE_MS;

/// What becomes of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Behaviour {
    /// It arrives at once: every other number.
    Arrives,
    /// The carrier takes it and is never heard of it again.
    NeverHeardOf,
    /// It arrives after ten minutes of the sandbox's clock.
    Late,
    /// The carrier says that the phone wants no such messages.
    Blacklisted,
    /// The carrier says that there is no such phone.
    Undeliverable,
}

/// How late what is late arrives.
pub const LATE_MS: i64 = 10 * MINUTE_MS;

/// The numbers that behave, by what they begin with: a hundred of each.
pub const NUMBERS: [(&str, Behaviour); 4] = [
    ("154999990", Behaviour::NeverHeardOf),
    ("154999991", Behaviour::Late),
    ("154999992", Behaviour::Blacklisted),
    ("154999993", Behaviour::Undeliverable),
];

impl Behaviour {
    /// What becomes of messages to a number.
    pub fn of(phone: &Phone) -> Self {
        let found = NUMBERS.iter().find(|(prefix, _)| phone.as_str().starts_with(prefix));
        found.map_or(Self::Arrives, |(_, behaviour)| *behaviour)
    }

    /// What the carrier says when a message has ended there.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Arrives | Self::NeverHeardOf | Self::Late => "DELIVRD",
            Self::Blacklisted => "MBBLACK",
            Self::Undeliverable => "UNDELIV",
        }
    }
}
