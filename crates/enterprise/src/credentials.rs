//! Who calls: `ispId`, `userName`, `randVal`, `pwdHash`.
//!
//! The hash is MD5, which is why the whole interface is off unless it is wanted: whoever hears a call can try passwords
//! against it. A random value counts once, so hearing is not enough to call again.

use encoding_rs::GBK;
use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq as _;

use crate::base64;
use crate::codes::AnswerCode;

/// Characters of a random value.
pub const RANDOM_LENGTH: usize = 20;

/// `randVal`: twenty digits and letters, drawn anew for every call.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RandomValue(String);

impl RandomValue {
    /// Parses one.
    ///
    /// # Errors
    /// 16 for fewer than twenty characters, 12 for more, or for others than digits and letters.
    pub fn parse(text: &str) -> Result<Self, AnswerCode> {
        if text.chars().count() < RANDOM_LENGTH {
            Err(AnswerCode::RandomValueTooShort)
        } else if text.len() != RANDOM_LENGTH || !text.bytes().all(|octet| octet.is_ascii_alphanumeric()) {
            Err(AnswerCode::NotAuthenticated)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The twenty characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a call says about who calls. Numbers that are none are `None`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Credentials {
    /// The provider.
    pub isp_id: Option<i64>,
    /// The user.
    pub user_name: String,
    /// A random value.
    pub random_value: String,
    /// The hash of password and random value.
    pub password_hash: String,
    /// By which algorithm; 0 is MD5, and there is no other.
    pub hash_algorithm: Option<i64>,
}

/// What is known about a provider that may call.
pub struct Account<'a> {
    /// The one user's name.
    pub user_name: &'a str,
    /// The password, in clear: the hash cannot be compared without it.
    pub password: &'a str,
}

/// `pwdHash`: Base64 of MD5 of GBK of the password with the random value behind it.
pub fn password_hash(password: &str, random: &RandomValue) -> String {
    let text = format!("{password}{}", random.0);
    let (octets, ..) = GBK.encode(&text);
    base64::encode(&Md5::digest(&octets))
}

/// Judges a call. `account` is that of its `ispId`, if there is one; `is_used` says whether the provider has used that
/// random value before. Whoever asks notes the value as used when the call was let in, and only then: a stranger must not
/// fill that memory.
///
/// # Errors
/// What the call is answered with: 10, 16 or 12, 13, 4, 5, 12, the first that applies.
pub fn judge(
    credentials: &Credentials,
    account: Option<&Account<'_>>,
    is_used: impl FnOnce(&RandomValue) -> bool,
) -> Result<RandomValue, AnswerCode> {
    if credentials.hash_algorithm != Some(0) {
        return Err(AnswerCode::UnknownHash);
    }
    let random = RandomValue::parse(&credentials.random_value)?;
    let account = account.ok_or(AnswerCode::ForeignProvider)?;
    if account.user_name != credentials.user_name {
        return Err(AnswerCode::WrongUser);
    }
    let expected = password_hash(account.password, &random);
    if !bool::from(expected.as_bytes().ct_eq(credentials.password_hash.trim().as_bytes())) {
        return Err(AnswerCode::WrongPassword);
    }
    if is_used(&random) {
        return Err(AnswerCode::NotAuthenticated);
    }
    Ok(random)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: &str = "abcdefghij0123456789";

    fn call(change: impl FnOnce(&mut Credentials)) -> Result<RandomValue, AnswerCode> {
        let random = RandomValue::parse(RANDOM).unwrap();
        let mut credentials = Credentials {
            isp_id: Some(1),
            user_name: "user".to_owned(),
            random_value: RANDOM.to_owned(),
            password_hash: password_hash("secret", &random),
            hash_algorithm: Some(0),
        };
        change(&mut credentials);
        let account = Account { user_name: "user", password: "secret" };
        let account = (credentials.isp_id == Some(1)).then_some(&account);
        judge(&credentials, account, |random| random.as_str().starts_with("used"))
    }

    #[test]
    fn who_knows_the_password_is_let_in() {
        assert_eq!(call(|_| ()).unwrap().as_str(), RANDOM);
    }

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // printf '1234567890abcdefghij0123456789' | openssl md5 -binary | base64
        let random = RandomValue::parse(RANDOM).unwrap();
        assert_eq!(password_hash("1234567890", &random), "QUMgJLPsboxIAO9m0EJ5+Q==");
    }

    #[test]
    fn every_fault_has_its_code() {
        use AnswerCode::{ForeignProvider, NotAuthenticated, RandomValueTooShort};
        let code = |change: fn(&mut Credentials)| call(change).unwrap_err();
        assert_eq!(code(|call| call.hash_algorithm = Some(1)), AnswerCode::UnknownHash);
        assert_eq!(code(|call| call.random_value.truncate(19)), RandomValueTooShort);
        assert_eq!(code(|call| call.random_value.push('x')), NotAuthenticated);
        assert_eq!(code(|call| call.random_value.replace_range(0..1, "-")), NotAuthenticated);
        assert_eq!(code(|call| call.isp_id = None), ForeignProvider);
        assert_eq!(code(|call| call.user_name.push('x')), AnswerCode::WrongUser);
        assert_eq!(code(|call| call.random_value.replace_range(0..1, "b")), AnswerCode::WrongPassword);
    }

    #[test]
    fn a_random_value_counts_once() {
        let used = "used5678901234567890";
        let result = call(|call| {
            call.random_value = used.to_owned();
            call.password_hash = password_hash("secret", &RandomValue::parse(used).unwrap());
        });
        assert_eq!(result.unwrap_err(), AnswerCode::NotAuthenticated);
    }
}
