//! `heyan config`.

use crate::cli::{ConfigCommand, Serve};
use crate::config::Config;
use crate::failure::Failure;

/// Shows or checks what `heyan serve` would run with.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(command: ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Print(arguments) => print!("{}", checked(arguments)?.to_toml()?),
        ConfigCommand::Check(arguments) => {
            checked(arguments)?;
            println!("the configuration can be used");
        }
    }
    Ok(())
}

fn checked(arguments: Serve) -> Result<Config, Failure> {
    Config::check(arguments)
}
