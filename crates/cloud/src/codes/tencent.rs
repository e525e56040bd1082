//! Tencent Cloud's codes: those of its SMS interface of 2021-01-11 and those common to its interfaces. What only interfaces for
//! signatures, templates and statistics answer with is left out.

use super::Cause::{Account, Carrier, Content, None, Protocol, Recipient};
use super::Meaning::{FailedForGood, FailedForNow, Intermediate, Unknown};
use super::{NOT_LISTED, Row, Table, vendor};

const SETUP: Row = vendor(FailedForGood, Account, "key, application, signature or template are not in order");
const REQUEST: Row = vendor(FailedForGood, Protocol, "the request is not what the interface wants");
const LIMIT: Row = vendor(FailedForNow, Account, "a limit that the customer has set or has not paid for");
const TO_NUMBER: Row = vendor(FailedForNow, Account, "a limit of messages to this number");
const WORDS: Row = vendor(FailedForGood, Content, "words, links or lengths that are not let through");
const NUMBER: Row = vendor(FailedForGood, Recipient, "no number that can be sent to");
const PERHAPS: Row = vendor(Unknown, Carrier, "an error on the vendor's side, perhaps after sending");

/// Codes in answers.
pub const ANSWERS: Table = Table {
    listed: &[
        ("Ok", vendor(Intermediate, None, "accepted, a receipt will follow")),
        ("FailedOperation.ContainSensitiveWord", WORDS),
        ("FailedOperation.FailResolvePacket", REQUEST),
        ("FailedOperation.InsufficientBalanceInSmsPackage", LIMIT),
        ("FailedOperation.JsonParseFail", REQUEST),
        ("FailedOperation.MarketingSendTimeConstraint", SETUP),
        (
            "FailedOperation.PhoneNumberInBlacklist",
            vendor(FailedForGood, Recipient, "the number wants no messages"),
        ),
        ("FailedOperation.PhoneNumberParseFail", NUMBER),
        ("FailedOperation.SignatureIncorrectOrUnapproved", SETUP),
        ("FailedOperation.TemplateIncorrectOrUnapproved", SETUP),
        ("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", SETUP),
        ("FailedOperation.TemplateUnapprovedOrNotExist", SETUP),
        ("InternalError.RequestTimeException", vendor(FailedForGood, Account, "our clock is wrong")),
        ("InternalError.RestApiInterfaceNotExist", REQUEST),
        ("InternalError.SigFieldMissing", REQUEST),
        ("InternalError.SigVerificationFail", REQUEST),
        ("InvalidParameter.DirtyWordFound", WORDS),
        ("InvalidParameterValue.ContentLengthLimit", WORDS),
        ("InvalidParameterValue.IncorrectPhoneNumber", NUMBER),
        ("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", WORDS),
        ("InvalidParameterValue.SdkAppIdNotExist", SETUP),
        ("InvalidParameterValue.TemplateParameterFormatError", WORDS),
        ("InvalidParameterValue.TemplateParameterLengthLimit", WORDS),
        ("LimitExceeded.PhoneNumberCountLimit", REQUEST),
        ("LimitExceeded.DeliveryFrequencyLimit", TO_NUMBER),
        ("LimitExceeded.PhoneNumberDailyLimit", TO_NUMBER),
        ("LimitExceeded.PhoneNumberOneHourLimit", TO_NUMBER),
        ("LimitExceeded.PhoneNumberSameContentDailyLimit", TO_NUMBER),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", TO_NUMBER),
        ("UnauthorizedOperation.ServiceSuspendDueToArrears", LIMIT),
        ("ActionOffline", REQUEST),
        ("InvalidAction", REQUEST),
        ("InvalidRequest", REQUEST),
        ("IpInBlacklist", SETUP),
        ("IpNotInWhitelist", SETUP),
        ("NoSuchProduct", REQUEST),
        ("NoSuchVersion", REQUEST),
        ("RequestSizeLimitExceeded", REQUEST),
        ("UnknownParameter", REQUEST),
        ("UnsupportedProtocol", REQUEST),
        ("UnsupportedRegion", SETUP),
    ],
    families: &[
        ("AuthFailure", vendor(FailedForGood, Account, "the key or its signature, or our clock is wrong")),
        ("RequestLimitExceeded", vendor(FailedForNow, Carrier, "too many requests a second")),
        ("LimitExceeded", LIMIT),
        ("InvalidParameter", REQUEST),
        ("MissingParameter", REQUEST),
        ("UnauthorizedOperation", SETUP),
        ("UnsupportedOperation", SETUP),
        ("InternalError", PERHAPS),
        ("FailedOperation", vendor(Unknown, Carrier, "failed for another reason, perhaps after sending")),
    ],
};

/// Codes in receipts that are Tencent's own.
pub const RECEIPTS: Table = Table {
    listed: &[
        ("SUBFAIL", vendor(FailedForGood, Recipient, "the carrier refused the request")),
        ("COMFAIL", vendor(FailedForNow, Carrier, "no connection to the carrier")),
        ("WTNFAIL", vendor(FailedForNow, Carrier, "the carrier's network was disturbed")),
    ],
    families: &[],
};

/// What a code in an answer means.
pub fn answer(code: &str) -> Row {
    ANSWERS.find(code).unwrap_or(NOT_LISTED)
}
