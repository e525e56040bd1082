//! The protocol data units.
//!
//! A value holds whatever its edition has and nothing else: where 2.0 and 3.0 differ, the field is an enum of the two.
//! So a value knows how it is laid out, writing cannot fail, and only reading has to be told the edition.

mod connect;
mod deliver;
mod query;
mod submit;

pub use connect::{Connect, ConnectResp};
pub use deliver::{Deliver, DeliverResp, DeliverThree, DeliverTwo, Origin};
pub use query::{Cancel, CancelResp, Query, QueryResp};
pub use submit::{Destinations, Recipients, Submit, SubmitResp, SubmitThree, SubmitTwo};

use crate::header::{HEADER_LENGTH, Header, RESPONSE, SequenceId};
use crate::ids::{Edition, MsgId, Status};
use crate::wire::{DecodeError, Fault, Reader, append};

/// Command_Id of each request; its response has [`RESPONSE`] added.
pub mod command {
    /// CONNECT.
    pub const CONNECT: u32 = 1;
    /// TERMINATE.
    pub const TERMINATE: u32 = 2;
    /// SUBMIT.
    pub const SUBMIT: u32 = 4;
    /// DELIVER.
    pub const DELIVER: u32 = 5;
    /// QUERY.
    pub const QUERY: u32 = 6;
    /// CANCEL.
    pub const CANCEL: u32 = 7;
    /// ACTIVE_TEST.
    pub const ACTIVE_TEST: u32 = 8;
}

/// A PDU without its header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pdu {
    /// A side that opened the connection logs in.
    Connect(Connect),
    /// Its answer.
    ConnectResp(ConnectResp),
    /// Either side ends the session.
    Terminate,
    /// Its answer.
    TerminateResp,
    /// A message to phones.
    Submit(Box<Submit>),
    /// Its answer.
    SubmitResp(SubmitResp),
    /// A message from a phone, or a report.
    Deliver(Box<Deliver>),
    /// Its answer.
    DeliverResp(DeliverResp),
    /// A question for the day's counts.
    Query(Query),
    /// Its answer.
    QueryResp(QueryResp),
    /// Takes a message back.
    Cancel(Cancel),
    /// Its answer.
    CancelResp(CancelResp),
    /// Is anybody there?
    ActiveTest,
    /// Its answer. The standard gives it one octet without meaning; some leave it out.
    ActiveTestResp(Option<u8>),
}

impl Pdu {
    /// Reads a whole frame with its header.
    ///
    /// A CONNECT_RESP is read in the edition that its length shows, because it is the gateway that decides: one that
    /// knows only 2.0 answers so whatever it was asked.
    ///
    /// # Errors
    /// The frame is not what its command says; the error names field and offset.
    pub fn decode(frame: &[u8], edition: Edition) -> Result<(SequenceId, Self), DecodeError> {
        let header = Header::decode(frame)?;
        let body = frame.get(HEADER_LENGTH..).unwrap_or_default();
        Ok((header.sequence, Self::decode_body(header.command, body, edition)?))
    }

    fn decode_body(number: u32, body: &[u8], edition: Edition) -> Result<Self, DecodeError> {
        let is_response = number & RESPONSE != 0;
        Ok(match (number & !RESPONSE, is_response) {
            (command::CONNECT, false) => Self::Connect(Connect::decode(body)?),
            (command::CONNECT, true) => Self::ConnectResp(ConnectResp::decode(body)?),
            (command::TERMINATE, false) => nothing("TERMINATE", body, Self::Terminate)?,
            (command::TERMINATE, true) => nothing("TERMINATE_RESP", body, Self::TerminateResp)?,
            (command::SUBMIT, false) => Self::Submit(Box::new(Submit::decode(body, edition)?)),
            (command::SUBMIT, true) => {
                let (msg_id, result) = answer("SUBMIT_RESP", "Result", body, edition)?;
                Self::SubmitResp(SubmitResp { msg_id, result })
            }
            (command::DELIVER, false) => Self::Deliver(Box::new(Deliver::decode(body, edition)?)),
            (command::DELIVER, true) => {
                let (msg_id, result) = answer("DELIVER_RESP", "Result", body, edition)?;
                Self::DeliverResp(DeliverResp { msg_id, result })
            }
            (command::QUERY, false) => Self::Query(Query::decode(body)?),
            (command::QUERY, true) => Self::QueryResp(QueryResp::decode(body)?),
            (command::CANCEL, false) => Self::Cancel(Cancel::decode(body)?),
            (command::CANCEL, true) => Self::CancelResp(CancelResp::decode(body, edition)?),
            (command::ACTIVE_TEST, false) => nothing("ACTIVE_TEST", body, Self::ActiveTest)?,
            (command::ACTIVE_TEST, true) => Self::ActiveTestResp(active_test_resp(body)?),
            (_, true | false) => {
                let fault = Fault::Command { found: number };
                return Err(DecodeError { pdu: "header", field: "Command_Id", offset: 4, fault });
            }
        })
    }

