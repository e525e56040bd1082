//! CMPP lines: what goes between the outbox and a link of `heyan-cmpp`.

mod ledger;
mod submits;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use heyan_cmpp::client::{Answer, Event, Ticket};
use heyan_cmpp::codes::{Cause, Meaning, is_throttling, submit_result};
use heyan_cmpp::net::{Handle, Link, Notice, Notices};
use heyan_cmpp::pdu::{Deliver, SubmitResp};
use heyan_cmpp::watched::Watch;
use heyan_cmpp::{LoginTime, Octets};
use heyan_domain::Timestamp;
use heyan_domain::terms::Phone;
use rand::Rng;

use crate::line::{Acknowledge, Handed, Mouth, Refusal, Reported, Said, Taken};
use ledger::{Fate, Ledger};

/// Messages that may wait at the link beside those in its window, so that the next is there when an answer comes: a tenth
/// of a second's worth, between these bounds. On a line that falls silent they wait until it is given up, so they are few.
const BEHIND_THE_WINDOW: (u32, u32) = (4, 256);

/// How many, where so many a second may leave.
fn behind_the_window(rate_per_second: u32) -> usize {
    let (least, most) = BEHIND_THE_WINDOW;
    usize::try_from((rate_per_second / 10).clamp(least, most)).unwrap_or_default()
}

/// What a CMPP line is made of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The link.
    pub link: Link,
    /// `Service_Id`.
    pub service_id: Octets<10>,
    /// `Src_Id`, where it is not the sender that the rule names.
    pub sender: Option<String>,
    /// Messages a second at most, as the router lets them through.
    pub rate_per_second: u32,
    /// Who watches its frames, if they are captured.
    pub watch: Option<Watch>,
}

/// What both halves of a line use.
struct Line {
    place: usize,
    settings: Settings,
    ledger: Mutex<Ledger>,
    handle: Handle,
    mouth: Mouth,
}

/// Runs a line until there are no more messages to come and all answers that were due have been waited for.
pub async fn run<W, R>(place: usize, settings: Settings, taken: Taken, mouth: Mouth, wall: W, rng: R)
where
    W: Fn() -> Timestamp + Send + Sync + 'static,
    R: Rng + Send + 'static,
{
    let (handle, notices, link) = settings.link.clone().keep_watched(
        settings.watch.clone(),
        move || LoginTime::at(wall().as_ms()),
        rng,
    );
    let line = Arc::new(Line { place, settings, ledger: Mutex::default(), handle, mouth });
    let sending = {
        let line = Arc::clone(&line);
        async move { line.send(taken).await }
    };
    tokio::join!(link, sending, line.listen(notices));
}

impl Line {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn say(&self, said: Said) {
        // Nobody listens once the house has stopped; what is not heard is unknown at the next start.
        let _ = self.mouth.send((self.place, said)).await;
    }

    async fn send(&self, mut taken: Taken) {
        while let Some(handed) = taken.recv().await {
            self.submit(&handed).await;
        }
        self.handle.terminate();
    }

    async fn submit(&self, handed: &Handed) {
        let message = handed.outgoing.message;
        let parts = match submits::parts(handed, &self.settings) {
            Ok(parts) => parts,
            Err(code) => {
                let (carrier_code, refusal) = (code.to_owned(), Refusal::LineAtFault);
                return self.say(Said::Refused { message, carrier_code, refusal }).await;
            }
        };
        let tickets = self.ledger().begin(message, parts.len());
        for (ticket, part) in tickets.into_iter().zip(parts) {
            if self.handle.submit(ticket, Box::new(part)).await.is_err() {
                self.ended(ticket, Fate::Returned).await;
            }
        }
    }

    async fn ended(&self, ticket: Ticket, fate: Fate) {
        let known = self.ledger().end(ticket, fate);
        let Some((message, fate)) = known else { return };
        let said = match fate {
            Fate::Accepted(carrier_id) => Said::Accepted { message, carrier_id },
            Fate::Refused(carrier_code, refusal) => Said::Refused { message, carrier_code, refusal },
            Fate::Unknown => Said::Unknown { message },
            Fate::Returned => Said::Returned { message },
        };
        self.say(said).await;
    }

