//! The chain of the audit log (SEC-12): every entry's hash holds the hash before it, and now and then the hash is signed.
//!
//! The entry `n` is one line of JSON, kept as it was hashed; its hash is SHA-256(hash of `n − 1`, the line), where the
//! hash before the first is 32 zeros. A checkpoint is an Ed25519 signature of [`statement`]. Whoever has the lines, the
//! checkpoints and the public keys can check all of it with other tools.

use std::collections::BTreeMap;
use std::fmt;

use ed25519_dalek::{Signature, VerifyingKey};
use heyan_domain::Timestamp;
use heyan_domain::audit::AuditEntry;
use heyan_domain::mark;
use heyan_domain::tags::KeyId;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::keys::{KeySet, decode_hex, encode_hex};

/// Every so many entries a checkpoint is signed, in the transaction of the entry. One that is missing is a fault.
pub const CHECKPOINT_EVERY: i64 = 100;

/// Where a chain ends: its last entry, and the hash that stands for all of them. Written `17:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// The last entry; 0 if there is none.
    pub no: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

impl Head {
    /// Reads a head as it was published.
    pub fn parse(text: &str) -> Option<Self> {
        let (no, hash) = text.trim().split_once(':')?;
        Some(Self { no: no.parse().ok().filter(|no| *no >= 0)?, hash: *decode_hex(hash)? })
    }

    /// The head after one more line.
    #[must_use]
    pub(crate) fn followed_by(&self, line: &str) -> Self {
        mark!("SEC-12");
        let hash = Sha256::new().chain_update(self.hash).chain_update(line.as_bytes()).finalize();
        Self { no: self.no + 1, hash: hash.into() }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.no, encode_hex(&self.hash))
    }
}

/// An entry as it is hashed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Line {
    pub no: i64,
    #[serde(flatten)]
    pub entry: AuditEntry,
}

/// An entry as it stands in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// Its place, from 1.
    pub no: i64,
    /// What it says.
    pub entry: AuditEntry,
    /// The line that was hashed: JSON.
    pub line: String,
    /// The hash that stands for it and all before it.
    pub hash: [u8; 32],
}

impl AuditRow {
    /// The hash in hexadecimal.
    pub fn hash_text(&self) -> String {
        encode_hex(&self.hash)
    }
}

/// A signed head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// What is signed.
    pub head: Head,
    /// When.
    pub at: Timestamp,
    /// With which key of the key file.
    pub key: KeyId,
    /// The Ed25519 signature of [`statement`].
    pub signature: [u8; 64],
}

impl Checkpoint {
    /// The signature in hexadecimal.
    pub fn signature_text(&self) -> String {
        encode_hex(&self.signature)
    }
}

/// What a checkpoint signs: four lines of ASCII, each ended by a line feed.
pub fn statement(head: &Head, at: Timestamp) -> String {
    format!("heyan audit checkpoint v1\n{}\n{}\n{}\n", head.no, encode_hex(&head.hash), at.as_ms())
}

/// The public keys that checkpoints are checked with, by the id of the master key that each belongs to.
#[derive(Clone, Debug, Default)]
pub struct PublicKeys(BTreeMap<KeyId, VerifyingKey>);

impl PublicKeys {
    /// Those of the keys in use.
    pub fn of(keys: &KeySet) -> Self {
        Self(keys.public_keys().collect())
    }

    /// From texts such as `1:` and 64 hexadecimal digits, as `heyan audit head` prints them; `None` if one is no key.
    pub fn parse<'t>(texts: impl IntoIterator<Item = &'t str>) -> Option<Self> {
        let one = |text: &str| {
            let (id, key) = text.split_once(':')?;
            Some((KeyId(id.parse().ok()?), VerifyingKey::from_bytes(&*decode_hex(key)?).ok()?))
        };
        texts.into_iter().map(one).collect::<Option<_>>().map(Self)
    }

    /// The same texts again.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(id, key)| format!("{}:{}", id.0, encode_hex(key.as_bytes())))
    }

    /// Whether a checkpoint was signed with the key it names.
    pub(crate) fn confirm(&self, checkpoint: &Checkpoint) -> bool {
        let Some(key) = self.0.get(&checkpoint.key) else { return false };
        let text = statement(&checkpoint.head, checkpoint.at);
        key.verify_strict(text.as_bytes(), &Signature::from_bytes(&checkpoint.signature)).is_ok()
    }
}

/// What is wrong with a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The entry is not there, and a later one is.
    Missing,
    /// The line is not the one that was hashed, or another was hashed before it.
    Changed,
    /// The line says that it has another place.
    Moved {
        /// Which.
        says: i64,
    },
    /// The entry was put in: the next follows from the one before.
    Inserted,
    /// The columns by which it is found say something else than the line.
    Columns,
    /// Everything from here on is gone, up to an entry that is known to have been there.
    CutOff {
        /// Which entry is known.
        until: i64,
    },
    /// The chain holds, but is not the one that was signed or published: something from here on was rewritten.
    Rewritten {
        /// By the entry at which it shows.
        until: i64,
    },
    /// The checkpoint that was signed with this entry is gone.
    NoCheckpoint,
    /// The checkpoint of this entry was not signed with a key of this data.
    Signature,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it was removed"),
            Self::Changed => f.write_str("it was changed, or does not follow from the one before it"),
            Self::Moved { says } => write!(f, "it says that it is entry {says}: entries were moved"),
            Self::Inserted => f.write_str("it was put in: the next one follows from the one before it"),
            Self::Columns => f.write_str("the columns beside it say something else than it does"),
            Self::CutOff { until } => {
                write!(f, "it and all after it were removed; entry {until} had been written")
            }
            Self::Rewritten { until } => {
                write!(
                    f,
                    "it or a later one up to {until} was rewritten: the hash there is not the one signed or published"
                )
            }
            Self::NoCheckpoint => f.write_str("the checkpoint signed with it is missing"),
            Self::Signature => f.write_str("its checkpoint is not signed with a key of this data"),
        }
    }
}

/// The first entry that is not as it was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Broken {
    /// Which.
    pub no: i64,
    /// What is wrong with it.
    pub fault: Fault,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}: {}", self.no, self.fault)
    }
}

/// What a walk along the whole log has found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditReport {
    /// How far the log is whole.
    pub head: Head,
    /// The checkpoints up to there.
    pub checkpoints: u64,
    /// The last of them.
    pub last_checkpoint: Option<Checkpoint>,
    /// Why it is not whole any further.
    pub broken: Option<Broken>,
}

/// How the log stands, as far as is known without walking along it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditState {
    /// How many entries there are.
    pub entries: i64,
    /// Where the chain ends.
    pub head: Head,
    /// The last checkpoint.
    pub last_checkpoint: Option<Checkpoint>,
    /// The server walks along the log once a day and as it grows; so far it has come in the present round.
    pub verified_up_to: i64,
    /// When a walk last came to the end, or to what is wrong.
    pub checked_at: Option<Timestamp>,
    /// What it has found to be wrong.
    pub broken: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_survives_its_text() {
        let head = Head::default().followed_by("one").followed_by("two");
        assert_eq!(Head::parse(&head.to_string()), Some(head));
        for not in ["", "2", "2:", "-1:00", "2:zz", &format!("x:{}", encode_hex(&head.hash))] {
            assert_eq!(Head::parse(not), None, "{not}");
        }
    }
}
