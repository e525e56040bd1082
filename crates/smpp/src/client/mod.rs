//! The client's side of one connection, as a state machine. See [`heyan_line::session::Session`] for how it is driven.
//!
//! What it holds to: nothing but bind_transceiver is sent before the login is accepted; the window is never exceeded; every
//! message taken ends in exactly one of [`Event::Answered`] and [`Event::Unknown`], also when the connection ends; no message
//! is sent twice; a deliver_sm is answered when the owner has acknowledged it and not before.

mod config;
mod event;
mod input;

pub(crate) use config::fits;
pub use config::{ClientConfig, Login, Unusable};
pub use event::{Delivery, EndReason, Event, Lost, NotTaken, Stray, Ticket};
pub use heyan_line::{Heartbeat, Window};

use std::collections::{BTreeMap, VecDeque};

use heyan_line::Moment;
use heyan_line::frame::Framer;
use heyan_line::memory::Memory;
use heyan_line::pace::Pace;
use heyan_line::session::{self, Turn};
use heyan_line::waiting::Waiting;

use crate::SMPP;
use crate::pdu::{Bind, Message, Mode, Pdu};

/// Receipts and messages that may wait to be acknowledged. With as many waiting, the session does not want input, and the
/// message centre feels it through TCP.
pub const MOST_UNACKNOWLEDGED: usize = 1024;

/// The last sequence number; after it comes 1.
const LAST_SEQUENCE: u32 = 0x7FFF_FFFF;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// bind_transceiver is sent.
    LoggingIn { until: Moment },
    /// The login is accepted.
    Open,
    /// The owner wants to end; answers are waited for.
    Draining { until: Moment },
    /// unbind is sent.
    Unbinding { until: Moment },
    /// Over.
    Ended,
}

/// An enquire_link without an answer.
#[derive(Clone, Copy, Debug)]
struct Probe {
    due: Moment,
    sent: u8,
}

/// How a message has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Past {
    Answered,
    GivenUp(Ticket),
}

/// See the module.
#[derive(Debug)]
pub struct Session {
    config: ClientConfig,
    state: State,
    framer: Framer,
    output: Vec<u8>,
    events: VecDeque<Event>,
    next_sequence: u32,
    in_flight: Waiting<u32, Ticket>,
    memory: Memory<u32, Past>,
    pace: Pace,
    heard_at: Moment,
    probe: Option<Probe>,
    unacknowledged: BTreeMap<Delivery, u32>,
    next_delivery: u64,
}

impl Session {
    /// Begins the login on a connection that was just made.
    pub fn start(config: ClientConfig, now: Moment) -> Self {
        let bind = Bind {
            mode: Mode::Transceiver,
            system_id: config.login.system_id.clone(),
            password: config.login.password.clone(),
            system_type: config.login.system_type.clone(),
            interface_version: 0x34,
        };
        let mut session = Self {
            state: State::LoggingIn { until: now.plus(config.response_timeout) },
            pace: Pace::new(config.rate_per_second),
            config,
            framer: Framer::new(SMPP),
            output: Vec::new(),
            events: VecDeque::new(),
            next_sequence: 1,
            in_flight: Waiting::default(),
            memory: Memory::default(),
            heard_at: now,
            probe: None,
            unacknowledged: BTreeMap::new(),
            next_delivery: 0,
        };
        session.send(&Pdu::Bind(Box::new(bind)));
        session
    }

    /// Whether messages are taken, apart from window and rate.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Messages without an answer.
    pub fn unanswered(&self) -> usize {
        self.in_flight.len()
    }

    fn send(&mut self, pdu: &Pdu) -> u32 {
        let sequence = self.next_sequence;
        self.next_sequence = if sequence == LAST_SEQUENCE { 1 } else { sequence + 1 };
        pdu.encode(sequence, &mut self.output);
        sequence
    }

    fn finish_draining(&mut self, now: Moment) {
        let State::Draining { until } = self.state else { return };
        if self.in_flight.is_empty() || until <= now {
            self.send(&Pdu::Unbind);
            self.state = State::Unbinding { until: now.plus(self.config.response_timeout) };
        }
    }

    fn give_up_overdue(&mut self, now: Moment) {
        while let Some((sequence, ticket)) = self.in_flight.overdue(now) {
            self.memory.remember(sequence, Past::GivenUp(ticket));
            self.events.push_back(Event::Unknown { ticket, why: Lost::NoAnswer });
        }
    }

