//! Authenticators: how both sides show that they know the secret.

use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq as _;

pub use heyan_line::Secret;

use crate::ids::{Edition, SpId, Status};
use crate::time::LoginTime;

/// Sixteen octets of MD5.
pub type Authenticator = [u8; 16];

fn md5(parts: &[&[u8]]) -> Authenticator {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// AuthenticatorSource of CONNECT: MD5 of Source_Addr, nine zeros, the secret, and the timestamp as ten digits.
pub fn source(sp_id: SpId, secret: &Secret, at: LoginTime) -> Authenticator {
    md5(&[sp_id.as_wire(), &[0; 9], secret.as_bytes(), at.text().as_bytes()])
}

/// Whether the AuthenticatorSource is the right one. Compares in constant time.
pub fn source_is_right(sp_id: SpId, secret: &Secret, at: LoginTime, found: &Authenticator) -> bool {
    source(sp_id, secret, at).ct_eq(found).into()
}

/// How a gateway puts the status into AuthenticatorISMG.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatusWidth {
    /// One octet, as 2.0 has it.
    One,
    /// Four octets, as 3.0 has it. Gateways are deployed that do so in 2.0 too.
    Four,
}

impl StatusWidth {
    /// What the standard says for an edition.
    pub const fn standard(edition: Edition) -> Self {
        match edition {
            Edition::Two => Self::One,
            Edition::Three => Self::Four,
        }
    }
}

/// AuthenticatorISMG of CONNECT_RESP: MD5 of the status, AuthenticatorSource and the secret.
pub fn gateway(status: Status, width: StatusWidth, source: &Authenticator, secret: &Secret) -> Authenticator {
    let code = status.code().to_be_bytes();
    let code: &[u8] = match width {
        StatusWidth::One => code.last_chunk::<1>().map_or(&[], |last| last.as_slice()),
        StatusWidth::Four => &code,
    };
    md5(&[code, source, secret.as_bytes()])
}

/// What can be said about the gateway from its AuthenticatorISMG.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GatewayVerdict {
    /// It knows the secret, and hashes the status as the standard of its edition says.
    Proved,
    /// It knows the secret, and hashes the status in the other width.
    ProvedInOtherForm,
    /// It sent zeros, as many gateways do.
    Empty,
    /// It sent something else: it does not know the secret, or does not care.
    Wrong,
}

impl GatewayVerdict {
    /// Judges an AuthenticatorISMG.
    pub fn judge(
        status: Status,
        edition: Edition,
        source: &Authenticator,
        secret: &Secret,
        found: &Authenticator,
    ) -> Self {
        let standard = StatusWidth::standard(edition);
        let other = match standard {
            StatusWidth::One => StatusWidth::Four,
            StatusWidth::Four => StatusWidth::One,
        };
        if gateway(status, standard, source, secret).ct_eq(found).into() {
            Self::Proved
        } else if gateway(status, other, source, secret).ct_eq(found).into() {
            Self::ProvedInOtherForm
        } else if found == &[0; 16] {
            Self::Empty
        } else {
            Self::Wrong
        }
    }

    /// Whether the gateway has shown that it knows the secret.
    pub const fn is_proof(self) -> bool {
        match self {
            Self::Proved | Self::ProvedInOtherForm => true,
            Self::Empty | Self::Wrong => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(edition: Edition, found: &Authenticator) -> GatewayVerdict {
        let secret = Secret::new("secret".to_owned());
        GatewayVerdict::judge(Status::new(edition, 0), edition, &[7; 16], &secret, found)
    }

    #[test]
    fn both_forms_prove_the_secret_and_anything_else_does_not() {
        let secret = Secret::new("secret".to_owned());
        for edition in [Edition::Two, Edition::Three] {
            let status = Status::new(edition, 0);
            let one = gateway(status, StatusWidth::One, &[7; 16], &secret);
            let four = gateway(status, StatusWidth::Four, &[7; 16], &secret);
            let verdicts = [judge(edition, &one), judge(edition, &four)];
            assert!(verdicts.iter().all(|verdict| verdict.is_proof()));
            assert_eq!(verdicts[0] == GatewayVerdict::Proved, edition == Edition::Two);
            assert_eq!(judge(edition, &[0; 16]), GatewayVerdict::Empty);
            assert_eq!(judge(edition, b"mockauth\0\0\0\0\0\0\0\0"), GatewayVerdict::Wrong);
        }
        assert!(!GatewayVerdict::Empty.is_proof() && !GatewayVerdict::Wrong.is_proof());
    }

    #[test]
    fn secrets_do_not_print() {
        assert_eq!(format!("{:?}", Secret::new("secret".to_owned())), "Secret");
    }
}
