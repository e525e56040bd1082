//! Alibaba Cloud's codes: those of its SMS interface of 2017-05-25 and those common to its interfaces. What only interfaces for
//! signatures, templates and short links answer with is left out.

use super::Cause::{Account, Carrier, Content, None, OtherCarrier, Protocol, Recipient};
use super::Meaning::{FailedForGood, FailedForNow, Intermediate, Unknown};
use super::{NOT_LISTED, Row, Table, vendor};

const SETUP: Row = vendor(FailedForGood, Account, "account, signature or template are not in order");
const KEY: Row = vendor(FailedForGood, Account, "the key or its signature, or our clock is wrong");
const REQUEST: Row = vendor(FailedForGood, Protocol, "the request is not what the interface wants");
const LIMIT: Row = vendor(FailedForNow, Account, "a limit that the customer has set or has not paid for");
const WORDS: Row = vendor(FailedForGood, Content, "words, links or lengths that are not let through");
const BLOCKED: Row = vendor(FailedForGood, Recipient, "the number wants no messages");
const UNREACHED: Row =
    vendor(FailedForNow, Recipient, "switched off, no coverage, suspended, or no such number");

/// Codes in answers.
pub const ANSWERS: Table = Table {
    listed: &[
        ("OK", vendor(Intermediate, None, "accepted, a receipt will follow")),
        ("isp.RAM_PERMISSION_DENY", SETUP),
        (
            "isp.GATEWAY_ERROR",
            vendor(Unknown, Carrier, "an error on the vendor's side, perhaps after sending"),
        ),
        (
            "isp.SYSTEM_ERROR",
            vendor(Unknown, Carrier, "an error on the vendor's side, perhaps after sending"),
        ),
        ("isv.ACCOUNT_ABNORMAL", SETUP),
        ("isv.ACCOUNT_NOT_EXISTS", SETUP),
        ("isv.AMOUNT_NOT_ENOUGH", LIMIT),
        ("isv.BLACK_KEY_CONTROL_LIMIT", BLOCKED),
        ("isv.BUSINESS_LIMIT_CONTROL", vendor(FailedForNow, Account, "a limit of messages to this number")),
        ("isv.CUSTOMER_REFUSED", BLOCKED),
        ("isv.DAY_LIMIT_CONTROL", LIMIT),
        ("isv.DENY_IP_RANGE", SETUP),
        ("isv.DOMESTIC_NUMBER_NOT_SUPPORTED", SETUP),
        ("isv.EXTEND_CODE_ERROR", SETUP),
        ("isv.INVALID_JSON_PARAM", REQUEST),
        ("isv.INVALID_PARAMETERS", REQUEST),
        ("isv.MOBILE_COUNT_OVER_LIMIT", REQUEST),
        ("isv.MOBILE_NUMBER_ILLEGAL", vendor(FailedForGood, Recipient, "no number that can be sent to")),
        ("isv.MONTH_LIMIT_CONTROL", LIMIT),
        ("isv.OUT_OF_SERVICE", LIMIT),
        ("isv.PARAM_LENGTH_LIMIT", WORDS),
        ("isv.PARAM_NOT_SUPPORT_URL", WORDS),
        ("isv.PRODUCT_UN_SUBSCRIPT", SETUP),
        ("isv.PRODUCT_UNSUBSCRIBE", SETUP),
        ("isv.SECURITY_FROZEN_ACCOUNT", SETUP),
        ("isv.SIGN_STATE_ILLEGAL", SETUP),
        ("isv.SMS_CONTENT_ILLEGAL", WORDS),
        ("isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE", WORDS),
        ("isv.SMS_SIGN_ILLEGAL", SETUP),
        ("isv.SMS_SIGNATURE_ILLEGAL", SETUP),
        ("isv.SMS_SIGNATURE_SCENE_ILLEGAL", SETUP),
        ("isv.SMS_TEMPLATE_ILLEGAL", SETUP),
        ("isv.SMS_TEST_NUMBER_LIMIT", SETUP),
        ("isv.SMS_TEST_SIGN_TEMPLATE_LIMIT", SETUP),
        ("isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL", SETUP),
        ("isv.TEMPLATE_MISSING_PARAMETERS", SETUP),
        ("isv.TEMPLATE_PARAMS_ILLEGAL", WORDS),
        ("isv.UNSUPPORTED_CONTENT", WORDS),
        ("template_parameter_count_illegal", SETUP),
        ("IncompleteSignature", KEY),
        ("SignatureDoesNotMatch", KEY),
        ("SignatureNonceUsed", vendor(Unknown, Protocol, "the request has come before")),
        ("UnsupportedHTTPMethod", REQUEST),
    ],
    families: &[
        ("Throttling", vendor(FailedForNow, Carrier, "too many requests a second")),
        ("InvalidAccessKeyId", KEY),
        ("InvalidTimeStamp", KEY),
        ("InvalidSecurityToken", KEY),
        ("Forbidden", SETUP),
        ("NoPermission", SETUP),
        ("InvalidAction", REQUEST),
        ("InvalidVersion", REQUEST),
        ("InvalidParameter", REQUEST),
        ("Missing", REQUEST),
        ("InternalError", vendor(Unknown, Carrier, "an error on the vendor's side, perhaps after sending")),
        (
            "ServiceUnavailable",
            vendor(Unknown, Carrier, "an error on the vendor's side, perhaps after sending"),
        ),
    ],
};

/// Codes in receipts that are Alibaba's own.
pub const RECEIPTS: Table = Table {
    listed: &[
        ("CONTENT_ERROR", WORDS),
        ("CONTENT_KEYWORD", WORDS),
        ("INVALID_NUMBER", UNREACHED),
        ("IS_CLOSE", vendor(FailedForNow, Carrier, "the way to the carrier was closed")),
        (
            "MOBILE_ACCOUNT_ABNORMAL",
            vendor(FailedForNow, Recipient, "the number is in arrears or was ported"),
        ),
        ("MOBILE_IN_BLACK", BLOCKED),
        ("MOBILE_NOT_ON_SERVICE", UNREACHED),
        ("MOBILE_SEND_LIMIT", vendor(FailedForNow, Account, "a limit of messages to this number")),
        // The vendor's spelling.
        ("MOBLLE_TERMINAL_ERROR", vendor(FailedForNow, Recipient, "the phone is full or faulty")),
        ("NO_ROUTE", vendor(FailedForGood, OtherCarrier, "no way for this message")),
        ("PARAMS_ILLEGAL", SETUP),
        ("REQUEST_SUCCESS", vendor(Unknown, Carrier, "no receipt from the carrier")),
        ("SIGNATURE_BLACKLIST", SETUP),
        ("SP_NOT_BY_INTER_SMS", BLOCKED),
        ("SP_UNKNOWN_ERROR", vendor(Unknown, Carrier, "the carrier does not say")),
        ("USER_REJECT", BLOCKED),
    ],
    families: &[],
};

/// What a code in an answer means.
pub fn answer(code: &str) -> Row {
    ANSWERS.find(code).unwrap_or(NOT_LISTED)
}
