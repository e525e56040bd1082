//! The message centre's side, as a double: a state machine over all its connections, playing a script. See
//! [`heyan_line::double::Double`] for how it is driven.
//!
//! It checks logins, windows and rates as a message centre does, answers and sends receipts as its script says, and can
//! misbehave. What it has to deliver to an account waits until one of its connections takes it, and what was not answered
//! when a connection ended goes out again on the next. Messages from phones are not played.

mod config;
mod connection;
mod event;
mod input;

pub use config::{Account, Disturbance, ReceiptIds, ReportPlan, Rule, Script, Settings, Treatment, Way};
pub use event::{ConnectionId, Event};

use std::collections::{BTreeMap, VecDeque};

use heyan_line::Moment;
use heyan_line::agenda::Agenda;
use heyan_line::double::Double;
use heyan_line::script::Player;
use heyan_line::time::{beijing, report_minute};

use crate::codes::STATES;
use crate::pdu::{Answer, Message, Pdu, RECEIPT, tag};
use connection::{Connection, Parcel};

/// Receipts that may wait for an account. One more and the oldest is dropped.
pub const MOST_WAITING: usize = 1_000_000;

#[derive(Debug)]
enum Action {
    Answer { connection: ConnectionId, sequence: u32, of: u32, result: u32 },
    Deliver { account: usize, parcel: Parcel },
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
    player: Player,
    waiting: Vec<VecDeque<Parcel>>,
    next_message: u32,
    events: VecDeque<(ConnectionId, Event)>,
}

impl Smsc {
    /// A double whose clock of [`Moment`]s began at so many milliseconds since 1970.
    pub fn new(settings: Settings, zero_ms: i64) -> Self {
        Self {
            waiting: settings.accounts.iter().map(|_| VecDeque::new()).collect(),
            player: Player::new(settings.script.clone()),
            settings,
            zero_ms,
            connections: BTreeMap::new(),
            next_connection: 1,
            agenda: Agenda::default(),
            next_message: 0x1000_0000,
            events: VecDeque::new(),
        }
    }

    fn id_text(of: u32) -> String {
        format!("{of:08X}")
    }

    fn minute(&self, now: Moment) -> String {
        let passed = i64::try_from(now.since_start().as_millis()).unwrap_or(i64::MAX);
        report_minute(beijing(self.zero_ms.saturating_add(passed)))
    }

    /// Answers and receipts that are due.
    fn follow_script(&mut self, now: Moment) {
        while let Some(action) = self.agenda.due(now) {
            match action {
                Action::Answer { connection, sequence, of, result } => {
                    self.answer(connection, sequence, of, result);
                }
                Action::Deliver { account, mut parcel } => {
                    parcel.done_at = self.minute(now);
                    let Some(waiting) = self.waiting.get_mut(account) else { continue };
                    waiting.push_back(parcel);
                    if waiting.len() > MOST_WAITING {
                        waiting.pop_front();
                    }
                    self.dispatch(now, account);
                }
            }
        }
    }

    fn answer(&mut self, id: ConnectionId, sequence: u32, of: u32, status: u32) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.unanswered.remove(&sequence);
        let message_id = if status == 0 { Self::id_text(of) } else { String::new() };
        connection.send_as(sequence, &Pdu::SubmitAnswer(Answer { status, message_id }));
    }

    /// Sends what waits for an account, as far as the windows of its connections allow.
    fn dispatch(&mut self, now: Moment, account: usize) {
        let Some(waiting) = self.waiting.get_mut(account) else { return };
        let window = self.settings.deliver_window.size();
        let due = now.plus(self.settings.response_timeout);
        let takes = |connection: &Connection| connection.takes_receipts_of(account);
        for (id, connection) in self.connections.iter_mut().filter(|(_, it)| takes(it)) {
            while connection.delivering.len() < window {
                let Some(at) = waiting.iter().position(|parcel| parcel.not_on != Some(*id)) else { break };
                let Some(parcel) = waiting.remove(at) else { break };
                let (of, stat, repeated) = (Self::id_text(parcel.of), parcel.stat, parcel.repeated);
                let receipt = receipt(&parcel, &self.settings);
                let sequence = connection.send(&Pdu::Deliver(Box::new(receipt)));
                connection.delivering.insert(sequence, parcel, due);
                self.events.push_back((*id, Event::Reported { id: of, stat, repeated }));
            }
        }
    }

    fn probe(&mut self, now: Moment) {
        let Some(silence) = self.settings.heartbeat else { return };
        let is_due = |it: &Connection| it.guest.is_some() && it.heard_at.plus(silence) <= now;
        for connection in self.connections.values_mut().filter(|it| is_due(it)) {
            connection.heard_at = now;
            connection.send(&Pdu::EnquireLink);
        }
    }
}

