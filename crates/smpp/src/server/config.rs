//! What the double has to know: accounts, and how it keeps to the protocol.

use std::num::NonZeroU32;
use std::time::Duration;

pub use heyan_line::script::{Disturbance, ReportPlan, Rule, Script, Treatment, Way};

use heyan_line::{Secret, Window};

/// Somebody who may log in.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name.
    pub system_id: String,
    /// The password.
    pub password: Secret,
    /// Messages without an answer at once; one more is answered with ESME_RTHROTTLED.
    pub window: Window,
    /// Messages a second; one more is answered with ESME_RTHROTTLED. No limit without it.
    pub rate_per_second: Option<NonZeroU32>,
    /// Connections at once; one more is refused with ESME_RALYBND.
    pub connections: usize,
}

impl Account {
    /// With window 16, no rate and 8 connections.
    pub fn new(system_id: &str, password: Secret) -> Self {
        Self {
            system_id: system_id.to_owned(),
            password,
            window: Window::STANDARD,
            rate_per_second: None,
            connections: 8,
        }
    }
}

/// How receipts write the id that the answer had in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReceiptIds {
    /// The same.
    #[default]
    Same,
    /// In decimal, filled up to ten digits, as many message centres do.
    Decimal,
}

/// What the double has to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who may log in.
    pub accounts: Vec<Account>,
    /// What becomes of messages.
    pub script: Script,
    /// How receipts write ids.
    pub receipt_ids: ReceiptIds,
    /// Whether receipts have receipted_message_id and message_state beside their text.
    pub receipt_parameters: bool,
    /// deliver_sm without an answer at once, per connection.
    pub deliver_window: Window,
    /// How long an answer may take before the connection is given up and the receipt goes out on another.
    pub response_timeout: Duration,
    /// Silence before the double sends enquire_link; never without it.
    pub heartbeat: Option<Duration>,
}

impl Settings {
    /// The usual values, for some accounts.
    pub fn new(accounts: Vec<Account>) -> Self {
        Self {
            accounts,
            script: Script::default(),
            receipt_ids: ReceiptIds::Same,
            receipt_parameters: true,
            deliver_window: Window::STANDARD,
            response_timeout: Duration::from_secs(60),
            heartbeat: None,
        }
    }
}
