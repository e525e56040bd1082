//! What a client session does with what the message centre sends.

use heyan_line::Moment;
use heyan_line::session::Session as _;

use super::event::{Delivery, EndReason, Event, Stray};
use super::{Past, Session, State};
use crate::codes::{REFUSED_FOR_GOOD, is_throttling};
use crate::pdu::{ANSWER, Answer, BindAnswer, DELIVER_SM, DecodeError, Head, Message, Pdu};

impl Session {
    pub(super) fn read(&mut self, now: Moment, octets: &[u8]) {
        if self.is_ended() {
            return;
        }
        self.framer.push(octets);
        while !self.is_ended() {
            let decoded = match self.framer.next_frame() {
                Ok(Some(frame)) => Pdu::decode(frame).map_err(|error| (error, Head::read(frame).ok())),
                Ok(None) => return,
                Err(error) => return self.end(EndReason::Broken(error)),
            };
            self.heard_at = now;
            self.probe = None;
            match decoded {
                Ok((head, pdu)) => self.take(now, head.sequence, pdu),
                Err((error, head)) => self.refuse(error, head),
            }
        }
    }

    /// What cannot be read is answered all the same: a deliver_sm without an answer would come again and again and fill
    /// the message centre's window.
    fn refuse(&mut self, error: DecodeError, head: Option<Head>) {
        if let (Some(head), true) = (head, self.is_logged_in())
            && head.command & ANSWER == 0
        {
            let answer = if head.command == DELIVER_SM {
                Pdu::DeliverAnswer { status: REFUSED_FOR_GOOD }
            } else {
                Pdu::Other { command: head.command }
            };
            answer.encode(head.sequence, &mut self.output);
        }
        self.events.push_back(Event::Malformed { error });
    }

    fn is_logged_in(&self) -> bool {
        match self.state {
            State::Open | State::Draining { .. } | State::Unbinding { .. } => true,
            State::LoggingIn { .. } | State::Ended => false,
        }
    }

    fn take(&mut self, now: Moment, sequence: u32, pdu: Pdu) {
        if let State::LoggingIn { .. } = self.state {
            return match pdu {
                Pdu::BindAnswer(answer) => self.log_in(answer),
                Pdu::Nack { status } => self.end(EndReason::Refused { status }),
                // Some close a session for want of an answer before they have let anybody in.
                Pdu::EnquireLink => Pdu::EnquireLinkAnswer.encode(sequence, &mut self.output),
                Pdu::Bind(_)
                | Pdu::Submit(_)
                | Pdu::SubmitAnswer(_)
                | Pdu::Deliver(_)
                | Pdu::DeliverAnswer { .. }
                | Pdu::EnquireLinkAnswer
                | Pdu::Unbind
                | Pdu::UnbindAnswer
                | Pdu::Other { .. } => self.stray(sequence, Stray::OutOfTurn),
            };
        }
        match pdu {
            Pdu::SubmitAnswer(answer) => self.answer(now, sequence, answer),
            // A refusal of something that was sent, by somebody who could not read it.
            Pdu::Nack { status } => self.answer(now, sequence, Answer { status, message_id: String::new() }),
            Pdu::Deliver(deliver) => self.deliver(sequence, deliver),
            Pdu::EnquireLink => Pdu::EnquireLinkAnswer.encode(sequence, &mut self.output),
            // That something was heard is all that it says.
            Pdu::EnquireLinkAnswer => {}
            Pdu::Unbind => {
                Pdu::UnbindAnswer.encode(sequence, &mut self.output);
                self.end(EndReason::Unbound);
            }
            Pdu::UnbindAnswer => match self.state {
                State::Unbinding { .. } => self.end(EndReason::Terminated),
                State::LoggingIn { .. } | State::Open | State::Draining { .. } | State::Ended => {
                    self.stray(sequence, Stray::OutOfTurn);
                }
            },
            Pdu::Other { command } => {
                // alert_notification and outbind have no answer.
                if command & ANSWER == 0 && !matches!(command, 0x0B | 0x102) {
                    Pdu::Other { command }.encode(sequence, &mut self.output);
                }
                self.stray(sequence, Stray::OutOfTurn);
            }
            Pdu::Bind(_) | Pdu::BindAnswer(_) | Pdu::Submit(_) | Pdu::DeliverAnswer { .. } => {
                self.stray(sequence, Stray::OutOfTurn);
            }
        }
    }

    fn log_in(&mut self, answer: BindAnswer) {
        if answer.status != 0 {
            return self.end(EndReason::Refused { status: answer.status });
        }
        self.state = State::Open;
        self.events.push_back(Event::LoggedIn { system_id: answer.system_id });
    }

    fn answer(&mut self, now: Moment, sequence: u32, answer: Answer) {
        let Some(ticket) = self.in_flight.remove(sequence) else {
            return self.answer_without_request(sequence, answer);
        };
        self.memory.remember(sequence, Past::Answered);
        if is_throttling(answer.status)
            && let Some(per_second) = self.pace.throttled(now)
        {
            self.events.push_back(Event::Slowed { per_second });
        }
        self.events.push_back(Event::Answered { ticket, answer });
        self.finish_draining(now);
    }

    fn answer_without_request(&mut self, sequence: u32, answer: Answer) {
        match self.memory.get(sequence) {
            Some(Past::Answered) => self.stray(sequence, Stray::SecondAnswer),
            Some(Past::GivenUp(ticket)) => {
                self.memory.remember(sequence, Past::Answered);
                self.events.push_back(Event::AnsweredLate { ticket, answer });
            }
            None => self.stray(sequence, Stray::UnknownSequence),
        }
    }

    fn deliver(&mut self, sequence: u32, deliver: Box<Message>) {
        if self.unacknowledged.values().any(|waiting| *waiting == sequence) {
            return self.stray(sequence, Stray::RepeatedDeliver);
        }
        let delivery = Delivery(self.next_delivery);
        self.next_delivery += 1;
        self.unacknowledged.insert(delivery, sequence);
        self.events.push_back(Event::Delivered { delivery, deliver });
    }

    fn stray(&mut self, sequence: u32, kind: Stray) {
        self.events.push_back(Event::Stray { sequence, kind });
    }
}
