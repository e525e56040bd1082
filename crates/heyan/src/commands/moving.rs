//! `heyan export`, `heyan import`: the whole of the data in a file, from which either database can be filled.

use std::io::{IsTerminal as _, Write as _};

use heyan_store::keys::KeyFile;
use heyan_store::location::Location;
use heyan_store::moving;
use heyan_store::sqlite::take_away;

use super::backup::proved;
use crate::cli::{Export, Import, location};
use crate::config::Config;
use crate::failure::Failure;

/// Takes the data out.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn export(arguments: &Export) -> Result<(), Failure> {
    let from = location(&arguments.data, arguments.database.as_deref())?;
    let rows = moving::export(&from, &arguments.file, progress)?;
    println!("{}: {rows} rows of {from}, of one instant", arguments.file.display());
    println!("The keys are not in it. Keep the key file apart from it: with both, all data can be read.");
    Ok(())
}

/// Fills an empty place, and shows that it is whole: the counts, the keys, the audit log.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn import(arguments: Import) -> Result<(), Failure> {
    let Import { file, place } = arguments;
    let config = Config::check(place.into())?;
    let keys = KeyFile::read(&config.keys)?;
    let to = config.location();
    let rows = moving::import(&file, &to, progress)?;
    match proved(&config, &keys) {
        Ok(found) => {
            println!("{to}: {rows} rows; {found}");
            println!("From now on the data is here. What it was taken from must not be started again.");
            Ok(())
        }
        Err(failure) => {
            if let Location::Directory(directory) = &to {
                take_away(directory);
            }
            Err(failure)
        }
    }
}

/// On a terminal only: it is for whoever waits.
fn progress(table: &str, rows: u64) {
    let mut out = std::io::stderr().lock();
    if rows > 0 && out.is_terminal() {
        // Whoever waits may have gone.
        let _ = write!(out, "\r\x1b[K{table}: {rows} rows").and_then(|()| out.flush());
    }
}
