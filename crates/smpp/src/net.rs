//! SMPP on the driver that all lines share.

use std::time::Duration;

use heyan_line::watched::{Watch, Watched};
use rand::Rng;

pub use heyan_line::net::{LinkEnded, serve};

use crate::SMPP;
use crate::client::{ClientConfig, Delivery, Event, Session, Ticket};
use crate::pdu::Message;
use crate::server::{self, Smsc};

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
    /// `host:port` of the message centre.
    pub address: String,
    /// What its sessions have to know.
    pub config: ClientConfig,
    /// How long making the TCP connection may take.
    pub connect_timeout: Duration,
}

impl Link {
    /// A link that the returned future keeps up until it is told to end: spawn it. `rng` gives the jitter of waits.
    pub fn keep<R: Rng + Send>(self, rng: R) -> (Handle, Notices, impl Future<Output = ()> + Send) {
        self.keep_watched(None, rng)
    }

    /// The same, with somebody who watches the frames.
    pub fn keep_watched<R: Rng + Send>(
        self,
        watch: Option<Watch>,
        rng: R,
    ) -> (Handle, Notices, impl Future<Output = ()> + Send) {
        let target = heyan_line::net::Target { address: self.address, connect_timeout: self.connect_timeout };
        let config = self.config;
        let start = move |now| Watched::new(Session::start(config.clone(), now), SMPP, watch.clone());
        let (handle, notices, future) = heyan_line::net::keep(target, start, rng);
        (Handle(handle), notices, future)
    }
}

/// The owner's hand on a link. When all are dropped, the link ends as with [`Handle::terminate`].
#[derive(Clone, Debug)]
pub struct Handle(heyan_line::net::Handle<Box<Message>>);

impl Handle {
    /// Hands over a message; waits while the window is full. Every message handed over ends in one notice: answered,
    /// unknown, or returned.
    ///
    /// # Errors
    /// The link is over; nothing was sent.
    pub async fn submit(&self, ticket: Ticket, message: Box<Message>) -> Result<(), LinkEnded> {
        self.0.request(ticket, message).await
    }

    /// What came is written down; the message centre may forget it. Bounded by what the session lets wait.
    pub fn acknowledge(&self, delivery: Delivery, result: u32) {
        self.0.acknowledge(delivery, result);
    }

    /// Ends the link: answers are waited for, then unbind is sent.
    pub fn terminate(&self) {
        self.0.terminate();
    }
}
