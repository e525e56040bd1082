//! The members of a route over a cloud vendor's interface.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use heyan_cloud::link::{Account, BOUNDS, Link};
use heyan_cloud::receipt::Gate;
use heyan_cloud::template::{Pattern, Template, Templates, Value};
use heyan_cloud::{Credentials, Endpoint, Secret, Vendor, alibaba, tencent};
use heyan_domain::Timestamp;
use heyan_domain::rulebook::Rulebook;
use heyan_domain::terms::{Code, Province};
use heyan_domain::verification::{MessageKind, message_text};
use heyan_gateway::cloud::Settings;
use heyan_outbound::{Bounds, Client};
use serde::Deserialize;

use super::{EXAMPLE, Place, link, secret};
use crate::failure::Failure;

/// A route over a cloud vendor's interface.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// What it sends with.
    pub settings: Settings,
    /// Who may call back with receipts.
    pub gate: Gate,
    place: Place,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    endpoint: Option<String>,
    region: Option<String>,
    app_id: Option<String>,
    key_id: String,
    secret_file: Option<PathBuf>,
    sign_name: String,
    templates: Vec<RawTemplate>,
    callback_secret_file: Option<PathBuf>,
    #[serde(default)]
    callback_from: Vec<String>,
    window: Option<u16>,
    response_seconds: Option<u64>,
    ca_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTemplate {
    text: String,
    id: String,
    parameters: Parameters,
}

/// The values that a template takes: by place at Tencent, by name at Alibaba.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Parameters {
    InOrder(Vec<String>),
    Named(BTreeMap<String, String>),
}

/// Checks them, and reads the secrets.
pub(super) fn check(
    place: &Place,
    vendor: Vendor,
    name: &str,
    own: toml::Table,
    rate: u32,
) -> Result<Cloud, Failure> {
    let raw: Raw = own.try_into().map_err(|error: toml::de::Error| {
        place.refuse(
            error.message(),
            format!(
                "a {} route needs key_id, sign_name, its templates and two secrets; {EXAMPLE}",
                vendor.name()
            ),
        )
    })?;
    let secret = secret::read(place, name, &secret::ACCOUNT, raw.secret_file.as_deref())?;
    let credentials = Credentials::new(raw.key_id.clone(), Secret::new(secret.to_string()))
        .map_err(|error| place.refuse(error, "write key_id as the vendor's console shows it"))?;
    let gate = gate(place, name, &raw)?;
    let templates = templates(place, vendor, &raw.templates)?;
    let window = link::window(place, raw.window)?;
    let response_seconds = raw.response_seconds.unwrap_or(BOUNDS.time.as_secs());
    if !(1..=60).contains(&response_seconds) {
        return Err(place.refuse(
            format!("response_seconds is {response_seconds}"),
            "write 1 to 60; after that the outcome counts as unknown",
        ));
    }
    let client = Client::new(raw.ca_file.as_deref())
        .map_err(|error| place.refuse(error, "name a readable file of PEM certificates in ca_file"))?;
    let link = Link {
        account: account(place, vendor, credentials, raw)?,
        client,
        bounds: Bounds { time: Duration::from_secs(response_seconds), ..BOUNDS },
        window,
        // The router paces; what it lets through the link need not hold back.
        rate_per_second: NonZeroU32::new(rate.saturating_mul(2)).unwrap_or(NonZeroU32::MIN),
    };
    Ok(Cloud { settings: Settings { link, templates, rate_per_second: rate }, gate, place: place.clone() })
}

