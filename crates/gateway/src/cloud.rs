//! Lines to cloud vendors: what goes between the outbox and a link of `heyan-cloud`. Receipts come by another way, as calls
//! to a door of the house.

use std::sync::Arc;

use heyan_cloud::codes::is_throttling;
use heyan_cloud::link::{Handle, Link, NotTaken, Notice, Notices};
use heyan_cloud::receipt::Receipt;
use heyan_cloud::template::Templates;
use heyan_cloud::{Message, Second, Vendor};
use heyan_domain::Timestamp;
use heyan_domain::terms::Phone;
use heyan_line::backoff::Backoff;
use heyan_line::{Mainland, Moment};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng as _};
use tokio::time::Instant;

use crate::ledger::Fate;
use crate::line::{Handed, Mouth, Reported, Said, Taken};
use crate::reporter::{Reporter, arrived, behind_the_window, refused};

/// No template stands for the text.
const TEMPLATE: &str = "TEMPLATE";
/// A configured value cannot stand in a request.
const REQUEST: &str = "REQUEST";
/// The number is none in the mainland.
const NUMBER: &str = "NUMBER";

/// What a line to a cloud vendor is made of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The link.
    pub link: Link,
    /// The approved templates that stand for the texts of the rules.
    pub templates: Templates,
    /// Messages a second at most, as the router lets them through.
    pub rate_per_second: u32,
}

impl Settings {
    /// Whose interface is spoken.
    pub const fn vendor(&self) -> Vendor {
        self.link.account.vendor()
    }
}

/// What both halves of a line use.
struct Line {
    vendor: Vendor,
    room: usize,
    templates: Templates,
    handle: Handle,
    reporter: Reporter,
}

/// Runs a line until there are no more messages to come and all answers that were due have been waited for. `wall` gives the
/// time that requests are signed with.
pub async fn run<W, R>(place: usize, settings: Settings, taken: Taken, mouth: Mouth, wall: W, mut rng: R)
where
    W: Fn() -> Timestamp + Send + Sync + 'static,
    R: Rng + Send + 'static,
{
    let Settings { link, templates, rate_per_second } = settings;
    let jitter = StdRng::seed_from_u64(rng.next_u64());
    let vendor = link.account.vendor();
    let room = link.window.size() + behind_the_window(rate_per_second);
    let (handle, notices, link) = link.keep(move || Second::from_ms(wall().as_ms()), rng);
    let line = Arc::new(Line { vendor, room, templates, handle, reporter: Reporter::new(place, mouth) });
    let sending = {
        let line = Arc::clone(&line);
        async move { line.send(taken).await }
    };
    tokio::join!(link, sending, line.listen(notices, jitter));
}

impl Line {
    async fn send(&self, mut taken: Taken) {
        while let Some(handed) = taken.recv().await {
            self.submit(&handed).await;
        }
        self.handle.terminate();
    }

    async fn submit(&self, handed: &Handed) {
        let id = handed.outgoing.message;
        let message = match message(handed, &self.templates) {
            Ok(message) => message,
            Err(code) => return self.reporter.cannot(id, code).await,
        };
        for ticket in self.reporter.begin(id, 1) {
            if self.handle.submit(ticket, Box::new(message.clone())).await.is_err() {
                self.reporter.ended(ticket, Fate::Returned).await;
            }
        }
    }

    /// There is no login, so a line is up until a connection cannot be made, and up again after a wait: what is sent then
    /// tells whether it really is.
    async fn listen(&self, mut notices: Notices, mut jitter: StdRng) {
        let started = Instant::now();
        let now = || Moment::after(started.elapsed());
        let mut backoff = Backoff::default();
        let mut up_at = Some(started);
        loop {
            tokio::select! {
                notice = notices.recv() => {
                    let Some(notice) = notice else { return };
                    if let Some(why) = self.heard(notice).await
                        && up_at.is_none()
                    {
                        up_at = Some(Instant::now() + backoff.lost(now(), &mut jitter));
                        self.reporter.say(Said::Down { why }).await;
                    }
                }
                () = until(up_at) => {
                    up_at = None;
                    backoff.logged_in(now());
                    self.reporter.say(Said::Up { room: self.room }).await;
                }
            }
        }
    }