fn receipt(parcel: &Parcel, settings: &Settings) -> Message {
    let word = parcel.stat.text().into_owned();
    let id = match settings.receipt_ids {
        ReceiptIds::Same => Smsc::id_text(parcel.of),
        ReceiptIds::Decimal => format!("{:010}", parcel.of),
    };
    let state = STATES.iter().find(|(_, listed, _)| *listed == word).map_or(7, |(state, _, _)| *state);
    let delivered = u8::from(word == "DELIVRD");
    let (submitted, done) = (&parcel.submitted_at, &parcel.done_at);
    let text = format!(
        "id:{id} sub:001 dlvrd:{delivered:03} submit date:{submitted} done date:{done} stat:{word} err:000 text:"
    );
    let mut receipt = Message {
        source: parcel.phone.clone(),
        destination: parcel.service.clone(),
        esm_class: RECEIPT,
        text: text.into_bytes(),
        ..Message::default()
    };
    if settings.receipt_parameters {
        receipt.tlvs.push(tag::RECEIPTED_MESSAGE_ID, [id.as_bytes(), &[0]].concat());
        receipt.tlvs.push(tag::MESSAGE_STATE, vec![state]);
    }
    receipt
}

impl Double for Smsc {
    type Event = Event;

    fn connected(&mut self, now: Moment) -> ConnectionId {
        let id = ConnectionId(self.next_connection);
        self.next_connection += 1;
        self.connections.insert(id, Connection::new(now));
        id
    }

    fn received(&mut self, now: Moment, id: ConnectionId, octets: &[u8]) {
        self.read(now, id, octets);
    }

    fn closed(&mut self, now: Moment, id: ConnectionId) {
        let Some(mut connection) = self.connections.remove(&id) else { return };
        let undelivered = connection.delivering.drain();
        let event = Event::Closed { unanswered: connection.unanswered.len(), undelivered: undelivered.len() };
        self.events.push_back((id, event));
        let Some((account, _)) = connection.guest else { return };
        if let Some(waiting) = self.waiting.get_mut(account) {
            for mut parcel in undelivered.into_iter().rev() {
                parcel.repeated += 1;
                waiting.push_front(parcel);
            }
        }
        self.dispatch(now, account);
    }

    fn take_output(&mut self, id: ConnectionId) -> Vec<u8> {
        let connection = self.connections.get_mut(&id);
        connection.map(|connection| std::mem::take(&mut connection.output)).unwrap_or_default()
    }

    fn busy(&self) -> Vec<ConnectionId> {
        let busy = self.connections.iter().filter(|(_, it)| !it.output.is_empty() || it.is_closing);
        busy.map(|(id, _)| *id).collect()
    }

    fn is_closing(&self, id: ConnectionId) -> bool {
        self.connections.get(&id).is_none_or(|connection| connection.is_closing)
    }

    fn next_event(&mut self) -> Option<(ConnectionId, Event)> {
        self.events.pop_front()
    }

    fn next_timer(&self) -> Option<Moment> {
        let heartbeat = self.settings.heartbeat;
        let of_links =
            self.connections.values().filter(|it| !it.is_closing && !it.is_silent).flat_map(|it| {
                let probe = heartbeat.filter(|_| it.guest.is_some()).map(|silence| it.heard_at.plus(silence));
                [it.delivering.next_due(), probe].into_iter().flatten()
            });
        of_links.chain(self.agenda.next_due()).min()
    }

    fn tick(&mut self, now: Moment) {
        self.follow_script(now);
        for connection in self.connections.values_mut() {
            // SMPP knows no repetition on one connection: who does not answer gets his receipts on the next.
            connection.is_closing |= connection.delivering.next_due().is_some_and(|due| due <= now);
        }
        self.probe(now);
    }

    fn shut_down(&mut self) {
        for connection in self.connections.values_mut() {
            if connection.guest.is_some() {
                connection.send(&Pdu::Unbind);
            }
            connection.is_closing = true;
        }
    }
}
