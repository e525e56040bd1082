//! What a client session has to know.

use std::num::{NonZeroU8, NonZeroU32};
use std::time::Duration;

use heyan_line::{Heartbeat, Secret, Window};

use crate::ids::MessageIds;

/// A value does not fit its field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field} has up to {most} characters of ASCII")]
pub struct Unusable {
    /// Which.
    pub field: &'static str,
    /// How many characters it has at most.
    pub most: usize,
}

/// Whether a text fits a field that ends with a zero.
pub(crate) fn fits(field: &'static str, text: &str, most: usize) -> Result<(), Unusable> {
    let is_usable = text.len() <= most && text.bytes().all(|octet| octet.is_ascii() && octet != 0);
    if is_usable { Ok(()) } else { Err(Unusable { field, most }) }
}

/// As whom a session logs in.
#[derive(Clone, Debug)]
pub struct Login {
    pub(super) system_id: String,
    pub(super) password: Secret,
    pub(super) system_type: String,
}

impl Login {
    /// For an account.
    ///
    /// # Errors
    /// The account has more than 15 characters, the password more than 8, the system type more than 12.
    pub fn new(system_id: &str, password: &str, system_type: &str) -> Result<Self, Unusable> {
        fits("system_id", system_id, 15)?;
        fits("password", password, 8)?;
        fits("system_type", system_type, 12)?;
        let password = Secret::new(password.to_owned());
        Ok(Self { system_id: system_id.to_owned(), password, system_type: system_type.to_owned() })
    }
}

/// What a client session has to know.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// As whom it logs in.
    pub login: Login,
    /// Requests without an answer at once.
    pub window: Window,
    /// Silence before enquire_link.
    pub heartbeat: Heartbeat,
    /// How long an answer may take.
    pub response_timeout: Duration,
    /// How often enquire_link is sent before the link is given up.
    pub heartbeat_attempts: NonZeroU8,
    /// Messages a second at most. Throttling lowers it for a while.
    pub rate_per_second: NonZeroU32,
    /// How the message centre writes ids.
    pub ids: MessageIds,
}

impl ClientConfig {
    /// With the usual values: window 16, heartbeat 30 s, answers within 60 s, three enquiries, 100 messages a second.
    ///
    /// # Errors
    /// As [`Login::new`].
    pub fn new(system_id: &str, password: &str, system_type: &str) -> Result<Self, Unusable> {
        const THREE: NonZeroU8 = NonZeroU8::MIN.saturating_add(2);
        const HUNDRED: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
        Ok(Self {
            login: Login::new(system_id, password, system_type)?,
            window: Window::STANDARD,
            heartbeat: Heartbeat::USUAL,
            response_timeout: Duration::from_secs(60),
            heartbeat_attempts: THREE,
            rate_per_second: HUNDRED,
            ids: MessageIds::default(),
        })
    }
}
