//! What a client session does with what the gateway sends.

use super::event::{Answer, Delivery, EndReason, Event, Stray};
use super::memory::{Kind, Past};
use super::{Session, State};
use crate::auth::GatewayVerdict;
use crate::header::{HEADER_LENGTH, Header, SequenceId};
use crate::ids::{Edition, MsgId, Status};
use crate::pdu::{ConnectResp, Deliver, DeliverResp, Pdu, command};
use crate::time::Moment;
use crate::wire::DecodeError;

/// Result of a DELIVER_RESP to what cannot be read: "structure of the message".
const CANNOT_READ: u32 = 1;

impl Session {
    /// Octets have come.
    pub fn received(&mut self, now: Moment, octets: &[u8]) {
        if self.is_ended() {
            return;
        }
        self.framer.push(octets);
        while !self.is_ended() {
            let decoded = match self.framer.next_frame() {
                Ok(Some(frame)) => Pdu::decode(frame, self.config.version.edition())
                    .map_err(|error| (error, rejected(frame))),
                Ok(None) => return,
                Err(error) => return self.end(EndReason::Broken(error)),
            };
            self.heard_at = now;
            self.probe = None;
            match decoded {
                Ok((sequence, pdu)) => self.take(now, sequence, pdu),
                Err((error, rejected)) => self.refuse(error, rejected),
            }
        }
    }

    /// A DELIVER that cannot be read is answered all the same: unanswered, it would come again and again and fill the
    /// gateway's window.
    fn refuse(&mut self, error: DecodeError, rejected: Option<(SequenceId, MsgId)>) {
        if let (Some((sequence, msg_id)), true) = (rejected, self.is_logged_in()) {
            let result = Status::new(self.edition(), CANNOT_READ);
            Pdu::DeliverResp(DeliverResp { msg_id, result }).encode(sequence, &mut self.output);
        }
        self.events.push_back(Event::Malformed { error });
    }

    fn is_logged_in(&self) -> bool {
        match self.state {
            State::Open | State::Draining { .. } | State::Terminating { .. } => true,
            State::LoggingIn { .. } | State::Ended => false,
        }
    }

    fn take(&mut self, now: Moment, sequence: SequenceId, pdu: Pdu) {
        if let State::LoggingIn { authenticator, .. } = self.state {
            let Pdu::ConnectResp(resp) = pdu else { return self.stray(sequence, Stray::OutOfTurn) };
            return self.log_in(&resp, &authenticator);
        }
        match pdu {
            Pdu::SubmitResp(resp) => self.answer(now, sequence, Kind::Submit, Answer::Submit(resp)),
            Pdu::QueryResp(resp) => self.answer(now, sequence, Kind::Query, Answer::Query(resp)),
            Pdu::CancelResp(resp) => self.answer(now, sequence, Kind::Cancel, Answer::Cancel(resp)),
            Pdu::Deliver(deliver) => self.deliver(sequence, deliver),
            Pdu::ActiveTest => Pdu::ActiveTestResp(Some(0)).encode(sequence, &mut self.output),
            // That something was heard is all that it says.
            Pdu::ActiveTestResp(_) => {}
            Pdu::Terminate => {
                Pdu::TerminateResp.encode(sequence, &mut self.output);
                self.end(EndReason::TerminatedByGateway);
            }
            Pdu::TerminateResp => match self.state {
                State::Terminating { .. } => self.end(EndReason::Terminated),
                State::LoggingIn { .. } | State::Open | State::Draining { .. } | State::Ended => {
                    self.stray(sequence, Stray::OutOfTurn);
                }
            },
            Pdu::Connect(_)
            | Pdu::ConnectResp(_)
            | Pdu::Submit(_)
            | Pdu::DeliverResp(_)
            | Pdu::Query(_)
            | Pdu::Cancel(_) => self.stray(sequence, Stray::OutOfTurn),
        }
    }

    fn log_in(&mut self, resp: &ConnectResp, authenticator: &[u8; 16]) {
        let answered_in = match resp.status {
            Status::Two(_) => Edition::Two,
            Status::Three(_) => Edition::Three,
        };
        let version = resp.version;
        if !resp.status.is_ok() {
            return self.end(EndReason::Refused { status: resp.status.code(), version });
        }
        if answered_in != self.edition() {
            return self.end(EndReason::OtherEdition { version });
        }
        let secret = &self.config.secret;
        let gateway =
            GatewayVerdict::judge(resp.status, answered_in, authenticator, secret, &resp.authenticator);
        if self.config.strict && !gateway.is_proof() {
            return self.end(EndReason::Unproved);
        }
        self.state = State::Open;
        self.events.push_back(Event::LoggedIn { version, gateway });
    }

    fn answer(&mut self, now: Moment, sequence: SequenceId, kind: Kind, answer: Answer) {
        match self.in_flight.get(sequence).map(|request| request.kind) {
            Some(of) if of != kind => return self.stray(sequence, Stray::OtherKind),
            Some(_) => {}
            None => return self.answer_without_request(sequence, kind, answer),
        }
        let Some(request) = self.in_flight.remove(sequence) else { return };
        self.memory.remember(sequence, Past::Answered);
        if let Answer::Submit(resp) = answer
            && crate::codes::is_throttling(resp.result.code())
            && let Some(per_second) = self.pace.throttled(now)
        {
            self.events.push_back(Event::Slowed { per_second });
        }
        self.events.push_back(Event::Answered { ticket: request.ticket, answer });
        self.finish_draining(now);
    }

    fn answer_without_request(&mut self, sequence: SequenceId, kind: Kind, answer: Answer) {
        match self.memory.get(sequence) {
            Some(Past::Answered) => self.stray(sequence, Stray::SecondAnswer),
            Some(Past::GivenUp(ticket, of)) if of == kind => {
                self.memory.remember(sequence, Past::Answered);
                self.events.push_back(Event::AnsweredLate { ticket, answer });
            }
            Some(Past::GivenUp(_, _)) => self.stray(sequence, Stray::OtherKind),
            None => self.stray(sequence, Stray::UnknownSequence),
        }
    }

    fn deliver(&mut self, sequence: SequenceId, deliver: Box<Deliver>) {
        let identity = (sequence, deliver.msg_id);
        if self.unacknowledged.values().any(|waiting| *waiting == identity) {
            return self.stray(sequence, Stray::RepeatedDeliver);
        }
        let delivery = Delivery(self.next_delivery);
        self.next_delivery += 1;
        self.unacknowledged.insert(delivery, identity);
        self.events.push_back(Event::Delivered { delivery, deliver });
    }

    fn stray(&mut self, sequence: SequenceId, kind: Stray) {
        self.events.push_back(Event::Stray { sequence, kind });
    }
}

/// If the frame calls itself a DELIVER: what an answer to it has to repeat.
fn rejected(frame: &[u8]) -> Option<(SequenceId, MsgId)> {
    let header = Header::decode(frame).ok().filter(|header| header.command == command::DELIVER)?;
    let body = frame.get(HEADER_LENGTH..).unwrap_or_default();
    let msg_id =
        body.first_chunk::<8>().map_or(MsgId::NONE, |id| MsgId::from_number(u64::from_be_bytes(*id)));
    Some((header.sequence, msg_id))
}
