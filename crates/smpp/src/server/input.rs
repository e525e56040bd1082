//! What the double does with what its guests send.

use heyan_line::Moment;
use heyan_line::script::{Disturbance, Treatment, Way};
use subtle::ConstantTimeEq as _;

use super::connection::Parcel;
use super::{Action, ConnectionId, Event, Smsc};
use crate::codes::{ALREADY_BOUND, THROTTLED, WRONG_PASSWORD, WRONG_STATE, WRONG_SYSTEM_ID};
use crate::pdu::{Bind, BindAnswer, Message, Mode, Pdu};

/// ESME_RINVMSGLEN.
const MESSAGE_TOO_LONG: u32 = 0x01;
/// Octets of a short_message, or a part: what fits a phone's message in every alphabet.
const LONGEST: usize = 254;

impl Smsc {
    pub(super) fn read(&mut self, now: Moment, id: ConnectionId, octets: &[u8]) {
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
            let decoded = match connection.framer.next_frame() {
                Ok(Some(frame)) => Pdu::decode(frame),
                Ok(None) => return,
                Err(error) => {
                    connection.is_closing = true;
                    return self.events.push_back((id, Event::Broken { error }));
                }
            };
            match decoded {
                Ok((head, pdu)) => self.take(now, id, head.sequence, pdu),
                Err(error) => self.events.push_back((id, Event::Malformed { error })),
            }
        }
    }

    fn take(&mut self, now: Moment, id: ConnectionId, sequence: u32, pdu: Pdu) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let Some((account, mode)) = connection.guest else {
            let Pdu::Bind(bind) = pdu else {
                connection.send_as(sequence, &Pdu::Nack { status: WRONG_STATE });
                connection.is_closing = true;
                return self.events.push_back((id, Event::Stray));
            };
            return self.log_in(now, id, sequence, &bind);
        };
        match pdu {
            Pdu::Submit(submit) => self.submit(now, (id, sequence), (account, mode), submit),
            Pdu::DeliverAnswer { status } => {
                let event = match connection.delivering.remove(sequence) {
                    Some(parcel) => Event::Acknowledged { id: Self::id_text(parcel.of), status },
                    None => Event::Stray,
                };
                self.events.push_back((id, event));
                self.dispatch(now, account);
            }
            Pdu::EnquireLink => {
                connection.send_as(sequence, &Pdu::EnquireLinkAnswer);
                self.events.push_back((id, Event::Probed));
            }
            // That something was heard is all that it says.
            Pdu::EnquireLinkAnswer => {}
            Pdu::Unbind => {
                connection.send_as(sequence, &Pdu::UnbindAnswer);
                connection.is_closing = true;
                self.events.push_back((id, Event::Unbound));
            }
            Pdu::Bind(bind) => {
                let answer = BindAnswer { mode: bind.mode, status: ALREADY_BOUND, system_id: String::new() };
                connection.send_as(sequence, &Pdu::BindAnswer(answer));
                self.events.push_back((id, Event::Stray));
            }
            Pdu::Other { command } => {
                connection.send_as(sequence, &Pdu::Other { command });
                self.events.push_back((id, Event::Stray));
            }
            Pdu::BindAnswer(_)
            | Pdu::SubmitAnswer(_)
            | Pdu::Deliver(_)
            | Pdu::UnbindAnswer
            | Pdu::Nack { .. } => self.events.push_back((id, Event::Stray)),
        }
    }

    fn log_in(&mut self, now: Moment, id: ConnectionId, sequence: u32, bind: &Bind) {
        let accounts = &self.settings.accounts;
        let found = accounts.iter().position(|account| account.system_id == bind.system_id);
        let known = found.and_then(|index| Some((index, accounts.get(index)?)));
        let status = match known {
            None => WRONG_SYSTEM_ID,
            Some((_, account))
                if !bool::from(account.password.as_bytes().ct_eq(bind.password.as_bytes())) =>
            {
                WRONG_PASSWORD
            }
            Some((index, account)) if self.logged_in(index) >= account.connections => ALREADY_BOUND,
            Some(_) => 0,
        };
        let system_id = bind.system_id.clone();
        let answer = BindAnswer { mode: bind.mode, status, system_id: "heyan".to_owned() };
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.send_as(sequence, &Pdu::BindAnswer(answer));
        if let (0, Some(account)) = (status, found) {
            connection.guest = Some((account, bind.mode));
            self.events.push_back((id, Event::LoggedIn { system_id, mode: bind.mode }));
            self.dispatch(now, account);
        } else {
            connection.is_closing = true;
            self.events.push_back((id, Event::Refused { system_id, status }));
        }
    }

    fn logged_in(&self, account: usize) -> usize {
        self.connections.values().filter(|connection| connection.is_of(account)).count()
    }

    fn submit(
        &mut self,
        now: Moment,
        (id, sequence): (ConnectionId, u32),
        (account, mode): (usize, Mode),
        submit: Box<Message>,
    ) {
        self.next_message = self.next_message.wrapping_add(1);
        let of = self.next_message;
        let Some(settings) = self.settings.accounts.get(account) else { return };
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let too_fast = settings.rate_per_second.is_some_and(|rate| connection.count(now) > rate.get());
        let too_many = connection.unanswered.len() >= settings.window.size();
        if too_many {
            self.events.push_back((id, Event::WindowExceeded));
        }
        let refused = if !mode.sends() {
            Some(WRONG_STATE)
        } else if too_fast || too_many {
            Some(THROTTLED)
        } else if submit.octets().len() > LONGEST {
            Some(MESSAGE_TOO_LONG)
        } else {
            None
        };
        if let Some(result) = refused {
            self.answer(id, sequence, of, result);
            return self.events.push_back((id, Event::Submitted { id: Self::id_text(of), result, submit }));
        }
        let treatment = self.player.treatment(&[submit.destination.number.as_str()]);
        if let Some(disturbance) = treatment.disturbance {
            return self.disturb(id, sequence, disturbance);
        }
        self.accept(now, (id, sequence), account, (of, &submit, &treatment));
        self.events
            .push_back((id, Event::Submitted { id: Self::id_text(of), result: treatment.result, submit }));
        // What is due at once need not wait for the next tick.
        self.follow_script(now);
    }

    fn accept(
        &mut self,
        now: Moment,
        (id, sequence): (ConnectionId, u32),
        account: usize,
        (of, submit, treatment): (u32, &Message, &Treatment),
    ) {
        if treatment.answer_after.is_zero() {
            self.answer(id, sequence, of, treatment.result);
        } else {
            if let Some(connection) = self.connections.get_mut(&id) {
                connection.unanswered.insert(sequence);
            }
            let answer = Action::Answer { connection: id, sequence, of, result: treatment.result };
            self.agenda.plan(now.plus(treatment.answer_after), answer);
        }
        if treatment.result != 0 || !submit.wants_receipt() {
            return;
        }
        let wants_failures_only = submit.registered_delivery & 0x03 == 2;
        let minute = self.minute(now);
        for plan in &treatment.reports {
            if wants_failures_only && plan.stat.text() == "DELIVRD" {
                continue;
            }
            let parcel = Parcel {
                of,
                stat: plan.stat,
                service: submit.source.clone(),
                phone: submit.destination.clone(),
                submitted_at: minute.clone(),
                done_at: minute.clone(),
                not_on: (plan.way == Way::Other).then_some(id),
                repeated: 0,
            };
            self.agenda.plan(now.plus(plan.after), Action::Deliver { account, parcel });
        }
    }

    fn disturb(&mut self, id: ConnectionId, sequence: u32, disturbance: Disturbance) {
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
}
