//! `heyan user`: accounts of the staff on the command line (SEC-09). The first operator of a production system is made here.

use std::io::IsTerminal as _;

use heyan_domain::accounts::{
    Account, AccountAction, AccountAnswer, Authority, DisplayName, PasswordHash, Role, SignInName,
};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::mark;
use heyan_web::auth::check_password;
use rand::RngExt as _;
use zeroize::Zeroizing;

use crate::cli::{UserAdd, UserCommand, UserName, UserPassword, UserPlace};
use crate::config::Config;
use crate::failure::Failure;
use crate::world::{Nature, World};

/// Where a password may stand that nobody types.
const PASSWORD_VARIABLE: &str = "HEYAN_PASSWORD";

/// Carries out a command on accounts.
pub fn run(command: UserCommand) -> Result<(), Failure> {
    let place = match &command {
        UserCommand::Add(UserAdd { place, .. })
        | UserCommand::List(place)
        | UserCommand::Disable(UserName { place, .. })
        | UserCommand::Enable(UserName { place, .. })
        | UserCommand::ResetTotp(UserName { place, .. })
        | UserCommand::Password(UserPassword { place, .. }) => place.clone(),
    };
    let world = open(place)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let done = runtime.block_on(carry_out(&world, command));
    world.app.engine.stop();
    done
}

fn open(place: UserPlace) -> Result<World, Failure> {
    World::open(&Config::check(place.into())?, Nature::system())
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn carry_out(world: &World, command: UserCommand) -> Result<(), Failure> {
    match command {
        UserCommand::Add(arguments) => add(world, arguments).await,
        UserCommand::List(_) => {
            let accounts = world.app.readers.read(|reader| reader.accounts(None, None, usize::MAX)).await?;
            if accounts.is_empty() {
                println!("no accounts yet; make one with `heyan user add NAME --role operator`");
            }
            for account in accounts {
                println!("{}", line(&account, world.app.clock.now()));
            }
            Ok(())
        }
        UserCommand::Disable(UserName { name, .. }) => set_disabled(world, &name, true).await,
        UserCommand::Enable(UserName { name, .. }) => set_disabled(world, &name, false).await,
        UserCommand::ResetTotp(UserName { name, .. }) => {
            let account = find(world, &name).await?.id;
            execute(world, AccountAction::ResetTotp { by: Authority::Machine, account }).await?;
            println!("{name} signs in with the password alone until the second factor is set up again");
            Ok(())
        }
        UserCommand::Password(UserPassword { name, password_file, .. }) => {
            let account = find(world, &name).await?;
            let password = password(password_file.as_deref(), &name)?;
            let password = hash(world, password).await?;
            let by = Authority::Machine;
            execute(world, AccountAction::ResetPassword { by, account: account.id, password }).await?;
            println!("{name} has another password; its sessions are over");
            Ok(())
        }
    }
}

fn scope(role: &Role) -> String {
    match (role.province(), role.provider()) {
        (Some(province), _) => format!(" of {}", province.pinyin()),
        (None, Some(provider)) => format!(" of {provider}"),
        (None, None) => String::new(),
    }
}

fn line(account: &Account, now: heyan_domain::Timestamp) -> String {
    let standing = match account.disabled_at {
        Some(at) => format!(", disabled since {at}"),
        None if account.is_locked(now) => ", locked for now".to_owned(),
        None => String::new(),
    };
    let second = if account.totp.is_on() { ", second factor on" } else { "" };
    format!("{}  {}{}{second}{standing}", account.name, account.role.kind(), scope(&account.role))
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn add(world: &World, arguments: UserAdd) -> Result<(), Failure> {
    let UserAdd { name, role, province, provider, display_name, password_file, .. } = arguments;
    let role = Role::of(role, province, provider).ok_or_else(|| {
        Failure::usage(
            "the role needs another scope",
            "administration needs --province, provider_admin and provider_clerk need --provider, operator and auditor \
             neither",
        )
    })?;
    let shown = display_name.unwrap_or_else(|| name.to_string());
    let display_name = DisplayName::parse(&shown).ok_or_else(|| {
        Failure::usage("that is no name to show", "give 1 to 40 characters with --display-name")
    })?;
    if world
        .app
        .readers
        .read({
            let name = name.clone();
            move |reader| reader.account_by_name(&name)
        })
        .await?
        .is_some()
    {
        return Err(taken(&name));
    }
    let password = hash(world, password(password_file.as_deref(), &name)?).await?;
    let says = format!("made {name}: {}{}", role.kind(), scope(&role));
    let by = Authority::Machine;
    execute(world, AccountAction::Create { by, name, display_name, role, password }).await?;
    println!("{says}");
    println!("Start `heyan serve` and sign in at /console.");
    Ok(())
}

fn taken(name: &SignInName) -> Failure {
    Failure::new(
        format!("there is an account {name} already"),
        "choose another name, or `heyan user password` to give it another password",
    )
}

/// An account by its name.
pub(crate) async fn find(world: &World, name: &SignInName) -> Result<Account, Failure> {
    let asked = name.clone();
    let found = world.app.readers.read(move |reader| reader.account_by_name(&asked)).await?;
    found.ok_or_else(|| Failure::new(format!("there is no account {name}"), "see `heyan user list`"))
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn set_disabled(world: &World, name: &SignInName, disabled: bool) -> Result<(), Failure> {
    let account = find(world, name).await?.id;
    execute(world, AccountAction::SetDisabled { by: Authority::Machine, account, disabled }).await?;
    println!("{name} is {}", if disabled { "disabled; its sessions are over" } else { "enabled" });
    Ok(())
}

async fn execute(world: &World, action: AccountAction) -> Result<(), Failure> {
    match world.app.engine.execute(Action::Account(Box::new(action))).await? {
        Outcome::Account(AccountAnswer::Done(_)) => Ok(()),
        Outcome::Account(AccountAnswer::Elsewhere) => Err(Failure::new(
            "password and second factor of this account are kept by the identity provider",
            "change them there; `heyan user disable` shuts the account here",
        )),
        other => Err(Failure::plain(format!("it was not done: {other:?}"))),
    }
}

async fn hash(world: &World, password: Zeroizing<String>) -> Result<PasswordHash, Failure> {
    let salt = world.app.draw(|rng| rng.random());
    let hashed = world.app.passwords.hash(password, salt).await;
    hashed.ok_or_else(|| Failure::plain("the password could not be hashed".to_owned()))
}

/// From a file, from the environment, or typed twice; never from a flag, which every process list shows (SEC-16).
fn password(file: Option<&std::path::Path>, name: &SignInName) -> Result<Zeroizing<String>, Failure> {
    let password = if let Some(path) = file {
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| {
            Failure::new(
                format!("the password file {} cannot be read: {error}", path.display()),
                "name a file that exists with --password-file",
            )
        })?);
        Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned())
    } else if let Ok(text) = std::env::var(PASSWORD_VARIABLE) {
        Zeroizing::new(text)
    } else if std::io::stdin().is_terminal() {
        typed()?
    } else {
        return Err(Failure::usage(
            "there is no terminal to ask for the password",
            "name a file with --password-file, or set HEYAN_PASSWORD",
        ));
    };
    check_password(&password, name).map_err(|weak| {
        Failure::new(weak.to_string(), "choose a longer one: a few words that do not belong together")
    })?;
    Ok(password)
}

