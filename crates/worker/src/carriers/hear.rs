//! What lines say, written down in batches.

use heyan_domain::decide::Action;
use heyan_domain::terms::MessageId;
use heyan_domain::verification::{Attempt, LOST, Receipt, Transport};
use heyan_gateway::{Acknowledge, Refusal, Reported, Said};
use tokio::sync::watch;
use tokio::time::Instant;

use super::{Carriers, Ear, LAST_ANSWERS, pause};

/// What is written down together.
const MAX_BATCH: usize = 2_000;

impl Carriers {
    pub(super) async fn hear(&self, ear: &mut Ear, mut stopping: watch::Receiver<bool>) {
        let mut heard = Vec::with_capacity(MAX_BATCH);
        let mut last_call = None;
        loop {
            let count = tokio::select! {
                count = ear.recv_many(&mut heard, MAX_BATCH) => count,
                _ = stopping.wait_for(|stops| *stops), if last_call.is_none() => {
                    last_call = Some(Instant::now() + LAST_ANSWERS);
                    continue;
                }
                () = until(last_call) => break,
            };
            if count == 0 {
                break;
            }
            if !self.write_down(&mut heard, &mut stopping).await {
                break;
            }
            self.wake.notify_one();
        }
        let left = self.desk().flights.len();
        if left > 0 {
            tracing::warn!(
                name: "sms.unanswered", messages = left,
                "carriers have not said what became of messages; they count as unknown at the next start"
            );
        }
    }

    /// Carries out what was said. What the database has not taken is tried again, and only that: what was put back into the
    /// outbox may be on its way again by then.
    async fn write_down(&self, heard: &mut Vec<(usize, Said)>, stopping: &mut watch::Receiver<bool>) -> bool {
        let mut acknowledgements = Vec::new();
        let mut actions: Vec<Action> = heard
            .drain(..)
            .filter_map(|(line, said)| self.understand(line, said, &mut acknowledgements))
            .collect();
        let count = u64::try_from(actions.len()).unwrap_or(u64::MAX);
        loop {
            let outcomes = self.engine.execute_background(actions.clone()).await;
            let (mut left, mut last_error) = (Vec::new(), None);
            for (action, outcome) in actions.into_iter().zip(outcomes) {
                if let Err(error) = outcome {
                    left.push(action);
                    last_error = Some(error);
                }
            }
            let Some(error) = last_error else { break };
            tracing::warn!(name: "sms.not_noted", %error, "what carriers have said is not written down yet");
            if pause(stopping).await {
                return false;
            }
            actions = left;
        }
        for acknowledge in acknowledgements {
            acknowledge();
        }
        self.written.send_modify(|written| *written = written.saturating_add(count));
        true
    }

    /// What is to be done about what a line says; whatever is known of the line is noted at once.
    fn understand(&self, line: usize, said: Said, acknowledgements: &mut Vec<Acknowledge>) -> Option<Action> {
        let transport = |transport| Some(Action::Transport(Box::new(transport)));
        let desk = &mut *self.desk();
        let route = desk.router.name(line).to_owned();
        if let Some(counts) = desk.counts.get_mut(line) {
            counts.count(&said);
        }
        match said {
            Said::Up { room } => {
                tracing::info!(name: "sms.line_up", route, "a carrier's line is up");
                desk.router.link(line, Some(room));
                None
            }
            Said::Down { why } => {
                tracing::warn!(name: "sms.line_down", route, why, "a carrier's line is down");
                desk.router.link(line, None);
                if let Some(told) = desk.why_down.get_mut(line) {
                    *told = Some(why);
                }
                None
            }
            Said::Accepted { message, carrier_id } => {
                let to = self.landed(desk, message, false);
                desk.flights.forget(message);
                Some(Action::Submitted { message, route, carrier_id, to })
            }
            Said::Refused { message, carrier_code, refusal } => {
                Some(self.refused(desk, (line, route), (message, carrier_code), refusal))
            }
            Said::Unknown { message } => {
                let to = self.landed(desk, message, true)?;
                let attempt = Attempt { route, at: self.clock.now(), code: LOST.to_owned() };
                let router = &desk.router;
                desk.flights.refused(message, attempt, |attempts| router.has_other(&to, attempts));
                transport(Transport::Lost { message, to })
            }
            Said::Returned { message } => {
                desk.flights.end(message)?;
                desk.router.returned(line, self.clock.now());
                transport(Transport::Release { message, carrier_code: None })
            }
            Said::Reported { reported, acknowledge } => {
                acknowledgements.push(acknowledge);
                let Reported { carrier_id, other_ids, to, arrived, carrier_code } = reported;
                let receipt = Receipt { route, carrier_id, other_ids, to, arrived, carrier_code };
                transport(Transport::Receipt(receipt))
            }
        }
    }

    /// A message has its answer: to whom it went.
    fn landed(
        &self,
        desk: &mut super::Desk,
        message: MessageId,
        is_at_fault: bool,
    ) -> Option<heyan_domain::terms::Phone> {
        let flight = desk.flights.end(message)?;
        let took = i64::try_from(flight.begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        if let Some(counts) = desk.counts.get_mut(flight.line) {
            counts.latency.note(u64::try_from(took).unwrap_or_default());
        }
        desk.router.answered(flight.line, self.clock.now(), took, is_at_fault);
        Some(flight.to)
    }

    fn refused(
        &self,
        desk: &mut super::Desk,
        (line, route): (usize, String),
        (message, carrier_code): (MessageId, String),
        refusal: Refusal,
    ) -> Action {
        let now = self.clock.now();
        let to = self.landed(desk, message, refusal == Refusal::LineAtFault);
        if refusal == Refusal::Throttled {
            desk.router.throttled(line, now);
        }
        let attempt = Attempt { route, at: now, code: carrier_code.clone() };
        let router = &desk.router;
        let has_other = |attempts: &[Attempt]| to.as_ref().is_some_and(|to| router.has_other(to, attempts));
        let is_final = match refusal {
            Refusal::ForGood => true,
            // The carrier that has the number now is not among ours.
            Refusal::OtherCarrier => {
                let tried = [desk.flights.attempts(message), std::slice::from_ref(&attempt)].concat();
                !has_other(&tried)
            }
            Refusal::Throttled | Refusal::Later | Refusal::LineAtFault => false,
        };
        if is_final {
            desk.flights.forget(message);
            return Action::SendFailed { message, carrier_code };
        }
        desk.flights.refused(message, attempt, has_other);
        let carrier_code = Some(carrier_code);
        Action::Transport(Box::new(Transport::Release { message, carrier_code }))
    }
}

/// Sleeps until then, or for ever.
async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
