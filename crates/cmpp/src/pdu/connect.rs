//! CONNECT and its answer.

use std::fmt;

use super::status;
use crate::auth::{Authenticator, Secret, source};
use crate::ids::{Edition, SpId, Status, Version};
use crate::time::LoginTime;
use crate::wire::{DecodeError, Reader};

/// CONNECT: 27 octets after the header. Prints without its authenticator, from which a weak secret can be guessed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Connect {
    /// Source_Addr.
    pub sp_id: SpId,
    /// AuthenticatorSource.
    pub authenticator: Authenticator,
    /// The highest version that the client speaks.
    pub version: Version,
    /// When, in Beijing's time.
    pub at: LoginTime,
}

impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sp_id, authenticator: _, version, at } = self;
        let mut shown = f.debug_struct("Connect");
        shown.field("sp_id", sp_id).field("version", version).field("at", at).finish_non_exhaustive()
    }
}

impl fmt::Debug for ConnectResp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, authenticator, version } = self;
        let mut shown = f.debug_struct("ConnectResp");
        shown.field("status", status).field("is_proof_empty", &(*authenticator == [0; 16]));
        shown.field("version", version).finish_non_exhaustive()
    }
}

impl Connect {
    /// One that shows the knowledge of a secret.
    pub fn new(sp_id: SpId, secret: &Secret, version: Version, at: LoginTime) -> Self {
        Self { sp_id, authenticator: source(sp_id, secret, at), version, at }
    }

    pub(super) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::body("CONNECT", body);
        let sp_id = SpId::from_wire(reader.array("Source_Addr")?);
        let authenticator = reader.array("AuthenticatorSource")?;
        let version = Version(reader.u8("Version")?);
        let at = LoginTime::from_wire(reader.u32("Timestamp")?);
        reader.end()?;
        Ok(Self { sp_id, authenticator, version, at })
    }

    pub(super) fn append(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.sp_id.as_wire());
        out.extend_from_slice(&self.authenticator);
        out.push(self.version.0);
        out.extend_from_slice(&self.at.number().to_be_bytes());
    }
}

/// CONNECT_RESP: 18 octets after the header in 2.0, 21 in 3.0. Prints without its authenticator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ConnectResp {
    /// 0 if the login was accepted; [`crate::codes::connect_status`] has the others. Its width shows the gateway's edition.
    pub status: Status,
    /// AuthenticatorISMG.
    pub authenticator: Authenticator,
    /// The highest version that the gateway speaks.
    pub version: Version,
}

impl ConnectResp {
    /// Octets after the header in 2.0.
    const LENGTH_TWO: usize = 18;

    pub(super) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let edition = if body.len() <= Self::LENGTH_TWO { Edition::Two } else { Edition::Three };
        let mut reader = Reader::body("CONNECT_RESP", body);
        let status = status(&mut reader, "Status", edition)?;
        let authenticator = reader.array("AuthenticatorISMG")?;
        let version = Version(reader.u8("Version")?);
        reader.end()?;
        Ok(Self { status, authenticator, version })
    }

    pub(super) fn append(&self, out: &mut Vec<u8>) {
        self.status.append(out);
        out.extend_from_slice(&self.authenticator);
        out.push(self.version.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authenticators_do_not_print() {
        let sp_id = SpId::from_wire(*b"901234");
        let connect =
            Connect::new(sp_id, &Secret::new("secret".to_owned()), Version::V20, LoginTime::from_wire(1));
        let shown = format!("{connect:?}");
        assert_eq!(shown, "Connect { sp_id: SpId(901234), version: Version(2.0), at: 0000000001, .. }");
    }
}