fn typed() -> Result<Zeroizing<String>, Failure> {
    let first = Zeroizing::new(rpassword::prompt_password("Password: ")?);
    let second = Zeroizing::new(rpassword::prompt_password("Again: ")?);
    if first == second {
        Ok(first)
    } else {
        Err(Failure::usage("the two differ", "type the same password twice"))
    }
}

/// Makes the accounts that every sandbox has, at its first start (see `heyan_web::app::DEMO_ACCOUNTS`).
pub async fn make_demo_accounts(world: &World) -> Result<(), Failure> {
    mark!("SEC-16");
    if world.app.sandbox.is_none()
        || !world.app.readers.read(|reader| reader.accounts(None, None, 1)).await?.is_empty()
    {
        return Ok(());
    }
    for demo in heyan_web::app::DEMO_ACCOUNTS {
        let province = heyan_domain::terms::Province::from_pinyin(demo.scope);
        let provider = heyan_domain::terms::ProviderId::parse(demo.scope).filter(|_| province.is_none());
        let (name, display_name) = (SignInName::parse(demo.name), DisplayName::parse(demo.name));
        let role = Role::of(demo.role, province, provider);
        let (Some(name), Some(display_name), Some(role)) = (name, display_name, role) else { continue };
        let password = hash(world, Zeroizing::new(demo.password.to_owned())).await?;
        execute(world, AccountAction::Create { by: Authority::Machine, name, display_name, role, password })
            .await?;
    }
    Ok(())
}
