//! What is made with the keys: tags, and sealed values. HMAC-SHA-256, AES-256-GCM, HKDF-SHA-256.

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, PoisonError, RwLock};

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use heyan_domain::Timestamp;
use heyan_domain::mark;
use heyan_domain::proposals::KeyChange;
use heyan_domain::tags::{CodeTag, CounterKey, EntityTag, KeyId, Keyring, PersonTag, PhoneTag, active};
use heyan_domain::terms::{Code, Document, IdLast6, Phone, VerificationId};
use heyan_domain::time::DAY_MS;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use rand::Rng;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::file::{KeyFile, Master};
use crate::audit::{Checkpoint, Head, statement};

const NONCE_BYTES: usize = 12;

/// What a sealed value is, so that one cannot be put in the place of another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// A filing's body.
    FilingBody,
    /// A message in the outbox.
    Message,
    /// 主体 in the registry.
    Entity,
    /// 网站 in the registry.
    Service,
    /// A stored reply.
    Reply,
    /// What a person's browser carries from a form to its answer.
    Flash,
    /// What is personal or secret of an account.
    Account,
    /// The secrets of a key of the provider API.
    ApiKey,
    /// The address and the secrets of an endpoint for webhooks.
    Webhook,
    /// The link to an applicant's progress page (PRO-03).
    Progress,
    /// Rows of a file of filings that wait (PRO-04).
    BulkChunk,
    /// Password and key of a provider's account at the door of the enterprise interface.
    EnterpriseAccount,
    /// A part of a file of records that came there.
    EnterprisePart,
    /// A record that came there and was filed.
    EnterpriseRecord,
    /// A file of results that waits there.
    EnterpriseResult,
}

impl Purpose {
    const fn label(self) -> u8 {
        match self {
            Self::FilingBody => 1,
            Self::Message => 2,
            Self::Entity => 3,
            Self::Service => 4,
            Self::Reply => 5,
            Self::Flash => 6,
            Self::Account => 16,
            Self::ApiKey => 25,
            Self::Webhook => 26,
            Self::Progress => 7,
            Self::BulkChunk => 24,
            Self::EnterpriseAccount => 27,
            Self::EnterprisePart => 28,
            Self::EnterpriseRecord => 29,
            Self::EnterpriseResult => 30,
        }
    }
}

/// A sealed value that does not open: another key's, another place's, or broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a sealed value does not open with the keys of this data")]
pub struct SealError;

struct Key {
    id: KeyId,
    phone: Hmac<Sha256>,
    person: Hmac<Sha256>,
    code: Hmac<Sha256>,
    entity: Hmac<Sha256>,
    counter: Hmac<Sha256>,
    check: Hmac<Sha256>,
    nonce: Hmac<Sha256>,
    seal: Aes256Gcm,
    audit: SigningKey,
}

impl Key {
    fn derive(master: &Master) -> Option<Self> {
        let hkdf = Hkdf::<Sha256>::new(None, master.bytes.as_slice());
        let sub = |label: &str| {
            let mut bytes = Zeroizing::new([0_u8; 32]);
            hkdf.expand(label.as_bytes(), bytes.as_mut_slice()).ok().map(|()| bytes)
        };
        let mac =
            |label: &str| sub(label).and_then(|bytes| Hmac::<Sha256>::new_from_slice(bytes.as_slice()).ok());
        Some(Self {
            id: master.id,
            phone: mac("heyan phone index v1")?,
            person: mac("heyan person index v1")?,
            code: mac("heyan code v1")?,
            entity: mac("heyan entity index v1")?,
            counter: mac("heyan counter v1")?,
            check: mac("heyan key check v1")?,
            nonce: mac("heyan nonce v1")?,
            audit: SigningKey::from_bytes(&*sub("heyan audit signature v1")?),
            seal: Aes256Gcm::new_from_slice(sub("heyan seal v1")?.as_slice()).ok()?,
        })
    }
}

/// The keys ready for use, the active one first. They never change; a rotation puts another set in their place.
#[derive(Default)]
pub struct KeySet {
    keys: Vec<Key>,
    ids: Vec<KeyId>,
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeySet({:?})", self.ids)
    }
}

/// How a rotation goes on, for whoever watches.
#[derive(Default, Debug)]
pub struct Rotation {
    /// The key file has been changed into one that is not taken up; the keys before it stay in use.
    pub refused: AtomicBool,
    /// A key in the key file that waits for two operators (SEC-14).
    waiting: RwLock<Option<KeyChange>>,
    /// Values to be looked through since the last key was taken up; 0 if there was nothing to do.
    pub values: AtomicU64,
    /// Those of them that have been, and are now sealed with the active key.
    pub values_done: AtomicU64,
}

