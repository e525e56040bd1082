//! `heyan enterprise`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use heyan_enterprise::soap::Service;

/// `heyan enterprise`.
#[derive(Args, Debug)]
pub struct Enterprise {
    /// What to do.
    #[command(subcommand)]
    pub command: EnterpriseCommand,
}

/// What can be done about the enterprise interface.
#[derive(Subcommand, Debug)]
pub enum EnterpriseCommand {
    /// Check a file of records: what is in it, or the path of the first element that is wrong
    Check(EnterpriseCheck),
    /// Print the WSDL of a service
    Wsdl(EnterpriseWsdl),
}

/// `heyan enterprise check`.
#[derive(Args, Debug)]
pub struct EnterpriseCheck {
    /// The file, XML in GBK, or a ZIP with it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The unit that reports it (ispId) [default: the one that the file names]
    #[arg(long, value_name = "ID")]
    pub unit: Option<i64>,
}

/// `heyan enterprise wsdl`.
#[derive(Args, Debug)]
pub struct EnterpriseWsdl {
    /// upDownLoad, queryBeianStatus or verifyBamm
    #[arg(value_name = "SERVICE", value_parser = service)]
    pub service: Service,
    /// Where the services are reached, without a path
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1")]
    pub address: String,
}

fn service(text: &str) -> Result<Service, String> {
    let named = Service::ALL.into_iter().find(|service| service.name().eq_ignore_ascii_case(text));
    named.ok_or_else(|| Service::ALL.map(Service::name).join(", "))
}
