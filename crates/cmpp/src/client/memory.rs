//! Requests: while they wait, and how they have ended.

use super::event::Ticket;

/// Which answer a request waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Submit,
    Query,
    Cancel,
}

/// A request without an answer.
#[derive(Clone, Debug)]
pub(super) struct InFlight {
    pub(super) ticket: Ticket,
    pub(super) kind: Kind,
    pub(super) attempts_left: u8,
    /// The frame, if it may be sent again.
    pub(super) frame: Option<Vec<u8>>,
}

/// How a request has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Past {
    Answered,
    GivenUp(Ticket, Kind),
}
