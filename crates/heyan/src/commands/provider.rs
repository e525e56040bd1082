//! `heyan provider`: keys of the API `/v1` on the command line.

use heyan_domain::accounts::Authority;
use heyan_domain::api_keys::{
    ApiKey, ApiKeyAction, ApiKeyAnswer, KeyLabel, KeyOwner, KeyTerms, MAX_NETWORKS,
};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::providers::{NameProvider, SupportContact};
use heyan_domain::terms::ProviderId;
use heyan_web::app::Provider;

use crate::cli::{KeyName, ProviderAdd, ProviderCommand, ProviderKey};
use crate::config::Config;
use crate::failure::Failure;
use crate::world::{Nature, World};

const BY: Authority = Authority::Machine;

/// Carries out a command on keys.
pub fn run(command: ProviderCommand) -> Result<(), Failure> {
    let place = match &command {
        ProviderCommand::Add(ProviderAdd { place, .. })
        | ProviderCommand::Show(place)
        | ProviderCommand::Key(ProviderKey { place, .. })
        | ProviderCommand::List(place)
        | ProviderCommand::Rotate(KeyName { place, .. })
        | ProviderCommand::Retire(KeyName { place, .. })
        | ProviderCommand::Revoke(KeyName { place, .. }) => place.clone(),
    };
    let world = World::open(&Config::check(place.into())?, Nature::system())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let done = runtime.block_on(carry_out(&world, command));
    world.app.engine.stop();
    done
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn carry_out(world: &World, command: ProviderCommand) -> Result<(), Failure> {
    match command {
        ProviderCommand::Add(arguments) => add(world, arguments).await,
        ProviderCommand::Show(_) => {
            if world.app.providers.is_empty() {
                println!("no providers yet; make one known with `heyan provider add ID --name TEXT`");
            }
            for Provider { id, support } in &world.app.providers {
                let more = [&support.phone, &support.link, &support.hours];
                let said: Vec<&str> = std::iter::once(&support.name)
                    .chain(more.into_iter().flatten())
                    .map(String::as_str)
                    .collect();
                println!("{id}  {}", said.join(", "));
            }
            Ok(())
        }
        ProviderCommand::Key(arguments) => execute(world, make(world, arguments)?).await,
        ProviderCommand::List(_) => {
            let keys = world.app.readers.read(heyan_store::tables::Reader::api_keys).await?;
            if keys.is_empty() {
                println!("no keys yet; make one with `heyan provider key PROVIDER`");
            }
            for key in keys {
                println!("{}", line(&key));
            }
            Ok(())
        }
        ProviderCommand::Rotate(KeyName { key, .. }) => {
            execute(world, ApiKeyAction::AddSecret { by: BY, key }).await
        }
        ProviderCommand::Retire(KeyName { key, .. }) => {
            execute(world, ApiKeyAction::DropSecret { by: BY, key }).await
        }
        ProviderCommand::Revoke(KeyName { key, .. }) => {
            execute(world, ApiKeyAction::Revoke { by: BY, key }).await
        }
    }
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn add(world: &World, arguments: ProviderAdd) -> Result<(), Failure> {
    let ProviderAdd { provider, name, phone, link, hours, .. } = arguments;
    let support = SupportContact { name, phone, link, hours };
    if !support.is_sound() {
        return Err(Failure::usage(
            "people cannot be shown that",
            "give a name, number and hours of up to 80 characters, and a link that begins with https:// or http://",
        ));
    }
    let named = NameProvider { by: BY, provider: provider.clone(), support };
    world.app.engine.execute(Action::NameProvider(Box::new(named))).await?;
    println!("done: {provider}; make a key with `heyan provider key {provider}`");
    Ok(())
}

fn make(world: &World, arguments: ProviderKey) -> Result<ApiKeyAction, Failure> {
    let ProviderKey { provider, administration, label, scopes, networks, .. } = arguments;
    let owner = match (provider, administration) {
        (Some(provider), _) => KeyOwner::Provider(known(world, provider)?),
        (None, Some(province)) => KeyOwner::Administration(province),
        (None, None) => {
            return Err(Failure::usage("whose key it is is missing", "name a provider or --administration"));
        }
    };
    let label = KeyLabel::parse(&label)
        .ok_or_else(|| Failure::usage("that is no name for a key", "give 1 to 40 characters with --label"))?;
    if networks.len() > MAX_NETWORKS {
        return Err(Failure::usage("there are too many networks", "give at most 32 with --from"));
    }
    let scopes = if scopes.is_empty() { owner.scopes().to_vec() } else { scopes };
    if let Some(scope) = scopes.iter().find(|scope| !owner.scopes().contains(scope)) {
        let can: Vec<String> = owner.scopes().iter().map(ToString::to_string).collect();
        return Err(Failure::usage(
            format!("a key of {owner} cannot have the scope {scope}"),
            format!("choose from {}", can.join(", ")),
        ));
    }
    Ok(ApiKeyAction::Make { by: BY, owner, terms: KeyTerms { label, scopes, networks } })
}

pub(super) fn known(world: &World, id: ProviderId) -> Result<ProviderId, Failure> {
    if world.app.provider(&id).is_some() {
        return Ok(id);
    }
    let known: Vec<String> = world.app.providers.iter().map(|provider| provider.id.to_string()).collect();
    let remedy = if known.is_empty() {
        format!("make it known with `heyan provider add {id} --name TEXT`")
    } else {
        format!("name one of {}, or make it known with `heyan provider add`", known.join(", "))
    };
    Err(Failure::new(format!("there is no provider {id}"), remedy))
}

fn line(key: &ApiKey) -> String {
    let scopes: Vec<String> = key.scopes.iter().map(ToString::to_string).collect();
    let networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
    let from = if networks.is_empty() { String::new() } else { format!(", from {}", networks.join(" ")) };
    let standing = match key.revoked_at {
        Some(at) => format!(", revoked {at}"),
        None if key.secrets.len() > 1 => ", two secrets".to_owned(),
        None => String::new(),
    };
    format!("{}  {}  {}: {}{from}{standing}", key.id, key.owner, key.label.as_str(), scopes.join(" "))
}

#[expect(clippy::print_stdout, reason = "the command's answer, and the one time that a secret is shown")]
async fn execute(world: &World, action: ApiKeyAction) -> Result<(), Failure> {
    match world.app.engine.execute(Action::ApiKey(Box::new(action))).await? {
        Outcome::ApiKey(ApiKeyAnswer::Secret(key, secret)) => {
            println!("key     {key}");
            println!("secret  {}", secret.expose());
            println!("The secret is not shown again. docs/api/signing.md says how to sign with it.");
            Ok(())
        }
        Outcome::ApiKey(ApiKeyAnswer::Done(key)) => {
            println!("done: {key}");
            Ok(())
        }
        Outcome::ApiKey(ApiKeyAnswer::NotFound) => {
            Err(Failure::new("there is no such key in use", "see `heyan provider list`"))
        }
        Outcome::ApiKey(ApiKeyAnswer::TwoSecrets) => Err(Failure::new(
            "the key has two secrets already",
            "drop the older with `heyan provider retire`",
        )),
        Outcome::ApiKey(ApiKeyAnswer::LastSecret) => Err(Failure::new(
            "the key has one secret only",
            "take the key out of use with `heyan provider revoke`",
        )),
        _ => Err(Failure::plain("it was not done".to_owned())),
    }
}
