//! From the outbox to the lines: the first message before the resend, and that before the noon's.

use std::time::Duration;

use heyan_domain::decide::{Action, Outcome};
use heyan_domain::verification::{Outgoing, Transport};
use heyan_gateway::routing::NoRoute;
use heyan_gateway::{Handed, Slot};
use heyan_store::tables::OutboxPlace;
use tokio::sync::watch;
use tokio::time::Instant;

use super::flights::Flight;
use super::{Carriers, pause};
use crate::driver::WorkerError;

/// Messages handed over together.
const MAX_BATCH: usize = 500;
/// How long nobody looks for new messages when there is nothing to do (DDL-04).
const IDLE: Duration = Duration::from_millis(250);
/// How long is waited for room or the next try: a rate fills a tenth of a second's worth at most.
const BUSY: Duration = Duration::from_millis(20);
/// How often messages of the highest rank are looked for while those of lower ones are gone through.
const RANKS_ANEW: Duration = Duration::from_millis(250);
/// The code of a message that no line takes.
const NO_ROUTE: &str = "NOROUTE";

/// A way through the outbox, from the front.
struct Pass {
    after: OutboxPlace,
    /// When the first page was last looked at.
    front_at: Instant,
    /// Messages handed over on it.
    handed: usize,
}

impl Pass {
    fn begin() -> Self {
        Self { after: OutboxPlace::default(), front_at: Instant::now(), handed: 0 }
    }
}

/// What came of a page.
enum Page {
    /// The outbox has more behind it.
    More,
    /// The pass is through; whether it has handed over anything.
    End(bool),
    /// No line has room.
    NoRoom,
}

impl Carriers {
    pub(super) async fn feed(&self, slots: Vec<Slot>, mut stopping: watch::Receiver<bool>) {
        let mut pass = Pass::begin();
        while !*stopping.borrow() {
            let wait = match self.page(&slots, &mut pass).await {
                Ok(Page::More) => continue,
                Ok(Page::NoRoom | Page::End(true)) => BUSY,
                Ok(Page::End(false)) => IDLE,
                Err(error) => {
                    tracing::warn!(name: "sms.not_fed", %error, "messages wait until the database can be used");
                    if pause(&mut stopping).await {
                        break;
                    }
                    continue;
                }
            };
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
                _ = stopping.wait_for(|stops| *stops) => {}
            }
        }
        // The slots are dropped: the lines wait for their answers and end.
    }

    /// Hands over what it can of the next page.
    async fn page(&self, slots: &[Slot], pass: &mut Pass) -> Result<Page, WorkerError> {
        let room = self.desk().router.room().min(MAX_BATCH);
        if room == 0 {
            return Ok(Page::NoRoom);
        }
        let is_front = pass.front_at.elapsed() >= RANKS_ANEW;
        let after = if is_front { OutboxPlace::default() } else { pass.after };
        let queued = self.readers.read(move |reader| reader.outbox(after, room)).await?;
        if is_front {
            pass.front_at = Instant::now();
            pass.handed += self.hand_over(slots, queued).await?;
            return Ok(Page::More);
        }
        if let Some(last) = queued.last() {
            pass.after = OutboxPlace::after(last);
        }
        let is_full = queued.len() == room;
        pass.handed += self.hand_over(slots, queued).await?;
        if is_full {
            return Ok(Page::More);
        }
        let has_handed = pass.handed > 0;
        *pass = Pass::begin();
        Ok(Page::End(has_handed))
    }

    /// Gives messages to lines that take them; how many.
    async fn hand_over(&self, slots: &[Slot], queued: Vec<Outgoing>) -> Result<usize, WorkerError> {
        let now = self.clock.now();
        let (mut chosen, mut actions, mut hopeless) = (Vec::new(), Vec::new(), Vec::new());
        {
            let desk = &mut *self.desk();
            for outgoing in queued {
                let message = outgoing.message;
                if !desk.flights.may_go(message, now) {
                    continue;
                }
                let attempts = desk.flights.attempts(message);
                match desk.router.choose(&outgoing.to, attempts, now, &mut *desk.rng) {
                    Ok(line) => {
                        let route = desk.router.name(line).to_owned();
                        actions.push(Action::Transport(Box::new(Transport::Hand { message, route })));
                        chosen.push((line, outgoing));
                    }
                    Err(NoRoute::Now) => {}
                    Err(NoRoute::Never) => {
                        hopeless.push(Action::SendFailed { message, carrier_code: NO_ROUTE.to_owned() });
                    }
                }
            }
        }
        for outcome in self.engine.execute_background(hopeless).await {
            outcome?;
        }
        let outcomes = self.engine.execute_background(actions).await;
        let count = chosen.len();
        for (outcome, (line, outgoing)) in outcomes.into_iter().zip(chosen) {
            match outcome {
                Ok(Outcome::Handed(Some(useful_until))) => {
                    let flight = Flight { line, to: outgoing.to, begun: Instant::now() };
                    let message = outgoing.message;
                    {
                        let desk = &mut *self.desk();
                        desk.flights.begin(message, flight);
                        if let Some(counts) = desk.counts.get_mut(line) {
                            counts.submitted += 1;
                        }
                    }
                    let given = slots.get(line).map(|slot| slot.send(Handed { outgoing, useful_until }));
                    if !matches!(given, Some(Ok(()))) {
                        self.give_back(message).await?;
                    }
                }
                // Not needed any more, or another process was faster.
                Ok(_) => self.desk().router.returned(line, now),
                Err(error) => {
                    self.desk().router.returned(line, now);
                    tracing::warn!(name: "sms.not_handed", %error, "a message is not noted as handed over and waits");
                }
            }
        }
        Ok(count)
    }

    /// A line that has ended takes nothing.
    async fn give_back(&self, message: heyan_domain::terms::MessageId) -> Result<(), WorkerError> {
        self.desk().flights.end(message);
        let release = Transport::Release { message, carrier_code: None };
        for outcome in self.engine.execute_background(vec![Action::Transport(Box::new(release))]).await {
            outcome?;
        }
        Ok(())
    }
}
