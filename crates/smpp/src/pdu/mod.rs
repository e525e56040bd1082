//! The PDUs of a session.

mod message;
pub mod tlv;
mod wire;

pub use message::{Address, HAS_HEADER, INTERMEDIATE, Message, RECEIPT};
pub use tlv::{Tlvs, tag};

use heyan_line::Secret;

/// What a session is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Sends messages only.
    Transmitter,
    /// Gets messages and receipts only.
    Receiver,
    /// Both.
    Transceiver,
}

impl Mode {
    /// Whether messages can be submitted.
    pub const fn sends(self) -> bool {
        matches!(self, Self::Transmitter | Self::Transceiver)
    }

    /// Whether messages and receipts can be delivered.
    pub const fn gets(self) -> bool {
        matches!(self, Self::Receiver | Self::Transceiver)
    }
}

/// bind_transceiver, bind_transmitter, bind_receiver.
#[derive(Clone, Debug)]
pub struct Bind {
    /// Which of them.
    pub mode: Mode,
    /// The account, up to 15 characters.
    pub system_id: String,
    /// Its password, up to 8 characters.
    pub password: Secret,
    /// system_type, up to 12 characters.
    pub system_type: String,
    /// interface_version: 0x34 for 3.4.
    pub interface_version: u8,
}

/// The answer to a bind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BindAnswer {
    /// To which.
    pub mode: Mode,
    /// command_status.
    pub status: u32,
    /// How the message centre calls itself.
    pub system_id: String,
}

/// submit_sm_resp.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// command_status.
    pub status: u32,
    /// message_id as it came; nothing if it was refused.
    pub message_id: String,
}

/// A PDU.
#[derive(Clone, Debug)]
pub enum Pdu {
    /// A login.
    Bind(Box<Bind>),
    /// Its answer.
    BindAnswer(BindAnswer),
    /// submit_sm.
    Submit(Box<Message>),
    /// submit_sm_resp.
    SubmitAnswer(Answer),
    /// deliver_sm.
    Deliver(Box<Message>),
    /// deliver_sm_resp.
    DeliverAnswer {
        /// command_status.
        status: u32,
    },
    /// enquire_link.
    EnquireLink,
    /// enquire_link_resp.
    EnquireLinkAnswer,
    /// unbind.
    Unbind,
    /// unbind_resp.
    UnbindAnswer,
    /// generic_nack.
    Nack {
        /// command_status.
        status: u32,
    },
    /// A command that has no place in the sessions of this crate. It is written as a generic_nack that says so.
    Other {
        /// command_id.
        command: u32,
    },
}

/// What a frame says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// command_id.
    pub command: u32,
    /// command_status.
    pub status: u32,
    /// sequence_number.
    pub sequence: u32,
}

/// command_id of deliver_sm.
pub const DELIVER_SM: u32 = 5;
/// The bit that makes a command its answer.
pub const ANSWER: u32 = 0x8000_0000;

/// Why a frame cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecodeError {
    /// It is shorter than a header, or than it says.
    #[error("the frame is shorter than its header or than it says")]
    Short,
    /// It is not what its command says.
    #[error("command {command:#010x}: {what}")]
    Body {
        /// command_id.
        command: u32,
        /// What is wrong.
        what: &'static str,
    },
}

impl Head {
    /// Reads the header of a whole frame.
    ///
    /// # Errors
    /// The frame is shorter than a header, or its length is not the one it states.
    pub fn read(frame: &[u8]) -> Result<Self, DecodeError> {
        let (words, _) = frame.as_chunks::<4>();
        let &[length, command, status, sequence, ..] = words else { return Err(DecodeError::Short) };
        if usize::try_from(u32::from_be_bytes(length)) != Ok(frame.len()) {
            return Err(DecodeError::Short);
        }
        let number = u32::from_be_bytes;
        Ok(Self { command: number(command), status: number(status), sequence: number(sequence) })
    }
}

impl Pdu {
    /// Reads a whole frame.
    ///
    /// # Errors
    /// It is not what its command says.
    pub fn decode(frame: &[u8]) -> Result<(Head, Self), DecodeError> {
        wire::decode(frame)
    }

    /// Appends the frame.
    pub fn encode(&self, sequence: u32, out: &mut Vec<u8>) {
        wire::encode(self, sequence, out);
    }

    /// The frame.
    pub fn to_frame(&self, sequence: u32) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(sequence, &mut out);
        out
    }

    /// Its name in the protocol.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Bind(bind) => match bind.mode {
                Mode::Transmitter => "bind_transmitter",
                Mode::Receiver => "bind_receiver",
                Mode::Transceiver => "bind_transceiver",
            },
            Self::BindAnswer(_) => "bind_resp",
            Self::Submit(_) => "submit_sm",
            Self::SubmitAnswer(_) => "submit_sm_resp",
            Self::Deliver(_) => "deliver_sm",
            Self::DeliverAnswer { .. } => "deliver_sm_resp",
            Self::EnquireLink => "enquire_link",
            Self::EnquireLinkAnswer => "enquire_link_resp",
            Self::Unbind => "unbind",
            Self::UnbindAnswer => "unbind_resp",
            Self::Nack { .. } => "generic_nack",
            Self::Other { .. } => "another command",
        }
    }
}
