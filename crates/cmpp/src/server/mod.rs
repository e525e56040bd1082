//! The carrier's side, as a double: a state machine over all its connections, playing a script.
//!
//! It is for drills, for the benchmark, and for people who have no line to a carrier yet. It checks logins, windows and
//! rates as a gateway does, answers and reports as its script says, and can misbehave: close in mid-window, send garbage,
//! fall silent, be slow. What it has to deliver to an account waits until one of its connections takes it, and what was not
//! answered when a connection ended goes out again on the next.

mod config;
mod connection;
mod driven;
mod event;
mod input;
mod parcel;

pub use config::{Account, Disturbance, GatewayForm, ReportPlan, Rule, Script, Settings, Treatment, Way};
pub use event::{ConnectionId, Event};

use std::collections::{BTreeMap, VecDeque};

use heyan_line::agenda::Agenda;
use heyan_line::script::Player;

use crate::header::SequenceId;
use crate::ids::{MsgId, MsgIdFields, Status};
use crate::number::Number;
use crate::octets::Octets;
use crate::pdu::{Pdu, SubmitResp};
use crate::text::{Alphabet, Reference, SplitError, split};
use crate::time::{Moment, beijing, report_minute};
use connection::{Connection, Guest};
use parcel::{Load, Parcel};

/// DELIVERs that may wait for an account. One more and the oldest is dropped.
pub const MOST_WAITING: usize = 1_000_000;

#[derive(Debug)]
enum Action {
    Answer { connection: ConnectionId, sequence: SequenceId, msg_id: MsgId, result: u32 },
    Deliver { account: usize, parcel: Parcel },
}

#[derive(Debug, Default)]
struct Counts {
    messages: u32,
    users: u32,
}

/// See the module.
#[derive(Debug)]
pub struct Smsc {
    settings: Settings,
    /// Milliseconds since 1970 at the zero of [`Moment`].
    zero_ms: i64,
    connections: BTreeMap<ConnectionId, Connection>,
    next_connection: u64,
    agenda: Agenda<Action>,
    waiting: Vec<VecDeque<Parcel>>,
    counts: Vec<Counts>,
    player: Player,
    next_message: u16,
    next_reference: u8,
    events: VecDeque<(ConnectionId, Event)>,
}

impl Smsc {
    /// A double whose clock of [`Moment`]s began at so many milliseconds since 1970.
    pub fn new(settings: Settings, zero_ms: i64) -> Self {
        Self {
            waiting: settings.accounts.iter().map(|_| VecDeque::new()).collect(),
            counts: settings.accounts.iter().map(|_| Counts::default()).collect(),
            player: Player::new(settings.script.clone()),
            settings,
            zero_ms,
            connections: BTreeMap::new(),
            next_connection: 1,
            agenda: Agenda::default(),
            next_message: 0,
            next_reference: 0,
            events: VecDeque::new(),
        }
    }

    /// Somebody has connected.
    pub fn connected(&mut self, now: Moment) -> ConnectionId {
        let id = ConnectionId(self.next_connection);
        self.next_connection += 1;
        self.connections.insert(id, Connection::new(now));
        id
    }

    /// A connection is gone. What it had not answered goes out on another.
    pub fn closed(&mut self, now: Moment, id: ConnectionId) {
        let Some(mut connection) = self.connections.remove(&id) else { return };
        let undelivered = connection.delivering.drain();
        let event = Event::Closed { unanswered: connection.unanswered.len(), undelivered: undelivered.len() };
        self.events.push_back((id, event));
        let Guest::LoggedIn { account, .. } = connection.guest else { return };
        if let Some(waiting) = self.waiting.get_mut(account) {
            for (mut parcel, _) in undelivered.into_iter().rev() {
                parcel.repeated += 1;
                waiting.push_front(parcel);
            }
        }
        self.dispatch(now, account);
    }

    /// The octets to write on a connection, in order, and nothing again.
    pub fn take_output(&mut self, id: ConnectionId) -> Vec<u8> {
        self.connections
            .get_mut(&id)
            .map(|connection| std::mem::take(&mut connection.output))
            .unwrap_or_default()
    }

    /// Connections with something to write or to be closed.
    pub fn busy(&self) -> Vec<ConnectionId> {
        let busy = self.connections.iter().filter(|(_, it)| !it.output.is_empty() || it.is_closing);
        busy.map(|(id, _)| *id).collect()
    }

    /// Whether a connection is to be closed once its output is written.
    pub fn is_closing(&self, id: ConnectionId) -> bool {
        self.connections.get(&id).is_none_or(|connection| connection.is_closing)
    }

    /// Closes all connections politely: TERMINATE, then the end.
    pub fn shut_down(&mut self) {
        for connection in self.connections.values_mut() {
            if connection.guest != Guest::Unknown {
                connection.send(&Pdu::Terminate);
            }
            connection.is_closing = true;
        }
    }

    /// What has happened, in order, and on which connection.
    pub fn next_event(&mut self) -> Option<(ConnectionId, Event)> {
        self.events.pop_front()
    }

    /// When [`Self::tick`] has something to do next.
    pub fn next_timer(&self) -> Option<Moment> {
        let agenda = self.agenda.next_due();
        let heartbeat = self.settings.heartbeat;
        let of_links =
            self.connections.values().filter(|it| !it.is_closing && !it.is_silent).flat_map(|it| {
                let probe =
                    heartbeat.filter(|_| it.guest != Guest::Unknown).map(|silence| it.heard_at.plus(silence));
                [it.delivering.next_due(), probe].into_iter().flatten()
            });
        of_links.chain(agenda).min()
    }

