//! The key file: a list of master keys, the newest active. Never in the database, never on a command line (SEC-16).

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use heyan_domain::Timestamp;
use heyan_domain::mark;
use heyan_domain::tags::KeyId;
use rand::Rng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::files::owner_only;

/// The length of a master key.
const MASTER_BYTES: usize = 32;

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is no file.
    #[error(
        "no key file at {0}\nrun `heyan keys init`, or set HEYAN_KEYS to the file that belongs to this data"
    )]
    Missing(PathBuf),
    /// There is one already.
    #[error("there is a key file at {0} already\nto change keys without losing data run `heyan keys rotate`")]
    Exists(PathBuf),
    /// The file cannot be read or written.
    #[error(
        "the key file {path} cannot be used\ncheck that the account Heyan runs under may read and write it"
    )]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error(
        "the key file {path} is not one: {reason}\nrestore it from its backup; it cannot be mended by hand"
    )]
    Invalid {
        /// Which.
        path: PathBuf,
        /// What is wrong, without any part of a key.
        reason: &'static str,
    },
    /// Others may read it.
    #[error("the key file {0} can be read by others\nrun `chmod 600` on it")]
    Exposed(PathBuf),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(default)]
    keys: Vec<StoredKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    id: KeyId,
    created_at: Timestamp,
    master: String,
}

/// One master key.
pub(super) struct Master {
    pub(super) id: KeyId,
    created_at: Timestamp,
    pub(super) bytes: Zeroizing<[u8; MASTER_BYTES]>,
}

/// The master keys, the newest first.
pub struct KeyFile {
    path: PathBuf,
    pub(super) masters: Vec<Master>,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyFile({}, {} keys)", self.path.display(), self.masters.len())
    }
}

impl KeyFile {
    /// Makes a file with one new key; refuses to replace one.
    pub fn init(path: &Path, now: Timestamp, rng: &mut dyn Rng) -> Result<Self, KeyFileError> {
        if path.exists() {
            return Err(KeyFileError::Exists(path.to_owned()));
        }
        let mut file = Self { path: path.to_owned(), masters: Vec::new() };
        file.add(now, rng)?;
        Ok(file)
    }

    /// Adds a new key to a file: active once a server has taken it up. The older ones stay for what was made with them.
    pub fn rotate(path: &Path, now: Timestamp, rng: &mut dyn Rng) -> Result<KeyId, KeyFileError> {
        if !path.exists() {
            return Err(KeyFileError::Missing(path.to_owned()));
        }
        // Of two at once the second waits and adds its key to the first one's. If it replaced it instead, what a server
        // has sealed with that key meanwhile would be lost.
        let locked = owner_only().create(true).open(path.with_extension("toml.lock")).and_then(|lock| {
            give_to_owner_of(path, &lock)?;
            lock.lock().map(|()| lock)
        });
        let lock = locked.map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
        let added = Self::read(path)?.add(now, rng);
        drop(lock);
        added
    }

    /// The keys' ids and when each was made, the active one first.
    pub fn list(&self) -> impl Iterator<Item = (KeyId, Timestamp)> {
        self.masters.iter().map(|master| (master.id, master.created_at))
    }

    fn add(&mut self, now: Timestamp, rng: &mut dyn Rng) -> Result<KeyId, KeyFileError> {
        mark!("SEC-18");
        let last = self.masters.iter().map(|master| master.id.0).max().unwrap_or(0);
        let next = last.checked_add(1).ok_or_else(|| KeyFileError::Invalid {
            path: self.path.clone(),
            reason: "all 255 key ids are used",
        })?;
        let mut bytes = Zeroizing::new([0; MASTER_BYTES]);
        rng.fill_bytes(bytes.as_mut_slice());
        self.masters.insert(0, Master { id: KeyId(next), created_at: now, bytes });
        self.write()?;
        Ok(KeyId(next))
    }

