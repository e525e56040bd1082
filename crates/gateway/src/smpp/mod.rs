//! SMPP lines: what goes between the outbox and a link of `heyan-smpp`.

mod submits;

use std::sync::Arc;

use heyan_domain::terms::Phone;
use heyan_line::Mainland;
use heyan_line::watched::Watch;
use heyan_smpp::MessageIds;
use heyan_smpp::client::Event;
use heyan_smpp::codes::{is_throttling, status};
use heyan_smpp::net::{Handle, Link, Notice, Notices};
use heyan_smpp::pdu::{Answer, Message, tag};
use heyan_smpp::receipt::Receipt;
use heyan_smpp::text::Concatenation;
use rand::Rng;

use crate::ledger::Fate;
use crate::line::{Acknowledge, Handed, Mouth, Reported, Said, Taken};
use crate::reporter::{Reporter, arrived, behind_the_window, refused};

/// What an SMPP line is made of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The link.
    pub link: Link,
    /// service_type, up to five characters.
    pub service_type: String,
    /// source_addr, where it is not the sender that the rule names.
    pub sender: Option<String>,
    /// source_addr_ton and source_addr_npi.
    pub source: (u8, u8),
    /// How parts of a long message say that they belong together.
    pub concatenation: Concatenation,
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
pub async fn run<R>(place: usize, settings: Settings, taken: Taken, mouth: Mouth, rng: R)
where
    R: Rng + Send + 'static,
{
    let (handle, notices, link) = settings.link.clone().keep_watched(settings.watch.clone(), rng);
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
        let config = &self.settings.link.config;
        match event {
            Event::LoggedIn { .. } => {
                let room = config.window.size() + behind_the_window(self.settings.rate_per_second);
                self.reporter.say(Said::Up { room }).await;
            }
            Event::Answered { ticket, answer } => {
                self.reporter.ended(ticket, fate(&answer, config.ids)).await;
            }
            Event::Unknown { ticket, .. } => self.reporter.ended(ticket, Fate::Unknown).await,
            Event::AnsweredLate { ticket, answer } => {
                self.reporter.ended_late(ticket, fate(&answer, config.ids)).await;
            }
            Event::Delivered { delivery, deliver } => {
                let handle = self.handle.clone();
                let acknowledge: Acknowledge = Box::new(move || handle.acknowledge(delivery, 0));
                match reported(&deliver, config.ids) {
                    Some(reported) => self.reporter.say(Said::Reported { reported, acknowledge }).await,
                    None => acknowledge(),
                }
            }
            Event::Ended { reason } => self.reporter.say(Said::Down { why: reason.to_string() }).await,
            Event::Slowed { .. } | Event::Stray { .. } | Event::Malformed { .. } => {}
        }
    }
}

/// What an answer says of its request.
fn fate(answer: &Answer, ids: MessageIds) -> Fate {
    if answer.status == 0 {
        return Fate::Accepted(ids.answered(&answer.message_id));
    }
    // As the tables of the documentation have it.
    let code = format!("{:#04x}", answer.status);
    refused(code, status(answer.status), is_throttling(answer.status))
}

/// What a deliver_sm reports of the end of a message. Messages from phones, words from the way and receipts that say nothing
/// are of no use here.
fn reported(deliver: &Message, ids: MessageIds) -> Option<Reported> {
    // Message centres are deployed that name the message in a parameter and leave esm_class as it is.
    if !deliver.is_receipt() && deliver.tlvs.get(tag::RECEIPTED_MESSAGE_ID).is_none() {
        return None;
    }
    let receipt = Receipt::read(deliver).ok()?;
    let arrived = arrived(receipt.outcome().meaning)?;
    // Receipts come from the phone; a few message centres leave source and destination as the message had them.
    let number = Mainland::parse(&deliver.source.number).or(Mainland::parse(&deliver.destination.number))?;
    let mut spellings = receipt.ids(ids).into_iter();
    Some(Reported {
        carrier_id: spellings.next()?,
        other_ids: spellings.collect(),
        to: Phone::parse(number.as_str())?,
        arrived,
        carrier_code: receipt.code(),
    })
}

#[cfg(test)]
mod tests {
    use heyan_smpp::pdu::{Address, RECEIPT};

    use super::*;
    use crate::line::Refusal;

    fn answer(status: u32) -> Answer {
        Answer { status, message_id: "0000001F".to_owned() }
    }

    fn deliver(esm_class: u8, text: &str) -> Message {
        Message {
            esm_class,
            source: Address::phone("8615400000001"),
            destination: Address::phone("12381"),
            text: text.as_bytes().to_vec(),
            ..Message::default()
        }
    }

    #[test]
    fn answers_are_read_as_the_table_has_them() {
        let told = |status| fate(&answer(status), MessageIds::default());
        let refused = |code: &str, refusal| Fate::Refused(code.to_owned(), refusal);
        assert_eq!(told(0), Fate::Accepted("1f".to_owned()));
        assert_eq!(told(0x58), refused("0x58", Refusal::Throttled));
        assert_eq!(told(0x14), refused("0x14", Refusal::Throttled));
        assert_eq!(told(0x08), refused("0x08", Refusal::Later));
        assert_eq!(told(0x0B), refused("0x0b", Refusal::ForGood));
        assert_eq!(told(0x0A), refused("0x0a", Refusal::LineAtFault));
        assert_eq!(told(0x400), Fate::Unknown, "a vendor's own code ends no message");
    }

    #[test]
    fn a_receipt_names_its_message_in_every_reading_that_the_route_leaves_open() {
        let told = reported(&deliver(RECEIPT, "id:31 stat:DELIVRD err:000"), MessageIds::default()).unwrap();
        assert_eq!((told.carrier_id.as_str(), told.arrived), ("31", true));
        assert_eq!(told.other_ids, ["1f", "49"]);
        assert_eq!((told.to.as_str(), told.carrier_code.as_str()), ("15400000001", "DELIVRD"));
        let failed =
            reported(&deliver(RECEIPT, "id:31 stat:UNDELIV err:034"), MessageIds::default()).unwrap();
        assert_eq!((failed.arrived, failed.carrier_code.as_str()), (false, "UNDELIV:034"));
    }

    #[test]
    fn what_is_no_end_of_a_message_is_nothing_to_report() {
        for (esm_class, text) in [
            (0, "id:31 stat:DELIVRD"),
            (RECEIPT, "id:31 stat:ENROUTE"),
            (RECEIPT, "id:31 stat:UNKNOWN"),
            (RECEIPT, "stat:DELIVRD"),
        ] {
            assert_eq!(reported(&deliver(esm_class, text), MessageIds::default()), None, "{text}");
        }
        let mut unmarked = deliver(0, "");
        unmarked.tlvs.push(tag::RECEIPTED_MESSAGE_ID, b"31\0".to_vec());
        unmarked.tlvs.push(tag::MESSAGE_STATE, vec![2]);
        assert!(reported(&unmarked, MessageIds::default()).unwrap().arrived);
    }
}