impl Rotation {
    /// The key that waits for two operators, if one does.
    pub fn waiting(&self) -> Option<KeyChange> {
        self.waiting.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that a key waits, or that none does any more; gives what was noted before.
    pub fn set_waiting(&self, change: Option<KeyChange>) -> Option<KeyChange> {
        std::mem::replace(&mut *self.waiting.write().unwrap_or_else(PoisonError::into_inner), change)
    }
}

/// The keys in use, shared by all who need them. Only the engine, the one writer, puts a new set in place, between two
/// groups and once the database knows the set's check values; so no group sees two sets, and nothing is sealed with a
/// key that a crash could make unknown (SEC-07).
///
/// A later set holds every key of an earlier one. Whoever opens a stored value reads the row first and takes the set
/// then: whatever key sealed it is in there.
#[derive(Default, Debug)]
pub struct Ring {
    current: RwLock<Arc<KeySet>>,
    /// How a rotation goes on.
    pub rotation: Rotation,
}

impl Ring {
    /// Derives everything from the master keys.
    pub fn new(file: &KeyFile) -> Self {
        Self { current: RwLock::new(Arc::new(KeySet::new(file))), rotation: Rotation::default() }
    }

    /// The keys as they are now.
    pub fn current(&self) -> Arc<KeySet> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another set in place.
    pub(crate) fn put(&self, keys: KeySet) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// [`KeySet::seal`] with the keys as they are now.
    pub fn seal(&self, purpose: Purpose, place: &[u8], clear: &[u8], rng: &mut dyn Rng) -> Vec<u8> {
        self.current().seal(purpose, place, clear, rng)
    }

    /// [`KeySet::seal_same`] with the keys as they are now.
    pub fn seal_same(&self, purpose: Purpose, place: &[u8], clear: &[u8]) -> Vec<u8> {
        self.current().seal_same(purpose, place, clear)
    }

    /// [`KeySet::open`] with the keys as they are now.
    pub fn open(
        &self,
        purpose: Purpose,
        place: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.current().open(purpose, place, sealed)
    }
}

fn digest(keyed: &Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed.clone();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn first_15(digest: [u8; 32]) -> [u8; 15] {
    let mut bytes = [0; 15];
    for (slot, byte) in bytes.iter_mut().zip(digest) {
        *slot = byte;
    }
    bytes
}

impl KeySet {
    /// Derives everything from the master keys.
    pub fn new(file: &KeyFile) -> Self {
        let keys: Vec<Key> = file.masters.iter().filter_map(Key::derive).collect();
        let ids = keys.iter().map(|key| key.id).collect();
        Self { keys, ids }
    }

    fn key(&self, id: KeyId) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// The key that seals and hashes what is written now.
    pub fn active(&self) -> KeyId {
        active(self)
    }

    /// A value by which a database recognises its keys without knowing them (SEC-18).
    pub fn check_values(&self) -> Vec<(KeyId, [u8; 15])> {
        self.keys.iter().map(|key| (key.id, first_15(digest(&key.check, &[])))).collect()
    }

    /// What changes if these keys are taken up in place of others: the new active key, and the check values of all that are
    /// new. `None` if nothing does, or if one of the others is missing here, so that these cannot be taken up.
    pub fn change_from(&self, others: &Self) -> Option<KeyChange> {
        let (ours, theirs) = (self.check_values(), others.check_values());
        let keeps_all = theirs.iter().all(|key| ours.contains(key));
        let new = ours.iter().filter(|key| !theirs.contains(key));
        let checks: Vec<String> = new.map(|(_, check)| super::encode_hex(check)).collect();
        let change = || KeyChange { key: self.active(), check: checks.join("+") };
        (keeps_all && !checks.is_empty()).then(change)
    }

    /// Signs a head of the audit log with the active key (SEC-12); `None` only if there is no key at all.
    pub(crate) fn sign(&self, head: Head, at: Timestamp) -> Option<Checkpoint> {
        let key = self.keys.first()?;
        let signature = key.audit.sign(statement(&head, at).as_bytes()).to_bytes();
        Some(Checkpoint { head, at, key: key.id, signature })
    }

    /// The keys that such signatures are checked with.
    pub(crate) fn public_keys(&self) -> impl Iterator<Item = (KeyId, VerifyingKey)> {
        self.keys.iter().map(|key| (key.id, key.audit.verifying_key()))
    }

    /// Seals a value for one place: key id, nonce, ciphertext with tag.
    pub fn seal(&self, purpose: Purpose, place: &[u8], clear: &[u8], rng: &mut dyn Rng) -> Vec<u8> {
        mark!("SEC-07");
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        self.keys.first().map_or_else(Vec::new, |key| sealed(key, nonce, purpose, place, clear))
    }

    /// Seals a value so that sealing it again gives the same, for links that are shown more than once. The nonce is a
    /// keyed hash of the value and its place: it comes twice only where everything else does.
    pub fn seal_same(&self, purpose: Purpose, place: &[u8], clear: &[u8]) -> Vec<u8> {
        let Some(key) = self.keys.first() else { return Vec::new() };
        let hash = digest(&key.nonce, &[&associated(key.id, purpose, place), b":", clear]);
        let mut nonce = [0; NONCE_BYTES];
        for (slot, byte) in nonce.iter_mut().zip(hash) {
            *slot = byte;
        }
        sealed(key, nonce, purpose, place, clear)
    }

    /// Opens a value in its place.
    pub fn open(
        &self,
        purpose: Purpose,
        place: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (id, rest) = sealed.split_first().ok_or(SealError)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(SealError)?;
        let key = self.key(KeyId(*id)).ok_or(SealError)?;
        let aad = associated(key.id, purpose, place);
        let clear = key.seal.decrypt(&Nonce::from(*nonce), Payload { msg: ciphertext, aad: &aad });
        clear.map(Zeroizing::new).map_err(|_| SealError)
    }
}

fn sealed(key: &Key, nonce: [u8; NONCE_BYTES], purpose: Purpose, place: &[u8], clear: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + clear.len() + 16);
    sealed.push(key.id.0);
    sealed.extend_from_slice(&nonce);
    let aad = associated(key.id, purpose, place);
    // AES-GCM fails only on inputs of more than 64 GiB, which no bound here lets in; an empty ciphertext would
    // not open, so nothing could pass for sealed by mistake.
    let ciphertext = key.seal.encrypt(&Nonce::from(nonce), Payload { msg: clear, aad: &aad });
    sealed.extend(ciphertext.unwrap_or_default());
    sealed
}

fn associated(key: KeyId, purpose: Purpose, place: &[u8]) -> Vec<u8> {
    let mut aad = vec![key.0, purpose.label()];
    aad.extend_from_slice(place);
    aad
}

impl Keyring for KeySet {
    fn keys(&self) -> &[KeyId] {
        &self.ids
    }

