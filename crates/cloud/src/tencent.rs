//! Tencent Cloud SMS: `SendSms` of 2021-01-11.

use heyan_outbound::{Asked, Request, header};
use serde::{Deserialize, Serialize};

use crate::account::{Credentials, Endpoint};
use crate::codes::tencent as codes;
use crate::message::{Message, Said};
use crate::sign::tc3;
use crate::time::Second;

/// Where requests go unless configured otherwise.
pub const ENDPOINT: &str = "https://sms.tencentcloudapi.com";
/// The region that requests name unless configured otherwise. SMS of the mainland have no other place.
pub const REGION: &str = "ap-guangzhou";
/// The service's name in signatures.
pub const SERVICE: &str = "sms";
const ACTION: &str = "SendSms";
const VERSION: &str = "2021-01-11";

/// A customer's application.
#[derive(Clone, Debug)]
pub struct Account {
    /// Where requests go.
    pub endpoint: Endpoint,
    /// The region that requests name.
    pub region: String,
    /// The key.
    pub credentials: Credentials,
    /// SmsSdkAppId, the application's number.
    pub app_id: String,
    /// The approved signature, without 【】.
    pub sign_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SendSms<'a> {
    phone_number_set: [String; 1],
    sms_sdk_app_id: &'a str,
    template_id: &'a str,
    sign_name: &'a str,
    template_param_set: Vec<&'a str>,
    session_context: &'a str,
}

/// Makes the request for a message.
///
/// # Errors
/// A configured value cannot stand in a header.
pub fn request(account: &Account, message: &Message, now: Second) -> Result<Asked, hyper::http::Error> {
    let body = serde_json::to_vec(&SendSms {
        phone_number_set: [format!("+86{}", message.phone.as_str())],
        sms_sdk_app_id: &account.app_id,
        template_id: &message.template,
        sign_name: &account.sign_name,
        template_param_set: message.parameters.iter().map(|(_, value)| value.as_str()).collect(),
        session_context: &message.reference,
    });
    let host = account.endpoint.authority();
    let mut request = Request::post(format!("{}://{host}/", account.endpoint.scheme()))
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header("x-tc-action", ACTION)
        .header("x-tc-version", VERSION)
        .header("x-tc-region", &account.region)
        // Strings and lists of them always make JSON.
        .body(body.unwrap_or_default().into())?;
    tc3::sign(&mut request, &account.credentials, SERVICE, now)?;
    Ok(request)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    #[serde(default)]
    send_status_set: Vec<Status>,
    error: Option<Failure>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    #[serde(default)]
    serial_no: String,
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failure {
    code: String,
}

/// Reads the answer to a request for one phone. `None` if it is not the vendor's.
pub fn answer(body: &[u8]) -> Option<Said> {
    let response = serde_json::from_slice::<Envelope>(body).ok()?.response;
    let (code, serial_no) = match response.error {
        Some(Failure { code }) => (code, String::new()),
        None => response.send_status_set.into_iter().next().map(|status| (status.code, status.serial_no))?,
    };
    let row = codes::answer(&code);
    Some(Said::of(code, row, serial_no))
}
