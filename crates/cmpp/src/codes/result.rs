//! Result of SUBMIT_RESP and Status of CONNECT_RESP.

use super::Cause::{Account, Carrier, Content, None, OtherCarrier, Protocol};
use super::Meaning::{FailedForGood, FailedForNow, Intermediate, Unknown};
use super::Source::{Field, Silence, Standard};
use super::{Row, row};

/// A code of SUBMIT_RESP and what it means.
pub type ResultRow = (u32, Row);

/// Every listed Result of a SUBMIT_RESP.
///
/// 3 is not a failure: after an own repetition it says that the gateway has the first one.
pub const SUBMIT_RESULTS: &[ResultRow] = &[
    (0, row(Intermediate, None, Standard, "accepted, a report will follow")),
    (1, row(FailedForGood, Protocol, Standard, "structure of the message")),
    (2, row(FailedForGood, Protocol, Standard, "command")),
    (3, row(Unknown, Protocol, Standard, "sequence number used before")),
    (4, row(FailedForGood, Protocol, Standard, "length of the message")),
    (5, row(FailedForGood, Account, Standard, "fee code")),
    (6, row(FailedForGood, Content, Standard, "content too long")),
    (7, row(FailedForGood, Account, Standard, "service code")),
    (8, row(FailedForNow, Carrier, Standard, "flow control")),
    (9, row(FailedForGood, OtherCarrier, Standard, "the gateway does not serve this number")),
    (10, row(FailedForGood, Account, Standard, "Src_Id")),
    (11, row(FailedForGood, Account, Standard, "Msg_src")),
    (12, row(FailedForGood, Account, Standard, "Fee_terminal_Id")),
    (13, row(FailedForGood, super::Cause::Recipient, Standard, "Dest_terminal_Id")),
    (88, row(FailedForNow, Carrier, Field, "flow control of some gateways")),
];

/// What a Result of SUBMIT_RESP means. Vendors have codes of their own from 100 on; none of them is listed publicly.
pub fn submit_result(code: u32) -> Row {
    let listed = SUBMIT_RESULTS.iter().find(|(listed, _)| *listed == code);
    listed.map_or(row(Unknown, None, Silence, "not listed"), |(_, row)| *row)
}

/// Whether a Result asks to send more slowly.
pub fn is_throttling(code: u32) -> bool {
    matches!(code, 8 | 88)
}

/// What a Status of CONNECT_RESP means for a client. Those failed for good need a change of the configuration.
pub fn connect_status(code: u32) -> Row {
    match code {
        0 => row(Intermediate, None, Standard, "logged in"),
        1 => row(FailedForGood, Protocol, Standard, "structure of the message"),
        2 => row(FailedForGood, Account, Standard, "source address not allowed"),
        3 => row(FailedForGood, Account, Standard, "wrong secret, or a clock that is wrong"),
        4 => row(FailedForGood, Protocol, Standard, "version too high"),
        5.. => row(FailedForNow, Carrier, Standard, "other error"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_total_and_has_no_code_twice() {
        for (index, (code, row)) in SUBMIT_RESULTS.iter().enumerate() {
            assert_eq!(submit_result(*code), *row);
            assert!(SUBMIT_RESULTS[..index].iter().all(|(earlier, _)| earlier < code), "{code}");
        }
        for code in [14, 87, 100, 255, u32::MAX] {
            assert_eq!(submit_result(code).meaning, Unknown, "{code}");
        }
    }

    #[test]
    fn throttling_passes_and_a_wrong_secret_does_not() {
        assert_eq!(submit_result(8).meaning, FailedForNow);
        assert_eq!(connect_status(3).meaning, FailedForGood);
        assert_eq!(connect_status(99).meaning, FailedForNow);
    }
}
