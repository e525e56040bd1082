//! Keyed hashes by which people, codes and organisers are found and compared without being stored in clear
//! (SEC-02, SEC-07).
//!
//! A tag is one byte naming the key and fifteen bytes of the keyed hash, so that a row tells by itself under which key
//! it was made and keys can be changed while the system runs.

use std::fmt;

use subtle::ConstantTimeEq as _;

use crate::Timestamp;
use crate::terms::{Code, Document, IdLast6, Phone, VerificationId};

/// Which key of the key file a tag or a sealed value was made with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub u8);

macro_rules! tag {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// From the key's id and the keyed hash.
            pub fn new(key: KeyId, hash: [u8; 15]) -> Self {
                let mut bytes = [0; 16];
                let [first, rest @ ..] = &mut bytes;
                *first = key.0;
                *rest = hash;
                Self(bytes)
            }

            /// From the bytes as stored.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Of nothing: what stands where a tag was erased (SEC-13). No key has the id 0.
            pub const ERASED: Self = Self([0; 16]);

            /// The bytes as stored.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// The key it was made with.
            pub const fn key(&self) -> KeyId {
                let [first, ..] = self.0;
                KeyId(first)
            }

            /// Equality in constant time over the fixed length (SEC-02).
            pub fn matches(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

tag! {
    /// Of a phone: the blind index by which verifications are found.
    PhoneTag
}
tag! {
    /// Of a phone with a document's last six characters: one person as the portal knows people.
    PersonTag
}
tag! {
    /// Of a code, bound to its verification: worthless for any other.
    CodeTag
}
tag! {
    /// Of an organiser's document: who may have one open filing at a time (FIL-10).
    EntityTag
}

/// Makes tags. Implemented over the key file; pure, so `decide` may call it.
pub trait Keyring {
    /// All keys that rows may have been made with, the active one first.
    fn keys(&self) -> &[KeyId];
    /// The blind index of a phone under a key.
    fn phone(&self, key: KeyId, phone: &Phone) -> PhoneTag;
    /// One person under a key.
    fn person(&self, key: KeyId, phone: &Phone, id_last6: &IdLast6) -> PersonTag;
    /// A code of one verification under a key.
    fn code(&self, key: KeyId, verification: VerificationId, code: &Code) -> CodeTag;
    /// An organiser under a key.
    fn entity(&self, key: KeyId, document: &Document) -> EntityTag;
    /// A counter's key: what is counted (a phone, an address block) in the window that began then, without telling
    /// what it is. Keys of one civil day lie together and before those of later days.
    fn counter(&self, what: &[u8], begins_at: Timestamp) -> CounterKey;
}

/// Where a limit is counted: the day in the upper 16 bits, 48 bits of a keyed hash below.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CounterKey(pub i64);

/// The active key. A key file without keys is refused at start, so the fallback is never met.
pub fn active(keyring: &dyn Keyring) -> KeyId {
    keyring.keys().first().copied().unwrap_or(KeyId(0))
}
