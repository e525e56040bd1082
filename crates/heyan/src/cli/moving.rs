//! Copies of the data, and its ways from one place to another.

use std::path::PathBuf;

use clap::Args;

use super::UserPlace;

/// `heyan backup`.
#[derive(Args, Debug)]
pub struct Backup {
    /// Where to; a file that is not there yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Directory of the data
    #[arg(long, env = "HEYAN_DATA", value_name = "DIR", default_value = "./heyan-data")]
    pub data: PathBuf,
}

/// `heyan export`.
#[derive(Args, Debug)]
pub struct Export {
    /// Where to; a file that is not there yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Directory of the data
    #[arg(long, env = "HEYAN_DATA", value_name = "DIR", default_value = "./heyan-data")]
    pub data: PathBuf,
    /// Database of PostgreSQL that the data is in, unless it is a file in the directory
    #[arg(long, env = "HEYAN_DATABASE", hide_env_values = true, value_name = "ADDRESS")]
    pub database: Option<String>,
}

/// `heyan import`.
#[derive(Args, Debug)]
pub struct Import {
    /// What `heyan export` has made
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where the data goes.
    #[command(flatten)]
    pub place: UserPlace,
}

/// `heyan restore`.
#[derive(Args, Debug)]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where the data goes.
    #[command(flatten)]
    pub place: UserPlace,
}
