//! What can be written after `heyan provider`.

use clap::{Args, Subcommand};
use heyan_domain::api_keys::{Network, Scope};
use heyan_domain::terms::{ApiKeyId, ProviderId, Province};

use super::{UserPlace, parse, provider, province};

/// `heyan provider`.
#[derive(Args, Debug)]
pub struct Provider {
    /// What to do.
    #[command(subcommand)]
    pub command: ProviderCommand,
}

/// Access providers, and the keys of the API /v1. The server must be stopped meanwhile, since one process at a time has the
/// data; a provider's admins do the same in their console.
#[derive(Subcommand, Debug)]
pub enum ProviderCommand {
    /// Make an access provider known, or say something else of it: its name, and whom its applicants ask
    Add(ProviderAdd),
    /// List the access providers that the system knows
    Show(UserPlace),
    /// Make a key and print its secret, this once
    Key(ProviderKey),
    /// List the keys: id, whose, name, what they may do, from where
    List(UserPlace),
    /// Give a key a second secret and print it, this once; both work until `retire`
    Rotate(KeyName),
    /// Drop the older of a key's two secrets
    Retire(KeyName),
    /// Take a key out of use for good
    Revoke(KeyName),
}

/// `heyan provider add`.
#[derive(Args, Debug)]
pub struct ProviderAdd {
    /// Its short name: 1 to 32 of a-z, 0-9, -; that of its rule file, if there is one, as tencent
    #[arg(value_parser = provider)]
    pub provider: ProviderId,
    /// Its name as people know it
    #[arg(long, value_name = "TEXT")]
    pub name: String,
    /// The telephone number of its support
    #[arg(long, value_name = "NUMBER")]
    pub phone: Option<String>,
    /// The page of its support
    #[arg(long, value_name = "URL")]
    pub link: Option<String>,
    /// When somebody answers, as 09:00–18:00
    #[arg(long, value_name = "TEXT")]
    pub hours: Option<String>,
    /// Where the data is.
    #[command(flatten)]
    pub place: UserPlace,
}

/// `heyan provider key`.
#[derive(Args, Debug)]
pub struct ProviderKey {
    /// Whose: an access provider, as tencent
    #[arg(value_parser = provider, required_unless_present = "administration")]
    pub provider: Option<ProviderId>,
    /// An administration's instead, by its province, as 浙江 or zhejiang
    #[arg(long, value_parser = province, conflicts_with = "provider", value_name = "PROVINCE")]
    pub administration: Option<Province>,
    /// What people know it by
    #[arg(long, value_name = "TEXT", default_value = "default")]
    pub label: String,
    /// What it may do: read, write, events, review; may be given again [default: all that its owner's keys can]
    #[arg(long = "scope", value_parser = parse::<Scope>, value_name = "SCOPE")]
    pub scopes: Vec<Scope>,
    /// From where it may be used, as 203.0.113.0/24; may be given again [default: from anywhere]
    #[arg(long = "from", value_parser = network, value_name = "NETWORK")]
    pub networks: Vec<Network>,
    /// Where the keys are.
    #[command(flatten)]
    pub place: UserPlace,
}

/// `heyan provider rotate`, `retire`, `revoke`.
#[derive(Args, Debug)]
pub struct KeyName {
    /// The key's id: key_…
    #[arg(value_parser = key_id)]
    pub key: ApiKeyId,
    /// Where the keys are.
    #[command(flatten)]
    pub place: UserPlace,
}

pub(super) fn network(text: &str) -> Result<Network, String> {
    Network::parse(text).ok_or_else(|| "expected an IP address or a network, as 203.0.113.0/24".to_owned())
}

fn key_id(text: &str) -> Result<ApiKeyId, String> {
    ApiKeyId::parse(text).ok_or_else(|| "expected a key's id, as `heyan provider list` prints it".to_owned())
}
