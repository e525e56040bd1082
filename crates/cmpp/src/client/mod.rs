//! The client's side of one connection, as a state machine.
//!
//! It is given octets, commands and the time, and gives octets ([`Session::take_output`]), events
//! ([`Session::next_event`]) and the time at which [`Session::tick`] wants to be called ([`Session::next_timer`]). It lives
//! as long as its connection; [`crate::backoff`] says when to make the next.
//!
//! What it holds to: nothing but CONNECT is sent before the login is accepted; the window is never exceeded; every request
//! taken ends in exactly one of [`Event::Answered`] and [`Event::Unknown`], also when the connection ends; a DELIVER is
//! answered when the owner has acknowledged it and not before.

mod config;
mod driven;
mod event;
mod input;
mod memory;

pub use config::{ClientConfig, Heartbeat, Window};
pub use driven::Request;
pub use event::{Answer, Delivery, EndReason, Event, Lost, NotTaken, Stray, Ticket};
pub use heyan_line::pace::Pace;

use std::collections::{BTreeMap, VecDeque};

use heyan_line::memory::Memory;
use heyan_line::waiting::Waiting;

use crate::auth::Authenticator;
use crate::frame::{CMPP, Framer};
use crate::header::SequenceId;
use crate::ids::{Edition, MsgId, Status};
use crate::pdu::{Cancel, Connect, DeliverResp, Pdu, Query, Submit};
use crate::time::{LoginTime, Moment};
use memory::{InFlight, Kind, Past};

/// DELIVERs that may wait to be acknowledged. With as many waiting, [`Session::wants_input`] is false, and the gateway
/// feels it through TCP.
pub const MOST_UNACKNOWLEDGED: usize = 1024;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// CONNECT is sent.
    LoggingIn { authenticator: Authenticator, until: Moment },
    /// The login is accepted.
    Open,
    /// The owner wants to end; answers are waited for.
    Draining { until: Moment },
    /// TERMINATE is sent.
    Terminating { until: Moment },
    /// Over.
    Ended,
}

/// An ACTIVE_TEST without an answer.
#[derive(Clone, Copy, Debug)]
struct Probe {
    due: Moment,
    sent: u8,
}

/// See the module.
#[derive(Debug)]
pub struct Session {
    config: ClientConfig,
    state: State,
    framer: Framer,
    output: Vec<u8>,
    events: VecDeque<Event>,
    next_sequence: SequenceId,
    in_flight: Waiting<SequenceId, InFlight>,
    memory: Memory<SequenceId, Past>,
    pace: Pace,
    heard_at: Moment,
    probe: Option<Probe>,
    unacknowledged: BTreeMap<Delivery, (SequenceId, MsgId)>,
    next_delivery: u64,
}

impl Session {
    /// Begins the login on a connection that was just made.
    pub fn start(config: ClientConfig, now: Moment, at: LoginTime) -> Self {
        let connect = Connect::new(config.sp_id, &config.secret, config.version, at);
        let until = now.plus(config.response_timeout);
        let mut session = Self {
            pace: Pace::new(config.rate_per_second),
            config,
            state: State::LoggingIn { authenticator: connect.authenticator, until },
            framer: Framer::new(CMPP),
            output: Vec::new(),
            events: VecDeque::new(),
            next_sequence: SequenceId::new(1),
            in_flight: Waiting::default(),
            memory: Memory::default(),
            heard_at: now,
            probe: None,
            unacknowledged: BTreeMap::new(),
            next_delivery: 0,
        };
        session.send(&Pdu::Connect(connect));
        session
    }

    /// The edition that the session speaks.
    pub const fn edition(&self) -> Edition {
        self.config.version.edition()
    }

    /// Whether messages are taken, apart from window and rate.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether it is over. What [`Self::take_output`] still gives should be written before the connection is closed.
    pub fn is_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// How many messages would be taken now, or why none.
    ///
    /// # Errors
    /// Why none would be.
    pub fn room(&mut self, now: Moment) -> Result<usize, NotTaken> {
        match self.state {
            State::LoggingIn { .. } => return Err(NotTaken::NotLoggedIn),
            State::Open => {}
            State::Draining { .. } | State::Terminating { .. } | State::Ended => {
                return Err(NotTaken::Ending);
            }
        }
        let room = self.config.window.size().saturating_sub(self.in_flight.len());
        if room == 0 {
            return Err(NotTaken::WindowFull);
        }
        self.pace.ready(now).map_err(|until| NotTaken::TooFast { until })?;
        Ok(room)
    }

    /// Messages a second at most, for now.
    pub fn per_second(&self) -> u32 {
        self.pace.per_second()
    }

    /// Requests without an answer.
    pub fn unanswered(&self) -> usize {
        self.in_flight.len()
    }

    /// Sends a message.
    ///
    /// # Errors
    /// It was not taken, and nothing was sent.
    pub fn submit(&mut self, now: Moment, ticket: Ticket, submit: &Submit) -> Result<SequenceId, NotTaken> {
        if submit.edition() != self.edition() {
            return Err(NotTaken::OtherEdition);
        }
        self.room(now)?;
        self.pace.sent(now);
        // The box is the price of one enum for every PDU.
        let pdu = Pdu::Submit(Box::new(submit.clone()));
        Ok(self.request(now, ticket, Kind::Submit, &pdu, self.config.submit_attempts.get()))
    }

    /// Asks for a day's counts.
    ///
    /// # Errors
    /// It was not taken, and nothing was sent.
    pub fn query(&mut self, now: Moment, ticket: Ticket, query: Query) -> Result<SequenceId, NotTaken> {
        self.room(now)?;
        Ok(self.request(now, ticket, Kind::Query, &Pdu::Query(query), 1))
    }

