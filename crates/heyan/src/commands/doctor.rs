//! `heyan doctor`: what stands in the way of a start, and whether the data is whole.

use heyan_domain::rulebook::Rulebook;
use heyan_domain::working_days::WorkingDays;
use heyan_gateway::mail::Mailer;
use heyan_store::clock::{Clock as _, SystemClock};
use heyan_store::database::{Database, Mode};
use heyan_store::keys::{KeyFile, Ring};

use crate::cli::Serve;
use crate::config::oidc::Checked;
use crate::config::{Config, Mail};
use crate::failure::Failure;
use crate::world::{activated, identity_provider};

/// Makes every check and says how it went; fails if any did.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(arguments: Serve) -> Result<(), Failure> {
    let config = Config::check(arguments)?;
    let mut failed = 0;
    let mut report = |what: &str, checked: Result<String, Failure>| match checked {
        Ok(found) => println!("ok    {what}: {found}"),
        Err(failure) => {
            failed += 1;
            println!("fault {what}: {}", failure.what());
            if let Some(remedy) = failure.what_to_do() {
                println!("      do: {remedy}");
            }
        }
    };
    report("rulebook", rulebook(&config));
    report("working days", calendar());
    report("keys", keys(&config));
    report("data", data(&config));
    report("address", address(&config));
    let mut checks = 5;
    if !config.sms.routes.is_empty() {
        checks += 1;
        report("routes", routes(&config));
    }
    if let Some(oidc) = &config.oidc {
        checks += 1;
        report("identity provider", asked(oidc));
    }
    if let Some(mail) = &config.mail {
        checks += 1;
        report("mail server", mail_server(mail));
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure::plain(format!("{failed} of {checks} checks found a fault")))
    }
}

fn rulebook(config: &Config) -> Result<String, Failure> {
    let book = Rulebook::shipped().map_err(|defects| listed(&defects))?;
    let rules = Database::rules_beside(config.location(), book).map_err(activated)?;
    let sets = rules.book_at(SystemClock.now()).sets().len();
    let activated = match rules.activations().len() {
        0 => String::new(),
        count => format!(", {count} versions activated over the program's files"),
    };
    Ok(format!("{sets} sets, every case answered once{activated}"))
}

/// Whether every message has a template on the routes that send templates. Nobody is connected to: `heyan sms test` does that.
fn routes(config: &Config) -> Result<String, Failure> {
    let book = Rulebook::shipped().map_err(|defects| listed(&defects))?;
    let rules = Database::rules_beside(config.location(), book).map_err(activated)?;
    let now = SystemClock.now();
    config.sms.check_texts(rules.book_at(now), now)?;
    Ok(format!("{}, each text of the rules can go out", config.sms.routes.len()))
}

fn calendar() -> Result<String, Failure> {
    let calendar = WorkingDays::shipped().map_err(|defects| listed(&defects))?;
    let due = calendar.due(SystemClock.now(), heyan_domain::review::DUE_WORKING_DAYS);
    let note = if due.provisional { ", counted Monday to Friday: the year is not published" } else { "" };
    Ok(format!("a filing that arrives now is due {}{note}", due.at))
}

fn listed(defects: &[heyan_domain::rulebook::Defect]) -> Failure {
    let list: Vec<String> = defects.iter().map(ToString::to_string).collect();
    Failure::new(list.join("; "), "mend the file at that line")
}

fn keys(config: &Config) -> Result<String, Failure> {
    if config.sandbox && !config.keys.exists() && !config.has_file() {
        return Ok("none yet; the sandbox makes its own at the first start".to_owned());
    }
    let file = KeyFile::read(&config.keys)?;
    Ok(format!("{} in {}", file.list().count(), config.keys.display()))
}

fn data(config: &Config) -> Result<String, Failure> {
    let file = Database::file_in(&config.data);
    if config.database.is_none() && !file.exists() {
        return Ok(format!("none yet; {} will be made", file.display()));
    }
    let ring = Ring::new(&KeyFile::read(&config.keys)?);
    let mode = if config.sandbox { Mode::Sandbox } else { Mode::Production };
    let database = Database::open(config.location(), mode, &ring)?;
    let faults = database.check()?;
    if faults.is_empty() {
        return Ok(format!("{} is whole", database.name()));
    }
    Err(Failure::new(faults.join("; "), "restore a backup; keep the damaged file"))
}

/// Asks the identity provider as a sign-in would, as far as that goes without a person.
fn asked(oidc: &Checked) -> Result<String, Failure> {
    let provider = identity_provider(oidc)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let keys = runtime.block_on(provider.probe()).map_err(|fault| {
        Failure::new(
            format!("{}: {fault}", oidc.settings.issuer),
            "local accounts work meanwhile; docs/oidc.md says what each fault means",
        )
    })?;
    Ok(format!("{} publishes itself under that name, with {keys} keys", oidc.settings.issuer))
}

/// Asks the mail server whether it is there and lets us in; sends nothing.
fn mail_server(mail: &Mail) -> Result<String, Failure> {
    let mailer = Mailer::new(&mail.settings)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(mailer.check()).map_err(|error| {
        let failure = Failure::from(error);
        Failure::new(failure.what(), "notices wait meanwhile; docs/mail.md says how it is configured")
    })?;
    Ok(format!("{:?} takes mails", mail.settings))
}

fn address(config: &Config) -> Result<String, Failure> {
    std::net::TcpListener::bind(config.listen).map_err(|error| {
        Failure::new(
            format!("cannot listen on {}: {error}", config.listen),
            "stop what uses the port, or name another address with --listen",
        )
    })?;
    Ok(format!("{} is free", config.listen))
}
