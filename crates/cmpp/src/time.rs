//! Instants: those of every line, and the timestamp of a login.

pub use heyan_line::time::{Moment, absolute, beijing, report_minute};

use jiff::civil::DateTime;

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
}
