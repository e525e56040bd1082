//! What the double says, in each vendor's form.

use std::time::Duration;

use heyan_outbound::StatusCode;
use serde_json::json;

use super::settings::{Fault, Plan};
use crate::Vendor;
use crate::message::Message;
use crate::sign::Wrong;
use crate::time::Second;

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its body, JSON.
    pub body: String,
    /// How long it takes.
    pub after: Duration,
    /// What happens instead.
    pub fault: Option<Fault>,
}

/// A receipt to call back with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    /// Of which message.
    pub carrier_id: String,
    /// Its code.
    pub code: String,
    /// The body, JSON.
    pub body: String,
    /// When, counted from the request.
    pub after: Duration,
}

pub(super) const fn accepted(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Tencent => "Ok",
        Vendor::Alibaba => "OK",
    }
}

pub(super) const fn throttling(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Tencent => "RequestLimitExceeded",
        Vendor::Alibaba => "Throttling.User",
    }
}

/// The vendor's code for what is wrong with a signature.
pub(super) const fn of(vendor: Vendor, wrong: Wrong) -> &'static str {
    match (vendor, wrong) {
        (Vendor::Tencent, Wrong::Absent | Wrong::Unreadable) => "AuthFailure.InvalidAuthorization",
        (Vendor::Tencent, Wrong::UnknownKey) => "AuthFailure.SecretIdNotFound",
        (Vendor::Tencent, Wrong::Stale) => "AuthFailure.SignatureExpire",
        (Vendor::Tencent, Wrong::Mismatch) => "AuthFailure.SignatureFailure",
        (Vendor::Alibaba, Wrong::Absent | Wrong::Unreadable) => "IncompleteSignature",
        (Vendor::Alibaba, Wrong::UnknownKey) => "InvalidAccessKeyId.NotFound",
        (Vendor::Alibaba, Wrong::Stale) => "InvalidTimeStamp.Expired",
        (Vendor::Alibaba, Wrong::Mismatch) => "SignatureDoesNotMatch",
    }
}

fn at_once(status: StatusCode, body: &serde_json::Value) -> Reply {
    Reply { status, body: body.to_string(), after: Duration::ZERO, fault: None }
}

const REQUEST_ID: &str = "00000000-0000-4000-8000-000000000000";

/// An answer about the request as a whole.
pub(super) fn error(vendor: Vendor, code: &str) -> Reply {
    let message = "played by the double";
    match vendor {
        Vendor::Tencent => at_once(
            StatusCode::OK,
            &json!({"Response": {"Error": {"Code": code, "Message": message}, "RequestId": REQUEST_ID}}),
        ),
        Vendor::Alibaba => {
            let is_about_sms = code.starts_with("isv.") || code.starts_with("isp.");
            let status = if is_about_sms { StatusCode::OK } else { StatusCode::BAD_REQUEST };
            at_once(status, &json!({"Code": code, "Message": message, "RequestId": REQUEST_ID}))
        }
    }
}

/// The answer to a message that was looked at.
pub(super) fn answer(vendor: Vendor, code: &str, carrier_id: &str, message: &Message) -> Reply {
    let is_accepted = code == accepted(vendor);
    match vendor {
        Vendor::Tencent
            if is_accepted || code.starts_with("FailedOperation") || code.starts_with("LimitExceeded") =>
        {
            let serial = if is_accepted { carrier_id } else { "" };
            let status = json!({
                "SerialNo": serial, "PhoneNumber": format!("+86{}", message.phone.as_str()),
                "Fee": u8::from(is_accepted), "SessionContext": message.reference, "Code": code,
                "Message": "played by the double", "IsoCode": "CN",
            });
            let body = json!({"Response": {"SendStatusSet": [status], "RequestId": REQUEST_ID}});
            at_once(StatusCode::OK, &body)
        }
        Vendor::Alibaba if is_accepted => at_once(
            StatusCode::OK,
            &json!({"Code": code, "Message": code, "BizId": carrier_id, "RequestId": REQUEST_ID}),
        ),
        Vendor::Tencent | Vendor::Alibaba => error(vendor, code),
    }
}

/// A receipt as the vendor would call back with it.
pub(super) fn receipt(
    vendor: Vendor,
    plan: &Plan,
    carrier_id: &str,
    message: &Message,
    now: Second,
) -> Planned {
    let at = now.beijing();
    let phone = message.phone.as_str();
    let body = match vendor {
        Vendor::Tencent => json!([{
            "user_receive_time": at, "nationcode": "86", "mobile": phone,
            "report_status": if plan.arrived { "SUCCESS" } else { "FAIL" },
            "errmsg": plan.code, "description": "played by the double", "sid": carrier_id, "ext": message.reference,
        }]),
        Vendor::Alibaba => json!([{
            "phone_number": phone, "send_time": at, "report_time": at, "success": plan.arrived, "err_code": plan.code,
            "err_msg": "played by the double", "sms_size": "1", "biz_id": carrier_id, "out_id": message.reference,
        }]),
    };
    Planned {
        carrier_id: carrier_id.to_owned(),
        code: plan.code.clone(),
        body: body.to_string(),
        after: plan.after,
    }
}
