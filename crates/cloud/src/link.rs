//! A link to a vendor: takes messages, has a bounded number of requests under way, and tells of each message what has become
//! of it, once.
//!
//! A request is sent at most once. Where the connection broke after it could have left, or the answer does not say, the outcome
//! is unknown and nothing is sent again (SMS-04); where there was no connection, the message comes back as not sent.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroU32;
use std::time::Duration;

use heyan_cmpp::Moment;
use heyan_cmpp::client::{Pace, Ticket, Window};
use heyan_cmpp::codes::Row;
use heyan_outbound::{Asked, Bounds, Client, Failed, StatusCode};
use rand::Rng;
use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

use crate::codes::is_throttling;
use crate::encode::hex;
use crate::message::{Message, Said};
use crate::time::Second;
use crate::{Vendor, alibaba, tencent};

/// Messages that may wait for the link to take them.
const MOST_OFFERED: usize = 256;
/// Notices that may wait for the owner. With as many waiting, no message is taken.
const MOST_NOTICES: usize = 4096;
/// What is waited for and read unless configured otherwise.
pub const BOUNDS: Bounds = Bounds { time: Duration::from_secs(10), size: 64 * 1024 };

/// A customer's account at a vendor.
#[derive(Clone, Debug)]
pub enum Account {
    /// At Tencent Cloud.
    Tencent(tencent::Account),
    /// At Alibaba Cloud.
    Alibaba(alibaba::Account),
}

impl Account {
    /// Whose.
    pub const fn vendor(&self) -> Vendor {
        match self {
            Self::Tencent(_) => Vendor::Tencent,
            Self::Alibaba(_) => Vendor::Alibaba,
        }
    }

    fn request(&self, message: &Message, now: Second, nonce: &str) -> Result<Asked, hyper::http::Error> {
        match self {
            Self::Tencent(account) => tencent::request(account, message, now),
            Self::Alibaba(account) => alibaba::request(account, message, now, nonce),
        }
    }
}

/// What a link is made of.
#[derive(Clone, Debug)]
pub struct Link {
    /// Whose messages it carries.
    pub account: Account,
    /// What it asks with.
    pub client: Client,
    /// How long an answer may take and be; [`BOUNDS`] suits most.
    pub bounds: Bounds,
    /// Requests under way at once.
    pub window: Window,
    /// Requests a second at most. Throttling lowers it for a while.
    pub rate_per_second: NonZeroU32,
}

