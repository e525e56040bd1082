//! `heyan completions`.

use clap::CommandFactory as _;

use crate::cli::{Cli, Completions};
use crate::failure::Failure;

/// Prints completions for a shell.
pub fn run(arguments: &Completions) -> Result<(), Failure> {
    clap_complete::generate(arguments.shell, &mut Cli::command(), "heyan", &mut std::io::stdout());
    Ok(())
}
