//! A session whose frames somebody watches, for support. Whoever watches is given whole frames in the order in which they
//! pass, and answers for what becomes of the personal data in them.

use std::fmt;
use std::sync::Arc;

use crate::frame::{Framer, Shape};
use crate::session::{Session, Turn};
use crate::{Delivery, Moment, NotTaken, Ticket};

/// Which way a frame goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// To the carrier.
    Sent,
    /// From the carrier.
    Received,
}

/// What is called with every frame, header included.
type Watcher = dyn Fn(Way, &[u8]) + Send + Sync;

/// Is given every frame.
#[derive(Clone)]
pub struct Watch(Arc<Watcher>);

impl Watch {
    /// Calls this with each frame, header included. It must not wait: the line does.
    pub fn new(watcher: impl Fn(Way, &[u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(watcher))
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

/// See the module.
#[derive(Debug)]
pub struct Watched<S> {
    session: S,
    watch: Option<Watch>,
    received: Framer,
    sent: Framer,
}

impl<S> Watched<S> {
    /// Shows the frames of a session, which are of such a shape, to whoever watches, if anybody does.
    pub fn new(session: S, shape: Shape, watch: Option<Watch>) -> Self {
        Self { session, watch, received: Framer::new(shape), sent: Framer::new(shape) }
    }
}

/// Hands on the frames that are whole by now. What is no frame ends the session, and the watching with it.
fn show(watch: &Watch, framer: &mut Framer, way: Way, octets: &[u8]) {
    framer.push(octets);
    while let Ok(Some(frame)) = framer.next_frame() {
        (watch.0)(way, frame);
    }
}

impl<S: Session> Session for Watched<S> {
    type Request = S::Request;
    type Event = S::Event;

    fn received(&mut self, now: Moment, octets: &[u8]) {
        if let Some(watch) = &self.watch {
            show(watch, &mut self.received, Way::Received, octets);
        }
        self.session.received(now, octets);
    }

    fn closed(&mut self) {
        self.session.closed();
    }

    fn room(&mut self, now: Moment) -> Result<usize, NotTaken> {
        self.session.room(now)
    }

    fn request(&mut self, now: Moment, ticket: Ticket, request: &S::Request) -> Result<(), NotTaken> {
        self.session.request(now, ticket, request)
    }

    fn acknowledge(&mut self, delivery: Delivery, result: u32) -> bool {
        self.session.acknowledge(delivery, result)
    }

    fn terminate(&mut self, now: Moment) {
        self.session.terminate(now);
    }

    fn is_ended(&self) -> bool {
        self.session.is_ended()
    }

    fn wants_input(&self) -> bool {
        self.session.wants_input()
    }

    fn take_output(&mut self) -> Vec<u8> {
        let octets = self.session.take_output();
        if let Some(watch) = &self.watch {
            show(watch, &mut self.sent, Way::Sent, &octets);
        }
        octets
    }

    fn next_event(&mut self) -> Option<S::Event> {
        self.session.next_event()
    }

    fn next_timer(&self) -> Option<Moment> {
        self.session.next_timer()
    }

    fn tick(&mut self, now: Moment) {
        self.session.tick(now);
    }

    fn turn(event: &S::Event) -> Option<Turn> {
        S::turn(event)
    }
}