    /// Takes a message back.
    ///
    /// # Errors
    /// It was not taken, and nothing was sent.
    pub fn cancel(&mut self, now: Moment, ticket: Ticket, msg_id: MsgId) -> Result<SequenceId, NotTaken> {
        self.room(now)?;
        Ok(self.request(now, ticket, Kind::Cancel, &Pdu::Cancel(Cancel { msg_id }), 1))
    }

    fn request(&mut self, now: Moment, ticket: Ticket, kind: Kind, pdu: &Pdu, attempts: u8) -> SequenceId {
        let start = self.output.len();
        let sequence = self.send(pdu);
        let frame = if attempts > 1 { self.output.get(start..).map(<[u8]>::to_vec) } else { None };
        let due = now.plus(self.config.response_timeout);
        self.in_flight.insert(sequence, InFlight { ticket, kind, attempts_left: attempts, frame }, due);
        sequence
    }

    /// The owner has written down what came, or will not take it: `result` is 0 or a code of SUBMIT_RESP. Gives false if
    /// the delivery is not of this session, so that the gateway will send it again.
    pub fn acknowledge(&mut self, delivery: Delivery, result: u32) -> bool {
        let Some((sequence, msg_id)) = self.unacknowledged.remove(&delivery) else { return false };
        let result = Status::new(self.edition(), result);
        Pdu::DeliverResp(DeliverResp { msg_id, result }).encode(sequence, &mut self.output);
        true
    }

    /// Ends the session: nothing more is taken, answers are waited for, then TERMINATE is sent.
    pub fn terminate(&mut self, now: Moment) {
        match self.state {
            State::LoggingIn { .. } => self.end(EndReason::Terminated),
            State::Open => {
                self.state = State::Draining { until: now.plus(self.config.response_timeout) };
                self.finish_draining(now);
            }
            State::Draining { .. } | State::Terminating { .. } | State::Ended => {}
        }
    }

    fn finish_draining(&mut self, now: Moment) {
        let State::Draining { until } = self.state else { return };
        if self.in_flight.is_empty() || until <= now {
            self.send(&Pdu::Terminate);
            self.state = State::Terminating { until: now.plus(self.config.response_timeout) };
        }
    }

    /// The connection was closed or failed.
    pub fn closed(&mut self) {
        // A gateway may close instead of answering TERMINATE.
        let is_agreed = matches!(self.state, State::Terminating { .. });
        self.end(if is_agreed { EndReason::Terminated } else { EndReason::Closed });
    }

    /// Whether the connection should be read. If not, the owner has too much to write down.
    pub fn wants_input(&self) -> bool {
        self.unacknowledged.len() < MOST_UNACKNOWLEDGED
    }

    /// The octets to write, in order, and nothing again.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Whether there is something to write.
    pub fn has_output(&self) -> bool {
        !self.output.is_empty()
    }

    /// What has happened, in order.
    pub fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`Self::tick`] has something to do next.
    pub fn next_timer(&self) -> Option<Moment> {
        let of_state = match self.state {
            State::LoggingIn { until, .. } => return Some(until),
            State::Ended => return None,
            State::Open => None,
            State::Draining { until } | State::Terminating { until } => Some(until),
        };
        let of_link =
            self.probe.map_or(self.heard_at.plus(self.config.heartbeat.duration()), |probe| probe.due);
        [of_state, self.in_flight.next_due(), Some(of_link)].into_iter().flatten().min()
    }

    /// Does what is due.
    pub fn tick(&mut self, now: Moment) {
        match self.state {
            State::LoggingIn { until, .. } if until <= now => self.end(EndReason::LoginUnanswered),
            State::Terminating { until } if until <= now => self.end(EndReason::Terminated),
            State::LoggingIn { .. } | State::Ended => {}
            State::Open | State::Draining { .. } | State::Terminating { .. } => {
                self.give_up_overdue(now);
                self.finish_draining(now);
                self.look_for_silence(now);
            }
        }
    }

    fn give_up_overdue(&mut self, now: Moment) {
        while let Some((sequence, mut request)) = self.in_flight.overdue(now) {
            request.attempts_left = request.attempts_left.saturating_sub(1);
            if request.attempts_left > 0 {
                self.output.extend(request.frame.iter().flatten());
                self.in_flight.insert(sequence, request, now.plus(self.config.response_timeout));
                continue;
            }
            self.memory.remember(sequence, Past::GivenUp(request.ticket, request.kind));
            self.events.push_back(Event::Unknown { ticket: request.ticket, why: Lost::NoAnswer });
        }
    }

    fn look_for_silence(&mut self, now: Moment) {
        let sent = match self.probe {
            None if self.heard_at.plus(self.config.heartbeat.duration()) <= now => 0,
            Some(probe) if probe.due <= now => probe.sent,
            None | Some(_) => return,
        };
        if sent >= self.config.heartbeat_attempts.get() {
            self.end(EndReason::Silent);
            return;
        }
        self.send(&Pdu::ActiveTest);
        self.probe = Some(Probe { due: now.plus(self.config.response_timeout), sent: sent + 1 });
    }

    fn send(&mut self, pdu: &Pdu) -> SequenceId {
        let sequence = self.next_sequence;
        self.next_sequence = sequence.next();
        pdu.encode(sequence, &mut self.output);
        sequence
    }

    fn end(&mut self, reason: EndReason) {
        if self.state == State::Ended {
            return;
        }
        self.state = State::Ended;
        let lost = self.in_flight.drain().into_iter();
        self.events
            .extend(lost.map(|request| Event::Unknown { ticket: request.ticket, why: Lost::Disconnected }));
        self.unacknowledged.clear();
        self.events.push_back(Event::Ended { reason });
    }
}
