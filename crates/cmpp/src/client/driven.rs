//! A client session as the driver of all lines sees it.

use heyan_line::Moment;
use heyan_line::session::{self, Turn};

use super::Session;
use super::event::{Delivery, EndReason, Event, NotTaken, Ticket};
use crate::ids::MsgId;
use crate::pdu::{Query, Submit};

/// What can be asked of a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request {
    /// To send a message.
    Submit(Box<Submit>),
    /// For a day's counts.
    Query(Query),
    /// To take a message back.
    Cancel(MsgId),
}

impl session::Session for Session {
    type Request = Request;
    type Event = Event;

    fn received(&mut self, now: Moment, octets: &[u8]) {
        self.received(now, octets);
    }

    fn closed(&mut self) {
        self.closed();
    }

    fn room(&mut self, now: Moment) -> Result<usize, NotTaken> {
        self.room(now)
    }

    fn request(&mut self, now: Moment, ticket: Ticket, request: &Request) -> Result<(), NotTaken> {
        match request {
            Request::Submit(submit) => self.submit(now, ticket, submit),
            Request::Query(query) => self.query(now, ticket, *query),
            Request::Cancel(msg_id) => self.cancel(now, ticket, *msg_id),
        }
        .map(|_| ())
    }

    fn acknowledge(&mut self, delivery: Delivery, result: u32) -> bool {
        self.acknowledge(delivery, result)
    }

    fn terminate(&mut self, now: Moment) {
        self.terminate(now);
    }

    fn is_ended(&self) -> bool {
        self.is_ended()
    }

    fn wants_input(&self) -> bool {
        self.wants_input()
    }

    fn take_output(&mut self) -> Vec<u8> {
        self.take_output()
    }

    fn next_event(&mut self) -> Option<Event> {
        self.next_event()
    }

    fn next_timer(&self) -> Option<Moment> {
        self.next_timer()
    }

    fn tick(&mut self, now: Moment) {
        self.tick(now);
    }

    fn turn(event: &Event) -> Option<Turn> {
        match event {
            Event::LoggedIn { .. } => Some(Turn::LoggedIn),
            Event::Ended { reason: EndReason::Terminated } => Some(Turn::Over),
            Event::Answered { .. }
            | Event::Unknown { .. }
            | Event::AnsweredLate { .. }
            | Event::Delivered { .. }
            | Event::Slowed { .. }
            | Event::Stray { .. }
            | Event::Malformed { .. }
            | Event::Ended { .. } => None,
        }
    }
}
