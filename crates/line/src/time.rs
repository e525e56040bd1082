//! Instants: a steady one for timers, and the civil ones that go over the wire.

use std::time::Duration;

use jiff::civil::DateTime;

/// An instant of a steady clock, counted from any fixed point. The wall clock may jump; timers may not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Moment(Duration);

impl Moment {
    /// From the time since the fixed point.
    pub const fn after(since: Duration) -> Self {
        Self(since)
    }

    /// From milliseconds since the fixed point.
    pub const fn from_ms(ms: u64) -> Self {
        Self(Duration::from_millis(ms))
    }

    /// The time since the fixed point.
    pub const fn since_start(self) -> Duration {
        self.0
    }

    /// Later by so much.
    #[must_use]
    pub const fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }

    /// The time from `earlier` to here; zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Beijing's civil time at a number of milliseconds since 1970.
pub fn beijing(unix_ms: i64) -> DateTime {
    let at = jiff::Timestamp::from_millisecond(unix_ms).unwrap_or_default();
    jiff::tz::offset(8).to_datetime(at)
}

/// YYMMDDhhmm, as reports and receipts have it.
pub fn report_minute(at: DateTime) -> String {
    format!("{:02}{:02}{:02}{:02}{:02}", at.year() % 100, at.month(), at.day(), at.hour(), at.minute())
}

/// An absolute time in the form of SMPP that CMPP and SGIP have too, `YYMMDDhhmmss032+`: tenths of a
/// second, then quarter hours ahead of UTC.
pub fn absolute(at: DateTime) -> String {
    format!("{}{:02}032+", report_minute(at), at.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_reports_and_validity() {
        let at = beijing(1_767_294_245_000);
        assert_eq!(report_minute(at), "2601020304");
        assert_eq!(absolute(at), "260102030405032+");
        assert_eq!(absolute(at).len(), 16);
    }

    #[test]
    fn moments_saturate() {
        assert_eq!(Moment::from_ms(5).since(Moment::from_ms(7)), Duration::ZERO);
        assert_eq!(Moment::from_ms(5).plus(Duration::from_millis(2)), Moment::from_ms(7));
    }
}
