//! What a client session has to know.

use std::num::{NonZeroU8, NonZeroU32};
use std::time::Duration;

pub use heyan_line::{Heartbeat, Window};

use crate::auth::Secret;
use crate::ids::{SpId, Version};

/// What a client session has to know.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// The account.
    pub sp_id: SpId,
    /// Its secret.
    pub secret: Secret,
    /// The version to ask for; its edition is what the session speaks.
    pub version: Version,
    /// Requests without an answer at once.
    pub window: Window,
    /// Silence before ACTIVE_TEST (C).
    pub heartbeat: Heartbeat,
    /// How long an answer may take (T): 60 seconds in the standard.
    pub response_timeout: Duration,
    /// How often ACTIVE_TEST is sent before the link is given up (N): 3 in the standard.
    pub heartbeat_attempts: NonZeroU8,
    /// How often a SUBMIT is sent on one connection while no answer comes. The standard allows 3. Here it is 1, because a
    /// gateway that does not know its sequence numbers again sends the message twice; without an answer the outcome is
    /// unknown, and the owner decides.
    pub submit_attempts: NonZeroU8,
    /// Messages a second at most. Throttling lowers it for a while.
    pub rate_per_second: NonZeroU32,
    /// Whether a gateway that does not prove that it knows the secret is refused. Deployed gateways often cannot.
    pub strict: bool,
}

impl ClientConfig {
    /// With the usual values: window 16, heartbeat 30 s, T 60 s, N 3, 100 messages a second, not strict.
    pub fn new(sp_id: SpId, secret: Secret, version: Version) -> Self {
        const THREE: NonZeroU8 = NonZeroU8::MIN.saturating_add(2);
        const HUNDRED: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
        Self {
            sp_id,
            secret,
            version,
            window: Window::STANDARD,
            heartbeat: Heartbeat::USUAL,
            response_timeout: Duration::from_secs(60),
            heartbeat_attempts: THREE,
            submit_attempts: NonZeroU8::MIN,
            rate_per_second: HUNDRED,
            strict: false,
        }
    }
}