    /// Appends the frame with its header.
    pub fn encode(&self, sequence: SequenceId, out: &mut Vec<u8>) {
        append(out, self.command(), sequence, |out| match self {
            Self::Connect(connect) => connect.append(out),
            Self::ConnectResp(resp) => resp.append(out),
            Self::Terminate | Self::TerminateResp | Self::ActiveTest => {}
            Self::Submit(submit) => submit.append(out),
            Self::SubmitResp(SubmitResp { msg_id, result })
            | Self::DeliverResp(DeliverResp { msg_id, result }) => {
                out.extend_from_slice(&msg_id.number().to_be_bytes());
                result.append(out);
            }
            Self::Deliver(deliver) => deliver.append(out),
            Self::Query(query) => query.append(out),
            Self::QueryResp(resp) => resp.append(out),
            Self::Cancel(Cancel { msg_id }) => out.extend_from_slice(&msg_id.number().to_be_bytes()),
            Self::CancelResp(CancelResp { success }) => success.append(out),
            Self::ActiveTestResp(reserved) => out.extend(*reserved),
        });
    }

    /// The frame with its header.
    pub fn to_frame(&self, sequence: SequenceId) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(sequence, &mut out);
        out
    }

    /// Command_Id.
    pub fn command(&self) -> u32 {
        match self {
            Self::Connect(_) => command::CONNECT,
            Self::ConnectResp(_) => command::CONNECT | RESPONSE,
            Self::Terminate => command::TERMINATE,
            Self::TerminateResp => command::TERMINATE | RESPONSE,
            Self::Submit(_) => command::SUBMIT,
            Self::SubmitResp(_) => command::SUBMIT | RESPONSE,
            Self::Deliver(_) => command::DELIVER,
            Self::DeliverResp(_) => command::DELIVER | RESPONSE,
            Self::Query(_) => command::QUERY,
            Self::QueryResp(_) => command::QUERY | RESPONSE,
            Self::Cancel(_) => command::CANCEL,
            Self::CancelResp(_) => command::CANCEL | RESPONSE,
            Self::ActiveTest => command::ACTIVE_TEST,
            Self::ActiveTestResp(_) => command::ACTIVE_TEST | RESPONSE,
        }
    }

    /// Its name in the standard.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Connect(_) => "CONNECT",
            Self::ConnectResp(_) => "CONNECT_RESP",
            Self::Terminate => "TERMINATE",
            Self::TerminateResp => "TERMINATE_RESP",
            Self::Submit(_) => "SUBMIT",
            Self::SubmitResp(_) => "SUBMIT_RESP",
            Self::Deliver(_) => "DELIVER",
            Self::DeliverResp(_) => "DELIVER_RESP",
            Self::Query(_) => "QUERY",
            Self::QueryResp(_) => "QUERY_RESP",
            Self::Cancel(_) => "CANCEL",
            Self::CancelResp(_) => "CANCEL_RESP",
            Self::ActiveTest => "ACTIVE_TEST",
            Self::ActiveTestResp(_) => "ACTIVE_TEST_RESP",
        }
    }
}

fn nothing(name: &'static str, body: &[u8], pdu: Pdu) -> Result<Pdu, DecodeError> {
    Reader::body(name, body).end().map(|()| pdu)
}

fn answer(
    name: &'static str,
    field: &'static str,
    body: &[u8],
    edition: Edition,
) -> Result<(MsgId, Status), DecodeError> {
    let mut reader = Reader::body(name, body);
    let msg_id = MsgId::from_number(reader.u64("Msg_Id")?);
    let result = status(&mut reader, field, edition)?;
    reader.end()?;
    Ok((msg_id, result))
}

fn status(reader: &mut Reader<'_>, field: &'static str, edition: Edition) -> Result<Status, DecodeError> {
    Ok(match edition {
        Edition::Two => Status::Two(reader.u8(field)?),
        Edition::Three => Status::Three(reader.u32(field)?),
    })
}

fn active_test_resp(body: &[u8]) -> Result<Option<u8>, DecodeError> {
    let mut reader = Reader::body("ACTIVE_TEST_RESP", body);
    let reserved = if reader.left() == 0 { None } else { Some(reader.u8("Reserved")?) };
    reader.end()?;
    Ok(reserved)
}
