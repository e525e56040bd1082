//! What the double tells whoever runs it.

pub use heyan_line::double::ConnectionId;

use super::config::Disturbance;
use crate::frame::FrameError;
use crate::ids::{MsgId, SpId, Version};
use crate::octets::Octets;
use crate::pdu::Submit;
use crate::wire::DecodeError;

/// What has happened on a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// Somebody has logged in.
    LoggedIn {
        /// Who.
        sp_id: SpId,
        /// In which version.
        version: Version,
    },
    /// Somebody was not let in.
    Refused {
        /// Who.
        sp_id: SpId,
        /// Status of CONNECT_RESP.
        status: u32,
    },
    /// A message has come.
    Submitted {
        /// The id it got.
        msg_id: MsgId,
        /// The result that it is or will be answered with.
        result: u32,
        /// The message.
        submit: Box<Submit>,
    },
    /// More SUBMITs without an answer than the account's window allows.
    WindowExceeded,
    /// A message was not answered but disturbed.
    Disturbed {
        /// How.
        disturbance: Disturbance,
    },
    /// A report went out.
    Reported {
        /// On which message.
        msg_id: MsgId,
        /// With which Stat.
        stat: Octets<7>,
        /// How often it went out before.
        repeated: u32,
    },
    /// A message of a phone went out.
    Forwarded {
        /// Its id.
        msg_id: MsgId,
    },
    /// A report or a phone's message was answered.
    Acknowledged {
        /// Msg_Id of the DELIVER.
        msg_id: MsgId,
        /// With which result.
        result: u32,
    },
    /// An answer that nobody waited for.
    Stray,
    /// ACTIVE_TEST came.
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
    /// TERMINATE came.
    Terminated,
    /// The connection is gone.
    Closed {
        /// SUBMITs that had no answer.
        unanswered: usize,
        /// DELIVERs that had none; they will be sent again.
        undelivered: usize,
    },
}
