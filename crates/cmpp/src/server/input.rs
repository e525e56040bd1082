//! What the double does with what its guests send.

use super::config::{Account, Disturbance, GatewayForm, Treatment, Way};
use super::connection::Guest;
use super::event::{ConnectionId, Event};
use super::parcel::{Load, Parcel};
use super::{Action, Smsc};
use crate::auth::{StatusWidth, gateway, source_is_right};
use crate::header::SequenceId;
use crate::ids::{MsgId, Status};
use crate::octets::Octets;
use crate::pdu::{CancelResp, Connect, ConnectResp, Pdu, Query, QueryResp, Submit};
use crate::time::Moment;

/// Results of SUBMIT_RESP that the double gives by itself.
const REPEATED_SEQUENCE: u32 = 3;
const CONTENT_TOO_LONG: u32 = 6;
const FLOW_CONTROL: u32 = 8;
/// Statuses of CONNECT_RESP that the double gives by itself.
const BAD_SOURCE: u32 = 2;
const BAD_SECRET: u32 = 3;
const VERSION_TOO_HIGH: u32 = 4;
const TOO_MANY: u32 = 5;

impl Smsc {
    /// Octets have come on a connection.
    pub fn received(&mut self, now: Moment, id: ConnectionId, octets: &[u8]) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if connection.is_silent {
            return;
        }
        connection.heard_at = now;
        connection.framer.push(octets);
        loop {
            let Some(connection) = self.connections.get_mut(&id).filter(|it| !it.is_closing && !it.is_silent)
            else {
                return;
            };
            let edition = connection.edition();
            let decoded = match connection.framer.next_frame() {
                Ok(Some(frame)) => Pdu::decode(frame, edition),
                Ok(None) => return,
                Err(error) => {
                    connection.is_closing = true;
                    return self.events.push_back((id, Event::Broken { error }));
                }
            };
            match decoded {
                Ok((sequence, pdu)) => self.take(now, id, sequence, pdu),
                Err(error) => self.events.push_back((id, Event::Malformed { error })),
            }
        }
    }

    fn take(&mut self, now: Moment, id: ConnectionId, sequence: SequenceId, pdu: Pdu) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let Guest::LoggedIn { account, edition } = connection.guest else {
            let Pdu::Connect(connect) = pdu else {
                connection.is_closing = true;
                return self.events.push_back((id, Event::Stray));
            };
            return self.log_in(now, id, sequence, &connect);
        };
        match pdu {
            Pdu::Submit(submit) => self.submit(now, id, account, sequence, submit),
            Pdu::DeliverResp(resp) => {
                let event = match connection.delivering.remove(sequence) {
                    Some(_) => Event::Acknowledged { msg_id: resp.msg_id, result: resp.result.code() },
                    None => Event::Stray,
                };
                self.events.push_back((id, event));
                self.dispatch(now, account);
            }
            Pdu::ActiveTest => {
                connection.send_as(sequence, &Pdu::ActiveTestResp(Some(0)));
                self.events.push_back((id, Event::Probed));
            }
            // That something was heard is all that it says.
            Pdu::ActiveTestResp(_) => {}
            Pdu::Terminate => {
                connection.send_as(sequence, &Pdu::TerminateResp);
                connection.is_closing = true;
                self.events.push_back((id, Event::Terminated));
            }
            Pdu::Query(query) => {
                let resp = self.counts_of(account, &query);
                self.send(id, sequence, &Pdu::QueryResp(resp));
            }
            Pdu::Cancel(cancel) => {
                let code = u32::from(!self.take_back(now, cancel.msg_id));
                self.send(id, sequence, &Pdu::CancelResp(CancelResp { success: Status::new(edition, code) }));
                self.follow_script(now);
            }
            Pdu::Connect(_)
            | Pdu::ConnectResp(_)
            | Pdu::TerminateResp
            | Pdu::SubmitResp(_)
            | Pdu::Deliver(_)
            | Pdu::QueryResp(_)
            | Pdu::CancelResp(_) => self.events.push_back((id, Event::Stray)),
        }
    }

    fn send(&mut self, id: ConnectionId, sequence: SequenceId, pdu: &Pdu) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.send_as(sequence, pdu);
        }
    }

    fn log_in(&mut self, now: Moment, id: ConnectionId, sequence: SequenceId, connect: &Connect) {
        let found = self.settings.accounts.iter().position(|account| account.sp_id == connect.sp_id);
        let known = found.and_then(|index| Some((index, self.settings.accounts.get(index)?)));
        let code = match known {
            None => BAD_SOURCE,
            Some((_, account))
                if !source_is_right(account.sp_id, &account.secret, connect.at, &connect.authenticator) =>
            {
                BAD_SECRET
            }
            Some(_) if !connect.version.is_known() => VERSION_TOO_HIGH,
            Some((index, account)) if self.logged_in(index) >= account.connections => TOO_MANY,
            Some(_) => 0,
        };
        let edition = connect.version.edition();
        let status = Status::new(edition, code);
        let authenticator = known.map_or([0; 16], |(_, account)| prove(account, status, connect));
        let resp = ConnectResp { status, authenticator, version: connect.version };
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.send_as(sequence, &Pdu::ConnectResp(resp));
        if let (0, Some(account)) = (code, found) {
            connection.guest = Guest::LoggedIn { account, edition };
            let event = Event::LoggedIn { sp_id: connect.sp_id, version: connect.version };
            self.events.push_back((id, event));
            self.dispatch(now, account);
        } else {
            connection.is_closing = true;
            self.events.push_back((id, Event::Refused { sp_id: connect.sp_id, status: code }));
        }
    }

    fn logged_in(&self, account: usize) -> usize {
        self.connections.values().filter(|connection| connection.is_of(account)).count()
    }

    fn submit(
        &mut self,
        now: Moment,
        id: ConnectionId,
        account: usize,
        sequence: SequenceId,
        submit: Box<Submit>,
    ) {
        let msg_id = self.new_msg_id(now);
        let Some(settings) = self.settings.accounts.get(account) else { return };
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let too_fast = settings.rate_per_second.is_some_and(|rate| connection.count(now) > rate.get());
        let too_many = connection.unanswered.len() >= settings.window.size();
        if too_many {
            self.events.push_back((id, Event::WindowExceeded));
        }
        let refused = if connection.unanswered.contains(&sequence) {
            Some(REPEATED_SEQUENCE)
        } else if too_fast || too_many {
            Some(FLOW_CONTROL)
        } else if submit.content.as_bytes().len() > submit.format.longest() {
            Some(CONTENT_TOO_LONG)
        } else {
            None
        };
        if let Some(result) = refused {
            self.send_answer(id, sequence, msg_id, result);
            return self.events.push_back((id, Event::Submitted { msg_id, result, submit }));
        }
        let destinations = submit.destinations();
        let numbers: Vec<_> = destinations.iter().map(crate::number::Terminal::text).collect();
        let treatment = self.player.treatment(&numbers);
        if let Some(disturbance) = treatment.disturbance {
            return self.disturb(id, sequence, disturbance);
        }
        self.accept(now, id, account, sequence, (msg_id, &submit, &treatment));
        self.events.push_back((id, Event::Submitted { msg_id, result: treatment.result, submit }));
        // What is due at once need not wait for the next tick.
        self.follow_script(now);
    }

    fn accept(
        &mut self,
        now: Moment,
        id: ConnectionId,
        account: usize,
        sequence: SequenceId,
        (msg_id, submit, treatment): (MsgId, &Submit, &Treatment),
    ) {
        let destinations = submit.destinations();
        if let Some(counts) = self.counts.get_mut(account) {
            counts.messages = counts.messages.saturating_add(1);
            counts.users = counts.users.saturating_add(u32::try_from(destinations.len()).unwrap_or(u32::MAX));
        }
        if treatment.answer_after.is_zero() {
            self.send_answer(id, sequence, msg_id, treatment.result);
        } else {
            if let Some(connection) = self.connections.get_mut(&id) {
                connection.unanswered.insert(sequence);
            }
            let answer = Action::Answer { connection: id, sequence, msg_id, result: treatment.result };
            self.agenda.plan(now.plus(treatment.answer_after), answer);
        }
        if treatment.result != 0 || !submit.wants_report() {
            return;
        }
        let submitted_at = self.minute(now);
        for destination in destinations {
            for plan in &treatment.reports {
                let load = Load::Report { of: msg_id, stat: plan.stat, submitted_at, done_at: submitted_at };
                let parcel = Parcel {
                    msg_id: self.new_msg_id(now),
                    service: submit.source,
                    phone: destination.text().into_owned(),
                    not_on: (plan.way == Way::Other).then_some(id),
                    repeated: 0,
                    load,
                };
                self.agenda.plan(now.plus(plan.after), Action::Deliver { account, parcel });
            }
        }
    }

    fn send_answer(&mut self, id: ConnectionId, sequence: SequenceId, msg_id: MsgId, result: u32) {
        let is_repeated = result == REPEATED_SEQUENCE;
        let waits =
            is_repeated && self.connections.get(&id).is_some_and(|it| it.unanswered.contains(&sequence));
        self.answer(id, sequence, msg_id, result);
        // The first of the two is still to be answered.
        if let Some(connection) = self.connections.get_mut(&id).filter(|_| waits) {
            connection.unanswered.insert(sequence);
        }
    }

    fn disturb(&mut self, id: ConnectionId, sequence: SequenceId, disturbance: Disturbance) {
        self.events.push_back((id, Event::Disturbed { disturbance }));
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.unanswered.insert(sequence);
        match disturbance {
            Disturbance::Close => {
                connection.output.clear();
                connection.is_closing = true;
            }
            Disturbance::Garbage => connection.output.extend_from_slice(&[0xFF; 64]),
            Disturbance::WrongLength => connection.output.extend_from_slice(&[0, 0, 0, 11, 0x80, 0, 0, 4]),
            Disturbance::Silence => connection.is_silent = true,
        }
    }

    fn counts_of(&self, account: usize, query: &Query) -> QueryResp {
        let (messages, users) =
            self.counts.get(account).map_or((0, 0), |counts| (counts.messages, counts.users));
        let waiting = self.waiting.get(account).map_or(0, std::collections::VecDeque::len);
        QueryResp {
            day: query.day,
            kind: query.kind,
            code: query.code,
            sent_messages: messages,
            sent_users: users,
            sent_ok: messages,
            sent_waiting: 0,
            sent_failed: 0,
            received_ok: 0,
            received_waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            received_failed: 0,
        }
    }

    /// A message whose report has not gone out can be taken back: its report then says so.
    fn take_back(&mut self, now: Moment, msg_id: MsgId) -> bool {
        let is_report_of = |action: &Action| match action {
            Action::Deliver { parcel, .. } => match &parcel.load {
                Load::Report { of, .. } => *of == msg_id,
                Load::Message { .. } => false,
            },
            Action::Answer { .. } => false,
        };
        let mut taken = false;
        for action in self.agenda.take(is_report_of) {
            let Action::Deliver { account, mut parcel } = action else { continue };
            if taken {
                continue;
            }
            taken = true;
            if let Load::Report { stat, .. } = &mut parcel.load {
                *stat = Octets::from_wire(*b"DELETED");
            }
            self.agenda.plan(now, Action::Deliver { account, parcel });
        }
        taken
    }
}

fn prove(account: &Account, status: Status, connect: &Connect) -> [u8; 16] {
    let standard = StatusWidth::standard(connect.version.edition());
    let width = match (account.form, standard) {
        (GatewayForm::Zeros, _) => return [0; 16],
        (GatewayForm::Text, _) => return *b"a gateway's text",
        (GatewayForm::Standard, width) => width,
        (GatewayForm::Other, StatusWidth::One) => StatusWidth::Four,
        (GatewayForm::Other, StatusWidth::Four) => StatusWidth::One,
    };
    gateway(status, width, &connect.authenticator, &account.secret)
}
