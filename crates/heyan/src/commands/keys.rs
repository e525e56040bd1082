//! `heyan keys` (SEC-18).

use std::path::PathBuf;

use heyan_store::clock::{Clock as _, SystemClock};
use heyan_store::keys::KeyFile;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::rngs::SysRng;

use crate::cli::{KeyPlace, KeysCommand};
use crate::failure::Failure;

fn path(place: &KeyPlace) -> PathBuf {
    place.keys.clone().unwrap_or_else(|| place.data.join("keys.toml"))
}

/// Makes or extends a key file.
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
            let key = KeyFile::read(&path)?.add(now, &mut rng)?;
            println!("added key {} to {}", key.0, path.display());
            println!(
                "It is active from the next start of `heyan serve` on, which seals older data anew in the"
            );
            println!("background. Keep the older keys in the file: open verifications are found with them.");
        }
    }
    Ok(())
}
