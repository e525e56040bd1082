//! The carrier's side as a double: what the driver has to know of one, in every protocol.

use crate::Moment;

/// One of the double's connections.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConnectionId(pub u64);

impl std::fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A state machine over all its connections.
pub trait Double {
    /// What it tells whoever runs it.
    type Event;

    /// Somebody has connected.
    fn connected(&mut self, now: Moment) -> ConnectionId;
    /// Octets have come on a connection.
    fn received(&mut self, now: Moment, id: ConnectionId, octets: &[u8]);
    /// A connection is gone. What it had not answered goes out on another.
    fn closed(&mut self, now: Moment, id: ConnectionId);
    /// The octets to write on a connection, in order, and nothing again.
    fn take_output(&mut self, id: ConnectionId) -> Vec<u8>;
    /// Connections with something to write or to be closed.
    fn busy(&self) -> Vec<ConnectionId>;
    /// Whether a connection is to be closed once its output is written.
    fn is_closing(&self, id: ConnectionId) -> bool;
    /// What has happened, in order, and on which connection.
    fn next_event(&mut self) -> Option<(ConnectionId, Self::Event)>;
    /// When [`Self::tick`] has something to do next.
    fn next_timer(&self) -> Option<Moment>;
    /// Does what is due.
    fn tick(&mut self, now: Moment);
    /// Closes all connections politely.
    fn shut_down(&mut self);
}
