//! `heyan migrate`.

use heyan_store::database::{Database, Mode};
use heyan_store::keys::{KeyFile, Ring};

use crate::cli::Serve;
use crate::config::Config;
use crate::failure::Failure;

/// Brings the database to this program's schema, making it if there is none, and stops. `heyan serve` does so as well.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(arguments: Serve) -> Result<(), Failure> {
    let config = Config::check(arguments)?;
    let ring = Ring::new(&KeyFile::read(&config.keys)?);
    let mode = if config.sandbox { Mode::Sandbox } else { Mode::Production };
    let database = Database::open(config.location(), mode, &ring)?;
    println!("{} has schema version {}", database.name(), Database::SCHEMA_VERSION);
    Ok(())
}
