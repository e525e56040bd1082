//! DELIVER and its answer.

use super::submit::content;
use crate::content::{Content, Format};
use crate::ids::{Edition, MsgId, Status};
use crate::number::{Number, Terminal};
use crate::octets::Octets;
use crate::report::{Report, ReportError};
use crate::wire::{DecodeError, Reader};

/// DELIVER: a message from a phone, or a report on a message to one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deliver {
    /// Msg_Id of this DELIVER. A report has the id that it is about in its content.
    pub msg_id: MsgId,
    /// Dest_Id: the service's number.
    pub destination: Number<21>,
    /// Service_Id.
    pub service_id: Octets<10>,
    /// TP_pid of GSM 03.40.
    pub tp_pid: u8,
    /// TP_udhi of GSM 03.40: 1 if the content begins with a user data header.
    pub tp_udhi: u8,
    /// Msg_Fmt.
    pub format: Format,
    /// Registered_Delivery: 1 if this is a report.
    pub registered_delivery: u8,
    /// From whom, and what else depends on the edition.
    pub origin: Origin,
    /// Msg_Content.
    pub content: Content,
}

/// What a DELIVER has in one edition only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// CMPP 2.0.
    Two(DeliverTwo),
    /// CMPP 3.0.
    Three(DeliverThree),
}

/// See [`Origin`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeliverTwo {
    /// Src_terminal_Id: the phone.
    pub source: Number<21>,
    /// Reserved.
    pub reserved: [u8; 8],
}

/// See [`Origin`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeliverThree {
    /// Src_terminal_Id: the phone.
    pub source: Number<32>,
    /// Src_terminal_type: 0 a real number, 1 a pseudonym.
    pub source_kind: u8,
    /// LinkID: for services on demand.
    pub link_id: Octets<20>,
}

impl Origin {
    /// A phone, with nothing else.
    pub const fn of(source: Terminal) -> Self {
        match source {
            Terminal::Two(source) => Self::Two(DeliverTwo { source, reserved: [0; 8] }),
            Terminal::Three(source) => {
                Self::Three(DeliverThree { source, source_kind: 0, link_id: Octets::EMPTY })
            }
        }
    }
}

impl Deliver {
    /// The phone.
    pub const fn source(&self) -> Terminal {
        match &self.origin {
            Origin::Two(two) => Terminal::Two(two.source),
            Origin::Three(three) => Terminal::Three(three.source),
        }
    }

    /// The report, if this is one.
    pub fn report(&self) -> Option<Result<Report, ReportError>> {
        (self.registered_delivery == 1).then(|| Report::decode(self.content.as_bytes()))
    }

    pub(super) fn decode(body: &[u8], edition: Edition) -> Result<Self, DecodeError> {
        let mut reader = Reader::body("DELIVER", body);
        let msg_id = MsgId::from_number(reader.u64("Msg_Id")?);
        let destination = Number::from_wire(reader.array("Dest_Id")?);
        let service_id = Octets::from_wire(reader.array("Service_Id")?);
        let tp_pid = reader.u8("TP_pid")?;
        let tp_udhi = reader.u8("TP_udhi")?;
        let format = Format(reader.u8("Msg_Fmt")?);
        let from = match edition {
            Edition::Two => (Terminal::Two(Number::from_wire(reader.array("Src_terminal_Id")?)), 0),
            Edition::Three => {
                let number = Number::from_wire(reader.array("Src_terminal_Id")?);
                (Terminal::Three(number), reader.u8("Src_terminal_type")?)
            }
        };
        let registered_delivery = reader.u8("Registered_Delivery")?;
        let content = content(&mut reader)?;
        let origin = match from {
            (Terminal::Two(source), _) => {
                Origin::Two(DeliverTwo { source, reserved: reader.array("Reserved")? })
            }
            (Terminal::Three(source), source_kind) => {
                let link_id = Octets::from_wire(reader.array("LinkID")?);
                Origin::Three(DeliverThree { source, source_kind, link_id })
            }
        };
        reader.end()?;
        Ok(Self {
            msg_id,
            destination,
            service_id,
            tp_pid,
            tp_udhi,
            format,
            registered_delivery,
            origin,
            content,
        })
    }

    pub(super) fn append(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.msg_id.number().to_be_bytes());
        out.extend_from_slice(self.destination.as_wire());
        out.extend_from_slice(self.service_id.as_wire());
        out.extend_from_slice(&[self.tp_pid, self.tp_udhi, self.format.0]);
        match &self.origin {
            Origin::Two(two) => {
                out.extend_from_slice(two.source.as_wire());
                out.push(self.registered_delivery);
                self.content.append(out);
                out.extend_from_slice(&two.reserved);
            }
            Origin::Three(three) => {
                out.extend_from_slice(three.source.as_wire());
                out.push(three.source_kind);
                out.push(self.registered_delivery);
                self.content.append(out);
                out.extend_from_slice(three.link_id.as_wire());
            }
        }
    }
}

/// DELIVER_RESP: 9 octets after the header in 2.0, 12 in 3.0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeliverResp {
    /// Msg_Id of the DELIVER.
    pub msg_id: MsgId,
    /// 0 if it was taken.
    pub result: Status,
}
