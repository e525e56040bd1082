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

/// Timestamp of CONNECT: MMDDHHMMSS of Beijing as a decimal number. As text it has ten digits, with a leading zero from
/// January to September, and that is what is hashed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LoginTime(u32);

impl LoginTime {
    /// The number as it came, whether or not it is a time.
    pub const fn from_wire(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The ten digits.
    pub fn text(self) -> String {
        format!("{:010}", self.0)
    }

    /// Beijing's time at a number of milliseconds since 1970.
    pub fn at(unix_ms: i64) -> Self {
        Self::of(beijing(unix_ms))
    }

    /// A civil time.
    pub fn of(at: DateTime) -> Self {
        let parts = [at.month(), at.day(), at.hour(), at.minute(), at.second()];
        Self(parts.iter().fold(0, |number, part| number * 100 + u32::try_from(*part).unwrap_or_default()))
    }
}

impl std::fmt::Debug for LoginTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

/// Beijing's civil time at a number of milliseconds since 1970.
pub fn beijing(unix_ms: i64) -> DateTime {
    let at = jiff::Timestamp::from_millisecond(unix_ms).unwrap_or_default();
    jiff::tz::offset(8).to_datetime(at)
}

/// YYMMDDhhmm, as reports have it.
pub fn report_minute(at: DateTime) -> String {
    format!("{:02}{:02}{:02}{:02}{:02}", at.year() % 100, at.month(), at.day(), at.hour(), at.minute())
}

/// ValId_Time and At_Time: an absolute time in the form that CMPP takes from SMPP 3.3, `YYMMDDhhmmss032+`: tenths of a
/// second, then quarter hours ahead of UTC.
pub fn absolute(at: DateTime) -> String {
    format!("{}{:02}032+", report_minute(at), at.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_login_time_has_ten_digits() {
        // 2026-01-02 03:04:05 in Beijing.
        let at = LoginTime::at(1_767_294_245_000);
        assert_eq!(at.text(), "0102030405");
        assert_eq!(at.number(), 102_030_405);
        assert_eq!(LoginTime::from_wire(1_122_153_820).text(), "1122153820");
    }

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
