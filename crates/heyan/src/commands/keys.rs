//! `heyan keys` (SEC-18).

use std::path::PathBuf;
use std::sync::Arc;

use heyan_domain::proposals::{ProposalKind, Stage};
use heyan_store::clock::{Clock as _, SystemClock};
use heyan_store::keys::{KeyFile, Ring};
use heyan_store::tables::Reader;
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
                "A running production server takes the key up once two operators have agreed to it in the"
            );
            println!(
                "console, at /console/operator/keys; a sandbox does so by itself within {} seconds.",
                LOOK_EVERY.as_secs()
            );
            println!(
                "Older data is then sealed anew in the background: `heyan keys status` shows how far it is."
            );
            println!("A server that is started with the new key in the file uses it at once.");
            println!("Keep the older keys in the file: open verifications are found with them.");
        }
        KeysCommand::Status(place) => status(place)?,
    }
    Ok(())
}

/// Whether somebody has proposed the change already.
fn proposed(reader: &Reader) -> Result<&'static str, Failure> {
    let now = SystemClock.now();
    let open = reader.open_proposals(ProposalKind::ChangeKeys)?;
    let stage = open.last().map(|one| one.stage(now));
    Ok(match stage {
        Some(Stage::Waiting) => "It is proposed and waits for approval.",
        Some(Stage::Approved) => "It is approved.",
        Some(Stage::Refused | Stage::Withdrawn | Stage::Expired | Stage::CarriedOut) | None => {
            "Nobody has proposed it yet."
        }
    })
}

/// Beside a running server or without one: nothing is written, and no lock is asked for.
#[expect(clippy::print_stdout, reason = "the command's answer")]
fn status(place: &KeyPlace) -> Result<(), Failure> {
    let file = KeyFile::read(&path(place))?;
    let Some(reader) = Reader::beside(place.location()?, Arc::new(Ring::new(&file)))? else {
        for (key, made_at) in file.list() {
            println!("key {}, made {made_at}", key.0);
        }
        println!("there is no data in {} yet", place.location()?);
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
        if reader.is_sandbox()? {
            println!(
                "A running server takes the new key up within {} seconds; if it does not, its log says why.",
                LOOK_EVERY.as_secs()
            );
        } else {
            println!("A running server waits for two operators to agree to the new key: one proposes it at");
            println!("/console/operator/keys, another one approves. {}", proposed(&reader)?);
        }
        println!("Without a running server, the next start takes it up.");
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
