//! Between typed values and the PDUs of `rusmpp-core`.

use bytes::BytesMut;
use rusmpp_core::command::owned::Command;
use rusmpp_core::decode::owned::DecodeWithLength as _;
use rusmpp_core::encode::Length as _;
use rusmpp_core::encode::owned::Encode as _;
use rusmpp_core::pdus::owned as raw;
use rusmpp_core::types::owned::{COctetString, EmptyOrFullCOctetString, OctetString};
use rusmpp_core::values::owned::ServiceType;

use super::{Answer, Bind, BindAnswer, DecodeError, Message, Mode, Pdu, tlv::Tlvs};
use crate::HEADER_LENGTH;

/// A text for a field that ends with a zero. What does not fit was refused before it came here.
fn field<const MIN: usize, const MAX: usize>(text: &str) -> COctetString<MIN, MAX> {
    text.parse().unwrap_or_else(|_| COctetString::empty())
}

fn period(text: &str) -> EmptyOrFullCOctetString<17> {
    text.parse().unwrap_or_else(|_| EmptyOrFullCOctetString::empty())
}

/// Octets of the fields before the optional parameters of a submit_sm or deliver_sm.
fn mandatory(body: &[u8]) -> Option<usize> {
    let mut at = 0;
    let text = |at: &mut usize| {
        let length = body.get(*at..)?.iter().position(|octet| *octet == 0)?;
        *at += length + 1;
        Some(())
    };
    text(&mut at)?;
    for _ in 0..2 {
        at += 2;
        text(&mut at)?;
    }
    at += 3;
    for _ in 0..2 {
        text(&mut at)?;
    }
    at += 4;
    let length = usize::from(*body.get(at)?);
    let end = at + 1 + length;
    (end <= body.len()).then_some(end)
}

macro_rules! message {
    ($name:ident, $builder:path, $read:ident, $write:ident) => {
        fn $read(raw: &raw::$name, tlvs: Tlvs) -> Message {
            Message {
                service_type: raw.service_type.value().as_str().to_owned(),
                source: super::Address {
                    ton: raw.source_addr_ton.into(),
                    npi: raw.source_addr_npi.into(),
                    number: raw.source_addr.as_str().to_owned(),
                },
                destination: super::Address {
                    ton: raw.dest_addr_ton.into(),
                    npi: raw.dest_addr_npi.into(),
                    number: raw.destination_addr.as_str().to_owned(),
                },
                esm_class: raw.esm_class.into(),
                protocol_id: raw.protocol_id,
                priority: raw.priority_flag.into(),
                valid_until: raw.validity_period.as_str().to_owned(),
                registered_delivery: raw.registered_delivery.into(),
                data_coding: raw.data_coding.into(),
                text: raw.short_message().as_ref().to_vec(),
                tlvs,
            }
        }

        fn $write(message: &Message) -> raw::$name {
            let text = message.text.get(..usize::from(u8::MAX)).unwrap_or(&message.text);
            <$builder>::default()
                .service_type(ServiceType::new(field(&message.service_type)))
                .source_addr_ton(message.source.ton.into())
                .source_addr_npi(message.source.npi.into())
                .source_addr(field(&message.source.number))
                .dest_addr_ton(message.destination.ton.into())
                .dest_addr_npi(message.destination.npi.into())
                .destination_addr(field(&message.destination.number))
                .esm_class(message.esm_class.into())
                .protocol_id(message.protocol_id)
                .priority_flag(message.priority.into())
                .validity_period(period(&message.valid_until))
                .registered_delivery(message.registered_delivery.into())
                .data_coding(message.data_coding.into())
                .short_message(OctetString::from_slice(text).unwrap_or_else(|_| OctetString::empty()))
                .build()
        }
    };
}

message!(SubmitSm, raw::builders::SubmitSmBuilder, read_submit, write_submit);
message!(DeliverSm, raw::builders::DeliverSmBuilder, read_deliver, write_deliver);

macro_rules! bind {
    ($raw:expr, $mode:expr) => {
        Pdu::Bind(Box::new(Bind {
            mode: $mode,
            system_id: $raw.system_id.as_str().to_owned(),
            password: heyan_line::Secret::new($raw.password.as_str().to_owned()),
            system_type: $raw.system_type.as_str().to_owned(),
            interface_version: $raw.interface_version.into(),
        }))
    };
}

macro_rules! write_bind {
    ($builder:path, $bind:expr) => {
        <$builder>::default()
            .system_id(field(&$bind.system_id))
            .password(field(&String::from_utf8_lossy($bind.password.as_bytes())))
            .system_type(field(&$bind.system_type))
            .interface_version($bind.interface_version.into())
            .build()
            .into()
    };
}

/// Ids of the commands whose optional parameters are read here.
const SUBMIT_SM: u32 = 4;
const DELIVER_SM: u32 = 5;
/// Answers whose body is left out, or not to be relied on, when they refuse.
const ANSWERS: [u32; 5] = [0x8000_0001, 0x8000_0002, 0x8000_0009, 0x8000_0004, 0x8000_0005];

