//! The words in which a session speaks of requests, in every protocol.

/// The owner's name for a request; the session only repeats it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ticket(pub u64);

/// The session's name for a message or a report that waits to be acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Delivery(pub u64);

/// Why the outcome of a request is unknown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lost {
    /// No answer came in time, on a link that still stands. One may come late.
    NoAnswer,
    /// The connection ended first.
    Disconnected,
}

/// What came without anybody waiting for it. None of it ends the session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stray {
    /// An answer to a request that is not known, or no more.
    UnknownSequence,
    /// A second answer to one request.
    SecondAnswer,
    /// An answer of another kind than its request.
    OtherKind,
    /// A message or a report that already waits to be acknowledged.
    RepeatedDeliver,
    /// Something that a gateway must not send, or not before the login.
    OutOfTurn,
}

/// Why a request was not taken. It can be handed over again later, unless said otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotTaken {
    /// The login is not through.
    #[error("not logged in")]
    NotLoggedIn,
    /// The window is full; an answer will make room.
    #[error("the window is full")]
    WindowFull,
    /// The rate is used up.
    #[error("too fast")]
    TooFast {
        /// When the next can be sent.
        until: crate::Moment,
    },
    /// The session is ending or has ended.
    #[error("the session is ending")]
    Ending,
    /// The message is laid out for the other edition of the protocol; it never will be taken.
    #[error("the message is laid out for another edition")]
    OtherEdition,
    /// A field of the message is too long for the protocol; it never will be taken.
    #[error("a field of the message does not fit")]
    DoesNotFit,
}
