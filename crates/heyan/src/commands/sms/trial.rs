//! `heyan sms test`: one message over one route, and what the carrier says of it.

use std::io::Write as _;
use std::time::Duration;

use heyan_domain::Timestamp;
use heyan_domain::rulebook::Rulebook;
use heyan_domain::terms::{Code, MessageId, Phone, ProviderId, Province};
use heyan_domain::time::MINUTE_MS;
use heyan_domain::verification::{MessageKind, Outgoing, message_text};
use heyan_gateway::{Acknowledge, Handed, Refusal, Reported, Said};
use heyan_store::clock::{Clock as _, SystemClock};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::cli::{Serve, SmsTest};
use crate::config::Config;
use crate::config::sms::{Line, Route};
use crate::failure::Failure;
use crate::lines::start;

/// What a line may have said before it is read.
const MOST_UNREAD: usize = 64;
/// How long the line may take to log out.
const LOG_OUT: Duration = Duration::from_secs(5);
/// What the message says instead of a code, and calls the filing.
const NO_CODE: &str = "000000";
const NO_FILING: &str = "test";

/// Sends the message, and says what became of it.
pub fn run(arguments: &SmsTest) -> Result<(), Failure> {
    let place = Serve { config: arguments.config.clone(), sandbox: arguments.sandbox, ..Serve::default() };
    let config = Config::check(place)?;
    let names: Vec<String> = config.sms.routes.iter().map(|route| route.terms.name.clone()).collect();
    let route = config.sms.routes.into_iter().find(|route| route.terms.name == arguments.route);
    let Some(route) = route else {
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(Failure::usage(
            format!("there is no route {}", arguments.route),
            format!("configured are {known}; name the file with --config"),
        ));
    };
    let outgoing = message(arguments.phone, SystemClock.now())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(send(route, outgoing, Duration::from_secs(arguments.wait.into())))
}

/// A first message of the rules as they were shipped, for no filing.
fn message(to: Phone, now: Timestamp) -> Result<Outgoing, Failure> {
    let book = Rulebook::shipped().map_err(|_| Failure::plain("the program's own rules cannot be read"))?;
    let (Some(code), Some(provider)) = (Code::parse(NO_CODE), ProviderId::parse("other")) else {
        return Err(Failure::plain("the test message cannot be made"));
    };
    let set = book.resolve(Province::Beijing, &provider, now);
    let text = message_text(&set, Province::Beijing, MessageKind::First, 1, &code, NO_FILING);
    let sender = set.senders.iter().find(|sender| !sender.contains('*')).cloned().unwrap_or_default();
    Ok(Outgoing {
        message: MessageId::from_number(now.as_ms()),
        kind: MessageKind::First,
        to,
        sender,
        text: Zeroizing::new(text),
    })
}

/// What has been heard of the message.
struct Trial {
    to: Phone,
    begun: Instant,
    carrier_id: Option<String>,
    /// Receipts that came before the answer.
    early: Vec<(Reported, Acknowledge)>,
    /// Receipts come by another way than this line.
    is_called_back: bool,
}

async fn send(route: Route, outgoing: Outgoing, wait: Duration) -> Result<(), Failure> {
    let (mouth, mut ear) = mpsc::channel(MOST_UNREAD);
    let (slot, taken) = mpsc::unbounded_channel();
    let mut running = JoinSet::new();
    let is_called_back = matches!(route.line, Line::Cloud(_));
    let rng = StdRng::try_from_rng(&mut rand::rngs::SysRng)
        .map_err(|error| Failure::plain(format!("the operating system gives no randomness: {error}")))?;
    start(&mut running, 0, route, (taken, mouth), std::sync::Arc::new(SystemClock), rng);
    let useful_until = SystemClock.now().plus_ms(10 * MINUTE_MS);
    let mut trial =
        Trial { to: outgoing.to, begun: Instant::now(), carrier_id: None, early: Vec::new(), is_called_back };
    let mut to_hand = Some(Handed { outgoing, useful_until });
    let until = trial.begun + wait;
    let end = loop {
        match tokio::time::timeout_at(until, ear.recv()).await {
            Ok(Some((_, Said::Up { .. }))) => {
                say("the line is up");
                trial.begun = Instant::now();
                // A line that has ended says so.
                to_hand.take().map(|handed| slot.send(handed));
            }
            Ok(Some((_, said))) => {
                if let Some(end) = trial.hear(said) {
                    break end;
                }
            }
            Ok(None) => break Err(Failure::plain("the line has ended")),
            Err(_) => break Err(trial.late(wait)),
        }
    };
    // The line waits for its answers and logs out.
    drop((slot, ear));
    let _ = tokio::time::timeout(LOG_OUT, running.join_all()).await;
    end
}

