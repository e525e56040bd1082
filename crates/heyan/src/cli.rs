//! What can be written on the command line.

mod audit;
mod enterprise;
mod moving;
mod provider;
mod sms;

pub use audit::{Audit, AuditCommand, AuditHead, AuditList, AuditVerify};
pub use enterprise::{
    Enterprise, EnterpriseAccount, EnterpriseCheck, EnterpriseCommand, EnterpriseOf, EnterpriseWsdl,
};
pub use moving::{Backup, Export, Import, Restore};
pub use provider::{KeyName, Provider, ProviderAdd, ProviderCommand, ProviderKey};
pub use sms::{Sms, SmsCommand, SmsDecode, SmsSimulate, SmsTest, SmsTrace};

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use heyan_domain::accounts::{RoleKind, SignInName};
use heyan_domain::terms::{Changed, FilingKind, Initiator, ProviderId, Province};
use heyan_store::database::StoreError;
use heyan_store::location::Location;

/// The SMS verification of China's ICP filings (备案短信核验).
#[derive(Parser, Debug)]
#[command(name = "heyan", version, about, long_about = None, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run the system: portal, provider API and worker in one process
    Serve(Serve),
    /// Run every profile's story on a virtual clock and compare the outcomes with the golden tables
    Demo(Demo),
    /// Read the rulebook: who has to verify, by which set, from which source
    Rules(Rules),
    /// Make or change the keys that protect the data
    Keys(Keys),
    /// Access providers, and the keys with which they and administrations sign their requests to /v1
    Provider(Provider),
    /// Accounts of the staff: operators, auditors, administrations, providers' people
    User(User),
    /// Check or read the audit log: who decided what, and who looked at what
    Audit(Audit),
    /// Measure: requests per second and latency beside a handler that does nothing
    Bench(Bench),
    /// Lines to carriers: try a route, play the carrier's side, read frames
    Sms(Sms),
    /// The enterprise interface V3.0 of providers' systems: check their files, print its WSDLs
    Enterprise(Enterprise),
    /// Show or check the configuration that `serve` would run with
    Config(ConfigArguments),
    /// Say what stands in the way of a start, and whether the data is whole
    Doctor(Serve),
    /// Bring the database to this program's schema, and stop
    Migrate(Serve),
    /// Copy the data into a file, beside the running server or without one; the keys are not in it
    Backup(Backup),
    /// Put a backup into an empty data directory, and show that it is whole
    Restore(Restore),
    /// Take the whole of the data out into a file, beside the running server or without one, to move it to another database
    Export(Export),
    /// Fill an empty directory or a new database from such a file, and show that it is whole
    Import(Import),
    /// Print completions for a shell
    Completions(Completions),
}

/// A part of the whole that a process does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Serves people and programs.
    Web,
    /// Does what is due, sends and tidies up.
    Worker,
}

/// On or off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// `heyan serve`.
#[derive(Args, Debug, Default)]
pub struct Serve {
    /// Configuration file (TOML); flags and environment go before it
    #[arg(long, env = "HEYAN_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Test double: virtual clock, SMS inbox instead of a carrier, bearer keys that everyone knows
    #[arg(long)]
    pub sandbox: bool,
    /// Directory of the data [default: ./heyan-data]
    #[arg(long, env = "HEYAN_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Database of PostgreSQL to keep the data in, instead of a file in the directory; any number of processes may share it
    #[arg(long, env = "HEYAN_DATABASE", hide_env_values = true, value_name = "ADDRESS")]
    pub database: Option<String>,
    /// What this process does of the whole: `web` serves people and programs, `worker` does what is due, sends and tidies up (of
    /// several such processes over one database one does, the others stand by) [default: web,worker]
    #[arg(long, env = "HEYAN_ROLES", value_name = "ROLES", value_delimiter = ',')]
    pub roles: Vec<Role>,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "HEYAN_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Key file [default: keys.toml in the data directory]
    #[arg(long, env = "HEYAN_KEYS", value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// Captcha on the portal; can be switched off in the sandbox only, where it is off unless asked for
    #[arg(long, value_name = "ON|OFF")]
    pub captcha: Option<Switch>,
    /// Request and message limits; can be switched off in the sandbox only, where they are off unless asked for
    #[arg(long, value_name = "ON|OFF")]
    pub limits: Option<Switch>,
    /// Address on which providers' systems are served over the enterprise interface V3.0 [default: not at all]
    #[arg(long, env = "HEYAN_ENTERPRISE", value_name = "ADDR")]
    pub enterprise: Option<SocketAddr>,
    /// Days for which the personal data of a filing is kept after its end, 30 to 1095 [default: 180]
    #[arg(long, env = "HEYAN_RETENTION_DAYS", value_name = "DAYS")]
    pub retention_days: Option<u16>,
}

