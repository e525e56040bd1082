//! Instants, and the civil calendar of Asia/Shanghai (DDL-01).
//!
//! China has used UTC+8 without daylight saving since 1991-09-15, before any filing existed, so a fixed offset is the
//! whole time zone and no database of zones is needed.

use std::fmt;
use std::time::Duration;

use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One second, in the unit of [`Timestamp`].
pub const SECOND_MS: i64 = 1_000;
/// One minute, in the unit of [`Timestamp`].
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// One hour, in the unit of [`Timestamp`].
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// One day, in the unit of [`Timestamp`].
pub const DAY_MS: i64 = 24 * HOUR_MS;

const BEIJING: Offset = Offset::constant(8);

/// An instant: milliseconds since 1970-01-01T00:00:00Z. RFC 3339 with the offset +08:00 on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the epoch.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// This instant moved by so many milliseconds; saturates instead of overflowing.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This instant moved by a duration; saturates instead of overflowing.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        self.plus_ms(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }

    /// Milliseconds from `earlier` to here; negative if `earlier` is later.
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The first whole second at or after this instant.
    #[must_use]
    pub const fn ceil_to_second(self) -> Self {
        let rest = self.0.rem_euclid(SECOND_MS);
        if rest == 0 { self } else { Self(self.0 - rest + SECOND_MS) }
    }

    /// An instant from a civil date and time in Beijing; `None` outside the years that can be represented.
    pub fn from_beijing(at: civil::DateTime) -> Option<Self> {
        let zoned = at.to_zoned(TimeZone::fixed(BEIJING)).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }

    /// The civil date and time in Beijing.
    pub fn beijing(self) -> civil::DateTime {
        crate::mark!("DDL-01");
        BEIJING.to_datetime(self.to_jiff())
    }

    /// The civil date in Beijing.
    pub fn beijing_date(self) -> civil::Date {
        self.beijing().date()
    }

    /// Midnight in Beijing at which this instant's civil day began.
    #[must_use]
    pub const fn beijing_midnight(self) -> Self {
        let shifted = self.0.saturating_add(8 * HOUR_MS);
        Self(shifted.div_euclid(DAY_MS) * DAY_MS - 8 * HOUR_MS)
    }

    /// 12:00 in Beijing on the calendar day after this instant's (RES-06).
    #[must_use]
    pub const fn next_day_noon(self) -> Self {
        Self(self.beijing_midnight().0.saturating_add(DAY_MS + 12 * HOUR_MS))
    }

    /// `HH:MM` in Beijing, as people are told when to try again.
    pub fn beijing_hh_mm(self) -> String {
        let at = self.beijing();
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// `14:05:09`, in Beijing.
    pub fn beijing_hh_mm_ss(self) -> String {
        format!("{}:{:02}", self.beijing_hh_mm(), self.beijing().second())
    }

    /// `2026年11月22日 14:05`, in Beijing.
    pub fn beijing_zh(self) -> String {
        let at = self.beijing();
        format!("{}年{}月{}日 {:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute())
    }

    /// Parses RFC 3339 with an offset.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let at: jiff::Timestamp = text.parse().ok()?;
        Some(Self(at.as_millisecond()))
    }

    fn to_jiff(self) -> jiff::Timestamp {
        // Out of range happens only for instants no clock gives; clamping keeps formatting total.
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_jiff().display_with_offset(BEIJING))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse_rfc3339(&text).ok_or_else(|| D::Error::custom("not a time in RFC 3339 with an offset"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn noon_of_the_next_day_in_beijing() {
        assert_eq!(at("2026-03-02T09:00:00+08:00").next_day_noon(), at("2026-03-03T12:00:00+08:00"));
        assert_eq!(at("2026-03-02T23:59:59.999+08:00").next_day_noon(), at("2026-03-03T12:00:00+08:00"));
        assert_eq!(at("2026-03-02T16:00:00Z").next_day_noon(), at("2026-03-04T12:00:00+08:00"));
    }

    #[test]
    fn whole_seconds_round_up() {
        assert_eq!(at("2026-03-02T09:00:00.001Z").ceil_to_second(), at("2026-03-02T09:00:01Z"));
        assert_eq!(at("2026-03-02T09:00:00Z").ceil_to_second(), at("2026-03-02T09:00:00Z"));
    }

    #[test]
    fn wire_form_is_rfc3339_with_the_offset_of_beijing() {
        assert_eq!(at("2026-03-02T01:02:03.5Z").to_string(), "2026-03-02T09:02:03.5+08:00");
    }
}