    fn look_for_silence(&mut self, now: Moment) {
        let sent = match self.probe {
            None if self.heard_at.plus(self.config.heartbeat.duration()) <= now => 0,
            Some(probe) if probe.due <= now => probe.sent,
            None | Some(_) => return,
        };
        if sent >= self.config.heartbeat_attempts.get() {
            return self.end(EndReason::Silent);
        }
        self.send(&Pdu::EnquireLink);
        self.probe = Some(Probe { due: now.plus(self.config.response_timeout), sent: sent + 1 });
    }

    fn end(&mut self, reason: EndReason) {
        if self.state == State::Ended {
            return;
        }
        self.state = State::Ended;
        let lost = self.in_flight.drain().into_iter();
        self.events.extend(lost.map(|ticket| Event::Unknown { ticket, why: Lost::Disconnected }));
        self.unacknowledged.clear();
        self.events.push_back(Event::Ended { reason });
    }
}

impl session::Session for Session {
    type Request = Box<Message>;
    type Event = Event;

    fn received(&mut self, now: Moment, octets: &[u8]) {
        self.read(now, octets);
    }

    fn closed(&mut self) {
        // A message centre may close instead of answering unbind.
        let is_agreed = matches!(self.state, State::Unbinding { .. });
        self.end(if is_agreed { EndReason::Terminated } else { EndReason::Closed });
    }

    fn room(&mut self, now: Moment) -> Result<usize, NotTaken> {
        match self.state {
            State::LoggingIn { .. } => return Err(NotTaken::NotLoggedIn),
            State::Open => {}
            State::Draining { .. } | State::Unbinding { .. } | State::Ended => return Err(NotTaken::Ending),
        }
        let room = self.config.window.size().saturating_sub(self.in_flight.len());
        if room == 0 {
            return Err(NotTaken::WindowFull);
        }
        self.pace.ready(now).map_err(|until| NotTaken::TooFast { until })?;
        Ok(room)
    }

    fn request(&mut self, now: Moment, ticket: Ticket, message: &Box<Message>) -> Result<(), NotTaken> {
        message.check().map_err(|_| NotTaken::DoesNotFit)?;
        self.room(now)?;
        self.pace.sent(now);
        // The box is the price of one enum for every PDU.
        let sequence = self.send(&Pdu::Submit(message.clone()));
        self.in_flight.insert(sequence, ticket, now.plus(self.config.response_timeout));
        Ok(())
    }

    fn acknowledge(&mut self, delivery: Delivery, result: u32) -> bool {
        let Some(sequence) = self.unacknowledged.remove(&delivery) else { return false };
        Pdu::DeliverAnswer { status: result }.encode(sequence, &mut self.output);
        true
    }

    fn terminate(&mut self, now: Moment) {
        match self.state {
            State::LoggingIn { .. } => self.end(EndReason::Terminated),
            State::Open => {
                self.state = State::Draining { until: now.plus(self.config.response_timeout) };
                self.finish_draining(now);
            }
            State::Draining { .. } | State::Unbinding { .. } | State::Ended => {}
        }
    }

    fn is_ended(&self) -> bool {
        self.state == State::Ended
    }

    fn wants_input(&self) -> bool {
        self.unacknowledged.len() < MOST_UNACKNOWLEDGED
    }

    fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn next_timer(&self) -> Option<Moment> {
        let of_state = match self.state {
            State::LoggingIn { until } => return Some(until),
            State::Ended => return None,
            State::Open => None,
            State::Draining { until } | State::Unbinding { until } => Some(until),
        };
        let silent_at = self.heard_at.plus(self.config.heartbeat.duration());
        let of_link = self.probe.map_or(silent_at, |probe| probe.due);
        [of_state, self.in_flight.next_due(), Some(of_link)].into_iter().flatten().min()
    }

    fn tick(&mut self, now: Moment) {
        match self.state {
            State::LoggingIn { until } if until <= now => self.end(EndReason::LoginUnanswered),
            State::Unbinding { until } if until <= now => self.end(EndReason::Terminated),
            State::LoggingIn { .. } | State::Ended => {}
            State::Open | State::Draining { .. } | State::Unbinding { .. } => {
                self.give_up_overdue(now);
                self.finish_draining(now);
                self.look_for_silence(now);
            }
        }
    }

    fn turn(event: &Event) -> Option<Turn> {
        match event {
            Event::LoggedIn { .. } => Some(Turn::LoggedIn),
            Event::Ended { reason: EndReason::Terminated } => Some(Turn::Over),
            Event::Answered { .. }
            | Event::Unknown { .. }
            | Event::AnsweredLate { .. }
            | Event::Delivered { .. }
            | Event::Slowed { .. }
            | Event::Stray { .. }
            | Event::Malformed { .. }
            | Event::Ended { .. } => None,
        }
    }
}