/// Reads a frame.
pub(super) fn decode(frame: &[u8]) -> Result<(super::Head, Pdu), DecodeError> {
    let head = super::Head::read(frame)?;
    let wrong = |what| DecodeError::Body { command: head.command, what };
    let (header, body) = frame.split_at_checked(HEADER_LENGTH).ok_or(DecodeError::Short)?;
    if ANSWERS.contains(&head.command)
        && let Some(answer) = bare_answer(head, body)
    {
        return Ok((head, answer));
    }
    let end = match head.command {
        SUBMIT_SM | DELIVER_SM => mandatory(body).ok_or_else(|| wrong("it ends within its fields"))?,
        _ => body.len(),
    };
    let (fields, parameters) =
        body.split_at_checked(end).ok_or_else(|| wrong("it ends within its fields"))?;
    let mut octets = BytesMut::with_capacity(frame.len());
    octets.extend_from_slice(header.get(4..).unwrap_or_default());
    octets.extend_from_slice(fields);
    let length = octets.len();
    let (command, _) =
        Command::decode(&mut octets, length).map_err(|_| wrong("a field is not what the protocol says"))?;
    let status = head.status;
    let pdu = match command.pdu() {
        Some(raw::Pdu::BindTransceiver(bind)) => bind!(bind, Mode::Transceiver),
        Some(raw::Pdu::BindTransmitter(bind)) => bind!(bind, Mode::Transmitter),
        Some(raw::Pdu::BindReceiver(bind)) => bind!(bind, Mode::Receiver),
        Some(raw::Pdu::SubmitSm(submit)) => {
            Pdu::Submit(Box::new(read_submit(submit, Tlvs::read(parameters))))
        }
        Some(raw::Pdu::DeliverSm(deliver)) => {
            Pdu::Deliver(Box::new(read_deliver(deliver, Tlvs::read(parameters))))
        }
        Some(raw::Pdu::EnquireLink) => Pdu::EnquireLink,
        Some(raw::Pdu::EnquireLinkResp) => Pdu::EnquireLinkAnswer,
        Some(raw::Pdu::Unbind) => Pdu::Unbind,
        Some(raw::Pdu::UnbindResp) => Pdu::UnbindAnswer,
        Some(raw::Pdu::GenericNack) => Pdu::Nack { status },
        Some(_) | None => return Ok((head, bodiless(head))),
    };
    Ok((head, pdu))
}

/// What a command is that came without a body, or that is not of a transceiver's session.
fn bodiless(head: super::Head) -> Pdu {
    match head.command {
        0x15 => Pdu::EnquireLink,
        0x8000_0015 => Pdu::EnquireLinkAnswer,
        0x06 => Pdu::Unbind,
        0x8000_0006 => Pdu::UnbindAnswer,
        0x8000_0000 => Pdu::Nack { status: head.status },
        command => Pdu::Other { command },
    }
}

/// An answer: its text, which may be missing, and nothing of what follows.
fn bare_answer(head: super::Head, body: &[u8]) -> Option<Pdu> {
    let text = body.split(|octet| *octet == 0).next().unwrap_or_default();
    let text = if text.len() <= 64 && text.is_ascii() { text } else { return None };
    let text = String::from_utf8_lossy(text).into_owned();
    let status = head.status;
    let bind = |mode| Pdu::BindAnswer(BindAnswer { mode, status, system_id: text.clone() });
    Some(match head.command {
        0x8000_0001 => bind(Mode::Receiver),
        0x8000_0002 => bind(Mode::Transmitter),
        0x8000_0009 => bind(Mode::Transceiver),
        0x8000_0004 => Pdu::SubmitAnswer(Answer { status, message_id: text }),
        0x8000_0005 => Pdu::DeliverAnswer { status },
        _ => return None,
    })
}

fn raw_of(pdu: &Pdu) -> (u32, raw::Pdu) {
    match pdu {
        Pdu::Bind(bind) => (
            0,
            match bind.mode {
                Mode::Transceiver => write_bind!(raw::builders::BindTransceiverBuilder, bind),
                Mode::Transmitter => write_bind!(raw::builders::BindTransmitterBuilder, bind),
                Mode::Receiver => write_bind!(raw::builders::BindReceiverBuilder, bind),
            },
        ),
        Pdu::BindAnswer(answer) => {
            let id = field(&answer.system_id);
            let version = Some(rusmpp_core::values::InterfaceVersion::Smpp3_4);
            let pdu = match answer.mode {
                Mode::Transceiver => raw::BindTransceiverResp::new(id, version).into(),
                Mode::Transmitter => raw::BindTransmitterResp::new(id, version).into(),
                Mode::Receiver => raw::BindReceiverResp::new(id, version).into(),
            };
            (answer.status, pdu)
        }
        Pdu::Submit(message) => (0, write_submit(message).into()),
        Pdu::Deliver(message) => (0, write_deliver(message).into()),
        Pdu::SubmitAnswer(answer) => {
            (answer.status, raw::SubmitSmResp::new(field(&answer.message_id), Vec::new()).into())
        }
        Pdu::DeliverAnswer { status } => {
            (*status, raw::DeliverSmResp::new(COctetString::empty(), Vec::new()).into())
        }
        Pdu::EnquireLink => (0, raw::Pdu::EnquireLink),
        Pdu::EnquireLinkAnswer => (0, raw::Pdu::EnquireLinkResp),
        Pdu::Unbind => (0, raw::Pdu::Unbind),
        Pdu::UnbindAnswer => (0, raw::Pdu::UnbindResp),
        Pdu::Nack { status } => (*status, raw::Pdu::GenericNack),
        Pdu::Other { .. } => (crate::codes::INVALID_COMMAND, raw::Pdu::GenericNack),
    }
}

/// Appends a frame.
pub(super) fn encode(pdu: &Pdu, sequence: u32, out: &mut Vec<u8>) {
    let (status, raw) = raw_of(pdu);
    let command = Command::new(status.into(), sequence, raw);
    let mut octets = BytesMut::with_capacity(command.length());
    command.encode(&mut octets);
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&octets);
    if let Pdu::Submit(message) | Pdu::Deliver(message) = pdu {
        message.tlvs.append(out);
    }
    let length = u32::try_from(out.len() - start).unwrap_or(u32::MAX).to_be_bytes();
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&length);
    }
}
