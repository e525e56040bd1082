//! SUBMIT and its answer.

use crate::content::{Content, Format};
use crate::ids::{Edition, MsgId, SpId, Status};
use crate::number::{Number, Terminal};
use crate::octets::Octets;
use crate::wire::{DecodeError, Fault, Reader};

/// SUBMIT: a message to one phone or more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Submit {
    /// Msg_Id: zero, the gateway gives it.
    pub msg_id: MsgId,
    /// Pk_total: how many parts the message has.
    pub part_total: u8,
    /// Pk_number: which of them this is, from 1.
    pub part_number: u8,
    /// Registered_Delivery: 0 no report, 1 report, 2 for accounting only.
    pub registered_delivery: u8,
    /// Msg_level.
    pub level: u8,
    /// Service_Id.
    pub service_id: Octets<10>,
    /// Fee_UserType: who pays; 2 is the service provider.
    pub fee_user_type: u8,
    /// TP_pId of GSM 03.40.
    pub tp_pid: u8,
    /// TP_udhi of GSM 03.40: 1 if the content begins with a user data header.
    pub tp_udhi: u8,
    /// Msg_Fmt.
    pub format: Format,
    /// Msg_src.
    pub sp_id: SpId,
    /// FeeType.
    pub fee_type: Octets<2>,
    /// FeeCode.
    pub fee_code: Octets<6>,
    /// ValId_Time; [`crate::time::absolute`] makes one.
    pub valid_until: Octets<17>,
    /// At_Time.
    pub at_time: Octets<17>,
    /// Src_Id: the number that the phone shows.
    pub source: Number<21>,
    /// To whom, and what else depends on the edition.
    pub recipients: Recipients,
    /// Msg_Content.
    pub content: Content,
}

/// Numbers of a SUBMIT: 1 to 100.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Destinations<const N: usize>(Vec<Number<N>>);

impl<const N: usize> Destinations<N> {
    /// The most that one SUBMIT can carry. The standard says "fewer than 100"; deployed clients send 100.
    pub const MOST: usize = 100;

    /// One number. This is what to send always: 2.0 lets a SUBMIT to several have no reports.
    pub fn one(number: Number<N>) -> Self {
        Self(vec![number])
    }

    /// Several; `None` if there are none or too many.
    pub fn new(numbers: Vec<Number<N>>) -> Option<Self> {
        (1..=Self::MOST).contains(&numbers.len()).then_some(Self(numbers))
    }

    /// The numbers.
    pub fn numbers(&self) -> &[Number<N>] {
        &self.0
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let fault_at = reader.fault("DestUsr_tl", Fault::Value { found: 0 });
        let count = reader.u8("DestUsr_tl")?;
        let mut numbers = Vec::with_capacity(usize::from(count).min(Self::MOST));
        if !(1..=Self::MOST).contains(&usize::from(count)) {
            return Err(DecodeError { fault: Fault::Value { found: count.into() }, ..fault_at });
        }
        for _ in 0..count {
            numbers.push(Number::from_wire(reader.array("Dest_terminal_Id")?));
        }
        Ok(Self(numbers))
    }

    fn append(&self, out: &mut Vec<u8>) {
        out.push(u8::try_from(self.0.len()).unwrap_or(u8::MAX));
        for number in &self.0 {
            out.extend_from_slice(number.as_wire());
        }
    }
}

/// What a SUBMIT has in one edition only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recipients {
    /// CMPP 2.0.
    Two(SubmitTwo),
    /// CMPP 3.0.
    Three(SubmitThree),
}

/// See [`Recipients`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubmitTwo {
    /// Fee_terminal_Id.
    pub fee_terminal: Number<21>,
    /// Dest_terminal_Id.
    pub destinations: Destinations<21>,
    /// Reserve.
    pub reserve: [u8; 8],
}

/// See [`Recipients`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubmitThree {
    /// Fee_terminal_Id.
    pub fee_terminal: Number<32>,
    /// Fee_terminal_type: 0 a real number, 1 a pseudonym.
    pub fee_terminal_kind: u8,
    /// Dest_terminal_Id.
    pub destinations: Destinations<32>,
    /// Dest_terminal_type: 0 real numbers, 1 pseudonyms.
    pub destination_kind: u8,
    /// LinkID: for services on demand.
    pub link_id: Octets<20>,
}

impl Submit {
    /// A message of one part to one phone, paid by the service provider, with a report.
    pub fn to_one(sp_id: SpId, source: Number<21>, to: Terminal, format: Format, content: Content) -> Self {
        let recipients = match to {
            Terminal::Two(number) => Recipients::Two(SubmitTwo {
                fee_terminal: Number::EMPTY,
                destinations: Destinations::one(number),
                reserve: [0; 8],
            }),
            Terminal::Three(number) => Recipients::Three(SubmitThree {
                fee_terminal: Number::EMPTY,
                fee_terminal_kind: 0,
                destinations: Destinations::one(number),
                destination_kind: 0,
                link_id: Octets::EMPTY,
            }),
        };
        Self {
            msg_id: MsgId::NONE,
            part_total: 1,
            part_number: 1,
            registered_delivery: 1,
            level: 1,
            service_id: Octets::EMPTY,
            fee_user_type: 2,
            tp_pid: 0,
            tp_udhi: 0,
            format,
            sp_id,
            fee_type: Octets::from_wire(*b"01"),
            fee_code: Octets::from_wire(*b"000000"),
            valid_until: Octets::EMPTY,
            at_time: Octets::EMPTY,
            source,
            recipients,
            content,
        }
    }

    /// The edition in whose layout this is.
    pub const fn edition(&self) -> Edition {
        match self.recipients {
            Recipients::Two(_) => Edition::Two,
            Recipients::Three(_) => Edition::Three,
        }
    }

