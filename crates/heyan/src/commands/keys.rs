//! `heyan keys` (SEC-18).

use std::path::PathBuf;
use std::sync::Arc;

use heyan_store::clock::{Clock as _, SystemClock};
use heyan_store::keys::{KeyFile, Ring};
use heyan_store::sqlite::Reader;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::rngs::SysRng;

use crate::cli::{KeyPlace, KeysCommand};
use crate::failure::Failure;
use crate::rotation::LOOK_EVERY;

fn path(place: &KeyPlace) -> PathBuf {
    place.keys.clone().unwrap_or_else(|| place.data.join("keys.toml"))
}

/// Makes, extends or explains a key file.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(command: &KeysCommand) -> Result<(), Failure> {
    let mut rng = StdRng::try_from_rng(&mut SysRng)
        .map_err(|error| Failure::plain(format!("the operating system gives no randomness: {error}")))?;
    let now = SystemClock.now();
    match command {
        KeysCommand::Init(place) => {
            let path = path(place);
            if let Some(directory) = path.parent() {
                std::fs::create_dir_all(directory)?;
            }
            KeyFile::init(&path, now, &mut rng)?;
            println!("made {}", path.display());
            println!("Back it up apart from the data: without it open verifications cannot be completed");
            println!("and personal data cannot be read.");
        }
        KeysCommand::Rotate(place) => {
            let path = path(place);
            let key = KeyFile::rotate(&path, now, &mut rng)?;
            println!("added key {} to {}", key.0, path.display());
            println!("Back the file up again, apart from the data.");
            println!(
                "A running server takes the key up within {} seconds, or at once on SIGHUP, and then seals",
                LOOK_EVERY.as_secs()
            );
            println!("older data anew in the background. `heyan keys status` shows how far it is.");
            println!("Keep the older keys in the file: open verifications are found with them.");
        }
        KeysCommand::Status(place) => status(place)?,
    }
    Ok(())
}

/// Beside a running server or without one: nothing is written, and no lock is asked for.
#[expect(clippy::print_stdout, reason = "the command's answer")]
fn status(place: &KeyPlace) -> Result<(), Failure> {
    let file = KeyFile::read(&path(place))?;
    let Some(reader) = Reader::beside(&place.data, Arc::new(Ring::new(&file)))? else {
        for (key, made_at) in file.list() {
            println!("key {}, made {made_at}", key.0);
        }
        println!("there is no data in {} yet", place.data.display());
        return Ok(());
    };
    let (seen, values) = (reader.keys_seen()?, reader.sealed_values()?);
    // The newest that the data knows is the one in use.
    let active = seen.iter().max().copied();
    for (key, made_at) in file.list() {
        let values = values.get(&key).copied().unwrap_or(0);
        let part = if active == Some(key) {
            "active"
        } else if seen.contains(&key) {
            "to read with"
        } else {
            "not taken up yet"
        };
        println!("key {}, made {made_at}: {part}, {values} values are sealed with it", key.0);
    }
    if let Some(missing) = seen.iter().find(|seen| file.list().all(|(key, _)| key != **seen)) {
        return Err(Failure::new(
            format!("key {} of the data is not in the file", missing.0),
            "restore the key file that belongs to the data from its backup",
        ));
    }
    if file.list().any(|(key, _)| !seen.contains(&key)) {
        println!(
            "A running server takes the new key up within {} seconds; if it does not, its log says why.",
            LOOK_EVERY.as_secs()
        );
        println!("Without a running server, the next start does.");
        return Ok(());
    }
    let all: u64 = values.values().sum();
    let old = all - active.and_then(|active| values.get(&active)).copied().unwrap_or(0);
    match old {
        0 => println!("Everything is sealed with the active key."),
        old => println!("{old} of {all} values are still to be sealed anew; a running server does so."),
    }
    Ok(())
}
