//! The members of a CMPP route.

use std::num::NonZeroU32;
use std::path::PathBuf;

use heyan_cmpp::client::ClientConfig;
use heyan_cmpp::net::Link;
use heyan_cmpp::{Number, Octets, Secret, SpId, Version};
use heyan_gateway::cmpp::Settings;
use serde::Deserialize;

use super::link::{CONNECT_TIMEOUT, Timing, address};
use super::{EXAMPLE, Place, secret};
use crate::failure::Failure;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    address: String,
    version: Option<String>,
    sp_id: String,
    secret_file: Option<PathBuf>,
    service_id: Option<String>,
    sender: Option<String>,
    window: Option<u16>,
    heartbeat_seconds: Option<u64>,
    response_seconds: Option<u64>,
    strict: Option<bool>,
}

/// Checks them, and reads the secret.
pub(super) fn check(place: &Place, name: &str, own: toml::Table, rate: u32) -> Result<Settings, Failure> {
    let raw: Raw = own.try_into().map_err(|error: toml::de::Error| {
        place.refuse(error.message(), format!("a CMPP route needs address, sp_id and its secret; {EXAMPLE}"))
    })?;
    address(place, &raw.address, "7890")?;
    let version = match raw.version.as_deref() {
        None | Some("3.0") => Version::V30,
        Some("2.0") => Version::V20,
        Some("2.1") => Version::V21,
        Some(other) => return Err(place.refuse(format!("the version is {other}"), "write 2.0, 2.1 or 3.0")),
    };
    let sp_id = SpId::new(&raw.sp_id).ok().filter(|_| !raw.sp_id.is_empty()).ok_or_else(|| {
        place.refuse("sp_id is not usable", "write the up to six characters that the carrier gave")
    })?;
    let service_id = Octets::new(raw.service_id.as_deref().unwrap_or_default())
        .map_err(|_| place.refuse("service_id is too long", "write up to ten characters"))?;
    if raw.sender.as_deref().is_some_and(|sender| sender.is_empty() || Number::<21>::new(sender).is_err()) {
        return Err(place.refuse("the sender is not usable", "write the access number, up to 21 digits"));
    }
    let timing = Timing::check(place, raw.window, raw.heartbeat_seconds, raw.response_seconds)?;
    let secret =
        Secret::new(secret::read(place, name, &secret::ACCOUNT, raw.secret_file.as_deref())?.to_string());
    let config = ClientConfig {
        window: timing.window,
        heartbeat: timing.heartbeat,
        response_timeout: timing.response,
        // The router paces; what it lets through the link need not hold back.
        rate_per_second: NonZeroU32::new(rate.saturating_mul(2)).unwrap_or(NonZeroU32::MIN),
        strict: raw.strict.unwrap_or(false),
        ..ClientConfig::new(sp_id, secret, version)
    };
    let link = Link { address: raw.address, config, connect_timeout: CONNECT_TIMEOUT };
    Ok(Settings { link, service_id, sender: raw.sender, rate_per_second: rate, watch: None })
}
