//! What a client session tells its owner.

pub use heyan_line::{Delivery, Lost, NotTaken, Stray, Ticket};

use heyan_line::frame::FrameError;

use crate::codes::{self, Meaning};
use crate::pdu::{Answer, DecodeError, Message};

/// What has happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The message centre has accepted the login.
    LoggedIn {
        /// How it calls itself.
        system_id: String,
    },
    /// A message was answered. Each ends in this or in [`Event::Unknown`], once.
    Answered {
        /// Which.
        ticket: Ticket,
        /// How. [`crate::MessageIds::answered`] gives the id to keep.
        answer: Answer,
    },
    /// Whether a message was taken is not known. It is not sent again (SMS-04).
    Unknown {
        /// Which.
        ticket: Ticket,
        /// Why.
        why: Lost,
    },
    /// The answer came after the message was reported as unknown.
    AnsweredLate {
        /// Which.
        ticket: Ticket,
        /// How.
        answer: Answer,
    },
    /// A message or a receipt has come. The message centre gets its answer when the owner has written it down.
    Delivered {
        /// To be acknowledged under this name.
        delivery: Delivery,
        /// What came.
        deliver: Box<Message>,
    },
    /// The message centre throttles: from now on so many messages a second.
    Slowed {
        /// The new rate.
        per_second: u32,
    },
    /// Something came that nobody waited for.
    Stray {
        /// Its sequence number.
        sequence: u32,
        /// What is wrong with it.
        kind: Stray,
    },
    /// A frame was not what its command says; the session goes on with the next.
    Malformed {
        /// Where.
        error: DecodeError,
    },
    /// The session is over. Nothing comes after this.
    Ended {
        /// Why.
        reason: EndReason,
    },
}

/// Why a session is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EndReason {
    /// The message centre refused the login.
    #[error("login refused with status {status:#x}: {}", codes::bind_status(*status).words)]
    Refused {
        /// command_status.
        status: u32,
    },
    /// No answer to the login in time.
    #[error("no answer to the login")]
    LoginUnanswered,
    /// No answer to enquire_link, however often it was sent.
    #[error("the message centre is silent")]
    Silent,
    /// The stream cannot be read on.
    #[error("the stream is broken")]
    Broken(#[source] FrameError),
    /// The message centre sent unbind.
    #[error("the message centre ended the session")]
    Unbound,
    /// The owner ended it, and the message centre agreed or had its time to.
    #[error("the session was ended")]
    Terminated,
    /// The connection was closed or failed.
    #[error("the connection was closed")]
    Closed,
}

impl EndReason {
    /// Whether trying again cannot help before somebody changes the configuration here or at the carrier.
    pub fn needs_somebody(self) -> bool {
        match self {
            Self::Refused { status } => codes::bind_status(status).meaning == Meaning::FailedForGood,
            Self::LoginUnanswered
            | Self::Silent
            | Self::Broken(_)
            | Self::Unbound
            | Self::Terminated
            | Self::Closed => false,
        }
    }
}
