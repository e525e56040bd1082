//! What the lines of all protocols do alike: keeping the book on their requests, saying what became of messages, and
//! reading a row of a table of codes as what follows for the message.

use std::sync::{Mutex, MutexGuard, PoisonError};

use heyan_domain::terms::MessageId;
use heyan_line::Ticket;
use heyan_line::codes::{Cause, Meaning, Row};

use crate::ledger::{Fate, Ledger};
use crate::line::{Mouth, Refusal, Said};

/// Messages that may wait at a link beside those in its window, so that the next is there when an answer comes: a tenth of a
/// second's worth, between these bounds. On a line that falls silent they wait until it is given up, so they are few.
const BEHIND_THE_WINDOW: (u32, u32) = (4, 256);

/// How many, where so many a second may leave.
pub fn behind_the_window(rate_per_second: u32) -> usize {
    let (least, most) = BEHIND_THE_WINDOW;
    usize::try_from((rate_per_second / 10).clamp(least, most)).unwrap_or_default()
}

/// A line's book and its mouth.
pub struct Reporter {
    place: usize,
    mouth: Mouth,
    ledger: Mutex<Ledger>,
}

impl Reporter {
    /// Of the line at a place.
    pub fn new(place: usize, mouth: Mouth) -> Self {
        Self { place, mouth, ledger: Mutex::default() }
    }

    /// The line's place among all.
    pub fn place(&self) -> usize {
        self.place
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says it to whoever listens.
    pub async fn say(&self, said: Said) {
        // Nobody listens once the house has stopped; what is not heard is unknown at the next start.
        let _ = self.mouth.send((self.place, said)).await;
    }

    /// The message cannot be sent on this line as it is configured; the code says what does not fit.
    pub async fn cannot(&self, message: MessageId, code: &str) {
        let (carrier_code, refusal) = (code.to_owned(), Refusal::LineAtFault);
        self.say(Said::Refused { message, carrier_code, refusal }).await;
    }

    /// A message of so many parts goes out: the names for their requests.
    pub fn begin(&self, message: MessageId, parts: usize) -> Vec<Ticket> {
        self.ledger().begin(message, parts)
    }

    /// A request has ended.
    pub async fn ended(&self, ticket: Ticket, fate: Fate) {
        let known = self.ledger().end(ticket, fate);
        let Some((message, fate)) = known else { return };
        let said = match fate {
            Fate::Accepted(carrier_id) => Said::Accepted { message, carrier_id },
            Fate::Refused(carrier_code, refusal) => Said::Refused { message, carrier_code, refusal },
            Fate::Unknown => Said::Unknown { message },
            Fate::Returned => Said::Returned { message },
        };
        self.say(said).await;
    }

    /// A request that was given up is answered after all. Only an acceptance is news.
    pub async fn ended_late(&self, ticket: Ticket, fate: Fate) {
        let message = self.ledger().late(ticket);
        if let (Some(message), Fate::Accepted(carrier_id)) = (message, fate) {
            self.say(Said::Accepted { message, carrier_id }).await;
        }
    }
}

/// What a code that is no acceptance says of its request; `throttles` if it asks to send more slowly.
pub fn refused(code: String, row: Row, throttles: bool) -> Fate {
    let refusal = match (row.meaning, row.cause) {
        _ if throttles => Refusal::Throttled,
        // A code that nobody lists may be a warning beside an acceptance.
        (Meaning::Unknown | Meaning::Intermediate | Meaning::Delivered, _) => return Fate::Unknown,
        (Meaning::FailedForNow, _) => Refusal::Later,
        (Meaning::FailedForGood, Cause::OtherCarrier) => Refusal::OtherCarrier,
        (Meaning::FailedForGood, Cause::Recipient | Cause::Content) => Refusal::ForGood,
        (Meaning::FailedForGood, Cause::None | Cause::Account | Cause::Carrier | Cause::Protocol) => {
            Refusal::LineAtFault
        }
    };
    Fate::Refused(code, refusal)
}

/// Whether a report of this meaning ends its message, and how; reports on the way and those that say nothing do not.
pub const fn arrived(meaning: Meaning) -> Option<bool> {
    match meaning {
        Meaning::Delivered => Some(true),
        Meaning::FailedForNow | Meaning::FailedForGood => Some(false),
        Meaning::Intermediate | Meaning::Unknown => None,
    }
}
