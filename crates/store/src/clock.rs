//! The one place that reads the time.

use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use heyan_domain::Timestamp;

/// Gives the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the clock that everything else takes as an argument"
        )]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that runs on from the one below it, ahead by an offset that can be moved forward, and that can be held
/// still. The sandbox, the demo and the tests use it.
#[derive(Debug)]
pub struct VirtualClock<C> {
    below: C,
    setting: Mutex<Setting>,
}

#[derive(Clone, Copy, Debug)]
struct Setting {
    offset_ms: i64,
    held_at: Option<Timestamp>,
}

impl<C: Clock> VirtualClock<C> {
    /// Ahead of the clock below by so many milliseconds.
    pub fn new(below: C, offset_ms: i64) -> Self {
        Self { below, setting: Mutex::new(Setting { offset_ms, held_at: None }) }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Setting) -> T) -> T {
        // A panic while the lock was held cannot have left the two numbers half written.
        change(&mut self.setting.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Stands still at an instant until [`release`](Self::release).
    pub fn hold(&self, at: Timestamp) {
        self.with(|setting| setting.held_at = Some(at));
    }

    /// Runs on from where it was held; gives the new offset, to be kept over restarts.
    pub fn release(&self) -> i64 {
        let below = self.below.now();
        self.with(|setting| {
            if let Some(at) = setting.held_at.take() {
                setting.offset_ms = at.since_ms(below);
            }
            setting.offset_ms
        })
    }
}

impl<C: Clock> Clock for VirtualClock<C> {
    fn now(&self) -> Timestamp {
        let below = self.below.now();
        self.with(|setting| setting.held_at.unwrap_or_else(|| below.plus_ms(setting.offset_ms)))
    }
}

/// A clock that stands still; below a [`VirtualClock`] it makes every run the same.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

impl<C: Clock + ?Sized> Clock for Box<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}
