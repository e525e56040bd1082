//! The command line.

use std::process::ExitCode;

use clap::Parser as _;
use heyan::cli::{Cli, Command};
use heyan::commands;
use heyan::failure::Failure;

/// Every request and every decision makes many small values on one thread that another drops; the system's allocator
/// spends a tenth of the engine's time on that (`docs/benchmarks.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Serve(arguments) => commands::serve::run(arguments),
        Command::Demo(arguments) => commands::demo::run(&arguments),
        Command::Rules(arguments) => commands::rules::run(&arguments),
        Command::Keys(arguments) => commands::keys::run(&arguments.command),
        Command::Provider(arguments) => commands::provider::run(arguments.command),
        Command::User(arguments) => commands::user::run(arguments.command),
        Command::Audit(arguments) => commands::audit::run(&arguments.command),
        Command::Bench(arguments) => commands::bench::run(&arguments),
        Command::Sms(arguments) => commands::sms::run(&arguments.command),
        Command::Backup(arguments) => commands::backup::back(&arguments),
        Command::Restore(arguments) => commands::backup::restore(arguments),
        Command::Export(arguments) => commands::moving::export(&arguments),
        Command::Import(arguments) => commands::moving::import(arguments),
        Command::Enterprise(arguments) => commands::enterprise::run(arguments.command),
        Command::Config(arguments) => commands::config::run(arguments.command),
        Command::Doctor(arguments) => commands::doctor::run(arguments),
        Command::Migrate(arguments) => commands::migrate::run(arguments),
        Command::Completions(arguments) => commands::completions::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            failure.exit_code()
        }
    }
}

#[expect(clippy::print_stderr, reason = "errors of a command belong on standard error")]
fn report(failure: &Failure) {
    eprintln!("error: {}", failure.what());
    if let Some(remedy) = failure.what_to_do() {
        eprintln!("  do: {remedy}");
    }
}