    /// Does what is due.
    pub fn tick(&mut self, now: Moment) {
        self.follow_script(now);
        let ids: Vec<_> = self.connections.keys().copied().collect();
        for id in ids {
            self.send_again(now, id);
            self.probe(now, id);
        }
    }

    /// Answers and reports that are due.
    fn follow_script(&mut self, now: Moment) {
        while let Some(action) = self.agenda.due(now) {
            match action {
                Action::Answer { connection, sequence, msg_id, result } => {
                    self.answer(connection, sequence, msg_id, result);
                }
                Action::Deliver { account, parcel } => self.hand_over(now, account, parcel),
            }
        }
    }

    /// A phone writes to a service: goes to an account, in as many parts as it needs. Gives the number of parts.
    ///
    /// # Errors
    /// The text is too long.
    pub fn phone_writes(
        &mut self,
        now: Moment,
        account: usize,
        from: &str,
        to: Number<21>,
        text: &str,
    ) -> Result<usize, SplitError> {
        let alphabet = Alphabet::for_text(text);
        self.next_reference = self.next_reference.wrapping_add(1);
        let parts = split(text, alphabet, Reference::Eight(self.next_reference))?;
        let count = parts.len();
        for part in parts {
            let load =
                Load::Message { format: alphabet.format(), tp_udhi: part.tp_udhi, content: part.content };
            let msg_id = self.new_msg_id(now);
            let phone = from.to_owned();
            let parcel = Parcel { msg_id, service: to, phone, not_on: None, repeated: 0, load };
            self.hand_over(now, account, parcel);
        }
        Ok(count)
    }

    fn new_msg_id(&mut self, now: Moment) -> MsgId {
        let at = self.civil(now);
        self.next_message = self.next_message.wrapping_add(1);
        let small = |part: i8| u8::try_from(part).unwrap_or_default();
        MsgId::pack(MsgIdFields {
            month: small(at.month()),
            day: small(at.day()),
            hour: small(at.hour()),
            minute: small(at.minute()),
            second: small(at.second()),
            gateway: self.settings.gateway,
            sequence: self.next_message,
        })
    }

    fn civil(&self, now: Moment) -> jiff::civil::DateTime {
        let passed = i64::try_from(now.since_start().as_millis()).unwrap_or(i64::MAX);
        beijing(self.zero_ms.saturating_add(passed))
    }

    fn minute(&self, now: Moment) -> Octets<10> {
        Octets::new(&report_minute(self.civil(now))).unwrap_or_default()
    }

    fn answer(&mut self, id: ConnectionId, sequence: SequenceId, msg_id: MsgId, result: u32) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.unanswered.remove(&sequence);
        let result = Status::new(connection.edition(), result);
        connection.send_as(sequence, &Pdu::SubmitResp(SubmitResp { msg_id, result }));
    }

    fn hand_over(&mut self, now: Moment, account: usize, mut parcel: Parcel) {
        if let Load::Report { done_at, .. } = &mut parcel.load {
            *done_at = self.minute(now);
        }
        let Some(waiting) = self.waiting.get_mut(account) else { return };
        waiting.push_back(parcel);
        if waiting.len() > MOST_WAITING {
            waiting.pop_front();
        }
        self.dispatch(now, account);
    }

    /// Sends what waits for an account, as far as the windows of its connections allow.
    fn dispatch(&mut self, now: Moment, account: usize) {
        let Some(waiting) = self.waiting.get_mut(account) else { return };
        let window = self.settings.deliver_window.size();
        let due = now.plus(self.settings.response_timeout);
        for (id, connection) in self.connections.iter_mut().filter(|(_, it)| it.is_of(account)) {
            while connection.delivering.len() < window {
                let Some(at) = waiting.iter().position(|parcel| parcel.not_on != Some(*id)) else { break };
                let Some(parcel) = waiting.remove(at) else { break };
                let event = sent(&parcel);
                let pdu = Pdu::Deliver(Box::new(parcel.deliver(connection.edition())));
                let sequence = connection.send(&pdu);
                connection.delivering.insert(sequence, (parcel, self.settings.deliver_attempts), due);
                self.events.push_back((*id, event));
            }
        }
    }

    /// Sends overdue DELIVERs again with their old numbers; after the last attempt the connection is closed.
    fn send_again(&mut self, now: Moment, id: ConnectionId) {
        let due = now.plus(self.settings.response_timeout);
        let Some(connection) = self.connections.get_mut(&id) else { return };
        while let Some((sequence, (mut parcel, attempts))) = connection.delivering.overdue(now) {
            let attempts = attempts.saturating_sub(1);
            if attempts == 0 {
                connection.is_closing = true;
                connection.delivering.insert(sequence, (parcel, 0), due);
                break;
            }
            parcel.repeated += 1;
            let pdu = Pdu::Deliver(Box::new(parcel.deliver(connection.edition())));
            connection.send_as(sequence, &pdu);
            self.events.push_back((id, sent(&parcel)));
            connection.delivering.insert(sequence, (parcel, attempts), due);
        }
    }

    fn probe(&mut self, now: Moment, id: ConnectionId) {
        let Some(silence) = self.settings.heartbeat else { return };
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if connection.guest != Guest::Unknown && connection.heard_at.plus(silence) <= now {
            connection.heard_at = now;
            connection.send(&Pdu::ActiveTest);
        }
    }
}

fn sent(parcel: &Parcel) -> Event {
    match parcel.load {
        Load::Report { of, stat, .. } => Event::Reported { msg_id: of, stat, repeated: parcel.repeated },
        Load::Message { .. } => Event::Forwarded { msg_id: parcel.msg_id },
    }
}
