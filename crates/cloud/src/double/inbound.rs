//! Reads the requests that customers make.

use std::collections::{BTreeMap, HashMap};

use heyan_cmpp::Mainland;
use heyan_outbound::Asked;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::message::Message;

/// What is wrong with a request, in the vendor's code and in words.
pub(super) struct Bad {
    pub(super) code: &'static str,
    pub(super) why: &'static str,
}

const fn bad(code: &'static str, why: &'static str) -> Bad {
    Bad { code, why }
}

fn header<'a>(request: &'a Asked, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendSms {
    phone_number_set: Vec<String>,
    sms_sdk_app_id: String,
    template_id: String,
    #[serde(default)]
    sign_name: String,
    #[serde(default)]
    template_param_set: Vec<String>,
    #[serde(default)]
    session_context: String,
}

/// The message and its signature.
pub(super) fn tencent(request: &Asked) -> Result<(Message, String), Bad> {
    if header(request, "x-tc-action") != Some("SendSms") {
        return Err(bad("InvalidAction", "X-TC-Action is not SendSms"));
    }
    if header(request, "x-tc-version") != Some("2021-01-11") {
        return Err(bad("NoSuchVersion", "X-TC-Version is not 2021-01-11"));
    }
    let Ok(sms) = serde_json::from_slice::<SendSms>(request.body()) else {
        return Err(bad("InvalidParameter", "the body is no SendSms"));
    };
    let [number] = sms.phone_number_set.as_slice() else {
        return Err(bad("LimitExceeded.PhoneNumberCountLimit", "the double takes one number at a time"));
    };
    let Some(phone) = Mainland::parse(number) else {
        return Err(bad("InvalidParameterValue.IncorrectPhoneNumber", "no mainland mobile number"));
    };
    if sms.sms_sdk_app_id.is_empty() || sms.template_id.is_empty() {
        return Err(bad("MissingParameter", "SmsSdkAppId or TemplateId is missing"));
    }
    if sms.sign_name.is_empty() {
        return Err(bad("FailedOperation.SignatureIncorrectOrUnapproved", "SignName is missing"));
    }
    let parameters = sms.template_param_set.into_iter().enumerate();
    let message = Message {
        phone,
        template: sms.template_id,
        parameters: parameters.map(|(at, text)| ((at + 1).to_string(), Zeroizing::new(text))).collect(),
        reference: sms.session_context,
    };
    Ok((message, sms.sign_name))
}

/// The message and its signature. Parameters stand in the query or in a form.
pub(super) fn alibaba(request: &Asked) -> Result<(Message, String), Bad> {
    if header(request, "x-acs-action") != Some("SendSms") {
        return Err(bad("InvalidAction.NotFound", "x-acs-action is not SendSms"));
    }
    if header(request, "x-acs-version") != Some("2017-05-25") {
        return Err(bad("InvalidVersion", "x-acs-version is not 2017-05-25"));
    }
    let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let form = form_urlencoded::parse(request.body());
    let pairs: HashMap<_, _> = query.chain(form).collect();
    let get = |name: &str| pairs.get(name).map(|value| value.as_ref().to_owned()).unwrap_or_default();
    let (numbers, template, sign_name) = (get("PhoneNumbers"), get("TemplateCode"), get("SignName"));
    if numbers.contains(',') {
        return Err(bad("isv.MOBILE_COUNT_OVER_LIMIT", "the double takes one number at a time"));
    }
    let Some(phone) = Mainland::parse(&numbers) else {
        return Err(bad("isv.MOBILE_NUMBER_ILLEGAL", "no mainland mobile number"));
    };
    if template.is_empty() {
        return Err(bad("isv.SMS_TEMPLATE_ILLEGAL", "TemplateCode is missing"));
    }
    if sign_name.is_empty() {
        return Err(bad("isv.SMS_SIGNATURE_ILLEGAL", "SignName is missing"));
    }
    let text = get("TemplateParam");
    let text = if text.is_empty() { "{}" } else { text.as_str() };
    let Ok(parameters) = serde_json::from_str::<BTreeMap<String, String>>(text) else {
        return Err(bad("isv.INVALID_JSON_PARAM", "TemplateParam is no JSON object of strings"));
    };
    let parameters = parameters.into_iter().map(|(name, text)| (name, Zeroizing::new(text))).collect();
    Ok((Message { phone, template, parameters, reference: get("OutId") }, sign_name))
}
