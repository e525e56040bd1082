//! What the vendors' codes mean: one table of each kind, total, with what is not listed mapped to the cautious reading.
//!
//! `docs/sms.md` shows the tables; a test compares. Receipts of mainland carriers carry the carriers' own words, which are those
//! of CMPP's reports, so those tables are used behind the vendors' own.

pub mod alibaba;
pub mod tencent;

pub use heyan_cmpp::codes::{Cause, Meaning, Row, Source};

use heyan_cmpp::codes::stat;

use crate::Vendor;

/// Codes of one kind: those that are listed, and families by how they begin.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Code by code.
    pub listed: &'static [(&'static str, Row)],
    /// By beginning; the first that fits.
    pub families: &'static [(&'static str, Row)],
}

impl Table {
    fn find(&self, code: &str) -> Option<Row> {
        let listed = self.listed.iter().find(|(listed, _)| *listed == code);
        let found = listed.or_else(|| self.families.iter().find(|(begin, _)| code.starts_with(begin)));
        found.map(|(_, row)| *row)
    }
}

const fn vendor(meaning: Meaning, cause: Cause, words: &'static str) -> Row {
    Row::new(meaning, cause, Source::Vendor, words)
}

/// What is not listed, in an answer.
const NOT_LISTED: Row = Row::new(Meaning::Unknown, Cause::None, Source::Silence, "not listed");
/// What is not listed, in a receipt that says that the message has not arrived.
const NOT_ARRIVED: Row =
    Row::new(Meaning::FailedForNow, Cause::None, Source::Vendor, "not listed, but said not to have arrived");
/// A receipt that says that the message has arrived, whatever its code.
const ARRIVED: Row = vendor(Meaning::Delivered, Cause::None, "delivered");

/// What a code in an answer means. `Intermediate` is an acceptance.
pub fn answer(vendor: Vendor, code: &str) -> Row {
    match vendor {
        Vendor::Tencent => tencent::answer(code),
        Vendor::Alibaba => alibaba::answer(code),
    }
}

/// What a receipt means: both vendors say whether the message has arrived, and give a code beside it.
pub fn receipt(vendor: Vendor, arrived: bool, code: &str) -> Row {
    if arrived {
        return ARRIVED;
    }
    let own = match vendor {
        Vendor::Tencent => tencent::RECEIPTS.find(code),
        Vendor::Alibaba => alibaba::RECEIPTS.find(code),
    };
    let row = own.unwrap_or_else(|| stat(code));
    match (row.meaning, row.source) {
        // It contradicts itself.
        (Meaning::Delivered | Meaning::Intermediate, _) => NOT_LISTED,
        (Meaning::Unknown, Source::Silence) => NOT_ARRIVED,
        (Meaning::Unknown | Meaning::FailedForNow | Meaning::FailedForGood, _) => row,
    }
}

/// Whether a code in an answer asks to send more slowly.
pub fn is_throttling(vendor: Vendor, code: &str) -> bool {
    match vendor {
        Vendor::Tencent => code.starts_with("RequestLimitExceeded"),
        Vendor::Alibaba => code.starts_with("Throttling"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_listed_twice_and_each_has_its_own_row() {
        for table in [tencent::ANSWERS, tencent::RECEIPTS, alibaba::ANSWERS, alibaba::RECEIPTS] {
            for (index, (code, row)) in table.listed.iter().enumerate() {
                assert!(
                    table.listed[..index].iter().all(|(earlier, _)| earlier != code),
                    "{code} is listed twice"
                );
                assert_eq!(table.find(code), Some(*row));
            }
            for (index, (begin, _)) in table.families.iter().enumerate() {
                assert!(
                    !table.families[..index].iter().any(|(earlier, _)| begin.starts_with(earlier)),
                    "{begin}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_listed_ends_no_message() {
        for vendor in [Vendor::Tencent, Vendor::Alibaba] {
            for code in ["", "Something.New", "ok", "InternalError", "ServiceUnavailable"] {
                assert_eq!(answer(vendor, code).meaning, Meaning::Unknown, "{code}");
            }
        }
    }

    #[test]
    fn throttling_can_succeed_later() {
        for (vendor, code) in
            [(Vendor::Tencent, "RequestLimitExceeded"), (Vendor::Alibaba, "Throttling.User")]
        {
            assert!(is_throttling(vendor, code));
            assert_eq!(answer(vendor, code).meaning, Meaning::FailedForNow);
        }
    }

    #[test]
    fn receipts_say_first_whether_it_has_arrived() {
        for vendor in [Vendor::Tencent, Vendor::Alibaba] {
            assert_eq!(receipt(vendor, true, "whatever").meaning, Meaning::Delivered);
            assert_eq!(receipt(vendor, false, "DELIVRD").meaning, Meaning::Unknown, "it contradicts itself");
            assert_eq!(receipt(vendor, false, "NEWCODE").meaning, Meaning::FailedForNow);
            assert_eq!(receipt(vendor, false, "MK:0001"), stat("MK:0001"), "the carriers' words are CMPP's");
            assert_eq!(receipt(vendor, false, "MC:0055").meaning, Meaning::Unknown, "the phone may have it");
        }
        assert_eq!(receipt(Vendor::Alibaba, false, "MOBILE_IN_BLACK").meaning, Meaning::FailedForGood);
        assert_eq!(receipt(Vendor::Tencent, false, "WTNFAIL").meaning, Meaning::FailedForNow);
    }
}
