//! A link to a carrier that is kept up: connects, logs in, carries, and connects again.

use std::collections::VecDeque;
use std::time::Duration;

use rand::Rng;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::{Outgoing, READ_SIZE, Steady};
use crate::backoff::Backoff;
use crate::session::{Session, Turn};
use crate::{Delivery, Moment, NotTaken, Ticket};

/// Messages that may wait for the link to take them.
const MOST_OFFERED: usize = 256;
/// Notices that may wait for the owner. With as many waiting, the connection is not read.
const MOST_NOTICES: usize = 4096;

/// What a link tells its owner.
#[derive(Debug)]
pub enum Notice<E> {
    /// What the session says.
    Session(E),
    /// A request was not taken, and nothing was sent: the link is down or ending. It can go another way.
    Returned {
        /// Which.
        ticket: Ticket,
        /// Why.
        why: NotTaken,
    },
    /// The connection could not be made.
    Unreachable {
        /// Why.
        error: std::io::Error,
    },
    /// The link is down; it will be tried again.
    Down {
        /// After how long.
        again_in: Duration,
    },
}

/// Where the owner reads what the link tells. Read it in another task than the one that submits.
pub type Notices<E> = mpsc::Receiver<Notice<E>>;

#[derive(Debug)]
enum Control {
    Acknowledge(Delivery, u32),
    Terminate,
}

/// The owner's hand on a link. When all are dropped, the link ends as with [`Handle::terminate`].
#[derive(Debug)]
pub struct Handle<R> {
    requests: mpsc::Sender<(Ticket, R)>,
    controls: mpsc::UnboundedSender<Control>,
}

impl<R> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self { requests: self.requests.clone(), controls: self.controls.clone() }
    }
}

/// The link is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the link has ended")]
pub struct LinkEnded;

impl<R> Handle<R> {
    /// Hands over a request; waits while the window is full. Every request handed over ends in one notice: answered,
    /// unknown, or returned.
    ///
    /// # Errors
    /// The link is over; nothing was sent.
    pub async fn request(&self, ticket: Ticket, request: R) -> Result<(), LinkEnded> {
        self.requests.send((ticket, request)).await.map_err(|_| LinkEnded)
    }

    /// What came is written down; the carrier may forget it. Bounded by what the session lets wait.
    pub fn acknowledge(&self, delivery: Delivery, result: u32) {
        // On a link that has ended, the carrier delivers again.
        let _ = self.controls.send(Control::Acknowledge(delivery, result));
    }

    /// Ends the link: answers are waited for, then the carrier is told.
    pub fn terminate(&self) {
        let _ = self.controls.send(Control::Terminate);
    }
}

struct Inbox<R> {
    requests: mpsc::Receiver<(Ticket, R)>,
    controls: mpsc::UnboundedReceiver<Control>,
    is_ending: bool,
}

struct Outbox<E> {
    notices: mpsc::Sender<Notice<E>>,
    backlog: VecDeque<Notice<E>>,
}

