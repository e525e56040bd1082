//! CMPP lines: what goes between the outbox and a link of `heyan-cmpp`.

mod submits;

use std::sync::Arc;

use heyan_cmpp::client::{Answer, Event};
use heyan_cmpp::codes::{is_throttling, submit_result};
use heyan_cmpp::net::{Handle, Link, Notice, Notices};
use heyan_cmpp::pdu::{Deliver, SubmitResp};
use heyan_cmpp::{LoginTime, Octets};
use heyan_domain::Timestamp;
use heyan_domain::terms::Phone;
use heyan_line::watched::Watch;
use rand::Rng;

use crate::ledger::Fate;
use crate::line::{Acknowledge, Handed, Mouth, Reported, Said, Taken};
use crate::reporter::{Reporter, arrived, behind_the_window, refused};

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
    settings: Settings,
    handle: Handle,
    reporter: Reporter,
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
    let line = Arc::new(Line { settings, handle, reporter: Reporter::new(place, mouth) });
    let sending = {
        let line = Arc::clone(&line);
        async move { line.send(taken).await }
    };
    tokio::join!(link, sending, line.listen(notices));
}

impl Line {
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
            Err(code) => return self.reporter.cannot(message, code).await,
        };
        let tickets = self.reporter.begin(message, parts.len());
        for (ticket, part) in tickets.into_iter().zip(parts) {
            if self.handle.submit(ticket, Box::new(part)).await.is_err() {
                self.reporter.ended(ticket, Fate::Returned).await;
            }
        }
    }

    async fn listen(&self, mut notices: Notices) {
        while let Some(notice) = notices.recv().await {
            match notice {
                Notice::Session(event) => self.heard(event).await,
                Notice::Returned { ticket, .. } => self.reporter.ended(ticket, Fate::Returned).await,
                Notice::Unreachable { error } => {
                    self.reporter.say(Said::Down { why: error.to_string() }).await;
                }
                Notice::Down { .. } => {}
            }
        }
    }

    async fn heard(&self, event: Event) {
        match event {
            Event::LoggedIn { gateway, .. } => {
                if !gateway.is_proof() {
                    tracing::info!(
                        name: "sms.gateway_unproved", place = self.reporter.place(),
                        "the gateway has not proved that it knows the secret; many cannot"
                    );
                }
                let window = self.settings.link.config.window.size();
                self.reporter
                    .say(Said::Up { room: window + behind_the_window(self.settings.rate_per_second) })
                    .await;
            }
            Event::Answered { ticket, answer: Answer::Submit(answer) } => {
                self.reporter.ended(ticket, fate(&answer)).await;
            }
            Event::Unknown { ticket, .. } => self.reporter.ended(ticket, Fate::Unknown).await,
            Event::AnsweredLate { ticket, answer: Answer::Submit(answer) } => {
                self.reporter.ended_late(ticket, fate(&answer)).await;
            }
            Event::Delivered { delivery, deliver } => {
                let handle = self.handle.clone();
                let acknowledge: Acknowledge = Box::new(move || handle.acknowledge(delivery, 0));
                match reported(&deliver) {
                    Some(reported) => self.reporter.say(Said::Reported { reported, acknowledge }).await,
                    None => acknowledge(),
                }
            }
            Event::Ended { reason } => self.reporter.say(Said::Down { why: reason.to_string() }).await,
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
    refused(code.to_string(), submit_result(code), is_throttling(code))
}

/// What a DELIVER reports of the end of a message. Messages from phones, reports on the way and reports that say nothing
/// are of no use here.
fn reported(deliver: &Deliver) -> Option<Reported> {
    let report = deliver.report()?.ok()?;
    let arrived = arrived(report.outcome().meaning)?;
    // Some gateways leave the number in the report empty; it is that of the DELIVER, too.
    let number = report.destination.mainland().or_else(|| deliver.source().mainland())?;
    Some(Reported {
        carrier_id: report.msg_id.to_string(),
        other_ids: Vec::new(),
        to: Phone::parse(number.as_str())?,
        arrived,
        carrier_code: report.stat.text().into_owned(),
    })
}
