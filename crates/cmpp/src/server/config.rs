//! What the double plays: accounts, and a script of what becomes of messages.

use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use crate::auth::Secret;
use crate::client::Window;
use crate::ids::SpId;
use crate::octets::Octets;

/// What a gateway puts into AuthenticatorISMG.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GatewayForm {
    /// What the standard of the edition says.
    #[default]
    Standard,
    /// The other width of the status.
    Other,
    /// Zeros.
    Zeros,
    /// A text.
    Text,
}

/// Somebody who may log in.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name.
    pub sp_id: SpId,
    /// The secret.
    pub secret: Secret,
    /// SUBMITs without an answer at once; one more is answered with "flow control".
    pub window: Window,
    /// Messages a second; one more is answered with "flow control". No limit without it.
    pub rate_per_second: Option<NonZeroU32>,
    /// Connections at once; one more is refused with status 5.
    pub connections: usize,
    /// What the login's answer proves.
    pub form: GatewayForm,
}

impl Account {
    /// With window 16, no rate, 8 connections and the standard's answer.
    pub fn new(sp_id: SpId, secret: Secret) -> Self {
        Self {
            sp_id,
            secret,
            window: Window::STANDARD,
            rate_per_second: None,
            connections: 8,
            form: GatewayForm::Standard,
        }
    }
}

/// On which connection a report goes out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Way {
    /// Any of the account's.
    #[default]
    Any,
    /// Any but the one that brought the SUBMIT; it waits until there is one.
    Other,
}

/// One report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReportPlan {
    /// Its Stat.
    pub stat: Octets<7>,
    /// How long after the SUBMIT came. Less than the answer takes: it goes out before the answer.
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
    /// Result of the SUBMIT_RESP.
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

/// What the double has to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who may log in.
    pub accounts: Vec<Account>,
    /// What becomes of messages.
    pub script: Script,
    /// The gateway's number, part of each Msg_Id; 22 bits.
    pub gateway: u32,
    /// DELIVERs without an answer at once, per connection.
    pub deliver_window: Window,
    /// How long an answer may take before a DELIVER is sent again.
    pub response_timeout: Duration,
    /// How often a DELIVER is sent on one connection.
    pub deliver_attempts: u8,
    /// Silence before the double sends ACTIVE_TEST; never without it.
    pub heartbeat: Option<Duration>,
}

impl Settings {
    /// The usual values of the standard, for some accounts.
    pub fn new(accounts: Vec<Account>) -> Self {
        Self {
            accounts,
            script: Script::default(),
            gateway: 1,
            deliver_window: Window::STANDARD,
            response_timeout: Duration::from_secs(60),
            deliver_attempts: 3,
            heartbeat: None,
        }
    }
}
