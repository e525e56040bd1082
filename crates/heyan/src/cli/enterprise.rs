//! `heyan enterprise`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use heyan_domain::api_keys::Network;
use heyan_domain::enterprise::{AccountTerms, IspId, UserName};
use heyan_domain::terms::ProviderId;
use heyan_enterprise::soap::Service;

use super::{UserPlace, provider};

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
    /// Give a provider an account and print its password, this once
    Open(EnterpriseAccount),
    /// Say something else of an account; what is not named goes back to its default
    Set(EnterpriseAccount),
    /// Give an account another password, and another key, and print them, this once; the old ones end at once
    Renew(EnterpriseOf),
    /// Take an account away; what it has reported is filed all the same
    Close(EnterpriseOf),
    /// List the accounts: provider, its number, its user, its last file
    List(UserPlace),
}

/// `heyan enterprise open`, `set`. The server must be stopped meanwhile, since one process at a time has the data.
#[derive(Args, Debug)]
pub struct EnterpriseAccount {
    /// Whose: an access provider, as tencent
    #[arg(value_parser = provider)]
    pub provider: ProviderId,
    /// The number by which administrations know the provider (ispId), as 330000000001
    #[arg(long, value_name = "ID", value_parser = isp_id)]
    pub isp_id: IspId,
    /// The name of its user (userName)
    #[arg(long, value_name = "NAME", value_parser = user_name)]
    pub user: UserName,
    /// From where it may call, as 203.0.113.0/24; may be given again [default: from anywhere]
    #[arg(long = "from", value_parser = super::provider::network, value_name = "NETWORK")]
    pub networks: Vec<Network>,
    /// Draw a key: files are encrypted (AES, CBC)
    #[arg(long)]
    pub encrypted: bool,
    /// It may ask and take results away, but not report (19)
    #[arg(long)]
    pub no_reports: bool,
    /// Where the accounts are.
    #[command(flatten)]
    pub place: UserPlace,
}

impl EnterpriseAccount {
    /// What is said of the account.
    pub fn terms(&self) -> AccountTerms {
        AccountTerms {
            isp_id: self.isp_id,
            user_name: self.user.clone(),
            networks: self.networks.clone(),
            encrypted: self.encrypted,
            may_report: !self.no_reports,
        }
    }
}

/// `heyan enterprise renew`, `close`.
#[derive(Args, Debug)]
pub struct EnterpriseOf {
    /// Whose
    #[arg(value_parser = provider)]
    pub provider: ProviderId,
    /// Where the accounts are.
    #[command(flatten)]
    pub place: UserPlace,
}

fn isp_id(text: &str) -> Result<IspId, String> {
    let number = text.parse().ok().and_then(IspId::new);
    number.ok_or_else(|| "expected a number above nought, as 330000000001".to_owned())
}

fn user_name(text: &str) -> Result<UserName, String> {
    UserName::parse(text).ok_or_else(|| "expected 1 to 64 characters".to_owned())
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