/// `heyan config`.
#[derive(Args, Debug)]
pub struct ConfigArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What can be done with the configuration.
#[derive(Subcommand, Debug)]
pub enum ConfigCommand {
    /// Print it as a configuration file, defaults filled in
    Print(Serve),
    /// Check it
    Check(Serve),
}

/// `heyan demo`.
#[derive(Args, Debug)]
pub struct Demo {
    /// Directory of the example filings
    #[arg(long, value_name = "DIR", default_value = "examples/filings")]
    pub examples: PathBuf,
    /// Seed of codes and ids; the same seed prints the same
    #[arg(long, default_value_t = 2020)]
    pub seed: u64,
}

/// `heyan rules`.
#[derive(Args, Debug)]
pub struct Rules {
    /// Directory of the data whose activated versions count as well; without data there the program's own files
    #[arg(long, env = "HEYAN_DATA", value_name = "DIR", default_value = "./heyan-data", global = true)]
    pub data: PathBuf,
    /// Database of PostgreSQL that the data is in, unless it is a file in the directory
    #[arg(long, env = "HEYAN_DATABASE", hide_env_values = true, value_name = "ADDRESS", global = true)]
    pub database: Option<String>,
    /// At which instant: RFC 3339, or a date in Beijing [default: now]
    #[arg(long, value_parser = instant, global = true)]
    pub at: Option<heyan_domain::Timestamp>,
    /// Which question.
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// Questions to the rulebook.
#[derive(Subcommand, Debug)]
pub enum RulesCommand {
    /// All sets, with scope and time
    List,
    /// One set, with its sources
    Show {
        /// Its id
        set: String,
    },
    /// What differs between two sets
    Diff {
        /// The one
        a: String,
        /// The other
        b: String,
    },
    /// Who has to verify in one case, which set decides, which sentence of which source says so
    Explain(Explain),
    /// Check rule files without using them
    Check {
        /// Files or directories of rule sets (TOML)
        files: Vec<PathBuf>,
    },
}

/// `heyan rules explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// Kind of filing, as first or 首次备案
    #[arg(long, value_parser = parse::<FilingKind>)]
    pub kind: FilingKind,
    /// Handling administration, as 浙江 or zhejiang
    #[arg(long, value_parser = province)]
    pub province: Province,
    /// Access provider, as tencent
    #[arg(long, value_parser = provider, default_value = "other")]
    pub provider: ProviderId,
    /// What changes: entity,service,access,remark
    #[arg(long, value_delimiter = ',', value_parser = parse::<Changed>)]
    pub changed: Vec<Changed>,
    /// The organiser moves to another province
    #[arg(long)]
    pub province_changes: bool,
    /// Who asked for a cancellation
    #[arg(long, value_parser = parse::<Initiator>, default_value = "provider")]
    pub initiator: Initiator,
    /// The record is held at another provider
    #[arg(long)]
    pub record_elsewhere: bool,
}

/// `heyan keys`.
#[derive(Args, Debug)]
pub struct Keys {
    /// What to do.
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// What can be done with keys.
#[derive(Subcommand, Debug)]
pub enum KeysCommand {
    /// Make a key file for new data
    Init(KeyPlace),
    /// Add a key: a running server takes it up within seconds, and seals older data anew in the background
    Rotate(KeyPlace),
    /// Show which keys there are, which is in use, and how much is still sealed with older ones
    Status(KeyPlace),
}

impl KeyPlace {
    /// The key file.
    pub fn keys(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.join("keys.toml"))
    }

    /// Where the data is.
    ///
    /// # Errors
    /// What names the database is no address.
    pub fn location(&self) -> Result<Location, StoreError> {
        location(&self.data, self.database.as_deref())
    }
}

