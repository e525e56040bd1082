//! What lies in the rows of the enterprise interface's door.

use std::fmt;
use std::sync::Arc;

use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Timestamp;
use crate::api_keys::Network;
use crate::bulk::RowError;
use crate::terms::{FilingId, ProviderId, UploadId};

/// The longest name of a user.
const MAX_USER_CHARS: usize = 64;
/// Letters and digits of a password: 119 random bits. The hash that proves it is MD5, so it is drawn, never chosen.
const PASSWORD_CHARS: usize = 20;
/// Octets of a key and of its initial value.
const KEY_CHARS: usize = 16;

/// `ispId`: the number by which administrations know a provider.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IspId(i64);

impl IspId {
    /// A number; there is none below one.
    pub fn new(number: i64) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// The number.
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for IspId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `userName`: 1 to 64 characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserName(String);

impl UserName {
    /// Reads it; white space around it, control characters, or nothing, is none.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=MAX_USER_CHARS).contains(&text.chars().count())
            && text.trim() == text
            && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a provider's system proves itself with, and what its files are encrypted with. Debug output hides it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
pub struct AccountSecret {
    /// The password, in clear: what a call brings is a hash of it with a random value.
    pub password: String,
    /// Key and initial value of AES, where files are encrypted.
    pub key: Option<(String, String)>,
}

impl AccountSecret {
    pub(super) fn draw(encrypted: bool, rng: &mut dyn Rng) -> Self {
        const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let letter = |at: usize| LETTERS.get(at).map_or('0', |byte| char::from(*byte));
        let mut text =
            |length| (0..length).map(|_| letter(rng.random_range(0..LETTERS.len()))).collect::<String>();
        let password = text(PASSWORD_CHARS);
        Self { password, key: encrypted.then(|| (text(KEY_CHARS), text(KEY_CHARS))) }
    }
}

impl fmt::Debug for AccountSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountSecret(…)")
    }
}

/// What the operator says of a provider's account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountTerms {
    /// The provider's number.
    pub isp_id: IspId,
    /// Its one user.
    pub user_name: UserName,
    /// From where it may call; from anywhere that the door is open to, if none is named.
    pub networks: Vec<Network>,
    /// Whether files are encrypted.
    pub encrypted: bool,
    /// Whether it may report; without, it may only ask and take files away.
    pub may_report: bool,
}

/// A provider's account at the door.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnterpriseAccount {
    /// Whose.
    pub provider: ProviderId,
    /// What is said of it.
    pub terms: AccountTerms,
    /// What it proves itself with.
    pub secret: AccountSecret,
    /// Goes up with every new password; random values count once under each.
    pub generation: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// The number of the file accepted last; nought before the first.
    pub last: u64,
    /// That file.
    pub last_upload: Option<UploadId>,
}

/// `randVal`: twenty letters and digits.
pub type RandomValue = [u8; 20];

/// Names a random value that a provider has used under a password.
pub type UsedValue = (ProviderId, u32, RandomValue);

/// A file of records that was accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upload {
    /// Which.
    pub id: UploadId,
    /// Whose.
    pub provider: ProviderId,
    /// `dataSequence`.
    pub number: u64,
    /// In how many parts it lies.
    pub parts: u32,
    /// When it was accepted.
    pub taken_at: Timestamp,
    /// How many of its places have been looked at.
    pub done: u32,
    /// When all had been.
    pub ended_at: Option<Timestamp>,
}

/// A file that waits for a provider, or has been taken away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResultFile {
    /// Its number.
    pub no: i64,
    /// Whose.
    pub provider: ProviderId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When its provider said that it has it.
    pub acknowledged_at: Option<Timestamp>,
}

/// By what results name a record again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RecordName {
    /// `Czlx`: what it asks for.
    pub operation: u8,
    /// `Bs`: its mark.
    pub mark: String,
    /// `Jlid`: the ids that opinions name.
    pub review_ids: Vec<i64>,
}

/// A filing that came as a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordFiled {
    /// The filing.
    pub filing: FilingId,
    /// Whose.
    pub provider: ProviderId,
    /// By what results name it.
    pub name: RecordName,
    /// The record as it came, for the file that says what is on record: that has more than a filing keeps.
    pub record: Arc<[u8]>,
}

/// What a record, or a file, came to that is no filing. Nothing of what it says about people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum NotFiled {
    /// It cannot be filed.
    Refused {
        /// By what it is named.
        name: RecordName,
        /// What is wrong.
        errors: Vec<RowError>,
    },
    /// It was answered before anybody tried.
    Answered {
        /// `Czlx`.
        operation: u8,
        /// `Bs`.
        mark: Option<String>,
        /// `Jgdm`.
        code: u16,
        /// `Dmms`, where it is not the code's own words.
        words: Option<String>,
        /// `Bz`.
        note: Option<String>,
    },
}
