//! Keyed hashes with keys that anyone can read here: for scenarios only.

use heyan_domain::Timestamp;
use heyan_domain::tags::{CodeTag, CounterKey, EntityTag, KeyId, Keyring, PersonTag, PhoneTag};
use heyan_domain::terms::{Code, Document, IdLast6, Phone, VerificationId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// HMAC-SHA-256 under keys derived from their ids.
#[derive(Clone, Debug)]
pub struct TestKeyring {
    /// The active one first.
    keys: Vec<KeyId>,
}

impl Default for TestKeyring {
    fn default() -> Self {
        Self { keys: vec![KeyId(1)] }
    }
}

impl TestKeyring {
    /// Makes a new key the active one and keeps the others.
    pub fn add_key(&mut self) {
        let last = self.keys.iter().map(|key| key.0).max().unwrap_or(0);
        self.keys.insert(0, KeyId(last.saturating_add(1)));
    }

    fn hash(key: KeyId, label: u8, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new(&[key.0; 64].into());
        mac.update(&[label]);
        for part in parts {
            // The length keeps `ab` + `c` apart from `a` + `bc`.
            mac.update(&part.len().to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    fn tag(key: KeyId, label: u8, parts: &[&[u8]]) -> [u8; 15] {
        let hash = Self::hash(key, label, parts);
        hash.first_chunk().copied().unwrap_or_default()
    }
}

impl Keyring for TestKeyring {
    fn keys(&self) -> &[KeyId] {
        &self.keys
    }

    fn phone(&self, key: KeyId, phone: &Phone) -> PhoneTag {
        PhoneTag::new(key, Self::tag(key, b'p', &[phone.as_str().as_bytes()]))
    }

    fn person(&self, key: KeyId, phone: &Phone, id_last6: &IdLast6) -> PersonTag {
        let parts = [phone.as_str().as_bytes(), id_last6.expose().as_bytes()];
        PersonTag::new(key, Self::tag(key, b'i', &parts))
    }

    fn code(&self, key: KeyId, verification: VerificationId, code: &Code) -> CodeTag {
        let parts = [&verification.number().to_be_bytes()[..], code.expose().as_bytes()];
        CodeTag::new(key, Self::tag(key, b'c', &parts))
    }

    fn entity(&self, key: KeyId, document: &Document) -> EntityTag {
        let parts = [document.kind.as_str().as_bytes(), document.number.as_str().as_bytes()];
        EntityTag::new(key, Self::tag(key, b'e', &parts))
    }

    fn counter(&self, what: &[u8], begins_at: Timestamp) -> CounterKey {
        // One key for all windows: a window outlives no rotation that matters.
        let hash = Self::hash(KeyId(0), b'n', &[what, &begins_at.as_ms().to_be_bytes()]);
        CounterKey(i64::from_be_bytes(hash.first_chunk().copied().unwrap_or_default()))
    }
}
