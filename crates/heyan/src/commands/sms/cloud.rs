//! The cloud vendors' side of `heyan sms simulate`: its part of the script, its ports, and what it says.

use std::io::Write as _;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use heyan_cloud::double::net::{Port, Sink};
use heyan_cloud::double::{Double, Event, Fault, Plan, Rule, Settings, Treatment};
use heyan_cloud::{Credentials, Message, Second, Secret, Vendor, codes};
use heyan_cmpp::masked;
use heyan_outbound::{Client, Uri};
use heyan_store::clock::{Clock as _, SystemClock};
use serde::Deserialize;

use crate::cli::SmsSimulate;
use crate::failure::Failure;

/// The table `cloud` of a script.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawCloud {
    rate_per_second: u32,
    accounts: Vec<RawAccount>,
    rules: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAccount {
    id: String,
    secret: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawFault {
    Close,
    Silence,
    Garbage,
    Unavailable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawRule {
    number_ends: String,
    every: NonZeroU64,
    code: String,
    answer_after_ms: u64,
    receipts: Vec<RawReceipt>,
    fault: Option<RawFault>,
}

impl Default for RawRule {
    fn default() -> Self {
        Self {
            number_ends: String::new(),
            every: NonZeroU64::MIN,
            code: String::new(),
            answer_after_ms: 0,
            receipts: vec![RawReceipt::default()],
            fault: None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawReceipt {
    arrived: bool,
    code: String,
    after_ms: u64,
}

impl Default for RawReceipt {
    fn default() -> Self {
        Self { arrived: true, code: "DELIVRD".to_owned(), after_ms: 0 }
    }
}

impl RawCloud {
    /// What the double makes of it. Without an account, there is the one that the help shows.
    pub fn settings(self) -> Result<Settings, String> {
        let accounts = if self.accounts.is_empty() {
            vec![RawAccount { id: "AKIDexample".to_owned(), secret: "secret".to_owned() }]
        } else {
            self.accounts
        };
        let account = |raw: RawAccount| {
            let RawAccount { id, secret } = raw;
            Credentials::new(id.clone(), Secret::new(secret))
                .map_err(|error| format!("account {id}: {error}"))
        };
        let accounts = accounts.into_iter().map(account).collect::<Result<_, _>>()?;
        Ok(Settings {
            rate_per_second: NonZeroU32::new(self.rate_per_second),
            rules: self.rules.into_iter().map(rule).collect(),
            ..Settings::new(accounts)
        })
    }
}

fn rule(raw: RawRule) -> Rule {
    let receipt = |raw: RawReceipt| Plan {
        arrived: raw.arrived,
        code: raw.code,
        after: Duration::from_millis(raw.after_ms),
    };
    let treatment = Treatment {
        code: Some(raw.code).filter(|code| !code.is_empty()),
        answer_after: Duration::from_millis(raw.answer_after_ms),
        receipts: raw.receipts.into_iter().map(receipt).collect(),
        fault: raw.fault.map(|fault| match fault {
            RawFault::Close => Fault::Close,
            RawFault::Silence => Fault::Silence,
            RawFault::Garbage => Fault::Garbage,
            RawFault::Unavailable => Fault::Unavailable,
        }),
    };
    Rule { number_ends: raw.number_ends, every: raw.every, treatment }
}

/// Opens the ports that were asked for, and plays on them until the runtime ends.
pub async fn open(arguments: &SmsSimulate, settings: Settings) -> Result<(), Failure> {
    let double = Arc::new(Mutex::new(Double::new(settings)));
    let callback = arguments.callback.as_deref().map(callback).transpose()?;
    let asked = [(Vendor::Tencent, arguments.tencent), (Vendor::Alibaba, arguments.alibaba)];
    for (vendor, address) in asked.into_iter().filter_map(|(vendor, address)| Some((vendor, address?))) {
        let listener = listen(vendor, address).await?;
        // A closed pipe is no reason not to play on.
        let _ = writeln!(std::io::stdout(), "{} on {}", vendor.name(), listener.local_addr()?);
        let port = Port {
            vendor,
            double: Arc::clone(&double),
            callback: callback.clone(),
            client: Client::new(None).map_err(|error| {
                Failure::new(format!("cannot call back: {error}"), "look at the system's TLS certificates")
            })?,
            wall: Arc::new(|| Second::from_ms(SystemClock.now().as_ms())),
            sink: sink(vendor, arguments.quiet, arguments.clear),
        };
        tokio::spawn(port.serve(listener));
    }
    Ok(())
}

fn callback(text: &str) -> Result<Uri, Failure> {
    let uri = text.parse::<Uri>().ok().filter(|uri| uri.scheme().is_some() && uri.host().is_some());
    uri.ok_or_else(|| {
        Failure::usage(format!("{text} is no address"), "write http:// and the rest with --callback")
    })
}

async fn listen(vendor: Vendor, address: SocketAddr) -> Result<tokio::net::TcpListener, Failure> {
    tokio::net::TcpListener::bind(address).await.map_err(|error| {
        let help = format!("stop what uses the port, or name another address with --{}", vendor.name());
        Failure::new(format!("cannot listen on {address}: {error}"), help)
    })
}

fn sink(vendor: Vendor, quiet: bool, clear: bool) -> Sink {
    Arc::new(move |event| {
        if !quiet {
            let _ = writeln!(std::io::stdout(), "{} {}", vendor.name(), line(vendor, &event, clear));
        }
    })
}

/// One line. Numbers and parameters only in clear if asked for.
fn line(vendor: Vendor, event: &Event, clear: bool) -> String {
    match event {
        Event::Refused { code, why } => format!("refused with {code}: {why}"),
        Event::Submitted { carrier_id, message, sign_name, code } => {
            format!(
                "submit {carrier_id} {}, signature {sign_name}, {code}: {}",
                shown(message, clear),
                codes::answer(vendor, code).words
            )
        }
        Event::Disturbed { fault } => format!("fault: {fault:?}").to_lowercase(),
        Event::Reported { carrier_id, code, answer: Ok(status) } => {
            format!("receipt {carrier_id} {code}, status {status}")
        }
        Event::Reported { carrier_id, code, answer: Err(error) } => {
            format!("receipt {carrier_id} {code}: {error}")
        }
    }
}

fn shown(message: &Message, clear: bool) -> String {
    let phone = message.phone.as_str();
    let (template, count) = (&message.template, message.parameters.len());
    if !clear {
        return format!("to {}, template {template}, {count} parameters", masked(phone));
    }
    let parameters: Vec<_> =
        message.parameters.iter().map(|(name, text)| format!("{name}={}", text.escape_debug())).collect();
    format!("to {phone}, template {template}, {}, reference {}", parameters.join(" "), message.reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_numbers_and_codes_only_if_asked_to() {
        let message = Message {
            phone: heyan_cmpp::Mainland::parse("15400000001").unwrap(),
            template: "SMS_1".to_owned(),
            parameters: vec![("code".to_owned(), "012345".to_owned().into())],
            reference: "m1".to_owned(),
        };
        let event = Event::Submitted {
            carrier_id: "9^0".to_owned(),
            message,
            sign_name: "S".to_owned(),
            code: "OK".to_owned(),
        };
        assert_eq!(
            line(Vendor::Alibaba, &event, false),
            "submit 9^0 to 154****0001, template SMS_1, 1 parameters, signature S, OK: accepted, a receipt will follow"
        );
        assert!(line(Vendor::Alibaba, &event, true).contains("15400000001, template SMS_1, code=012345"));
    }

    #[test]
    fn callbacks_are_whole_addresses() {
        assert!(callback("http://127.0.0.1:8080/receipts").is_ok());
        for text in ["", "/receipts", "127.0.0.1:8080"] {
            assert!(callback(text).is_err(), "{text}");
        }
    }
}
