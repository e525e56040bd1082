//! The double as the driver of all lines sees it.

use heyan_line::Moment;
use heyan_line::double::{ConnectionId, Double};

use super::{Event, Smsc};

impl Double for Smsc {
    type Event = Event;

    fn connected(&mut self, now: Moment) -> ConnectionId {
        self.connected(now)
    }

    fn received(&mut self, now: Moment, id: ConnectionId, octets: &[u8]) {
        self.received(now, id, octets);
    }

    fn closed(&mut self, now: Moment, id: ConnectionId) {
        self.closed(now, id);
    }

    fn take_output(&mut self, id: ConnectionId) -> Vec<u8> {
        self.take_output(id)
    }

    fn busy(&self) -> Vec<ConnectionId> {
        self.busy()
    }

    fn is_closing(&self, id: ConnectionId) -> bool {
        self.is_closing(id)
    }

    fn next_event(&mut self) -> Option<(ConnectionId, Event)> {
        self.next_event()
    }

    fn next_timer(&self) -> Option<Moment> {
        self.next_timer()
    }

    fn tick(&mut self, now: Moment) {
        self.tick(now);
    }

    fn shut_down(&mut self) {
        self.shut_down();
    }
}
