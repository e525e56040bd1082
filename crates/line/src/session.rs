//! One connection of a client as a state machine: what the driver has to know of one, in every protocol.

use crate::{Delivery, Moment, NotTaken, Ticket};

/// What an event says about the link, for whoever keeps it up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// The login is accepted.
    LoggedIn,
    /// The owner has ended the session, and the carrier has agreed or had its time to.
    Over,
}

/// A state machine that is given octets, requests and the time, and gives octets, events and the time at which it wants to be
/// called next. It lives as long as its connection.
pub trait Session {
    /// What its owner can ask of it.
    type Request;
    /// What it tells its owner.
    type Event;

    /// Octets have come.
    fn received(&mut self, now: Moment, octets: &[u8]);
    /// The connection was closed or failed.
    fn closed(&mut self);
    /// How many requests would be taken now.
    ///
    /// # Errors
    /// Why none would be.
    fn room(&mut self, now: Moment) -> Result<usize, NotTaken>;
    /// Sends a request.
    ///
    /// # Errors
    /// It was not taken, and nothing was sent.
    fn request(&mut self, now: Moment, ticket: Ticket, request: &Self::Request) -> Result<(), NotTaken>;
    /// The owner has written down what came, or refuses it with a code of the protocol. Gives false if the delivery is not of
    /// this session.
    fn acknowledge(&mut self, delivery: Delivery, result: u32) -> bool;
    /// Ends the session: nothing more is taken, answers are waited for, then the carrier is told.
    fn terminate(&mut self, now: Moment);
    /// Whether it is over.
    fn is_ended(&self) -> bool;
    /// Whether the connection should be read. If not, the owner has too much to write down.
    fn wants_input(&self) -> bool;
    /// The octets to write, in order, and nothing again.
    fn take_output(&mut self) -> Vec<u8>;
    /// What has happened, in order.
    fn next_event(&mut self) -> Option<Self::Event>;
    /// When [`Self::tick`] has something to do next.
    fn next_timer(&self) -> Option<Moment>;
    /// Does what is due.
    fn tick(&mut self, now: Moment);
    /// What an event says about the link.
    fn turn(event: &Self::Event) -> Option<Turn>;
}
