//! `/console/provider/members`: the people of the own provider, for its admins (SEC-09). Nobody shuts the own account, so that
//! at least one admin stays: whoever acts.

mod add;
mod list;
mod one;

use heyan_domain::accounts::Account;

use crate::app::App;
use crate::console::Problem;
use crate::console::table::Route;
use heyan_domain::terms::{AccountId, ProviderId};

const PATH: &str = "/console/provider/members";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), add::routes(), one::routes()].into_iter().flatten().collect()
}

/// The account that a path names; another provider's is not there.
async fn find(app: &App, provider: &ProviderId, id: &str) -> Result<Account, Problem> {
    let id = AccountId::parse(id).ok_or(Problem::NotFound)?;
    let found = app.readers.read(move |reader| reader.account(id)).await.map_err(|_| Problem::System)?;
    found.filter(|account| account.role.provider() == Some(provider)).ok_or(Problem::NotFound)
}