impl<E> Outbox<E> {
    fn push(&mut self, notice: Notice<E>) {
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

/// Where a link goes.
#[derive(Clone, Debug)]
pub struct Target {
    /// `host:port` of the gateway.
    pub address: String,
    /// How long making the TCP connection may take.
    pub connect_timeout: Duration,
}

/// The hand on a link, what it tells, and the future that keeps it up.
pub type Kept<S, F> = (Handle<<S as Session>::Request>, Notices<<S as Session>::Event>, F);

/// A link that the returned future keeps up until it is told to end: spawn it. `start` begins a session on a connection that
/// was just made, `rng` gives the jitter of waits.
pub fn keep<S, B, R>(target: Target, start: B, rng: R) -> Kept<S, impl Future<Output = ()> + Send>
where
    S: Session<Request: Send, Event: Send> + Send,
    B: Fn(Moment) -> S + Send + Sync,
    R: Rng + Send,
{
    let (requests, taken_requests) = mpsc::channel(MOST_OFFERED);
    let (controls, taken_controls) = mpsc::unbounded_channel();
    let (notices, read_notices) = mpsc::channel(MOST_NOTICES);
    let inbox = Inbox { requests: taken_requests, controls: taken_controls, is_ending: false };
    let outbox = Outbox { notices, backlog: VecDeque::new() };
    (Handle { requests, controls }, read_notices, run(target, start, rng, inbox, outbox))
}

async fn run<S, B, R>(
    target: Target,
    start: B,
    mut rng: R,
    mut inbox: Inbox<S::Request>,
    mut outbox: Outbox<S::Event>,
) where
    S: Session<Request: Send, Event: Send> + Send,
    B: Fn(Moment) -> S + Send + Sync,
    R: Rng + Send,
{
    let clock = Steady::start();
    let mut backoff = Backoff::default();
    while !inbox.is_ending {
        match attend(&mut inbox, &mut outbox, connect(&target)).await {
            Some(Ok(stream)) => {
                let session = start(clock.now());
                let mut connection = Connection { clock, session, inbox: &mut inbox, outbox: &mut outbox };
                connection.carry(stream, &mut backoff).await;
            }
            Some(Err(error)) => outbox.push(Notice::Unreachable { error }),
            None => break,
        }
        if inbox.is_ending {
            break;
        }
        let again_in = backoff.lost(clock.now(), &mut rng);
        outbox.push(Notice::Down { again_in });
        let until = clock.now().plus(again_in);
        if attend(&mut inbox, &mut outbox, clock.sleep_until(Some(until))).await.is_none() {
            break;
        }
    }
    inbox.requests.close();
    while let Some((ticket, _)) = inbox.requests.recv().await {
        outbox.push(Notice::Returned { ticket, why: NotTaken::Ending });
    }
    while !outbox.backlog.is_empty() {
        outbox.make_way().await;
    }
}

async fn connect(target: &Target) -> std::io::Result<TcpStream> {
    let stream = tokio::time::timeout(target.connect_timeout, TcpStream::connect(&target.address)).await??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Waits for something while the link is down, and returns what is handed over meanwhile, so that it can go another way.
/// `None` if the link is told to end.
async fn attend<Q, E, T>(
    inbox: &mut Inbox<Q>,
    outbox: &mut Outbox<E>,
    wait: impl Future<Output = T>,
) -> Option<T> {
    let mut wait = std::pin::pin!(wait);
    while !inbox.is_ending {
        tokio::select! {
            done = &mut wait => return Some(done),
            () = outbox.make_way(), if !outbox.backlog.is_empty() => {}
            control = inbox.controls.recv() => match control {
                Some(Control::Terminate) | None => inbox.is_ending = true,
                Some(Control::Acknowledge(_, _)) => {}
            },
            Some((ticket, _)) = inbox.requests.recv(), if outbox.backlog.len() < MOST_NOTICES => {
                outbox.push(Notice::Returned { ticket, why: NotTaken::NotLoggedIn });
            }
        }
    }
    None
}

struct Connection<'a, S: Session> {
    clock: Steady,
    session: S,
    inbox: &'a mut Inbox<S::Request>,
    outbox: &'a mut Outbox<S::Event>,
}

impl<S: Session> Connection<'_, S> {
    async fn carry(&mut self, stream: TcpStream, backoff: &mut Backoff) {
        let (mut reader, mut writer) = stream.into_split();
        let mut outgoing = Outgoing::default();
        let mut read = vec![0; READ_SIZE];
        loop {
            self.tell(backoff);
            outgoing.push(self.session.take_output());
            if self.session.is_ended() {
                break;
            }
            let now = self.clock.now();
            let room = self.session.room(now);
            let mut timer = self.session.next_timer();
            if let Err(NotTaken::TooFast { until }) = room {
                timer = timer.map(|at| at.min(until)).or(Some(until));
            }
            // Before the login and after the end, what is handed over goes back, so that it can go another way.
            let takes = !matches!(room, Err(NotTaken::WindowFull | NotTaken::TooFast { .. }))
                && self.outbox.backlog.len() < MOST_NOTICES;
            let reads =
                self.session.wants_input() && self.outbox.backlog.len() < MOST_NOTICES && !outgoing.is_full();
            tokio::select! {
                got = reader.read(&mut read), if reads => match got {
                    Ok(length) if length > 0 => {
                        self.session.received(self.clock.now(), read.get(..length).unwrap_or_default());
                    }
                    Ok(_) | Err(_) => self.session.closed(),
                },
                done = outgoing.write(&mut writer), if !outgoing.is_empty() => if done.is_err() {
                    self.session.closed();
                },
                () = self.outbox.make_way(), if !self.outbox.backlog.is_empty() => {}
                control = self.inbox.controls.recv(), if !self.inbox.is_ending => self.control(control.as_ref()),
                Some((ticket, request)) = self.inbox.requests.recv(), if takes => {
                    self.request(ticket, &request);
                }
                () = self.clock.sleep_until(timer) => self.session.tick(self.clock.now()),
            }
            self.take_what_is_there();
        }
        self.tell(backoff);
        outgoing.finish(writer).await;
    }

    /// Takes without waiting whatever else the owner has handed over, so that it is written at once.
    fn take_what_is_there(&mut self) {
        while let Ok(control) = self.inbox.controls.try_recv() {
            self.control(Some(&control));
        }
        let now = self.clock.now();
        while self.session.room(now).is_ok() {
            let Ok((ticket, request)) = self.inbox.requests.try_recv() else { break };
            self.request(ticket, &request);
        }
    }

    fn control(&mut self, control: Option<&Control>) {
        match control {
            Some(Control::Acknowledge(delivery, result)) => {
                self.session.acknowledge(*delivery, *result);
            }
            Some(Control::Terminate) | None => {
                self.inbox.is_ending = true;
                self.session.terminate(self.clock.now());
            }
        }
    }

    fn request(&mut self, ticket: Ticket, request: &S::Request) {
        if let Err(why) = self.session.request(self.clock.now(), ticket, request) {
            self.outbox.push(Notice::Returned { ticket, why });
        }
    }

    fn tell(&mut self, backoff: &mut Backoff) {
        while let Some(event) = self.session.next_event() {
            match S::turn(&event) {
                Some(Turn::LoggedIn) => backoff.logged_in(self.clock.now()),
                Some(Turn::Over) => self.inbox.is_ending = true,
                None => {}
            }
            self.outbox.push(Notice::Session(event));
        }
    }
}
