//! Sends messages over one link and waits for their answers and receipts: for tests against foreign message centres, and for
//! measuring.
//!
//! `cargo run -p heyan-smpp --example send_smpp -- ADDRESS ACCOUNT PASSWORD WINDOW COUNT [SHORT|LONG]`: so many messages; or
//! `… WINDOW SECONDSs`: as many as go in so many seconds.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use heyan_smpp::MessageIds;
use heyan_smpp::client::{ClientConfig, EndReason, Event, Ticket, Window};
use heyan_smpp::codes::Meaning;
use heyan_smpp::net::{Handle, Link, Notice, Notices};
use heyan_smpp::pdu::{Address, Message};
use heyan_smpp::receipt::Receipt;
use heyan_smpp::text::{Concatenation, Reference, messages};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use tokio::sync::oneshot;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const TEXT: &str = "\u{3010}\u{5DE5}\u{4FE1}\u{90E8}\u{3011}\u{9A8C}\u{8BC1}\u{7801}123456\u{FF0C}5\u{5206}\u{949F}\u{5185}\u{6709}\u{6548}\u{3002}";
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [address, account, password, window, amount, rest @ ..] => {
            send(address, (account, password), window, amount, rest.first() == Some(&"LONG"))
        }
        _ => Err("ADDRESS ACCOUNT PASSWORD WINDOW COUNT|SECONDSs [LONG]".into()),
    };
    let Err(error) = done else { return ExitCode::SUCCESS };
    say(&format!("failed: {error}"));
    ExitCode::FAILURE
}

#[expect(clippy::print_stdout, reason = "the answer of the program")]
fn say(line: &str) {
    println!("{line}");
}

/// How much is sent.
#[derive(Clone, Copy)]
enum Amount {
    Messages(u64),
    For(Duration),
}

fn send(
    address: &str,
    (account, password): (&str, &str),
    window: &str,
    amount: &str,
    long: bool,
) -> Result<()> {
    let amount = match amount.strip_suffix('s') {
        Some(seconds) => Amount::For(Duration::from_secs(seconds.parse()?)),
        None => Amount::Messages(amount.parse()?),
    };
    let window = Window::new(window.parse()?).ok_or("a window has 1 to 256")?;
    let rate_per_second = 1_000_000.try_into()?;
    let config = ClientConfig { window, rate_per_second, ..ClientConfig::new(account, password, "")? };
    let link = Link { address: address.to_owned(), config, connect_timeout: Duration::from_secs(5) };
    let text = if long { TEXT.repeat(4) } else { TEXT.to_owned() };
    let base = Message {
        source: Address { ton: 0, npi: 0, number: "12381".to_owned() },
        destination: Address::phone("15400000001"),
        registered_delivery: 1,
        ..Message::default()
    };
    let parts = messages(&base, &text, Reference::Eight(7), Concatenation::Header)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (handle, notices, future) = link.keep(ChaCha8Rng::seed_from_u64(1));
        tokio::spawn(future);
        count(handle, notices, amount, parts).await
    })
}

/// Hands over messages until there are enough. Gives their number.
async fn hand_over(handle: Handle, amount: Amount, parts: Vec<Message>) -> Result<u64> {
    let begin = Instant::now();
    let mut sent = 0;
    loop {
        let is_enough = match amount {
            Amount::Messages(count) => sent >= count,
            Amount::For(time) => begin.elapsed() >= time,
        };
        if is_enough {
            return Ok(sent);
        }
        for part in &parts {
            handle.submit(Ticket(sent), Box::new(part.clone())).await?;
            sent += 1;
        }
    }
}

/// How many were handed over, once all were.
async fn told(sending: &mut Option<oneshot::Receiver<u64>>) -> u64 {
    match sending {
        Some(told) => told.await.unwrap_or(0),
        None => std::future::pending().await,
    }
}

#[derive(Default)]
struct Counts {
    refused: u64,
    delivered: u64,
    failed: u64,
    /// How often each id is owed a receipt; receipts before their answer count backwards.
    ids: BTreeMap<String, i64>,
}

impl Counts {
    fn owe(&mut self, id: &str, one: i64) {
        let owed = self.ids.entry(id.to_owned()).or_default();
        *owed += one;
        if *owed == 0 {
            self.ids.remove(id);
        }
    }
}

async fn count(handle: Handle, mut notices: Notices, amount: Amount, parts: Vec<Message>) -> Result<()> {
    let ids = MessageIds::default();
    let mut counts = Counts::default();
    let (mut sending, mut expected, mut answered) = (None, None, 0_u64);
    let mut begin = Instant::now();
    loop {
        let ended = counts.delivered + counts.failed + counts.refused;
        if expected == Some(answered) && expected == Some(ended) {
            break;
        }
        let notice = tokio::select! {
            notice = tokio::time::timeout(PATIENCE, notices.recv()) => notice,
            sent = told(&mut sending), if expected.is_none() => {
                expected = Some(sent);
                continue;
            }
        };
        let notice = notice.map_err(|_| format!("{answered} answered and {ended} ended of {expected:?}"))?;
        match notice.ok_or("the link has ended")? {
            Notice::Session(Event::LoggedIn { .. }) => {
                begin = Instant::now();
                let (done, told) = oneshot::channel();
                let (hand, parts) = (handle.clone(), parts.clone());
                tokio::spawn(async move { done.send(hand_over(hand, amount, parts).await.unwrap_or(0)) });
                sending = Some(told);
            }
            Notice::Session(Event::Answered { answer, .. }) => {
                answered += 1;
                if answer.status == 0 {
                    counts.owe(&ids.answered(&answer.message_id), 1);
                } else {
                    counts.refused += 1;
                }
            }
            Notice::Session(Event::Delivered { delivery, deliver }) => {
                let receipt = Receipt::read(&deliver)?;
                match receipt.outcome().meaning {
                    Meaning::Delivered => counts.delivered += 1,
                    Meaning::FailedForNow | Meaning::FailedForGood => counts.failed += 1,
                    Meaning::Intermediate | Meaning::Unknown => return Err(receipt.code().into()),
                }
                let spellings = receipt.ids(ids);
                let known = spellings.iter().find(|id| counts.ids.get(*id).is_some_and(|owed| *owed > 0));
                let id = known.or(spellings.first()).ok_or("no id")?.clone();
                counts.owe(&id, -1);
                handle.acknowledge(delivery, 0);
            }
            other => return Err(format!("{other:?}").into()),
        }
    }
    let took = begin.elapsed();
    handle.terminate();
    while let Some(notice) = notices.recv().await {
        if !matches!(notice, Notice::Session(Event::Ended { reason: EndReason::Terminated })) {
            return Err(format!("{notice:?}").into());
        }
    }
    let Counts { refused, delivered, failed, ids } = counts;
    say(&format!(
        "answered {answered}, refused {refused}, delivered {delivered}, failed {failed}, unmatched {}",
        ids.len()
    ));
    say(&format!("{} messages/s", u128::from(answered) * 1000 / took.as_millis().max(1)));
    Ok(())
}