/// Why nobody knows whether a message is sent.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    /// No answer came, though the request may have left.
    #[error("no answer")]
    NoAnswer(#[source] Failed),
    /// The answer is not the vendor's.
    #[error("an answer with status {status} that cannot be read")]
    Unreadable {
        /// Its status.
        status: StatusCode,
    },
    /// The vendor's code does not say.
    #[error("the vendor says {code}")]
    Unclear {
        /// The code.
        code: String,
    },
    /// Our own part of it broke.
    #[error("the request was broken off")]
    BrokenOff(#[source] JoinError),
}

/// Why a message was not sent. It can go another way.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// There was no connection.
    #[error("no connection")]
    Unreachable(#[source] Failed),
    /// A configured value cannot stand in a request.
    #[error("the request cannot be made")]
    Unsendable(#[source] hyper::http::Error),
    /// The link is ending.
    #[error("the link is ending")]
    Ending,
}

/// What a link tells its owner. Every message handed over ends in one of the first four.
#[derive(Debug)]
pub enum Notice {
    /// The vendor has taken the message. A receipt will follow.
    Answered {
        /// Which.
        ticket: Ticket,
        /// The vendor's id of it.
        carrier_id: String,
    },
    /// The vendor has not taken the message.
    Refused {
        /// Which.
        ticket: Ticket,
        /// The vendor's code.
        code: String,
        /// What that means: failed for now, or failed for good.
        row: Row,
    },
    /// Whether it is sent is not known. It is not sent again (SMS-04).
    Unknown {
        /// Which.
        ticket: Ticket,
        /// Why.
        why: Lost,
    },
    /// It was not sent.
    Returned {
        /// Which.
        ticket: Ticket,
        /// Why.
        why: NotTaken,
    },
    /// The vendor throttles: from now on so many requests a second.
    Slowed {
        /// The new rate.
        per_second: u32,
    },
}

/// Where the owner reads what the link tells. Read it in another task than the one that submits.
pub type Notices = mpsc::Receiver<Notice>;

/// The owner's hand on a link. When all are dropped, the link ends as with [`Handle::terminate`].
#[derive(Clone, Debug)]
pub struct Handle {
    messages: mpsc::Sender<(Ticket, Box<Message>)>,
    ends: mpsc::Sender<()>,
}

/// The link is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the link has ended")]
pub struct LinkEnded;

impl Handle {
    /// Hands over a message; waits while the window is full. Every message handed over ends in one notice: answered, refused,
    /// unknown, or returned.
    ///
    /// # Errors
    /// The link is over; nothing was sent.
    pub async fn submit(&self, ticket: Ticket, message: Box<Message>) -> Result<(), LinkEnded> {
        self.messages.send((ticket, message)).await.map_err(|_| LinkEnded)
    }

    /// Ends the link: answers are waited for; what was not sent yet comes back.
    pub fn terminate(&self) {
        // A full channel says that it was said before; a closed one, that it is over.
        let _ = self.ends.try_send(());
    }
}

impl Link {
    /// A link that the returned future keeps up until it is told to end: spawn it. `wall` gives the time that is signed, `rng`
    /// the nonces.
    pub fn keep<W, R>(self, wall: W, rng: R) -> (Handle, Notices, impl Future<Output = ()> + Send)
    where
        W: Fn() -> Second + Send + Sync,
        R: Rng + Send,
    {
        let (messages, taken) = mpsc::channel(MOST_OFFERED);
        let (ends, ending) = mpsc::channel(1);
        let (notices, read_notices) = mpsc::channel(MOST_NOTICES);
        let keeper = Keeper {
            started: Instant::now(),
            pace: Pace::new(self.rate_per_second),
            link: self,
            wall,
            rng,
            underway: JoinSet::new(),
            tickets: HashMap::new(),
            outbox: Outbox { notices, backlog: VecDeque::new() },
        };
        (Handle { messages, ends }, read_notices, keeper.keep(taken, ending))
    }
}

struct Outbox {
    notices: mpsc::Sender<Notice>,
    backlog: VecDeque<Notice>,
}

impl Outbox {
    fn push(&mut self, notice: Notice) {
        self.backlog.push_back(notice);
        while let Ok(permit) = self.notices.try_reserve() {
            let Some(notice) = self.backlog.pop_front() else { return };
            permit.send(notice);
        }
    }

    /// Makes room for one notice at least.
    async fn make_way(&mut self) {
        let Ok(permit) = self.notices.reserve().await else {
            // Nobody reads any more.
            self.backlog.clear();
            return;
        };
        if let Some(notice) = self.backlog.pop_front() {
            permit.send(notice);
        }
    }
}

struct Keeper<W, R> {
    started: Instant,
    pace: Pace,
    link: Link,
    wall: W,
    rng: R,
    underway: JoinSet<Notice>,
    tickets: HashMap<Id, Ticket>,
    outbox: Outbox,
}

impl<W, R> Keeper<W, R>
where
    W: Fn() -> Second + Send + Sync,
    R: Rng + Send,
{
    async fn keep(
        mut self,
        mut messages: mpsc::Receiver<(Ticket, Box<Message>)>,
        mut ending: mpsc::Receiver<()>,
    ) {
        loop {
            let now = Moment::after(self.started.elapsed());
            let may_send_at = self.pace.ready(now).err();
            let has_room =
                self.underway.len() < self.link.window.size() && self.outbox.backlog.len() < MOST_NOTICES;
            tokio::select! {
                Some(done) = self.underway.join_next_with_id() => self.done(done),
                () = self.outbox.make_way(), if !self.outbox.backlog.is_empty() => {}
                message = messages.recv(), if has_room && may_send_at.is_none() => match message {
                    Some((ticket, message)) => self.send(ticket, &message),
                    None => break,
                },
                _ = ending.recv() => break,
                () = sleep_until(self.started, may_send_at) => {}
            }
        }
        messages.close();
        while let Some((ticket, _)) = messages.recv().await {
            self.outbox.push(Notice::Returned { ticket, why: NotTaken::Ending });
        }
        while let Some(done) = self.underway.join_next_with_id().await {
            self.done(done);
        }
        while !self.outbox.backlog.is_empty() {
            self.outbox.make_way().await;
        }
    }

    fn send(&mut self, ticket: Ticket, message: &Message) {
        let mut nonce = [0; 16];
        self.rng.fill_bytes(&mut nonce);
        let asked = match self.link.account.request(message, (self.wall)(), &hex(&nonce)) {
            Ok(asked) => asked,
            Err(error) => {
                return self.outbox.push(Notice::Returned { ticket, why: NotTaken::Unsendable(error) });
            }
        };
        self.pace.sent(Moment::after(self.started.elapsed()));
        let (client, bounds, vendor) =
            (self.link.client.clone(), self.link.bounds, self.link.account.vendor());
        let task = self.underway.spawn(async move {
            match client.send_once(asked, bounds).await {
                Ok(answered) => read(ticket, vendor, answered.status(), answered.body()),
                Err(unanswered) if unanswered.was_connected => {
                    Notice::Unknown { ticket, why: Lost::NoAnswer(unanswered.failed) }
                }
                Err(unanswered) => Notice::Returned { ticket, why: NotTaken::Unreachable(unanswered.failed) },
            }
        });
        self.tickets.insert(task.id(), ticket);
    }

    fn done(&mut self, done: Result<(Id, Notice), JoinError>) {
        let (id, notice) = match done {
            Ok((id, notice)) => (id, Some(notice)),
            Err(error) => {
                let id = error.id();
                let ticket = self.tickets.get(&id).copied();
                (id, ticket.map(|ticket| Notice::Unknown { ticket, why: Lost::BrokenOff(error) }))
            }
        };
        self.tickets.remove(&id);
        if let Some(Notice::Refused { code, .. }) = &notice
            && is_throttling(self.link.account.vendor(), code)
            && let Some(per_second) = self.pace.throttled(Moment::after(self.started.elapsed()))
        {
            self.outbox.push(Notice::Slowed { per_second });
        }
        if let Some(notice) = notice {
            self.outbox.push(notice);
        }
    }
}

fn read(ticket: Ticket, vendor: Vendor, status: StatusCode, body: &[u8]) -> Notice {
    let said = match vendor {
        Vendor::Tencent => tencent::answer(body),
        Vendor::Alibaba => alibaba::answer(body),
    };
    match said {
        Some(Said::Accepted { carrier_id }) => Notice::Answered { ticket, carrier_id },
        Some(Said::Refused { code, row }) => Notice::Refused { ticket, code, row },
        Some(Said::Unclear { code }) => Notice::Unknown { ticket, why: Lost::Unclear { code } },
        None => Notice::Unknown { ticket, why: Lost::Unreadable { status } },
    }
}

async fn sleep_until(started: Instant, at: Option<Moment>) {
    match at {
        Some(at) => tokio::time::sleep_until(started + at.since_start()).await,
        None => std::future::pending().await,
    }
}