    /// Says what became of a message; why the vendor cannot be reached, if that is so.
    async fn heard(&self, notice: Notice) -> Option<String> {
        let (ticket, fate, why) = match notice {
            Notice::Answered { ticket, carrier_id } => (ticket, Fate::Accepted(carrier_id), None),
            Notice::Refused { ticket, code, row } => {
                let throttles = is_throttling(self.vendor, &code);
                (ticket, refused(code, row, throttles), None)
            }
            Notice::Unknown { ticket, why } => {
                tracing::info!(
                    name: "sms.cloud_unknown", place = self.reporter.place(), why = %why,
                    "whether a vendor has taken a message is not known"
                );
                (ticket, Fate::Unknown, None)
            }
            Notice::Returned { ticket, why: NotTaken::Unreachable(failed) } => {
                (ticket, Fate::Returned, Some(failed.to_string()))
            }
            Notice::Returned { ticket, why: NotTaken::Unsendable(_) } => {
                let refusal = crate::line::Refusal::LineAtFault;
                (ticket, Fate::Refused(REQUEST.to_owned(), refusal), None)
            }
            Notice::Returned { ticket, why: NotTaken::Ending } => (ticket, Fate::Returned, None),
            Notice::Slowed { .. } => return None,
        };
        self.reporter.ended(ticket, fate).await;
        why
    }
}

/// Sleeps until then, or for ever.
async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// The message in the vendor's template, or the code under which it is noted that it cannot be sent on this line.
fn message(handed: &Handed, templates: &Templates) -> Result<Message, &'static str> {
    let outgoing = &handed.outgoing;
    let filled = templates.fill(&outgoing.text).ok_or(TEMPLATE)?;
    Ok(Message {
        phone: Mainland::parse(outgoing.to.as_str()).ok_or(NUMBER)?,
        template: filled.template,
        parameters: filled.parameters,
        reference: outgoing.message.to_string(),
    })
}

/// What a receipt reports of the end of a message; nothing if it says nothing.
pub fn reported(receipt: Receipt) -> Option<Reported> {
    Some(Reported {
        arrived: arrived(receipt.row.meaning)?,
        to: Phone::parse(receipt.phone.as_str())?,
        carrier_id: receipt.carrier_id,
        other_ids: Vec::new(),
        carrier_code: receipt.code,
    })
}

#[cfg(test)]
mod tests {
    use heyan_cloud::receipt::read;
    use heyan_cloud::template::{Pattern, Template, Value};
    use heyan_domain::terms::MessageId;
    use heyan_domain::verification::{MessageKind, Outgoing};
    use zeroize::Zeroizing;

    use super::*;

    fn handed(text: &str) -> Handed {
        let outgoing = Outgoing {
            message: MessageId::from_number(0x0102_0304),
            kind: MessageKind::First,
            to: Phone::parse("15400000001").unwrap(),
            sender: "12381".to_owned(),
            text: Zeroizing::new(text.to_owned()),
        };
        Handed { outgoing, useful_until: Timestamp::from_ms(0) }
    }

    #[test]
    fn a_message_goes_out_as_its_template_or_not_at_all() {
        let pattern = Pattern::parse("[A] code {code}.").unwrap();
        let template =
            Template::new("SMS_1".to_owned(), pattern, vec![("c".to_owned(), Value::Code)]).unwrap();
        let templates = Templates::new(vec![template]);
        let sent = message(&handed("[A] code 012345."), &templates).unwrap();
        assert_eq!((sent.template.as_str(), sent.parameters[0].1.as_str()), ("SMS_1", "012345"));
        assert_eq!(sent.reference, MessageId::from_number(0x0102_0304).to_string());
        assert_eq!(message(&handed("another text"), &templates).unwrap_err(), TEMPLATE);
    }

    #[test]
    fn receipts_that_say_nothing_end_no_message() {
        let body = r#"[{"phone_number":"15400000001","success":true,"err_code":"DELIVERED","biz_id":"9^0"},
            {"phone_number":"15400000001","success":false,"err_code":"MOBILE_IN_BLACK","biz_id":"9^1"},
            {"phone_number":"15400000001","success":false,"err_code":"SP_UNKNOWN_ERROR","biz_id":"9^2"}]"#;
        let told: Vec<_> = read(Vendor::Alibaba, body.as_bytes())
            .unwrap()
            .receipts
            .into_iter()
            .map(|receipt| reported(receipt).map(|told| (told.carrier_id, told.arrived)))
            .collect();
        assert_eq!(told, [Some(("9^0".to_owned(), true)), Some(("9^1".to_owned(), false)), None]);
    }
}
