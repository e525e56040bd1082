//! A line to a carrier: takes messages one by one, and says in its own time what becomes of each.

use heyan_domain::Timestamp;
use heyan_domain::terms::{MessageId, Phone};
use heyan_domain::verification::Outgoing;
use tokio::sync::mpsc;

/// A message that is noted as handed over (SMS-04).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Handed {
    /// The message.
    pub outgoing: Outgoing,
    /// Until when it is of use: the carrier need not try longer.
    pub useful_until: Timestamp,
}

/// What a refusal means for the message and for the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The carrier has too much to do: later, and the line gets less for a while.
    Throttled,
    /// The same message can succeed later, on this line or another.
    Later,
    /// The number belongs to another carrier, as after porting: another line.
    OtherCarrier,
    /// The account, the line or the program is at fault, not the message: it waits until that is mended or another line
    /// takes it, and the line is given nothing for a while.
    LineAtFault,
    /// The phone or the text: no line will do better.
    ForGood,
}

/// What a carrier reports later of a message that it has accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reported {
    /// The carrier's id of the message.
    pub carrier_id: String,
    /// Other spellings under which its answer may have had the id.
    pub other_ids: Vec<String>,
    /// To whom it was sent.
    pub to: Phone,
    /// Whether it has arrived.
    pub arrived: bool,
    /// The carrier's code.
    pub carrier_code: String,
}

/// To be called when what was said is written down: then the carrier may forget it.
pub type Acknowledge = Box<dyn FnOnce() + Send>;

/// What a line says. Each message that was handed to it ends in exactly one of accepted, refused, unknown and returned;
/// only after unknown, an acceptance may still follow.
pub enum Said {
    /// It takes so many messages without an answer.
    Up {
        /// How many.
        room: usize,
    },
    /// It takes none.
    Down {
        /// Why, for people.
        why: String,
    },
    /// The carrier has accepted a message.
    Accepted {
        /// Which.
        message: MessageId,
        /// By this id it will report.
        carrier_id: String,
    },
    /// The carrier has refused a message.
    Refused {
        /// Which.
        message: MessageId,
        /// The carrier's code.
        carrier_code: String,
        /// What follows.
        refusal: Refusal,
    },
    /// Whether the carrier has a message is not known (SMS-04).
    Unknown {
        /// Which.
        message: MessageId,
    },
    /// A message was not sent.
    Returned {
        /// Which.
        message: MessageId,
    },
    /// A report, which the carrier repeats until it is acknowledged.
    Reported {
        /// What it says.
        reported: Reported,
        /// See [`Acknowledge`].
        acknowledge: Acknowledge,
    },
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Up { room } => write!(f, "Up({room})"),
            Self::Down { why } => write!(f, "Down({why})"),
            Self::Accepted { message, .. } => write!(f, "Accepted({message})"),
            Self::Refused { message, carrier_code, refusal } => {
                write!(f, "Refused({message}, {carrier_code}, {refusal:?})")
            }
            Self::Unknown { message } => write!(f, "Unknown({message})"),
            Self::Returned { message } => write!(f, "Returned({message})"),
            Self::Reported { reported, .. } => write!(f, "Reported({})", reported.carrier_code),
        }
    }
}

/// Where lines say what there is to say: the line's place among all, and what.
pub type Mouth = mpsc::Sender<(usize, Said)>;
/// Where messages are handed to a line. When it is dropped, the line ends: it waits for the answers that are due, says what
/// became of them, and closes.
pub type Slot = mpsc::UnboundedSender<Handed>;
/// Where a line takes its messages.
pub type Taken = mpsc::UnboundedReceiver<Handed>;
