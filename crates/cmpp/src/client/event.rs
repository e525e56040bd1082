//! What a client session tells its owner.

pub use heyan_line::{Delivery, Lost, NotTaken, Stray, Ticket};

use crate::auth::GatewayVerdict;
use crate::codes::{self, Meaning};
use crate::frame::FrameError;
use crate::header::SequenceId;
use crate::ids::Version;
use crate::pdu::{CancelResp, Deliver, QueryResp, SubmitResp};
use crate::wire::DecodeError;

/// What a gateway has answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// To SUBMIT.
    Submit(SubmitResp),
    /// To QUERY.
    Query(QueryResp),
    /// To CANCEL.
    Cancel(CancelResp),
}

/// What has happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The gateway has accepted the login.
    LoggedIn {
        /// The highest version that it says it speaks.
        version: Version,
        /// Whether it has proved that it knows the secret.
        gateway: GatewayVerdict,
    },
    /// A request was answered. Each request ends in this or in [`Event::Unknown`], once.
    Answered {
        /// Which.
        ticket: Ticket,
        /// How.
        answer: Answer,
    },
    /// Whether a request was carried out is not known. It is not sent again (SMS-04).
    Unknown {
        /// Which.
        ticket: Ticket,
        /// Why.
        why: Lost,
    },
    /// The answer came after the request was reported as unknown.
    AnsweredLate {
        /// Which.
        ticket: Ticket,
        /// How.
        answer: Answer,
    },
    /// A message or a report has come. The gateway gets its answer when the owner has written it down.
    Delivered {
        /// To be acknowledged under this name.
        delivery: Delivery,
        /// What came.
        deliver: Box<Deliver>,
    },
    /// The gateway throttles: from now on so many messages a second.
    Slowed {
        /// The new rate.
        per_second: u32,
    },
    /// Something came that nobody waited for.
    Stray {
        /// Its sequence number.
        sequence: SequenceId,
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
    /// The gateway refused the login.
    #[error("login refused with status {status} by a gateway of version {version}")]
    Refused {
        /// Status of CONNECT_RESP.
        status: u32,
        /// The highest version that the gateway says it speaks.
        version: Version,
    },
    /// The gateway did not prove that it knows the secret, and the session is strict.
    #[error("the gateway does not know the secret")]
    Unproved,
    /// The gateway answers in the other edition.
    #[error("the gateway answers in the layout of another edition, version {version}")]
    OtherEdition {
        /// The highest version that the gateway says it speaks.
        version: Version,
    },
    /// No answer to CONNECT in time.
    #[error("no answer to the login")]
    LoginUnanswered,
    /// No answer to ACTIVE_TEST, however often it was sent.
    #[error("the gateway is silent")]
    Silent,
    /// The stream cannot be read on.
    #[error("the stream is broken")]
    Broken(#[source] FrameError),
    /// The gateway sent TERMINATE.
    #[error("the gateway ended the session")]
    TerminatedByGateway,
    /// The owner ended it, and the gateway agreed or had its time to.
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
            Self::Refused { status, .. } => codes::connect_status(status).meaning == Meaning::FailedForGood,
            Self::Unproved | Self::OtherEdition { .. } => true,
            Self::LoginUnanswered
            | Self::Silent
            | Self::Broken(_)
            | Self::TerminatedByGateway
            | Self::Terminated
            | Self::Closed => false,
        }
    }
}