impl Trial {
    /// What follows from what the line says; nothing yet, or the end.
    fn hear(&mut self, said: Said) -> Option<Result<(), Failure>> {
        let took = self.begun.elapsed().as_millis();
        match said {
            Said::Up { .. } => None,
            Said::Down { why } => Some(Err(Failure::new(
                format!("the line is down: {why}"),
                "look at the route's address, account and secret, and whether the carrier lets this machine in",
            ))),
            Said::Accepted { carrier_id, .. } => {
                say(&format!("accepted after {took} ms, the carrier's id is {carrier_id}"));
                self.carrier_id = Some(carrier_id);
                if self.is_called_back {
                    say("the vendor calls the running server back with its receipt");
                    return Some(Ok(()));
                }
                let early = std::mem::take(&mut self.early);
                early.into_iter().find_map(|(reported, acknowledge)| self.report(reported, acknowledge))
            }
            Said::Refused { carrier_code, refusal, .. } => Some(Err(Failure::new(
                format!("refused with code {carrier_code}"),
                format!("{}; docs/sms.md says what the code means", advice(refusal)),
            ))),
            Said::Unknown { .. } => Some(Err(Failure::new(
                "whether the carrier has the message is not known",
                "look at the phone, and whether the carrier answers at all",
            ))),
            Said::Returned { .. } => {
                Some(Err(Failure::new("the message was not sent", "the line was lost before; try again")))
            }
            Said::Reported { reported, acknowledge } => self.report(reported, acknowledge),
        }
    }

    /// A receipt. That of another message is left unanswered, so that the carrier repeats it to the running server.
    fn report(&mut self, reported: Reported, acknowledge: Acknowledge) -> Option<Result<(), Failure>> {
        let Some(carrier_id) = &self.carrier_id else {
            self.early.push((reported, acknowledge));
            return None;
        };
        let is_of_id = reported.carrier_id == *carrier_id || reported.other_ids.contains(carrier_id);
        if !is_of_id || reported.to != self.to {
            return None;
        }
        acknowledge();
        let took = self.begun.elapsed().as_millis();
        if reported.arrived {
            say(&format!("receipt {} after {took} ms: delivered", reported.carrier_code));
            return Some(Ok(()));
        }
        Some(Err(Failure::new(
            format!("receipt {} after {took} ms: not delivered", reported.carrier_code),
            "docs/sms.md says what the code means",
        )))
    }

    fn late(&self, wait: Duration) -> Failure {
        let seconds = wait.as_secs();
        let what = if self.carrier_id.is_some() { "receipt" } else { "answer" };
        Failure::new(
            format!("no {what} within {seconds} s"),
            "wait longer with --wait, or ask the carrier for the message by its id",
        )
    }
}

const fn advice(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Throttled => "too much at once: try again later",
        Refusal::Later => "the same message can succeed later",
        Refusal::OtherCarrier => "the number is another carrier's: try a route of that one",
        Refusal::LineAtFault => "the account or the route's configuration does not fit",
        Refusal::ForGood => "the number or the text is not taken",
    }
}

fn say(line: &str) {
    // A closed pipe is no reason to stop.
    let _ = writeln!(std::io::stdout(), "{line}");
}
