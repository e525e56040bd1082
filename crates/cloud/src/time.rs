//! The time that is signed.

use jiff::Timestamp;

/// A whole second of the wall clock, counted from 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Second(i64);

impl Second {
    /// From seconds since 1970.
    pub const fn new(since_1970: i64) -> Self {
        Self(since_1970)
    }

    /// From milliseconds since 1970.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms.div_euclid(1000))
    }

    /// Seconds since 1970.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// How far two are apart, whichever is later.
    pub const fn apart(self, other: Self) -> u64 {
        self.0.abs_diff(other.0)
    }

    fn timestamp(self) -> Timestamp {
        // Only years after 9999 have no timestamp.
        Timestamp::from_second(self.0).unwrap_or(Timestamp::MAX)
    }

    /// The day in UTC: `2019-02-25`.
    pub fn date(self) -> String {
        self.timestamp().strftime("%Y-%m-%d").to_string()
    }

    /// In UTC: `2019-02-25T16:44:25Z`.
    pub fn iso(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Reads what [`Self::iso`] writes, and every other offset.
    pub fn parse(iso: &str) -> Option<Self> {
        iso.parse::<Timestamp>().ok().map(|at| Self(at.as_second()))
    }

    /// Beijing's time as vendors' receipts have it: `2019-02-26 00:44:25`.
    pub fn beijing(self) -> String {
        let at = self.timestamp().to_zoned(jiff::tz::Offset::constant(8).to_time_zone());
        at.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let at = Second::new(1_551_113_065);
        assert_eq!((at.date().as_str(), at.iso().as_str()), ("2019-02-25", "2019-02-25T16:44:25Z"));
        assert_eq!(at.beijing(), "2019-02-26 00:44:25");
        assert_eq!(Second::parse("2019-02-25T16:44:25Z"), Some(at));
        assert_eq!(Second::parse("yesterday"), None);
        assert_eq!(Second::from_ms(-1), Second::new(-1));
        assert_eq!(Second::new(3).apart(Second::new(5)), 2);
    }
}
