//! What is kept for how long: the one table that the portal's notice, the operator's page and `docs/security.md` show.

use crate::time::DAY_MS;

/// How long the ways from a carrier's receipt to its message are kept, and receipts that came before them.
pub const RECEIPTS_KEPT_MS: i64 = 3 * DAY_MS;
/// How long replies to requests with an `Idempotency-Key` are kept.
pub const REPLIES_KEPT_MS: i64 = 7 * DAY_MS;
/// How long a request to see personal data in clear is listed; the audit log keeps it for good.
pub const UNMASKINGS_KEPT_MS: i64 = 90 * DAY_MS;
/// How long files of the enterprise interface are kept at most: results that nobody takes away. The last file that came is
/// kept for half as long, and until one of its filings is erased.
pub const ENTERPRISE_FILES_KEPT_MS: i64 = 180 * DAY_MS;

/// For how many days the personal data of a filing is kept after its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retention(u16);

impl Retention {
    /// The fewest days: what an administration's decision, a complaint about it and a new report may still need.
    pub const MIN_DAYS: u16 = 30;
    /// The most days. The registry keeps what the law wants kept; a filing is only how it came there.
    pub const MAX_DAYS: u16 = 1_095;
    /// Half a year, the least time that 网络安全法 art. 21 (3) wants logs of a network kept. Decided.
    pub const DEFAULT_DAYS: u16 = 180;

    /// So many days; `None` for what is too short or too long to be meant.
    pub fn of_days(days: u16) -> Option<Self> {
        (Self::MIN_DAYS..=Self::MAX_DAYS).contains(&days).then_some(Self(days))
    }

    /// The days.
    pub const fn days(self) -> u16 {
        self.0
    }

    /// What has ended at or before this instant is erased.
    pub fn ended_before(self, now: crate::Timestamp) -> crate::Timestamp {
        now.plus_ms(-i64::from(self.0) * DAY_MS)
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self(Self::DEFAULT_DAYS)
    }
}

/// How long something is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Period {
    /// Until [`Retention`] after the filing's end.
    AfterTheEnd,
    /// So many days.
    Days(u16),
    /// Until a carrier has accepted the message, or nobody waits for it any more.
    UntilSent,
    /// As long as the record is in the registry; a cancellation removes it.
    WhileOnRecord,
    /// Nothing personal about people in filings is in it, so it is not erased.
    ForGood,
}

/// One row: what is kept, and for how long. What it is, what for and why so long are texts under its key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The key of its texts.
    pub key: &'static str,
    /// How long.
    pub period: Period,
}

const fn days(ms: i64) -> Period {
    // A period of this table has few days.
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`try_from` is not const"
    )]
    Period::Days((ms / DAY_MS) as u16)
}

/// Everything personal that is kept, and for how long.
pub const PERIODS: &[Kept] = &[
    Kept { key: "filed", period: Period::AfterTheEnd },
    Kept { key: "indexes", period: Period::AfterTheEnd },
    Kept { key: "codes", period: Period::AfterTheEnd },
    Kept { key: "messages", period: Period::UntilSent },
    Kept { key: "counters", period: Period::Days(1) },
    Kept { key: "receipts", period: days(RECEIPTS_KEPT_MS) },
    Kept { key: "replies", period: days(REPLIES_KEPT_MS) },
    Kept { key: "exchange", period: days(ENTERPRISE_FILES_KEPT_MS) },
    Kept { key: "unmaskings", period: days(UNMASKINGS_KEPT_MS) },
    Kept { key: "registry", period: Period::WhileOnRecord },
    Kept { key: "audit", period: Period::ForGood },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn a_period_that_cannot_be_meant_is_none() {
        for refused in [0, 29, 1_096, u16::MAX] {
            assert_eq!(Retention::of_days(refused), None, "{refused}");
        }
        for taken in [30, 180, 1_095] {
            assert_eq!(Retention::of_days(taken).map(Retention::days), Some(taken));
        }
        let now = Timestamp::from_ms(200 * DAY_MS);
        assert_eq!(Retention::default().ended_before(now), Timestamp::from_ms(20 * DAY_MS));
    }
}
