//! The envelope of a file, both ways: XML in GBK → one file in a ZIP → its MD5 → perhaps AES → Base64.

mod cipher;
mod package;

use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq as _;

pub use cipher::{Key, NoKey};
pub use package::{check, text, unpack};

use crate::base64;
use crate::codes::AnswerCode;

/// The largest file of records, unpacked: the standard's 50 MB.
pub const MAX_FILE: usize = 50 << 20;
/// The largest envelope, in Base64.
pub const MAX_ENVELOPE: usize = 100 << 20;

/// A file in its envelope, as it travels. Does not print what is in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Base64 of the package, perhaps encrypted.
    pub info: String,
    /// Base64 of the package's MD5, taken before it was encrypted.
    pub hash: String,
    /// 0 in clear, 1 AES.
    pub encrypt_algorithm: Option<i64>,
    /// 0 MD5.
    pub hash_algorithm: Option<i64>,
    /// 0 ZIP.
    pub compression_format: Option<i64>,
}

impl std::fmt::Debug for Envelope {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "Envelope({} octets)", self.info.len())
    }
}

/// Opens an envelope: the octets of its one file. Uses it up, so that a large one is in memory once.
///
/// # Errors
/// Those of [`package`], then those of [`unpack`]: 8, 17, 18.
pub fn open(envelope: Envelope, key: Option<&Key>) -> Result<Vec<u8>, AnswerCode> {
    unpack(&package(envelope, key)?)
}

/// Takes the package out of an envelope, without looking into it.
///
/// # Errors
/// What the call is answered with: 9, 10, 11, 18, 6, 7, in the order in which they can be seen. Base64 that is cut
/// short or none is 6 where it should have been decrypted, else 7: its hash cannot be the file's.
pub fn package(envelope: Envelope, key: Option<&Key>) -> Result<Vec<u8>, AnswerCode> {
    let key = match envelope.encrypt_algorithm {
        Some(0) => None,
        Some(1) => Some(key.ok_or(AnswerCode::UnknownEncryption)?),
        Some(_) | None => return Err(AnswerCode::UnknownEncryption),
    };
    if envelope.hash_algorithm != Some(0) {
        return Err(AnswerCode::UnknownHash);
    }
    if envelope.compression_format != Some(0) {
        return Err(AnswerCode::UnknownCompression);
    }
    if envelope.info.len() > MAX_ENVELOPE {
        return Err(AnswerCode::FileTooLarge);
    }
    let unreadable = if key.is_some() { AnswerCode::NotDecrypted } else { AnswerCode::WrongHash };
    let octets = base64::decode(envelope.info).ok_or(unreadable)?;
    let package = match key {
        Some(key) => key.decrypt(octets).ok_or(AnswerCode::NotDecrypted)?,
        None => octets,
    };
    let stated = base64::decode(envelope.hash).ok_or(AnswerCode::WrongHash)?;
    if !bool::from(Md5::digest(&package).as_slice().ct_eq(&stated)) {
        return Err(AnswerCode::WrongHash);
    }
    Ok(package)
}

/// A file that cannot be put into an envelope: its name is one that no package takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a file of that name cannot be packed")]
pub struct NotSealed;

/// Puts a file into an envelope, under its name.
///
/// # Errors
/// If the name is none for a file in a package.
pub fn seal(name: &str, file: &[u8], key: Option<&Key>) -> Result<Envelope, NotSealed> {
    wrap(package::pack(name, file).ok_or(NotSealed)?, key)
}

/// Puts a package into an envelope.
///
/// # Errors
/// If the key takes no files.
pub fn wrap(package: Vec<u8>, key: Option<&Key>) -> Result<Envelope, NotSealed> {
    let hash = base64::encode(&Md5::digest(&package));
    let (encrypt_algorithm, octets) = match key {
        Some(key) => (1, key.encrypt(package).ok_or(NotSealed)?),
        None => (0, package),
    };
    Ok(Envelope {
        info: base64::encode(&octets),
        hash,
        encrypt_algorithm: Some(encrypt_algorithm),
        hash_algorithm: Some(0),
        compression_format: Some(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::parse("0123456789ABCDEF", "0102030405060708").unwrap()
    }

    fn code(change: impl FnOnce(&mut Envelope), encrypted: bool) -> AnswerCode {
        let key = key();
        let key = encrypted.then_some(&key);
        let mut envelope = seal("a.xml", b"<a/>", key).unwrap();
        change(&mut envelope);
        open(envelope, key).unwrap_err()
    }

    #[test]
    fn what_was_sealed_opens() {
        let key = key();
        for key in [None, Some(&key)] {
            let envelope = seal("a.xml", b"<a/>", key).unwrap();
            assert_eq!(open(envelope, key).unwrap(), b"<a/>");
        }
    }

    #[test]
    fn every_fault_has_its_code() {
        use AnswerCode::{NotDecrypted, UnknownCompression, UnknownEncryption, UnknownHash, WrongHash};
        assert_eq!(code(|it| it.encrypt_algorithm = Some(2), false), UnknownEncryption);
        assert_eq!(code(|it| it.encrypt_algorithm = Some(1), false), UnknownEncryption, "there is no key");
        assert_eq!(code(|it| it.hash_algorithm = Some(1), false), UnknownHash);
        assert_eq!(code(|it| it.compression_format = None, false), UnknownCompression);
        for (encrypted, cut_short) in [(false, WrongHash), (true, NotDecrypted)] {
            assert_eq!(code(|it| it.info.truncate(it.info.len() - 3), encrypted), cut_short);
            assert_eq!(code(|it| it.hash.replace_range(0..1, "/"), encrypted), WrongHash);
        }
        assert_eq!(code(|it| it.info.truncate(20), true), NotDecrypted, "no whole blocks");
        assert_eq!(code(|it| it.info = "A".repeat(MAX_ENVELOPE + 1), false), AnswerCode::FileTooLarge);
    }

    #[test]
    fn another_key_does_not_open_it() {
        let other = Key::parse("0123456789ABCDEX", "0102030405060708").unwrap();
        let result = open(seal("a.xml", b"<a/>", Some(&key())).unwrap(), Some(&other));
        assert!(matches!(result, Err(AnswerCode::NotDecrypted | AnswerCode::WrongHash)), "{result:?}");
    }
}
