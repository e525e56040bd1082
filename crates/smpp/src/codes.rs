//! What a message centre's codes mean: total tables, with what is not listed mapped to [`Meaning::Unknown`].
//!
//! Only an explicit success or failure ends a message. `docs/sms.md` shows the tables; a test compares.

pub use heyan_line::codes::{Cause, Meaning, Row, Source};

use Cause::{Account, Carrier, Content, Protocol, Recipient};
use Meaning::{Delivered, FailedForGood, FailedForNow, Intermediate, Unknown};
use Source::{Field, Silence, Standard};

/// ESME_RINVCMDID.
pub const INVALID_COMMAND: u32 = 0x03;
/// ESME_RINVBNDSTS.
pub const WRONG_STATE: u32 = 0x04;
/// ESME_RALYBND.
pub const ALREADY_BOUND: u32 = 0x05;
/// ESME_RBINDFAIL.
pub const BIND_FAILED: u32 = 0x0D;
/// ESME_RINVPASWD.
pub const WRONG_PASSWORD: u32 = 0x0E;
/// ESME_RINVSYSID.
pub const WRONG_SYSTEM_ID: u32 = 0x0F;
/// ESME_RTHROTTLED.
pub const THROTTLED: u32 = 0x58;
/// ESME_RX_P_APPN: the receiver will never take this.
pub const REFUSED_FOR_GOOD: u32 = 0x65;

const fn row(meaning: Meaning, cause: Cause, source: Source, words: &'static str) -> Row {
    Row::new(meaning, cause, source, words)
}

const NOT_LISTED: Row = row(Unknown, Cause::None, Silence, "not listed");

/// Every listed command_status of an answer to submit_sm.
pub const STATUSES: &[(u32, Row)] = &[
    (0x00, row(Intermediate, Cause::None, Standard, "accepted, a receipt will follow")),
    (0x01, row(FailedForGood, Content, Standard, "length of the message")),
    (0x02, row(FailedForGood, Protocol, Standard, "length of the command")),
    (0x03, row(FailedForGood, Protocol, Standard, "command id")),
    (0x04, row(FailedForNow, Carrier, Standard, "not in this state of the session")),
    (0x05, row(FailedForNow, Carrier, Standard, "already logged in")),
    (0x06, row(FailedForGood, Protocol, Standard, "priority flag")),
    (0x07, row(FailedForGood, Protocol, Standard, "registered delivery flag")),
    (0x08, row(FailedForNow, Carrier, Standard, "system error")),
    (0x0A, row(FailedForGood, Account, Standard, "source address")),
    (0x0B, row(FailedForGood, Recipient, Standard, "destination address")),
    (0x0C, row(FailedForGood, Protocol, Standard, "message id")),
    (0x0D, row(FailedForNow, Account, Standard, "login failed")),
    (0x0E, row(FailedForGood, Account, Standard, "password")),
    (0x0F, row(FailedForGood, Account, Standard, "system id")),
    (0x14, row(FailedForNow, Carrier, Standard, "message queue full")),
    (0x15, row(FailedForGood, Account, Standard, "service type")),
    (0x33, row(FailedForGood, Protocol, Standard, "number of destinations")),
    (0x42, row(FailedForGood, Protocol, Standard, "esm class")),
    (0x43, row(FailedForGood, Protocol, Standard, "submit to a distribution list")),
    (0x45, row(FailedForGood, Carrier, Standard, "submit failed")),
    (0x48, row(FailedForGood, Account, Standard, "source address's type of number")),
    (0x49, row(FailedForGood, Account, Standard, "source address's numbering plan")),
    (0x50, row(FailedForGood, Recipient, Standard, "destination address's type of number")),
    (0x51, row(FailedForGood, Recipient, Standard, "destination address's numbering plan")),
    (0x53, row(FailedForGood, Account, Standard, "system type")),
    (0x54, row(FailedForGood, Protocol, Standard, "replace flag")),
    (0x55, row(FailedForGood, Protocol, Standard, "number of messages")),
    (0x58, row(FailedForNow, Carrier, Standard, "throttled")),
    (0x61, row(FailedForGood, Protocol, Standard, "scheduled delivery time")),
    (0x62, row(FailedForGood, Protocol, Standard, "validity period")),
    (0x63, row(FailedForGood, Protocol, Standard, "predefined message not found")),
    (0x64, row(FailedForNow, Carrier, Standard, "the receiver cannot take it now")),
    (0x65, row(FailedForGood, Carrier, Standard, "the receiver will never take it")),
    (0x66, row(FailedForGood, Carrier, Standard, "the receiver rejects it")),
    (0x67, row(FailedForGood, Protocol, Standard, "query failed")),
    (0xC0, row(FailedForGood, Protocol, Standard, "optional parameters cannot be read")),
    (0xC1, row(FailedForGood, Protocol, Standard, "an optional parameter is not allowed")),
    (0xC2, row(FailedForGood, Protocol, Standard, "length of an optional parameter")),
    (0xC3, row(FailedForGood, Protocol, Standard, "an optional parameter is missing")),
    (0xC4, row(FailedForGood, Protocol, Standard, "value of an optional parameter")),
    (0xFE, row(Unknown, Carrier, Standard, "delivery failure")),
    (0xFF, row(Unknown, Carrier, Standard, "unknown error")),
];

