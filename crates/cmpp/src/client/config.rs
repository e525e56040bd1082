//! What a client session has to know.

use std::num::{NonZeroU8, NonZeroU32};
use std::time::Duration;

use crate::auth::Secret;
use crate::ids::{SpId, Version};

/// How many requests may be without an answer at once: 1 to 256. The standard recommends 16.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Window(u16);

impl Window {
    /// The standard's.
    pub const STANDARD: Self = Self(16);
    /// The widest.
    pub const WIDEST: u16 = 256;

    /// `None` outside 1 to 256.
    pub const fn new(size: u16) -> Option<Self> {
        if size >= 1 && size <= Self::WIDEST { Some(Self(size)) } else { None }
    }

    /// As a number.
    pub fn size(self) -> usize {
        usize::from(self.0)
    }
}

/// How long a link may be silent before ACTIVE_TEST is sent: 30 to 180 seconds. The standard says 180; carriers ask for 30
/// to 60.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Heartbeat(Duration);

impl Heartbeat {
    /// What suits most carriers.
    pub const USUAL: Self = Self(Duration::from_secs(30));

    /// `None` outside 30 to 180 seconds.
    pub const fn seconds(seconds: u64) -> Option<Self> {
        if seconds >= 30 && seconds <= 180 { Some(Self(Duration::from_secs(seconds))) } else { None }
    }

    /// As a duration.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_and_heartbeats_have_bounds() {
        assert_eq!([0, 1, 256, 257].map(|size| Window::new(size).is_some()), [false, true, true, false]);
        assert_eq!([29, 30, 180, 181].map(|s| Heartbeat::seconds(s).is_some()), [false, true, true, false]);
    }
}
