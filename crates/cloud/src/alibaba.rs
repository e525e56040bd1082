//! Alibaba Cloud SMS: `SendSms` of 2017-05-25.

use heyan_outbound::{Asked, Request, header};
use hyper::body::Bytes;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::account::{Credentials, Endpoint};
use crate::codes::alibaba as codes;
use crate::encode::query;
use crate::message::{Message, Said};
use crate::sign::acs3;
use crate::time::Second;

/// Where requests go unless configured otherwise.
pub const ENDPOINT: &str = "https://dysmsapi.aliyuncs.com";
const ACTION: &str = "SendSms";
const VERSION: &str = "2017-05-25";

/// A customer.
#[derive(Clone, Debug)]
pub struct Account {
    /// Where requests go.
    pub endpoint: Endpoint,
    /// The key.
    pub credentials: Credentials,
    /// The approved signature, without 【】.
    pub sign_name: String,
}

/// Makes the request for a message. The interface takes its parameters in the query; `nonce` must never come twice.
///
/// # Errors
/// A configured value cannot stand in a header.
pub fn request(
    account: &Account,
    message: &Message,
    now: Second,
    nonce: &str,
) -> Result<Asked, hyper::http::Error> {
    let parameters = parameters(message);
    let query = Zeroizing::new(query([
        ("OutId", message.reference.as_str()),
        ("PhoneNumbers", message.phone.as_str()),
        ("SignName", account.sign_name.as_str()),
        ("TemplateCode", message.template.as_str()),
        ("TemplateParam", parameters.as_str()),
    ]));
    let host = account.endpoint.authority();
    let mut request = Request::post(format!("{}://{host}/?{}", account.endpoint.scheme(), query.as_str()))
        .header(header::HOST, host)
        .header(header::ACCEPT, "application/json")
        .header("x-acs-action", ACTION)
        .header("x-acs-version", VERSION)
        .body(Bytes::new())?;
    acs3::sign(&mut request, &account.credentials, now, nonce)?;
    Ok(request)
}

/// The parameters as a JSON object, in their order. All values are strings: the interface takes no others.
fn parameters(message: &Message) -> Zeroizing<String> {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let pairs: Vec<_> =
        message.parameters.iter().map(|(name, value)| format!("{}:{}", text(name), text(value))).collect();
    Zeroizing::new(format!("{{{}}}", pairs.join(",")))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    code: String,
    #[serde(default)]
    biz_id: String,
}

/// Reads the answer. `None` if it is not the vendor's.
pub fn answer(body: &[u8]) -> Option<Said> {
    let Response { code, biz_id } = serde_json::from_slice(body).ok()?;
    let row = codes::answer(&code);
    Some(Said::of(code, row, biz_id))
}
