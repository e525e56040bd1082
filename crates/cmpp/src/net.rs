//! CMPP on the driver that all lines share.

use std::time::Duration;

use heyan_line::watched::{Watch, Watched};
use rand::Rng;

pub use heyan_line::net::{LinkEnded, serve};

use crate::client::{ClientConfig, Delivery, Event, Request, Session, Ticket};
use crate::frame::CMPP;
use crate::ids::MsgId;
use crate::pdu::{Query, Submit};
use crate::server::{self, Smsc};
use crate::time::LoginTime;

/// What a link tells its owner.
pub type Notice = heyan_line::net::Notice<Event>;
/// Where the owner reads what the link tells. Read it in another task than the one that submits.
pub type Notices = heyan_line::net::Notices<Event>;
/// A hand on a double that serves.
pub type Remote = heyan_line::net::Remote<Smsc>;
/// Is told what happens on a double.
pub type Sink = heyan_line::net::Sink<server::Event>;

/// What a link is made of.
#[derive(Clone, Debug)]
pub struct Link {
    /// `host:port` of the gateway.
    pub address: String,
    /// What its sessions have to know.
    pub config: ClientConfig,
    /// How long making the TCP connection may take.
    pub connect_timeout: Duration,
}

impl Link {
    /// A link that the returned future keeps up until it is told to end: spawn it. `wall` gives Beijing's time for logins,
    /// `rng` the jitter of waits.
    pub fn keep<W, R>(self, wall: W, rng: R) -> (Handle, Notices, impl Future<Output = ()> + Send)
    where
        W: Fn() -> LoginTime + Send + Sync,
        R: Rng + Send,
    {
        self.keep_watched(None, wall, rng)
    }

    /// The same, with somebody who watches the frames.
    pub fn keep_watched<W, R>(
        self,
        watch: Option<Watch>,
        wall: W,
        rng: R,
    ) -> (Handle, Notices, impl Future<Output = ()> + Send)
    where
        W: Fn() -> LoginTime + Send + Sync,
        R: Rng + Send,
    {
        let target = heyan_line::net::Target { address: self.address, connect_timeout: self.connect_timeout };
        let config = self.config;
        let start = move |now| Watched::new(Session::start(config.clone(), now, wall()), CMPP, watch.clone());
        let (handle, notices, future) = heyan_line::net::keep(target, start, rng);
        (Handle(handle), notices, future)
    }
}

/// The owner's hand on a link. When all are dropped, the link ends as with [`Handle::terminate`].
#[derive(Clone, Debug)]
pub struct Handle(heyan_line::net::Handle<Request>);

impl Handle {
    /// Hands over a message; waits while the window is full. Every message handed over ends in one notice: answered,
    /// unknown, or returned.
    ///
    /// # Errors
    /// The link is over; nothing was sent.
    pub async fn submit(&self, ticket: Ticket, submit: Box<Submit>) -> Result<(), LinkEnded> {
        self.0.request(ticket, Request::Submit(submit)).await
    }

    /// Asks for a day's counts.
    ///
    /// # Errors
    /// The link is over; nothing was sent.
    pub async fn query(&self, ticket: Ticket, query: Query) -> Result<(), LinkEnded> {
        self.0.request(ticket, Request::Query(query)).await
    }

    /// Takes a message back.
    ///
    /// # Errors
    /// The link is over; nothing was sent.
    pub async fn cancel(&self, ticket: Ticket, msg_id: MsgId) -> Result<(), LinkEnded> {
        self.0.request(ticket, Request::Cancel(msg_id)).await
    }

    /// What came is written down; the gateway may forget it. Bounded by what the session lets wait.
    pub fn acknowledge(&self, delivery: Delivery, result: u32) {
        self.0.acknowledge(delivery, result);
    }

    /// Ends the link: answers are waited for, then TERMINATE is sent.
    pub fn terminate(&self) {
        self.0.terminate();
    }
}