    /// Reads the file; refuses one that others may read.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let io = |source| KeyFileError::Io { path: path.to_owned(), source };
        let invalid = |reason| KeyFileError::Invalid { path: path.to_owned(), reason };
        if !path.exists() {
            return Err(KeyFileError::Missing(path.to_owned()));
        }
        if readable_by_others(path).map_err(io)? {
            return Err(KeyFileError::Exposed(path.to_owned()));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(io)?);
        let mut stored: Stored =
            toml::from_str(&text).map_err(|_| invalid("it is not the TOML it should be"))?;
        let mut masters = Vec::new();
        for key in &mut stored.keys {
            let bytes =
                decode_hex(&key.master).ok_or_else(|| invalid("a key is not 64 hexadecimal digits"))?;
            key.master.zeroize();
            masters.push(Master { id: key.id, created_at: key.created_at, bytes });
        }
        masters.sort_by_key(|master| std::cmp::Reverse(master.id));
        let distinct = masters.windows(2).all(|pair| match pair {
            [one, other] => one.id != other.id,
            _ => true,
        });
        if masters.is_empty() || !distinct || masters.iter().any(|master| master.id.0 == 0) {
            return Err(invalid("it holds no key, or two with one id"));
        }
        Ok(Self { path: path.to_owned(), masters })
    }

    fn write(&self) -> Result<(), KeyFileError> {
        let io = |source| KeyFileError::Io { path: self.path.clone(), source };
        let keys = self.masters.iter().map(|master| StoredKey {
            id: master.id,
            created_at: master.created_at,
            master: encode_hex(master.bytes.as_slice()),
        });
        let stored = Stored { keys: keys.collect() };
        let text = toml::to_string(&stored).map_err(|_| KeyFileError::Invalid {
            path: self.path.clone(),
            reason: "it cannot be written as TOML",
        })?;
        let text = Zeroizing::new(format!(
            "# The keys of this data. Without this file open verifications cannot be completed and personal data\n\
             # cannot be read. Back it up apart from the data.\n{text}"
        ));
        // Beside the old file first: a crash leaves one of the two whole. What an earlier one left goes, since it keeps
        // the rights that it was made with.
        let beside = self.path.with_extension("toml.new");
        if beside.exists() {
            fs::remove_file(&beside).map_err(io)?;
        }
        let mut file = owner_only().create_new(true).open(&beside).map_err(io)?;
        give_to_owner_of(&self.path, &file).map_err(io)?;
        file.write_all(text.as_bytes()).map_err(io)?;
        file.sync_all().map_err(io)?;
        fs::rename(&beside, &self.path).map_err(io)?;
        sync_directory(&self.path).map_err(io)
    }
}

/// Whoever rotates, the file stays the service's: if root's took its place, the service could not read its own keys.
#[cfg(unix)]
fn give_to_owner_of(path: &Path, file: &fs::File) -> Result<(), std::io::Error> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    match fs::metadata(path) {
        Ok(before) if before.uid() != file.metadata()?.uid() => fchown(file, Some(before.uid()), None),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn give_to_owner_of(_path: &Path, _file: &fs::File) -> Result<(), std::io::Error> {
    Ok(())
}

/// Makes a file's new name outlive a loss of power: data sealed with a key that is gone would be lost with it.
#[cfg(unix)]
fn sync_directory(path: &Path) -> Result<(), std::io::Error> {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_path: &Path) -> Result<(), std::io::Error> {
    Ok(())
}

#[cfg(unix)]
fn readable_by_others(path: &Path) -> Result<bool, std::io::Error> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn readable_by_others(_path: &Path) -> Result<bool, std::io::Error> {
    Ok(false)
}

pub(crate) fn encode_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn decode_hex(text: &str) -> Option<Zeroizing<[u8; MASTER_BYTES]>> {
    let mut bytes = Zeroizing::new([0; MASTER_BYTES]);
    if text.len() != 2 * MASTER_BYTES || !text.is_ascii() {
        return None;
    }
    for (slot, at) in bytes.iter_mut().zip((0..text.len()).step_by(2)) {
        *slot = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