/// Where data is: on the server, if one is named; in the directory otherwise.
///
/// # Errors
/// What names the database is no address.
pub fn location(data: &Path, database: Option<&str>) -> Result<Location, StoreError> {
    let server = database.map(str::parse).transpose()?;
    Ok(Location::of(data, server.as_ref()))
}

/// Where the keys are.
#[derive(Args, Debug)]
pub struct KeyPlace {
    /// Directory of the data
    #[arg(long, env = "HEYAN_DATA", value_name = "DIR", default_value = "./heyan-data")]
    pub data: PathBuf,
    /// Database of PostgreSQL that the data is in, unless it is a file in the directory
    #[arg(long, env = "HEYAN_DATABASE", hide_env_values = true, value_name = "ADDRESS")]
    pub database: Option<String>,
    /// Key file [default: keys.toml in the data directory]
    #[arg(long, env = "HEYAN_KEYS", value_name = "FILE")]
    pub keys: Option<PathBuf>,
}

/// `heyan user`.
#[derive(Args, Debug)]
pub struct User {
    /// What to do.
    #[command(subcommand)]
    pub command: UserCommand,
}

/// What can be done with accounts. The server must be stopped meanwhile, since one process at a time has the data.
#[derive(Subcommand, Debug)]
pub enum UserCommand {
    /// Make an account; asks for its password
    Add(UserAdd),
    /// List the accounts
    List(UserPlace),
    /// Shut an account and end its sessions
    Disable(UserName),
    /// Open a shut account again
    Enable(UserName),
    /// Give an account another password, end its sessions and its lock
    Password(UserPassword),
    /// Take the second factor from an account whose person has lost app and recovery codes, end its sessions and its lock
    ResetTotp(UserName),
}

/// Where the accounts are.
#[derive(Args, Debug, Clone)]
pub struct UserPlace {
    /// Configuration file (TOML); flags and environment go before it
    #[arg(long, env = "HEYAN_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The data are a sandbox's
    #[arg(long)]
    pub sandbox: bool,
    /// Directory of the data [default: ./heyan-data]
    #[arg(long, env = "HEYAN_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Database of PostgreSQL that the data is in, unless it is a file in the directory
    #[arg(long, env = "HEYAN_DATABASE", hide_env_values = true, value_name = "ADDRESS")]
    pub database: Option<String>,
    /// Key file [default: keys.toml in the data directory]
    #[arg(long, env = "HEYAN_KEYS", value_name = "FILE")]
    pub keys: Option<PathBuf>,
}

impl From<UserPlace> for Serve {
    fn from(place: UserPlace) -> Self {
        let UserPlace { config, sandbox, data, database, keys } = place;
        Self { config, sandbox, data, database, keys, ..Self::default() }
    }
}

/// `heyan user add`.
#[derive(Args, Debug)]
pub struct UserAdd {
    /// The name to sign in with: 2 to 64 of a-z, 0-9, . - _ @
    #[arg(value_parser = sign_in_name)]
    pub name: SignInName,
    /// What it may do: operator, auditor, administration, provider_admin, provider_clerk
    #[arg(long, value_parser = parse::<RoleKind>)]
    pub role: RoleKind,
    /// The administration's province, as 浙江 or zhejiang
    #[arg(long, value_parser = province)]
    pub province: Option<Province>,
    /// The access provider, as tencent
    #[arg(long, value_parser = provider)]
    pub provider: Option<ProviderId>,
    /// The name that colleagues see [default: the name to sign in with]
    #[arg(long, value_name = "TEXT")]
    pub display_name: Option<String>,
    /// File with the password in its first line; else HEYAN_PASSWORD, else it is asked for
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Where the accounts are.
    #[command(flatten)]
    pub place: UserPlace,
}

/// `heyan user disable`, `heyan user enable`, `heyan user reset-totp`.
#[derive(Args, Debug)]
pub struct UserName {
    /// Whose
    #[arg(value_parser = sign_in_name)]
    pub name: SignInName,
    /// Where the accounts are.
    #[command(flatten)]
    pub place: UserPlace,
}

/// `heyan user password`.
#[derive(Args, Debug)]
pub struct UserPassword {
    /// Whose
    #[arg(value_parser = sign_in_name)]
    pub name: SignInName,
    /// File with the password in its first line; else HEYAN_PASSWORD, else it is asked for
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Where the accounts are.
    #[command(flatten)]
    pub place: UserPlace,
}

