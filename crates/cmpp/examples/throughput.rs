//! Messages a second over one CMPP 3.0 link, each with its answer, its report and the report's answer. The carrier's double is a
//! process of its own, so both sides have a core. Prints a table as Markdown.
//!
//! `cargo run --release -p heyan-cmpp --example throughput -- [SECONDS] [RUNS]`

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use heyan_cmpp::client::{ClientConfig, EndReason, Event, Ticket, Window};
use heyan_cmpp::net::{Handle, Link, Notice, Notices, serve};
use heyan_cmpp::pdu::Submit;
use heyan_cmpp::server::{Account, Settings, Smsc};
use heyan_cmpp::text::{Alphabet, Reference, split};
use heyan_cmpp::{LoginTime, Number, Secret, SpId, Terminal, Version};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use tokio::sync::oneshot;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const WINDOWS: [u16; 4] = [1, 16, 64, 256];
const TEXT: &str = "\u{3010}\u{5DE5}\u{4FE1}\u{90E8}\u{3011}\u{9A8C}\u{8BC1}\u{7801}123456\u{FF0C}5\u{5206}\u{949F}\u{5185}\u{6709}\u{6548}\u{3002}";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["double"] => double(),
        [] => measure(5, 3),
        [seconds] => seconds.parse().map_err(Into::into).and_then(|seconds| measure(seconds, 3)),
        [seconds, runs, ..] => (|| measure(seconds.parse()?, runs.parse()?))(),
    };
    let Err(error) = done else { return ExitCode::SUCCESS };
    say(&error.to_string());
    ExitCode::FAILURE
}

#[expect(clippy::print_stdout, reason = "the answer of the program")]
fn say(line: &str) {
    println!("{line}");
}

fn sp_id() -> Result<SpId> {
    Ok(SpId::new("901234")?)
}

fn secret() -> Secret {
    Secret::new("secret".to_owned())
}

fn widest() -> Result<Window> {
    Window::new(Window::WIDEST).ok_or_else(|| "a window".into())
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// The carrier's side: serves until it is killed.
fn double() -> Result<()> {
    runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        say(&listener.local_addr()?.to_string());
        let account = Account { window: widest()?, ..Account::new(sp_id()?, secret()) };
        let settings = Settings { deliver_window: widest()?, ..Settings::new(vec![account]) };
        serve(listener, Smsc::new(settings, 0), Box::new(|_, _| {}), std::future::pending()).1.await;
        Ok(())
    })
}

/// Killed when dropped.
struct Double(Child);

impl Drop for Double {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn measure(seconds: u64, runs: u32) -> Result<()> {
    say("| window | messages/s of each run | answered, reported, acknowledged | anything else |");
    say("|---:|---|---|---|");
    for window in WINDOWS {
        let mut rates = Vec::new();
        let mut messages = 0;
        for _ in 0..runs {
            let mut child =
                Command::new(std::env::current_exe()?).arg("double").stdout(Stdio::piped()).spawn()?;
            let output = child.stdout.take().ok_or("no output")?;
            let _double = Double(child);
            let mut address = String::new();
            BufReader::new(output).read_line(&mut address)?;
            let window = Window::new(window).ok_or("a window")?;
            let (count, took) =
                runtime()?.block_on(run(address.trim(), window, Duration::from_secs(seconds)))?;
            messages += count;
            rates.push((u128::from(count) * 1000 / took.as_millis().max(1)).to_string());
        }
        say(&format!("| {window} | {} | {messages} | none |", rates.join(", ")));
    }
    Ok(())
}

async fn run(address: &str, window: Window, duration: Duration) -> Result<(u64, Duration)> {
    let rate_per_second = 1_000_000.try_into()?;
    let config =
        ClientConfig { window, rate_per_second, ..ClientConfig::new(sp_id()?, secret(), Version::V30) };
    let link = Link { address: address.to_owned(), config, connect_timeout: Duration::from_secs(5) };
    let (handle, mut notices, future) = link.keep(|| LoginTime::at(0), ChaCha8Rng::seed_from_u64(1));
    let task = tokio::spawn(future);
    match notices.recv().await {
        Some(Notice::Session(Event::LoggedIn { .. })) => {}
        other => return Err(format!("no login: {other:?}").into()),
    }
    let begin = Instant::now();
    let sending = tokio::spawn(send(handle.clone(), message()?, duration));
    let (all_sent, count) = oneshot::channel();
    let reading = tokio::spawn(read(handle.clone(), notices, count));
    let sent = sending.await??;
    // The reader ends the link when the last report is there.
    let _ = all_sent.send(sent);
    let (answered, reported, last) = reading.await??;
    task.await?;
    if answered != sent || reported != sent {
        return Err(format!("{sent} sent, {answered} answered, {reported} reported").into());
    }
    Ok((sent, last.duration_since(begin)))
}

fn message() -> Result<Submit> {
    let alphabet = Alphabet::for_text(TEXT);
    let part = split(TEXT, alphabet, Reference::Eight(0))?.pop().ok_or("no part")?;
    let to = Terminal::Three(Number::new("15400000001")?);
    Ok(Submit::to_one(sp_id()?, Number::new("12381")?, to, alphabet.format(), part.content))
}

type Sent<T> = std::result::Result<T, String>;

async fn send(handle: Handle, message: Submit, duration: Duration) -> Sent<u64> {
    let begin = Instant::now();
    let mut sent = 0;
    while begin.elapsed() < duration {
        handle.submit(Ticket(sent), Box::new(message.clone())).await.map_err(|error| error.to_string())?;
        sent += 1;
    }
    Ok(sent)
}

async fn read(
    handle: Handle,
    mut notices: Notices,
    mut count: oneshot::Receiver<u64>,
) -> Sent<(u64, u64, Instant)> {
    let (mut answered, mut reported, mut last) = (0, 0, Instant::now());
    let mut expected = None;
    loop {
        if expected == Some(reported) {
            handle.terminate();
        }
        let notice = tokio::select! {
            notice = notices.recv() => notice,
            sent = &mut count, if expected.is_none() => {
                expected = Some(sent.map_err(|error| error.to_string())?);
                continue;
            }
        };
        match notice {
            Some(Notice::Session(Event::Answered { .. })) => answered += 1,
            Some(Notice::Session(Event::Delivered { delivery, deliver })) => {
                if !matches!(deliver.report(), Some(Ok(_))) {
                    return Err("a report that is none".to_owned());
                }
                handle.acknowledge(delivery, 0);
                reported += 1;
                last = Instant::now();
            }
            Some(Notice::Session(Event::Ended { reason: EndReason::Terminated })) => {
                return Ok((answered, reported, last));
            }
            other => return Err(format!("{other:?}")),
        }
    }
}
