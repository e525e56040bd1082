//! What the double tells whoever runs it.

pub use heyan_line::double::ConnectionId;

use heyan_line::Octets;
use heyan_line::frame::FrameError;
use heyan_line::script::Disturbance;

use crate::pdu::{DecodeError, Message, Mode};

/// What has happened on a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// Somebody has logged in.
    LoggedIn {
        /// Who.
        system_id: String,
        /// For what.
        mode: Mode,
    },
    /// Somebody was not let in.
    Refused {
        /// Who.
        system_id: String,
        /// command_status.
        status: u32,
    },
    /// A message has come.
    Submitted {
        /// The id it got.
        id: String,
        /// The command_status that it is or will be answered with.
        result: u32,
        /// The message.
        submit: Box<Message>,
    },
    /// More messages without an answer than the account's window allows.
    WindowExceeded,
    /// A message was not answered but disturbed.
    Disturbed {
        /// How.
        disturbance: Disturbance,
    },
    /// A receipt went out.
    Reported {
        /// On which message.
        id: String,
        /// With which word.
        stat: Octets<7>,
        /// How often it went out before.
        repeated: u32,
    },
    /// A receipt was answered.
    Acknowledged {
        /// On which message.
        id: String,
        /// command_status.
        status: u32,
    },
    /// An answer that nobody waited for, or a command that has no place here.
    Stray,
    /// enquire_link came.
    Probed,
    /// A frame was not what its command says.
    Malformed {
        /// Where.
        error: DecodeError,
    },
    /// The stream cannot be read on; the connection is closed.
    Broken {
        /// Why.
        error: FrameError,
    },
    /// unbind came.
    Unbound,
    /// The connection is gone.
    Closed {
        /// Messages that had no answer.
        unanswered: usize,
        /// Receipts that had none; they will be sent again.
        undelivered: usize,
    },
}
