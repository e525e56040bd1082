//! Raw configuration (flags, environment, file) becomes checked configuration here, once.

pub mod enterprise;
mod mail;
pub mod oidc;
mod outside;
pub mod sms;
pub mod webhooks;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use heyan_domain::mark;
use heyan_domain::privacy::Retention;
use heyan_store::database::Database;
use heyan_store::location::{Address, Location};
use serde::{Deserialize, Serialize};

use crate::cli::{Role, Serve, Switch};
use crate::failure::Failure;

pub use mail::Mail;
pub use outside::Outside;

/// What a configuration file may hold. Secrets are not among it: they live in the key file (SEC-16).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sandbox: Option<bool>,
    data: Option<PathBuf>,
    database: Option<String>,
    roles: Option<Vec<Role>>,
    listen: Option<SocketAddr>,
    keys: Option<PathBuf>,
    captcha: Option<Switch>,
    limits: Option<Switch>,
    retention_days: Option<u16>,
    hosts: Option<outside::HostsFile>,
    sms: Option<sms::Raw>,
    mail: Option<mail::Raw>,
    oidc: Option<oidc::Raw>,
    webhooks: Option<webhooks::Webhooks>,
    enterprise: Option<enterprise::Raw>,
}

/// Checked configuration of `heyan serve`.
#[derive(Clone, Debug, Serialize)]
pub struct Config {
    /// Whether this is a sandbox.
    pub sandbox: bool,
    /// Directory of the data.
    pub data: PathBuf,
    /// The database of PostgreSQL that the data is in, if it is not a file in the directory.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "address")]
    pub database: Option<Address>,
    /// Key file.
    pub keys: PathBuf,
    /// What this process does.
    #[serde(serialize_with = "listed", skip_serializing_if = "Roles::are_all")]
    pub roles: Roles,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Whether the portal asks for a captcha.
    #[serde(serialize_with = "switch")]
    pub captcha: bool,
    /// Whether request and message limits are on.
    #[serde(serialize_with = "switch")]
    pub limits: bool,
    /// For how many days the personal data of a filing is kept after its end (SEC-13).
    #[serde(rename = "retention_days", serialize_with = "days")]
    pub retention: Retention,
    /// How it is reached from outside.
    #[serde(flatten)]
    pub outside: Outside,
    /// The lines to carriers.
    #[serde(skip_serializing_if = "is_without_lines")]
    pub sms: sms::Sms,
    /// The server for notices by e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
    /// The staff's identity provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc: Option<oidc::Checked>,
    /// How far webhooks reach.
    #[serde(skip_serializing_if = "webhooks::Webhooks::says_nothing")]
    pub webhooks: webhooks::Webhooks,
    /// The listener of the enterprise interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<enterprise::Enterprise>,
}

fn is_without_lines(sms: &sms::Sms) -> bool {
    sms.routes.is_empty()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn days<S: serde::Serializer>(retention: &Retention, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(retention.days())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn switch<S: serde::Serializer>(on: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if *on { "on" } else { "off" })
}

/// Hosts and name: what the address has beside is nobody else's.
#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn address<S: serde::Serializer>(address: &Option<Address>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(address.as_ref().map_or("", Address::name))
}

fn database(named: Option<String>, in_file: Option<String>) -> Result<Option<Address>, Failure> {
    if let Some(address) = named {
        return Ok(Some(address.parse()?));
    }
    let Some(address) = in_file else { return Ok(None) };
    let address: Address = address.parse()?;
    if address.has_password() {
        mark!("SEC-16");
        return Err(Failure::usage(
            "a password does not belong in the configuration file",
            "give the address of the database in the environment, as HEYAN_DATABASE",
        ));
    }
    Ok(Some(address))
}

/// What a process does of the whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Roles {
    /// It serves people and programs.
    pub web: bool,
    /// It does what is due, sends and tidies up, or stands by for that.
    pub worker: bool,
}

impl Roles {
    /// Everything.
    pub const ALL: Self = Self { web: true, worker: true };

