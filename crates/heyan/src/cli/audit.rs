//! What can be written after `heyan audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use heyan_domain::audit::AuditAction;

use super::{KeyPlace, instant, parse};

/// `heyan audit`.
#[derive(Args, Debug)]
pub struct Audit {
    /// What to do.
    #[command(subcommand)]
    pub command: AuditCommand,
}

/// What can be done with the audit log, beside a running server or without one.
#[derive(Subcommand, Debug)]
pub enum AuditCommand {
    /// Walk along the whole log and name the first entry that is not as it was written; exit 1 if there is one
    Verify(AuditVerify),
    /// Print the head of the chain, to be published, and the public keys that its checkpoints are checked with
    Head(AuditHead),
    /// Print entries, the newest first: number, time, who, what, to what, what else, why
    List(AuditList),
}

/// `heyan audit verify`.
#[derive(Args, Debug)]
pub struct AuditVerify {
    /// Where the data and its keys are.
    #[command(flatten)]
    pub place: KeyPlace,
    /// A head that was published: the log must still hold it
    #[arg(long, value_name = "NO:HASH", value_parser = crate::commands::audit::parse_head)]
    pub head: Option<heyan_store::audit::Head>,
    /// Check with these public keys, as `heyan audit head` prints them, instead of the key file
    #[arg(long = "public-key", value_name = "ID:KEY")]
    pub public_keys: Vec<String>,
}

/// `heyan audit head`.
#[derive(Args, Debug)]
pub struct AuditHead {
    /// Where the data and its keys are.
    #[command(flatten)]
    pub place: KeyPlace,
}

/// `heyan audit list`.
#[derive(Args, Debug)]
pub struct AuditList {
    /// Directory of the data
    #[arg(long, env = "HEYAN_DATA", value_name = "DIR", default_value = "./heyan-data")]
    pub data: PathBuf,
    /// Database of PostgreSQL that the data is in, unless it is a file in the directory
    #[arg(long, env = "HEYAN_DATABASE", hide_env_values = true, value_name = "ADDRESS")]
    pub database: Option<String>,
    /// Entries at or after this: RFC 3339, or a date in Beijing
    #[arg(long, value_parser = instant)]
    pub since: Option<heyan_domain::Timestamp>,
    /// Entries of one actor, as the third column names it
    #[arg(long)]
    pub actor: Option<String>,
    /// Entries of one kind, as claimed or unmasked
    #[arg(long, value_parser = parse::<AuditAction>)]
    pub action: Option<AuditAction>,
    /// Print each entry as the line of JSON that was hashed
    #[arg(long)]
    pub json: bool,
}