fn account(place: &Place, vendor: Vendor, credentials: Credentials, raw: Raw) -> Result<Account, Failure> {
    if raw.sign_name.is_empty() {
        return Err(place.refuse("sign_name is empty", "write the approved signature, without its brackets"));
    }
    let usual = match vendor {
        Vendor::Tencent => tencent::ENDPOINT,
        Vendor::Alibaba => alibaba::ENDPOINT,
    };
    let endpoint = raw.endpoint.as_deref().unwrap_or(usual);
    let endpoint = Endpoint::parse(endpoint)
        .map_err(|error| place.refuse(format!("the endpoint is {endpoint}"), error.to_string()))?;
    let sign_name = raw.sign_name;
    match (vendor, raw.app_id, raw.region) {
        (Vendor::Tencent, Some(app_id), region) if !app_id.is_empty() => {
            let region = region.unwrap_or_else(|| tencent::REGION.to_owned());
            if !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                return Err(place.refuse("the region is not usable", "write it as ap-guangzhou"));
            }
            Ok(Account::Tencent(tencent::Account { endpoint, region, credentials, app_id, sign_name }))
        }
        (Vendor::Tencent, _, _) => {
            Err(place.refuse("app_id is missing", "write the application's number (SmsSdkAppId), in quotes"))
        }
        (Vendor::Alibaba, None, None) => {
            Ok(Account::Alibaba(alibaba::Account { endpoint, credentials, sign_name }))
        }
        (Vendor::Alibaba, _, _) => {
            Err(place.refuse("an alibaba route has no app_id and no region", "leave them away"))
        }
    }
}

fn gate(place: &Place, name: &str, raw: &Raw) -> Result<Gate, Failure> {
    let secret = secret::read(place, name, &secret::CALLBACK, raw.callback_secret_file.as_deref())?;
    let networks = raw.callback_from.iter().map(String::as_str);
    Gate::new(Secret::new(secret.to_string()), networks).map_err(|error| {
        place.refuse(error, "make one with: openssl rand -hex 24; and list the vendor's addresses or none")
    })
}

fn templates(place: &Place, vendor: Vendor, raw: &[RawTemplate]) -> Result<Templates, Failure> {
    let template = |(at, raw): (usize, &RawTemplate)| {
        let refuse = |what: &dyn std::fmt::Display, what_to_do: &str| {
            place.refuse(format!("templates, number {}: {what}", at + 1), what_to_do)
        };
        let parameters: Vec<(&str, &String)> = match (&raw.parameters, vendor) {
            (Parameters::InOrder(values), Vendor::Tencent) => {
                values.iter().map(|value| ("", value)).collect()
            }
            (Parameters::Named(values), Vendor::Alibaba) => {
                values.iter().map(|(name, value)| (name.as_str(), value)).collect()
            }
            (Parameters::Named(_), Vendor::Tencent) => {
                return Err(refuse(&"its parameters have names", r#"write a list, as ["code", "hours"]"#));
            }
            (Parameters::InOrder(_), Vendor::Alibaba) => {
                let how = r#"write the template's names, as { code = "code", hours = "hours" }"#;
                return Err(refuse(&"its parameters have no names", how));
            }
        };
        let parameter = |(name, value): (&str, &String)| {
            let known = Value::parse(value).ok_or_else(|| {
                refuse(&format!("there is no value {value}"), "known are code, filing, hours, host, no")
            })?;
            Ok((name.to_owned(), known))
        };
        let parameters = parameters.into_iter().map(parameter).collect::<Result<_, Failure>>()?;
        let pattern = Pattern::parse(&raw.text)
            .map_err(|error| refuse(&error, "write the text as the rule has it, with its placeholders"))?;
        Template::new(raw.id.clone(), pattern, parameters)
            .map_err(|error| refuse(&error, "write the id and the parameters of the approved template"))
    };
    Ok(Templates::new(raw.iter().enumerate().map(template).collect::<Result<_, _>>()?))
}

impl Cloud {
    /// Whether there is a template for every message of the rules in force; a message without one would wait for nothing.
    pub(super) fn check_texts(&self, book: &Rulebook, now: Timestamp) -> Result<(), Failure> {
        let Some(code) = Code::parse("000000") else { return Ok(()) };
        for set in book.sets().iter().filter(|set| set.in_force(now)) {
            for kind in MessageKind::ALL {
                let is_covered = |province: &Province| {
                    let text = message_text(set, *province, *kind, 1, &code, "-");
                    self.settings.templates.fill(&text).is_some()
                };
                if let Some(province) = Province::ALL.iter().find(|province| !is_covered(province)) {
                    let text = set.text("zh-CN", kind.template()).unwrap_or_default();
                    return Err(self.place.refuse(
                        format!(
                            "no template fits {} of the rule set {}, as {} has it",
                            kind.template(),
                            set.id.as_str(),
                            province.pinyin()
                        ),
                        format!("add to the route [[sms.routes.templates]] with text = {text:?}, id and parameters"),
                    ));
                }
            }
        }
        Ok(())
    }
}
