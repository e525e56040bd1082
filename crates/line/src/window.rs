//! How much may wait for an answer, and how long a line may be silent.

use std::time::Duration;

/// How many requests may be without an answer at once: 1 to 256. CMPP recommends 16.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Window(u16);

impl Window {
    /// What CMPP recommends, and most carriers grant.
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

/// How long a link may be silent before it is asked whether the other side lives (ACTIVE_TEST, enquire_link): 30 to 180
/// seconds. CMPP says 180; carriers ask for 30 to 60.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_and_heartbeats_have_bounds() {
        assert_eq!([0, 1, 256, 257].map(|size| Window::new(size).is_some()), [false, true, true, false]);
        assert_eq!([29, 30, 180, 181].map(|s| Heartbeat::seconds(s).is_some()), [false, true, true, false]);
    }
}