    fn phone(&self, key: KeyId, phone: &Phone) -> PhoneTag {
        let hash = self.key(key).map(|key| digest(&key.phone, &[phone.as_str().as_bytes()]));
        PhoneTag::new(key, first_15(hash.unwrap_or_default()))
    }

    fn person(&self, key: KeyId, phone: &Phone, id_last6: &IdLast6) -> PersonTag {
        let parts: [&[u8]; 2] = [phone.as_str().as_bytes(), id_last6.expose().as_bytes()];
        let hash = self.key(key).map(|key| digest(&key.person, &parts));
        PersonTag::new(key, first_15(hash.unwrap_or_default()))
    }

    fn code(&self, key: KeyId, verification: VerificationId, code: &Code) -> CodeTag {
        mark!("SEC-02");
        let place = verification.number().to_be_bytes();
        let hash = self.key(key).map(|key| digest(&key.code, &[&place, code.expose().as_bytes()]));
        CodeTag::new(key, first_15(hash.unwrap_or_default()))
    }

    fn entity(&self, key: KeyId, document: &Document) -> EntityTag {
        let parts: [&[u8]; 3] =
            [document.kind.as_str().as_bytes(), b":", document.number.as_str().as_bytes()];
        let hash = self.key(key).map(|key| digest(&key.entity, &parts));
        EntityTag::new(key, first_15(hash.unwrap_or_default()))
    }

    fn counter(&self, what: &[u8], begins_at: Timestamp) -> CounterKey {
        let window = begins_at.as_ms();
        let place = window.to_be_bytes();
        // The oldest key, which no rotation changes: with a new one every limit of the day would start over, and a used
        // captcha could be used again (SEC-05).
        let hash = self.keys.last().map(|key| digest(&key.counter, &[&place, what])).unwrap_or_default();
        let mut low = [0; 8];
        for (slot, byte) in low.iter_mut().skip(2).zip(hash) {
            *slot = byte;
        }
        let low = i64::from_be_bytes(low);
        CounterKey(counter_floor(begins_at).0 | low)
    }
}

/// The least counter key of an instant's day; all of earlier days are below it.
pub(crate) fn counter_floor(at: Timestamp) -> CounterKey {
    // Fifteen bits hold the days until the year 2059.
    CounterKey(at.as_ms().div_euclid(DAY_MS).saturating_mul(1 << 48))
}
