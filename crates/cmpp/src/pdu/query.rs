//! QUERY and CANCEL with their answers.

use super::status;
use crate::ids::{Edition, MsgId, Status};
use crate::octets::Octets;
use crate::wire::{DecodeError, Reader};

/// QUERY: 27 octets after the header, the same in both editions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Query {
    /// Time: the day, YYYYMMDD.
    pub day: Octets<8>,
    /// Query_Type: 0 all messages, 1 those of a service.
    pub kind: u8,
    /// Query_Code: the service, if of one.
    pub code: Octets<10>,
    /// Reserve.
    pub reserve: [u8; 8],
}

impl Query {
    pub(super) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::body("QUERY", body);
        let day = Octets::from_wire(reader.array("Time")?);
        let kind = reader.u8("Query_Type")?;
        let code = Octets::from_wire(reader.array("Query_Code")?);
        let reserve = reader.array("Reserve")?;
        reader.end()?;
        Ok(Self { day, kind, code, reserve })
    }

    pub(super) fn append(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.day.as_wire());
        out.push(self.kind);
        out.extend_from_slice(self.code.as_wire());
        out.extend_from_slice(&self.reserve);
    }
}

/// QUERY_RESP: 51 octets after the header, the same in both editions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QueryResp {
    /// Time: the day, YYYYMMDD.
    pub day: Octets<8>,
    /// Query_Type, repeated.
    pub kind: u8,
    /// Query_Code, repeated.
    pub code: Octets<10>,
    /// MT_TLMsg: messages taken from the service provider.
    pub sent_messages: u32,
    /// MT_Tlusr: phones they were for.
    pub sent_users: u32,
    /// MT_Scs: forwarded.
    pub sent_ok: u32,
    /// MT_WT: waiting.
    pub sent_waiting: u32,
    /// MT_FL: failed.
    pub sent_failed: u32,
    /// MO_Scs: delivered to the service provider.
    pub received_ok: u32,
    /// MO_WT: waiting.
    pub received_waiting: u32,
    /// MO_FL: failed.
    pub received_failed: u32,
}

impl QueryResp {
    pub(super) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::body("QUERY_RESP", body);
        let resp = Self {
            day: Octets::from_wire(reader.array("Time")?),
            kind: reader.u8("Query_Type")?,
            code: Octets::from_wire(reader.array("Query_Code")?),
            sent_messages: reader.u32("MT_TLMsg")?,
            sent_users: reader.u32("MT_Tlusr")?,
            sent_ok: reader.u32("MT_Scs")?,
            sent_waiting: reader.u32("MT_WT")?,
            sent_failed: reader.u32("MT_FL")?,
            received_ok: reader.u32("MO_Scs")?,
            received_waiting: reader.u32("MO_WT")?,
            received_failed: reader.u32("MO_FL")?,
        };
        reader.end()?;
        Ok(resp)
    }

    pub(super) fn append(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.day.as_wire());
        out.push(self.kind);
        out.extend_from_slice(self.code.as_wire());
        for count in [
            self.sent_messages,
            self.sent_users,
            self.sent_ok,
            self.sent_waiting,
            self.sent_failed,
            self.received_ok,
            self.received_waiting,
            self.received_failed,
        ] {
            out.extend_from_slice(&count.to_be_bytes());
        }
    }
}

/// CANCEL: 8 octets after the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancel {
    /// Which message.
    pub msg_id: MsgId,
}

impl Cancel {
    pub(super) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::body("CANCEL", body);
        let msg_id = MsgId::from_number(reader.u64("Msg_Id")?);
        reader.end()?;
        Ok(Self { msg_id })
    }
}

/// CANCEL_RESP: 1 octet after the header in 2.0, 4 in 3.0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CancelResp {
    /// Success_Id: 0 taken back, 1 not.
    pub success: Status,
}

impl CancelResp {
    pub(super) fn decode(body: &[u8], edition: Edition) -> Result<Self, DecodeError> {
        let mut reader = Reader::body("CANCEL_RESP", body);
        let success = status(&mut reader, "Success_Id", edition)?;
        reader.end()?;
        Ok(Self { success })
    }
}