    /// To whom, one after another.
    pub fn destinations(&self) -> Vec<Terminal> {
        match &self.recipients {
            Recipients::Two(two) => two.destinations.numbers().iter().copied().map(Terminal::Two).collect(),
            Recipients::Three(three) => {
                three.destinations.numbers().iter().copied().map(Terminal::Three).collect()
            }
        }
    }

    /// Whether the sender wants a report.
    pub const fn wants_report(&self) -> bool {
        self.registered_delivery == 1
    }

    pub(super) fn decode(body: &[u8], edition: Edition) -> Result<Self, DecodeError> {
        let mut reader = Reader::body("SUBMIT", body);
        let msg_id = MsgId::from_number(reader.u64("Msg_Id")?);
        let part_total = reader.u8("Pk_total")?;
        let part_number = reader.u8("Pk_number")?;
        let registered_delivery = reader.u8("Registered_Delivery")?;
        let level = reader.u8("Msg_level")?;
        let service_id = Octets::from_wire(reader.array("Service_Id")?);
        let fee_user_type = reader.u8("Fee_UserType")?;
        let fee = FeeTerminal::decode(&mut reader, edition)?;
        let tp_pid = reader.u8("TP_pId")?;
        let tp_udhi = reader.u8("TP_udhi")?;
        let format = Format(reader.u8("Msg_Fmt")?);
        let sp_id = SpId::from_wire(reader.array("Msg_src")?);
        let fee_type = Octets::from_wire(reader.array("FeeType")?);
        let fee_code = Octets::from_wire(reader.array("FeeCode")?);
        let valid_until = Octets::from_wire(reader.array("ValId_Time")?);
        let at_time = Octets::from_wire(reader.array("At_Time")?);
        let source = Number::from_wire(reader.array("Src_Id")?);
        let (recipients, content) = fee.decode_rest(&mut reader)?;
        reader.end()?;
        Ok(Self {
            msg_id,
            part_total,
            part_number,
            registered_delivery,
            level,
            service_id,
            fee_user_type,
            tp_pid,
            tp_udhi,
            format,
            sp_id,
            fee_type,
            fee_code,
            valid_until,
            at_time,
            source,
            recipients,
            content,
        })
    }

    pub(super) fn append(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.msg_id.number().to_be_bytes());
        out.extend_from_slice(&[self.part_total, self.part_number, self.registered_delivery, self.level]);
        out.extend_from_slice(self.service_id.as_wire());
        out.push(self.fee_user_type);
        match &self.recipients {
            Recipients::Two(two) => out.extend_from_slice(two.fee_terminal.as_wire()),
            Recipients::Three(three) => {
                out.extend_from_slice(three.fee_terminal.as_wire());
                out.push(three.fee_terminal_kind);
            }
        }
        out.extend_from_slice(&[self.tp_pid, self.tp_udhi, self.format.0]);
        out.extend_from_slice(self.sp_id.as_wire());
        out.extend_from_slice(self.fee_type.as_wire());
        out.extend_from_slice(self.fee_code.as_wire());
        out.extend_from_slice(self.valid_until.as_wire());
        out.extend_from_slice(self.at_time.as_wire());
        out.extend_from_slice(self.source.as_wire());
        match &self.recipients {
            Recipients::Two(two) => {
                two.destinations.append(out);
                self.content.append(out);
                out.extend_from_slice(&two.reserve);
            }
            Recipients::Three(three) => {
                three.destinations.append(out);
                out.push(three.destination_kind);
                self.content.append(out);
                out.extend_from_slice(three.link_id.as_wire());
            }
        }
    }
}

/// The first of the fields in which the editions differ; the others follow far behind.
enum FeeTerminal {
    Two(Number<21>),
    Three(Number<32>, u8),
}

impl FeeTerminal {
    fn decode(reader: &mut Reader<'_>, edition: Edition) -> Result<Self, DecodeError> {
        Ok(match edition {
            Edition::Two => Self::Two(Number::from_wire(reader.array("Fee_terminal_Id")?)),
            Edition::Three => Self::Three(
                Number::from_wire(reader.array("Fee_terminal_Id")?),
                reader.u8("Fee_terminal_type")?,
            ),
        })
    }

    fn decode_rest(self, reader: &mut Reader<'_>) -> Result<(Recipients, Content), DecodeError> {
        Ok(match self {
            Self::Two(fee_terminal) => {
                let destinations = Destinations::decode(reader)?;
                let content = content(reader)?;
                let reserve = reader.array("Reserve")?;
                (Recipients::Two(SubmitTwo { fee_terminal, destinations, reserve }), content)
            }
            Self::Three(fee_terminal, fee_terminal_kind) => {
                let destinations = Destinations::decode(reader)?;
                let destination_kind = reader.u8("Dest_terminal_type")?;
                let content = content(reader)?;
                let link_id = Octets::from_wire(reader.array("LinkID")?);
                let three =
                    SubmitThree { fee_terminal, fee_terminal_kind, destinations, destination_kind, link_id };
                (Recipients::Three(three), content)
            }
        })
    }
}

/// Msg_Length and Msg_Content.
pub(super) fn content(reader: &mut Reader<'_>) -> Result<Content, DecodeError> {
    let length = reader.u8("Msg_Length")?;
    reader.octets("Msg_Content", length.into()).map(Content::counted)
}

/// SUBMIT_RESP: 9 octets after the header in 2.0, 12 in 3.0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SubmitResp {
    /// The id by which the gateway will report.
    pub msg_id: MsgId,
    /// 0 if it was accepted; [`crate::codes::submit_result`] has the others.
    pub result: Status,
}
