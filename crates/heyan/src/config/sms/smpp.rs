//! The members of an SMPP route.

use std::num::NonZeroU32;
use std::path::PathBuf;

use heyan_gateway::smpp::Settings;
use heyan_smpp::client::ClientConfig;
use heyan_smpp::net::Link;
use heyan_smpp::text::Concatenation;
use heyan_smpp::{IdForm, MessageIds};
use serde::Deserialize;

use super::link::{CONNECT_TIMEOUT, Timing, address};
use super::{EXAMPLE, Place, secret};
use crate::failure::Failure;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    address: String,
    system_id: String,
    secret_file: Option<PathBuf>,
    system_type: Option<String>,
    service_type: Option<String>,
    sender: Option<String>,
    source_ton: Option<u8>,
    source_npi: Option<u8>,
    window: Option<u16>,
    heartbeat_seconds: Option<u64>,
    response_seconds: Option<u64>,
    long_messages: Option<LongMessages>,
    answer_ids: Option<Ids>,
    receipt_ids: Option<Ids>,
}

/// How the parts of a long message say that they belong together.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LongMessages {
    Header,
    Parameters,
}

/// How a message centre writes its ids.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Ids {
    Text,
    Decimal,
    Hexadecimal,
}

impl From<Ids> for IdForm {
    fn from(ids: Ids) -> Self {
        match ids {
            Ids::Text => Self::Text,
            Ids::Decimal => Self::Decimal,
            Ids::Hexadecimal => Self::Hexadecimal,
        }
    }
}

/// Checks them, and reads the secret.
pub(super) fn check(place: &Place, name: &str, own: toml::Table, rate: u32) -> Result<Settings, Failure> {
    let raw: Raw = own.try_into().map_err(|error: toml::de::Error| {
        place.refuse(
            error.message(),
            format!("an SMPP route needs address, system_id and its secret; {EXAMPLE}"),
        )
    })?;
    address(place, &raw.address, "2775")?;
    if raw.system_id.is_empty() {
        return Err(place.refuse("system_id is empty", "write the account that the message centre knows"));
    }
    let is_short = |text: &Option<String>, most| text.as_deref().is_none_or(|text| is_text(text, most));
    if !is_short(&raw.service_type, 5) {
        return Err(place.refuse("service_type is not usable", "write up to five characters of ASCII"));
    }
    if raw.sender.as_deref().is_some_and(str::is_empty) || !is_short(&raw.sender, 20) {
        return Err(place.refuse("the sender is not usable", "write the source address, up to 20 digits"));
    }
    let timing = Timing::check(place, raw.window, raw.heartbeat_seconds, raw.response_seconds)?;
    let (ton, npi) = (raw.source_ton.unwrap_or(0), raw.source_npi.unwrap_or(0));
    if ton > 6 || npi > 18 {
        return Err(place.refuse(
            format!("source_ton is {ton}, source_npi {npi}"),
            "write 0 to 6 for the type of number and 0 to 18 for the numbering plan, as the carrier says",
        ));
    }
    let secret = secret::read(place, name, &secret::ACCOUNT, raw.secret_file.as_deref())?;
    let config = ClientConfig::new(&raw.system_id, &secret, raw.system_type.as_deref().unwrap_or_default())
        .map_err(|error| {
        place.refuse(error, "write it as the carrier gave it; the secret is the password")
    })?;
    let form = |ids: Option<Ids>| ids.map(IdForm::from).unwrap_or_default();
    let config = ClientConfig {
        window: timing.window,
        heartbeat: timing.heartbeat,
        response_timeout: timing.response,
        // The router paces; what it lets through the link need not hold back.
        rate_per_second: NonZeroU32::new(rate.saturating_mul(2)).unwrap_or(NonZeroU32::MIN),
        ids: MessageIds { answer: form(raw.answer_ids), receipt: form(raw.receipt_ids) },
        ..config
    };
    Ok(Settings {
        link: Link { address: raw.address, config, connect_timeout: CONNECT_TIMEOUT },
        service_type: raw.service_type.unwrap_or_default(),
        sender: raw.sender,
        source: (ton, npi),
        concatenation: match raw.long_messages {
            None | Some(LongMessages::Header) => Concatenation::Header,
            Some(LongMessages::Parameters) => Concatenation::Parameters,
        },
        rate_per_second: rate,
        watch: None,
    })
}

/// Whether a text fits a field that ends with a zero.
fn is_text(text: &str, most: usize) -> bool {
    text.len() <= most && text.bytes().all(|octet| octet.is_ascii_graphic())
}
