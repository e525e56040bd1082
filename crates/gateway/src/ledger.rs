//! Which requests on a line belong to which message, and when all that is to be known of a message is known. Pure.

use std::collections::{HashMap, VecDeque};

use heyan_domain::terms::MessageId;
use heyan_line::Ticket;

use crate::line::Refusal;

/// Requests without an answer whose late answer would still be understood.
const MOST_LATE: usize = 1_024;

/// What has become of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Accepted under this id.
    Accepted(String),
    /// Refused with a code.
    Refused(String, Refusal),
    /// Nobody knows.
    Unknown,
    /// Not sent.
    Returned,
}

impl Fate {
    /// The more it says against the message as a whole, the higher. Parts that were sent while another was not are worth
    /// nothing: the message goes again as a whole.
    const fn weight(&self) -> u8 {
        match self {
            Self::Accepted(_) => 0,
            Self::Unknown => 1,
            Self::Returned => 2,
            Self::Refused(_, _) => 3,
        }
    }
}

#[derive(Debug)]
struct Open {
    left: usize,
    /// Of the last part, which alone is reported on.
    last: Ticket,
    accepted: Option<String>,
    worst: Option<Fate>,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Ledger {
    next: u64,
    of_ticket: HashMap<u64, MessageId>,
    open: HashMap<MessageId, Open>,
    /// Whole messages of one request of which nothing is known.
    late: VecDeque<(Ticket, MessageId)>,
}

impl Ledger {
    /// A message of so many parts goes out: the names for their requests.
    pub fn begin(&mut self, message: MessageId, parts: usize) -> Vec<Ticket> {
        let tickets: Vec<Ticket> = (self.next..).take(parts).map(Ticket).collect();
        for ticket in &tickets {
            self.of_ticket.insert(ticket.0, message);
            self.next = ticket.0 + 1;
        }
        if let Some(last) = tickets.last() {
            self.open.insert(message, Open { left: parts, last: *last, accepted: None, worst: None });
        }
        tickets
    }

    /// A request has ended: what is known of its message, once all its parts have.
    pub fn end(&mut self, ticket: Ticket, fate: Fate) -> Option<(MessageId, Fate)> {
        let message = self.of_ticket.remove(&ticket.0)?;
        let open = self.open.get_mut(&message)?;
        let is_whole = open.left == 1 && open.worst.is_none() && open.accepted.is_none();
        open.left -= 1;
        match fate {
            Fate::Accepted(id) if ticket == open.last => open.accepted = Some(id),
            Fate::Accepted(_) => {}
            Fate::Refused(_, _) | Fate::Unknown | Fate::Returned => {
                if open.worst.as_ref().is_none_or(|worst| worst.weight() < fate.weight()) {
                    open.worst = Some(fate);
                }
            }
        }
        if open.left > 0 {
            return None;
        }
        let open = self.open.remove(&message)?;
        let fate = open.worst.or(open.accepted.map(Fate::Accepted))?;
        if fate == Fate::Unknown && is_whole && ticket.0 == open.last.0 {
            self.late.push_back((ticket, message));
            if self.late.len() > MOST_LATE {
                self.late.pop_front();
            }
        }
        Some((message, fate))
    }

    /// The message of a request that was given up and is answered after all.
    pub fn late(&mut self, ticket: Ticket) -> Option<MessageId> {
        let at = self.late.iter().position(|(late, _)| *late == ticket)?;
        self.late.remove(at).map(|(_, message)| message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(no: i64) -> MessageId {
        MessageId::from_number(no << 24)
    }

    fn accepted(id: &str) -> Fate {
        Fate::Accepted(id.to_owned())
    }

    #[test]
    fn a_message_of_one_part_ends_with_it() {
        let mut ledger = Ledger::default();
        let ticket = ledger.begin(message(1), 1)[0];
        assert_eq!(ledger.end(ticket, accepted("a")), Some((message(1), accepted("a"))));
        assert_eq!(ledger.end(ticket, accepted("a")), None, "an answer counts once");
    }

    #[test]
    fn a_message_of_parts_is_known_by_the_last_one_when_all_are_answered() {
        let mut ledger = Ledger::default();
        let tickets = ledger.begin(message(1), 3);
        assert_eq!(ledger.end(tickets[2], accepted("c")), None);
        assert_eq!(ledger.end(tickets[0], accepted("a")), None);
        assert_eq!(ledger.end(tickets[1], accepted("b")), Some((message(1), accepted("c"))));
    }

    #[test]
    fn one_part_that_was_refused_refuses_the_message() {
        let mut ledger = Ledger::default();
        let tickets = ledger.begin(message(1), 3);
        let refused = Fate::Refused("8".to_owned(), Refusal::Throttled);
        ledger.end(tickets[0], Fate::Unknown);
        ledger.end(tickets[1], refused.clone());
        assert_eq!(ledger.end(tickets[2], accepted("c")), Some((message(1), refused)));
    }

    #[test]
    fn a_late_answer_is_understood_once() {
        let mut ledger = Ledger::default();
        let ticket = ledger.begin(message(1), 1)[0];
        assert_eq!(ledger.late(ticket), None);
        assert_eq!(ledger.end(ticket, Fate::Unknown), Some((message(1), Fate::Unknown)));
        assert_eq!(ledger.late(ticket), Some(message(1)));
        assert_eq!(ledger.late(ticket), None);
    }
}
