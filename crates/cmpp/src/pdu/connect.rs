//! CONNECT and its answer.

use super::status;
use crate::auth::{Authenticator, Secret, source};
use crate::ids::{Edition, SpId, Status, Version};
use crate::time::LoginTime;
use crate::wire::{DecodeError, Reader};

/// CONNECT: 27 octets after the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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

/// CONNECT_RESP: 18 octets after the header in 2.0, 21 in 3.0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
