//! AES in CBC mode with PKCS #5 padding. Key and initial value are texts that a provider was given.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use zeroize::ZeroizeOnDrop;

const BLOCK: usize = 16;

/// No key: the key has 16, 24 or 32 octets, the initial value 16.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an AES key has 16, 24 or 32 characters, its initial value 16")]
pub struct NoKey;

/// A provider's key with its initial value. The standard fixes the latter too: equal files look equal, which the
/// encryption of the transport has to make up for.
#[derive(ZeroizeOnDrop)]
pub struct Key {
    key: Vec<u8>,
    initial: [u8; BLOCK],
}

impl std::fmt::Debug for Key {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Key")
    }
}

impl Key {
    /// Key and initial value as the texts that they are.
    ///
    /// # Errors
    /// If their lengths are no AES key's.
    pub fn parse(key: &str, initial: &str) -> Result<Self, NoKey> {
        let initial = initial.as_bytes().try_into().map_err(|_| NoKey)?;
        match key.len() {
            16 | 24 | 32 => Ok(Self { key: key.as_bytes().to_vec(), initial }),
            _ => Err(NoKey),
        }
    }

    /// The clear octets, or `None` if the padding says that they are not what was encrypted.
    pub(super) fn decrypt(&self, mut octets: Vec<u8>) -> Option<Vec<u8>> {
        macro_rules! decrypted {
            ($cipher:ty) => {{
                let cipher = cbc::Decryptor::<$cipher>::new_from_slices(&self.key, &self.initial).ok()?;
                cipher.decrypt_padded::<Pkcs7>(&mut octets).ok()?.len()
            }};
        }
        let length = match self.key.len() {
            16 => decrypted!(Aes128),
            24 => decrypted!(Aes192),
            _ => decrypted!(Aes256),
        };
        octets.truncate(length);
        Some(octets)
    }

    /// The octets, padded and encrypted. `None` cannot be: the lengths are right by construction.
    pub(super) fn encrypt(&self, mut octets: Vec<u8>) -> Option<Vec<u8>> {
        let length = octets.len();
        octets.resize((length / BLOCK + 1) * BLOCK, 0);
        macro_rules! encrypt {
            ($cipher:ty) => {{
                let cipher = cbc::Encryptor::<$cipher>::new_from_slices(&self.key, &self.initial).ok()?;
                cipher.encrypt_padded::<Pkcs7>(&mut octets, length).ok()?;
            }};
        }
        match self.key.len() {
            16 => encrypt!(Aes128),
            24 => encrypt!(Aes192),
            _ => encrypt!(Aes256),
        }
        Some(octets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_aes_as_others_have_it() {
        // printf 'four and twenty blackbirds' | openssl enc -aes-128-cbc -K <hex of key> -iv <hex of initial> -base64
        let key = Key::parse("0123456789ABCDEF", "0102030405060708").unwrap();
        let encrypted = key.encrypt(b"four and twenty blackbirds".to_vec()).unwrap();
        assert_eq!(crate::base64::encode(&encrypted), "xPqyQlaVjpK+J0qU2HplDa8nPX8Nu6/zis9wP1aJUxo=");
    }

    #[test]
    fn every_length_of_key_works_both_ways() {
        for length in [16, 24, 32] {
            let key = Key::parse(&"k".repeat(length), "0102030405060708").unwrap();
            for size in [0, 1, 15, 16, 17] {
                let clear = vec![7; size];
                assert_eq!(key.decrypt(key.encrypt(clear.clone()).unwrap()).unwrap(), clear);
            }
        }
        assert!(Key::parse("short", "0102030405060708").is_err());
        assert!(Key::parse("0123456789ABCDEF", "01020304").is_err());
    }

    #[test]
    fn keys_do_not_print() {
        assert_eq!(format!("{:?}", Key::parse("0123456789ABCDEF", "0102030405060708").unwrap()), "Key");
    }
}