/// `heyan bench`.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line, of which one at most is given")]
pub struct Bench {
    /// Numbers of open verifications to measure at
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 1_000_000])]
    pub rows: Vec<u64>,
    /// Connections
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Seconds for each measurement
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Runs of each measurement; the median is printed
    #[arg(long, default_value_t = 3)]
    pub runs: usize,
    /// Measure instead whether known and unknown people are answered in the same time (SEC-06)
    #[arg(long, conflicts_with_all = ["rows", "connections", "seconds", "runs"])]
    pub sameness: bool,
    /// Measure instead how long the server needs for every page
    #[arg(long, conflicts_with_all = ["rows", "connections", "seconds", "runs", "sameness"])]
    pub pages: bool,
    /// Filings in the database when pages are measured
    #[arg(long, default_value_t = 100_000, requires = "pages")]
    pub filings: u64,
    /// Measure instead whether large files of the enterprise interface hold verification up, in pairs with and without
    #[arg(long, conflicts_with_all = ["rows", "connections", "seconds", "runs", "sameness", "pages"])]
    pub uploads: bool,
    /// Measure instead how fast messages go from the outbox over a CMPP line to their report, and the noon batch likewise
    #[arg(long, conflicts_with_all = ["rows", "connections", "seconds", "runs", "sameness", "pages", "uploads"])]
    pub carriers: bool,
    /// Messages when carriers are measured
    #[arg(long, default_value_t = 100_000, requires = "carriers", value_parser = clap::value_parser!(u64).range(1..))]
    pub messages: u64,
    /// Windows of the line when carriers are measured
    #[arg(long, value_delimiter = ',', default_values_t = [16], requires = "carriers", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub window: Vec<u16>,
    /// Rehearse instead a fail-over between two routes, on a clock of its own: how long first messages wait
    #[arg(long, conflicts_with_all = ["rows", "connections", "seconds", "runs", "sameness", "pages", "carriers", "uploads"])]
    pub failover: bool,
    /// Measure on this server of PostgreSQL beside a file of SQLite: one process, three, and a program that carries out each request
    /// in a transaction of its own. Databases named heyan_bench_… are made there, so the account needs CREATEDB
    #[arg(long, env = "HEYAN_BENCH_DATABASE", hide_env_values = true, value_name = "ADDRESS", conflicts_with_all = ["sameness", "pages", "carriers", "uploads", "failover"])]
    pub database: Option<String>,
    /// Directory for the data of the measurement, prepared once and kept [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Be the process under measure, over this prepared data; `bench` starts it for itself
    #[arg(long, value_name = "DIR", hide = true)]
    pub server: Option<PathBuf>,
    /// The database that the process under measure works on
    #[arg(long, requires = "server", hide = true)]
    pub copy: Option<String>,
    /// Be the program that carries out each request in a transaction of its own
    #[arg(long, requires = "copy", hide = true)]
    pub plain: bool,
}

/// `heyan completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// Which shell
    pub shell: clap_complete::Shell,
}

fn parse<T: std::str::FromStr<Err = heyan_domain::terms::ParseTermError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: heyan_domain::terms::ParseTermError| error.to_string())
}

fn sign_in_name(text: &str) -> Result<SignInName, String> {
    SignInName::parse(text).ok_or_else(|| "expected 2 to 64 of a-z, 0-9, . - _ @".to_owned())
}

fn province(text: &str) -> Result<Province, String> {
    let found = text.parse().ok().or_else(|| Province::from_pinyin(&text.to_lowercase()));
    found.ok_or_else(|| "expected a province's short name, as 浙江 or zhejiang".to_owned())
}

fn provider(text: &str) -> Result<ProviderId, String> {
    ProviderId::parse(text).ok_or_else(|| "expected a provider's short name, as tencent".to_owned())
}

fn instant(text: &str) -> Result<heyan_domain::Timestamp, String> {
    let dated = format!("{text}T00:00:00+08:00");
    heyan_domain::Timestamp::parse_rfc3339(text)
        .or_else(|| heyan_domain::Timestamp::parse_rfc3339(&dated))
        .ok_or_else(|| "expected 2026-11-22 or 2026-11-22T14:05:00+08:00".to_owned())
}