    async fn listen(&self, mut notices: Notices) {
        while let Some(notice) = notices.recv().await {
            match notice {
                Notice::Session(event) => self.heard(event).await,
                Notice::Returned { ticket, .. } => self.ended(ticket, Fate::Returned).await,
                Notice::Unreachable { error } => self.say(Said::Down { why: error.to_string() }).await,
                Notice::Down { .. } => {}
            }
        }
    }

    async fn heard(&self, event: Event) {
        match event {
            Event::LoggedIn { gateway, .. } => {
                if !gateway.is_proof() {
                    tracing::info!(
                        name: "sms.gateway_unproved", place = self.place,
                        "the gateway has not proved that it knows the secret; many cannot"
                    );
                }
                let window = self.settings.link.config.window.size();
                self.say(Said::Up { room: window + behind_the_window(self.settings.rate_per_second) }).await;
            }
            Event::Answered { ticket, answer: Answer::Submit(answer) } => {
                self.ended(ticket, fate(&answer)).await;
            }
            Event::Unknown { ticket, .. } => self.ended(ticket, Fate::Unknown).await,
            Event::AnsweredLate { ticket, answer: Answer::Submit(answer) } => {
                let message = self.ledger().late(ticket);
                if let (Some(message), Fate::Accepted(carrier_id)) = (message, fate(&answer)) {
                    self.say(Said::Accepted { message, carrier_id }).await;
                }
            }
            Event::Delivered { delivery, deliver } => {
                let handle = self.handle.clone();
                let acknowledge: Acknowledge = Box::new(move || handle.acknowledge(delivery, 0));
                match reported(&deliver) {
                    Some(reported) => self.say(Said::Reported { reported, acknowledge }).await,
                    None => acknowledge(),
                }
            }
            Event::Ended { reason } => self.say(Said::Down { why: reason.to_string() }).await,
            Event::Answered { .. }
            | Event::AnsweredLate { .. }
            | Event::Slowed { .. }
            | Event::Stray { .. }
            | Event::Malformed { .. } => {}
        }
    }
}

/// What an answer says of its request.
fn fate(answer: &SubmitResp) -> Fate {
    let code = answer.result.code();
    if answer.result.is_ok() {
        return Fate::Accepted(answer.msg_id.to_string());
    }
    let row = submit_result(code);
    let refusal = match (row.meaning, row.cause) {
        _ if is_throttling(code) => Refusal::Throttled,
        // A code that nobody lists may be a warning beside an acceptance.
        (Meaning::Unknown | Meaning::Intermediate | Meaning::Delivered, _) => return Fate::Unknown,
        (Meaning::FailedForNow, _) => Refusal::Later,
        (Meaning::FailedForGood, Cause::OtherCarrier) => Refusal::OtherCarrier,
        (Meaning::FailedForGood, Cause::Recipient | Cause::Content) => Refusal::ForGood,
        (Meaning::FailedForGood, Cause::None | Cause::Account | Cause::Carrier | Cause::Protocol) => {
            Refusal::LineAtFault
        }
    };
    Fate::Refused(code.to_string(), refusal)
}

/// What a DELIVER reports of the end of a message. Messages from phones, reports on the way and reports that say nothing
/// are of no use here.
fn reported(deliver: &Deliver) -> Option<Reported> {
    let report = deliver.report()?.ok()?;
    let arrived = match report.outcome().meaning {
        Meaning::Delivered => true,
        Meaning::FailedForNow | Meaning::FailedForGood => false,
        Meaning::Intermediate | Meaning::Unknown => return None,
    };
    // Some gateways leave the number in the report empty; it is that of the DELIVER, too.
    let number = report.destination.mainland().or_else(|| deliver.source().mainland())?;
    Some(Reported {
        carrier_id: report.msg_id.to_string(),
        to: Phone::parse(number.as_str())?,
        arrived,
        carrier_code: report.stat.text().into_owned(),
    })
}
