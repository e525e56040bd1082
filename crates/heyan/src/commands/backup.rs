//! `heyan backup`, `heyan restore`: a copy of the data beside the running server, and the way back, proved.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

use heyan_store::audit::PublicKeys;
use heyan_store::database::{Database, Mode};
use heyan_store::keys::{KeyFile, Ring};
use heyan_store::sqlite::{back_up, put_back, take_away};
use heyan_store::tables::Reader;

use crate::cli::{Backup, Restore};
use crate::config::Config;
use crate::failure::Failure;

/// Copies the data into a file.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn back(arguments: &Backup) -> Result<(), Failure> {
    let length = back_up(&arguments.data, &arguments.file, progress)?;
    println!("{}: {} of one instant, whole", arguments.file.display(), size(length));
    println!("The keys are not in it. Keep the key file apart from it: with both, all data can be read.");
    Ok(())
}

/// On a terminal only: it is for whoever waits.
fn progress(done: i32, of: i32) {
    let mut out = std::io::stderr().lock();
    if out.is_terminal() {
        let percent = i64::from(done).saturating_mul(100).checked_div(i64::from(of)).unwrap_or(100);
        // Whoever waits may have gone.
        let _ = write!(out, "\r{done} of {of} pages ({percent} %)")
            .and_then(|()| if done >= of { writeln!(out) } else { out.flush() });
    }
}

fn size(octets: u64) -> String {
    match octets {
        0..=9_999_999 => format!("{} KB", octets.div_ceil(1_000)),
        _ => format!("{} MB", octets.div_ceil(1_000_000)),
    }
}

/// Puts a backup into an empty data directory, and shows that it is whole: the file, the keys, the audit log.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn restore(arguments: Restore) -> Result<(), Failure> {
    let Restore { file, place } = arguments;
    let config = Config::check(place.into())?;
    let keys = KeyFile::read(&config.keys)?;
    put_back(&file, &config.data)?;
    match proved(&config, &keys) {
        Ok(found) => {
            println!("{}: {found}", config.data.display());
            println!(
                "What happened after the backup is not in it. Messages that it holds as waiting go out when the server starts."
            );
            Ok(())
        }
        Err(failure) => {
            take_away(&config.data);
            Err(failure)
        }
    }
}

pub(super) fn proved(config: &Config, keys: &KeyFile) -> Result<String, Failure> {
    let ring = Arc::new(Ring::new(keys));
    let mode = if config.sandbox { Mode::Sandbox } else { Mode::Production };
    drop(Database::open(config.location(), mode, &ring)?);
    let public = PublicKeys::of(&ring.current());
    let reader = Reader::beside(config.location(), ring)?
        .ok_or_else(|| Failure::plain("the data that was just restored is not there"))?;
    let report = reader.verify_audit(&public, None, |_, _| {})?;
    if let Some(broken) = report.broken {
        return Err(Failure::new(
            format!("its audit log is not whole: {broken}"),
            "keep that file for whoever looks into it, and take another",
        ));
    }
    let counts = reader.counts()?;
    Ok(format!(
        "{} filings, {} events, {} entries of the audit log, head {}",
        counts.filings, counts.events, report.head.no, report.head
    ))
}