    fn of(named: &[Role]) -> Self {
        Self { web: named.contains(&Role::Web), worker: named.contains(&Role::Worker) }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
    fn are_all(&self) -> bool {
        *self == Self::ALL
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn listed<S: serde::Serializer>(roles: &Roles, serializer: S) -> Result<S::Ok, S::Error> {
    let named = [roles.web.then_some(Role::Web), roles.worker.then_some(Role::Worker)];
    serializer.collect_seq(named.into_iter().flatten())
}

/// The port that is listened on unless said otherwise.
const PORT: u16 = 8080;

impl Config {
    /// Joins flags, environment and file, and refuses what a production start must not be.
    pub fn check(arguments: Serve) -> Result<Self, Failure> {
        let file = match &arguments.config {
            Some(path) => read(path)?,
            None => File::default(),
        };
        let sandbox = arguments.sandbox || file.sandbox.unwrap_or(false);
        let data = arguments.data.or(file.data).unwrap_or_else(|| PathBuf::from("./heyan-data"));
        let keys = arguments.keys.or(file.keys).unwrap_or_else(|| data.join("keys.toml"));
        let database = database(arguments.database, file.database)?;
        let named = if arguments.roles.is_empty() { file.roles } else { Some(arguments.roles) };
        let roles = named.as_deref().map_or(Roles::ALL, Roles::of);
        if !roles.are_all() && database.is_none() {
            return Err(Failure::usage(
                "several processes share a database of PostgreSQL, not a file",
                "name the database with --database, or leave --roles away",
            ));
        }
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
        let listen = arguments.listen.or(file.listen).unwrap_or(listen);
        let switch = |flag: Option<Switch>, file: Option<Switch>| {
            flag.or(file).map_or(!sandbox, |switch| switch == Switch::On)
        };
        let captcha = switch(arguments.captcha, file.captcha);
        let limits = switch(arguments.limits, file.limits);
        mark!("SEC-16");
        let unguarded = !captcha || !limits;
        if !sandbox && unguarded {
            return Err(Failure::usage(
                "captcha and limits cannot be switched off in production",
                "leave --captcha and --limits away, or add --sandbox",
            ));
        }
        let days = arguments.retention_days.or(file.retention_days).unwrap_or(Retention::DEFAULT_DAYS);
        let retention = Retention::of_days(days).ok_or_else(|| {
            Failure::usage(
                format!("personal data cannot be kept for {days} days after the end of a filing"),
                format!("give {} to {} days", Retention::MIN_DAYS, Retention::MAX_DAYS),
            )
        })?;
        let outside = Outside::check(file.hosts)?;
        let mail = file.mail.map(|raw| Mail::check(raw, outside.hosts.is_some())).transpose()?;
        let sms = sms::Sms::check(file.sms.unwrap_or_default(), sandbox)?;
        let named = arguments.config.unwrap_or_default();
        let secret = std::env::var(oidc::SECRET_VARIABLE).ok();
        let oidc = file.oidc.map(|oidc| oidc.check(&named, secret)).transpose()?;
        let webhooks = file.webhooks.unwrap_or_default();
        let enterprise =
            enterprise::Enterprise::check(file.enterprise.unwrap_or_default(), arguments.enterprise)?;
        if let (Some(hosts), Some(oidc)) = (&outside.hosts, &oidc) {
            oidc.check_host(&named, &hosts.console)?;
        }
        Ok(Self {
            sandbox,
            data,
            database,
            keys,
            roles,
            listen,
            captcha,
            limits,
            retention,
            outside,
            sms,
            mail,
            oidc,
            webhooks,
            enterprise,
        })
    }

    /// Where the data is.
    pub fn location(&self) -> Location {
        Location::of(&self.data, self.database.as_ref())
    }

    /// Whether there is data in a file.
    pub fn has_file(&self) -> bool {
        self.database.is_none() && Database::file_in(&self.data).exists()
    }

    /// As a configuration file that says the same.
    pub fn to_toml(&self) -> Result<String, Failure> {
        toml::to_string(self).map_err(|error| Failure::plain(format!("a path is no text: {error}")))
    }
}

fn read(path: &std::path::Path) -> Result<File, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(
            format!("the configuration file {} cannot be read: {error}", path.display()),
            "name a file that exists with --config",
        )
    })?;
    toml::from_str(&text).map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map_or(0, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
        Failure::new(
            format!("{}:{line}: {}", path.display(), error.message()),
            "known members are sandbox, data, database, roles, listen, keys, captcha, limits, retention_days, hosts, sms, mail, oidc, webhooks, enterprise",
        )
    })
}
