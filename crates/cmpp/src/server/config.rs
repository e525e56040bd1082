//! What the double has to know: accounts, and how it keeps to the protocol.

use std::num::NonZeroU32;
use std::time::Duration;

pub use heyan_line::script::{Disturbance, ReportPlan, Rule, Script, Treatment, Way};

use crate::auth::Secret;
use crate::client::Window;
use crate::ids::SpId;

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