/// Every value of message_state, and the word of receipts for it.
pub const STATES: &[(u8, &str, Row)] = &[
    (1, "ENROUTE", row(Intermediate, Cause::None, Standard, "on its way")),
    (2, "DELIVRD", row(Delivered, Cause::None, Standard, "delivered")),
    (3, "EXPIRED", row(FailedForNow, Recipient, Standard, "not reached while it was valid")),
    (4, "DELETED", row(FailedForGood, Cause::None, Standard, "deleted")),
    (5, "UNDELIV", row(FailedForGood, Recipient, Standard, "undeliverable")),
    (6, "ACCEPTD", row(Intermediate, Cause::None, Standard, "accepted")),
    (7, "UNKNOWN", row(Unknown, Cause::None, Standard, "state unknown")),
    (8, "REJECTD", row(FailedForGood, Cause::None, Standard, "rejected")),
];

/// Words of receipts that the standard does not have.
pub const OTHER_WORDS: &[(&str, Row)] = &[
    ("SCHEDULED", row(Intermediate, Cause::None, Field, "on its way")),
    ("BUFFRED", row(Intermediate, Cause::None, Field, "waits for the phone")),
    ("BUFFERED", row(Intermediate, Cause::None, Field, "waits for the phone")),
    ("DELIVERED", row(Delivered, Cause::None, Field, "delivered")),
    ("ACKED", row(Intermediate, Cause::None, Field, "accepted")),
    ("ACCEPTED", row(Intermediate, Cause::None, Field, "accepted")),
    ("FAILED", row(FailedForGood, Recipient, Field, "undeliverable")),
    ("UNDELIVERABLE", row(FailedForGood, Recipient, Field, "undeliverable")),
    ("REJECTED", row(FailedForGood, Cause::None, Field, "rejected")),
    ("SKIPPED", row(FailedForGood, Cause::None, Field, "skipped")),
];

/// What a command_status of an answer to submit_sm means. Vendors have codes of their own from 0x400 on.
pub fn status(code: u32) -> Row {
    STATUSES.iter().find(|(listed, _)| *listed == code).map_or(NOT_LISTED, |(_, row)| *row)
}

/// Whether a command_status asks to send more slowly: ESME_RTHROTTLED, ESME_RMSGQFUL.
pub const fn is_throttling(code: u32) -> bool {
    matches!(code, 0x58 | 0x14)
}

/// What a message_state means.
pub fn state(code: u8) -> Row {
    STATES.iter().find(|(listed, _, _)| *listed == code).map_or(NOT_LISTED, |(_, _, row)| *row)
}

/// What the word of a receipt means.
pub fn word(text: &str) -> Row {
    let text = text.trim().to_ascii_uppercase();
    let standard = STATES.iter().find(|(_, word, _)| *word == text).map(|(_, _, row)| *row);
    let other = || OTHER_WORDS.iter().find(|(word, _)| *word == text).map(|(_, row)| *row);
    standard.or_else(other).unwrap_or(NOT_LISTED)
}

/// What a refused login means: failed for good if somebody has to change the configuration first.
pub fn bind_status(code: u32) -> Row {
    match code {
        0 => row(Intermediate, Cause::None, Standard, "logged in"),
        ALREADY_BOUND => row(FailedForNow, Account, Standard, "already logged in"),
        BIND_FAILED => row(FailedForNow, Account, Standard, "login failed"),
        WRONG_PASSWORD => row(FailedForGood, Account, Standard, "password"),
        WRONG_SYSTEM_ID => row(FailedForGood, Account, Standard, "system id"),
        0x53 => row(FailedForGood, Account, Standard, "system type"),
        0x02 | INVALID_COMMAND => row(FailedForGood, Protocol, Standard, "no login of this kind"),
        _ => row(FailedForNow, Carrier, Silence, "other error"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_total_and_have_no_code_twice() {
        for (index, (code, row)) in STATUSES.iter().enumerate() {
            assert_eq!(status(*code), *row);
            assert!(STATUSES[..index].iter().all(|(earlier, _)| earlier < code), "{code:#x}");
        }
        for (code, listed, row) in STATES {
            assert_eq!((state(*code), word(listed)), (*row, *row));
        }
        for code in [0x09, 0x400, u32::MAX] {
            assert_eq!(status(code).meaning, Unknown, "{code:#x}");
        }
        assert_eq!((state(0).meaning, state(9).meaning, word("").meaning), (Unknown, Unknown, Unknown));
        for (listed, _) in OTHER_WORDS {
            assert!(STATES.iter().all(|(_, word, _)| word != listed), "{listed}");
        }
    }

    #[test]
    fn throttling_and_a_full_queue_pass() {
        for code in [0x58, 0x14] {
            assert!(is_throttling(code));
            assert_eq!(status(code).meaning, FailedForNow);
        }
        assert!(!is_throttling(0x08));
        assert_eq!((word("delivrd").meaning, word("ENROUTE").meaning), (Delivered, Intermediate));
        assert_eq!(bind_status(WRONG_PASSWORD).meaning, FailedForGood);
        assert_eq!(bind_status(0x999).meaning, FailedForNow);
    }
}
