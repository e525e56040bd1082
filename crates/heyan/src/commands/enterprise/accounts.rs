//! `heyan enterprise open|set|renew|close|list`: who may call.

use heyan_domain::decide::{Action, Outcome};
use heyan_domain::enterprise::{
    AccountSecret, AccountTerms, EnterpriseAccount, EnterpriseAction, EnterpriseAnswer,
};
use heyan_store::tables::Reader;

use crate::cli::UserPlace;
use crate::config::Config;
use crate::failure::Failure;
use crate::world::{Nature, World};

fn with_world<T>(
    place: UserPlace,
    run: impl AsyncFnOnce(&World) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let world = World::open(&Config::check(place.into())?, Nature::system())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let done = runtime.block_on(run(&world));
    world.app.engine.stop();
    done
}

/// Carries out a command on an account.
pub(super) fn carry_out(place: UserPlace, action: EnterpriseAction) -> Result<(), Failure> {
    let outcome = with_world(place, async |world| {
        if let EnterpriseAction::Open { provider, .. } = &action {
            crate::commands::provider::known(world, provider.clone())?;
        }
        Ok(world.app.engine.execute(Action::Enterprise(Box::new(action))).await?)
    })?;
    match outcome {
        Outcome::Enterprise(EnterpriseAnswer::Secret(terms, secret)) => {
            tell(&terms, &secret);
            Ok(())
        }
        Outcome::Enterprise(EnterpriseAnswer::NotFound) => Err(Failure::new(
            "the provider has no account",
            "see `heyan enterprise list`; make one with `heyan enterprise open`",
        )),
        Outcome::Enterprise(EnterpriseAnswer::AccountThere) => Err(Failure::new(
            "the provider has an account already",
            "change it with `heyan enterprise set`, or give it another password with `heyan enterprise renew`",
        )),
        Outcome::Enterprise(EnterpriseAnswer::IspIdTaken) => Err(Failure::new(
            "another provider has that number",
            "see `heyan enterprise list` for whose it is",
        )),
        Outcome::Enterprise(EnterpriseAnswer::Done) => {
            done();
            Ok(())
        }
        _ => Err(Failure::plain("it was not done".to_owned())),
    }
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn done() {
    println!("done");
}

#[expect(clippy::print_stdout, reason = "the command's answer, and the one time that a secret is shown")]
fn tell(terms: &AccountTerms, secret: &AccountSecret) {
    println!("ispId     {}", terms.isp_id);
    println!("userName  {}", terms.user_name.as_str());
    println!("password  {}", secret.password);
    if let Some((key, initial)) = &secret.key {
        println!("key       {key}");
        println!("iv        {initial}");
    }
    println!("They are not shown again. docs/enterprise.md says how calls prove the password.");
}

/// Prints the accounts, a line each.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn list(place: UserPlace) -> Result<(), Failure> {
    let accounts =
        with_world(place, async |world| Ok(world.app.readers.read(Reader::enterprise_accounts).await?))?;
    if accounts.is_empty() {
        println!("no accounts yet; make one with `heyan enterprise open PROVIDER --isp-id ID --user NAME`");
    }
    for account in &accounts {
        println!("{}", line(account));
    }
    Ok(())
}

fn line(account: &EnterpriseAccount) -> String {
    let EnterpriseAccount { provider, terms, last, .. } = account;
    let networks: Vec<String> = terms.networks.iter().map(ToString::to_string).collect();
    let from = if networks.is_empty() { String::new() } else { format!(", from {}", networks.join(" ")) };
    let encrypted = if terms.encrypted { ", encrypted" } else { "" };
    let reports = if terms.may_report { "" } else { ", no reports" };
    let user = terms.user_name.as_str();
    format!("{}  {provider}: {user}, last file {last}{from}{encrypted}{reports}", terms.isp_id)
}
