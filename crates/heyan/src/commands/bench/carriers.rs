//! Messages from the outbox to their report, over a CMPP line to the carrier's double, which is a process of its own: once
//! with all of them waiting when the line comes up, and once with the noon's resends made at the same time.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use heyan_domain::due::Due;
use heyan_worker::carriers::{Carriers, Counts};
use tokio::sync::watch;

use super::prepare::{self, Prepared};
use super::{clock, machine, progress, server};
use crate::cli::Serve;
use crate::config::Config;
use crate::failure::Failure;
use crate::lines::Lines;
use crate::world::World;

/// Due commands carried out at once, as the worker does.
const BATCH: usize = 1_000;
/// How often it is said how far it is.
const TELL: Duration = Duration::from_secs(2);
/// Nothing written down for so long: something is wrong, and waiting will not mend it.
const PATIENCE: Duration = Duration::from_secs(30);
/// What is written down of a message that went well: its acceptance and its report.
const WRITTEN_OF_EACH: u64 = 2;
/// Above what any line does.
const RATE: u32 = 100_000;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// The outbox is full when the line comes up.
    Outbox,
    /// The worker makes the noon's resends meanwhile.
    Noon,
}

impl Way {
    const fn title(self) -> &'static str {
        match self {
            Self::Outbox => "outbox to report",
            Self::Noon => "noon batch to report",
        }
    }
}

/// How it went.
struct Carried {
    way: Way,
    window: u16,
    messages: u64,
    took: Duration,
    /// Resident memory in KiB when a quarter was delivered, at the end, and at most.
    resident: (u64, u64, u64),
    counts: Counts,
}

/// The carrier's double, as `heyan sms simulate` plays it; ended when dropped.
struct Double {
    child: Child,
    address: SocketAddr,
}

impl Double {
    fn start(directory: &Path, window: u16) -> Result<Self, Failure> {
        let script = directory.join("carrier.toml");
        std::fs::write(
            &script,
            format!(
                "deliver_window = {window}\n[[accounts]]\nsp_id = \"901234\"\nsecret = \"secret\"\nwindow = {window}\n"
            ),
        )?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["sms", "simulate", "--quiet", "--cmpp", "127.0.0.1:0", "--script"])
            .arg(&script)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line.trim().strip_prefix("listening on ").and_then(|address| address.parse().ok());
        let Some(address) = address else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Failure::plain("the carrier's double did not start; its own error stands above"));
        };
        Ok(Self { child, address })
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The configuration of the measurement, with a line to the double.
fn config(data: &Path, carrier: SocketAddr, window: u16) -> Result<Config, Failure> {
    let (file, secret) = (data.join("bench.toml"), data.join("bench-secret"));
    std::fs::write(&secret, "secret")?;
    let text = format!(
        "sandbox = true\n[[sms.routes]]\nname = \"double\"\nprotocol = \"cmpp\"\naddress = \"{carrier}\"\n\
         sp_id = \"901234\"\nsecret_file = '{}'\nwindow = {window}\nrate_per_second = {RATE}\n",
        secret.display()
    );
    std::fs::write(&file, text)?;
    let checked = Config::check(Serve { config: Some(file), ..Serve::default() })?;
    Ok(Config { sms: checked.sms, ..server::config(data) })
}

/// Both ways at each window, as a table.
pub(super) async fn measure(
    prepared: &Prepared,
    data: &Path,
    windows: &[u16],
) -> Result<(String, bool), Failure> {
    let copy = data.join("run");
    let mut all = Vec::new();
    for window in windows {
        for way in [Way::Outbox, Way::Noon] {
            prepared.copy_to(&copy)?;
            all.push(carry(prepared.rows(), &copy, way, *window).await?);
        }
    }
    prepare::clear(&copy)?;
    let is_well = all.iter().all(Carried::is_well);
    Ok((table(&all, data), is_well))
}

async fn carry(messages: u64, data: &Path, way: Way, window: u16) -> Result<Carried, Failure> {
    let double = Double::start(data, window)?;
    let config = config(data, double.address, window)?;
    let mut world = World::open(&config, clock::next_noon(data)?)?;
    let lines = world.lines.take().ok_or_else(|| Failure::plain("the line is not configured"))?;
    let carriers = Arc::clone(&lines.carriers);
    if way == Way::Outbox {
        resend(&world).await?;
    }
    let stop = watch::Sender::new(false);
    let begun = Instant::now();
    let running = run(&world, lines, &stop);
    let resident = watch_over(&carriers, messages, way, begun).await;
    let took = begun.elapsed();
    stop.send_replace(true);
    for task in running {
        task.await?;
    }
    let resident = resident?;
    let counts = carriers.shown().first().map(|shown| shown.counts).unwrap_or_default();
    world.app.engine.stop();
    Ok(Carried { way, window, messages, took, resident, counts })
}

/// The line, and the worker beside it.
fn run(world: &World, lines: Lines, stop: &watch::Sender<bool>) -> [tokio::task::JoinHandle<()>; 2] {
    let (worker, stopping) = (Arc::clone(&world.worker), stop.subscribe());
    let working = tokio::spawn(async move { worker.run(stopping).await });
    [tokio::spawn(lines.run(stop.subscribe())), working]
}

/// The noon's resends, all of them, before the line comes up.
async fn resend(world: &World) -> Result<(), Failure> {
    loop {
        let now = world.app.clock.now();
        let due = world.app.readers.read(move |reader| reader.due(now, BATCH)).await?;
        if !due.iter().any(|(_, due)| matches!(due, Due::NoonResend(_))) {
            return Ok(());
        }
        for outcome in world.app.engine.execute_due(due).await {
            outcome?;
        }
    }
}

/// Waits until everything is written down, and says how far it is; resident memory at a quarter, at the end and at most.
async fn watch_over(
    carriers: &Carriers,
    messages: u64,
    way: Way,
    begun: Instant,
) -> Result<(u64, u64, u64), Failure> {
    let mut written = carriers.written();
    let (mut told, mut at_a_quarter) = (0, None);
    let mut moved = Instant::now();
    loop {
        let wanted = messages.saturating_mul(WRITTEN_OF_EACH);
        let done = tokio::time::timeout(TELL, written.wait_for(|written| *written >= wanted)).await.is_ok();
        let now = *written.borrow();
        let (resident, most) = machine::resident_kib(std::process::id()).unwrap_or_default();
        if now >= wanted / 4 {
            at_a_quarter.get_or_insert(resident);
        }
        let delivered = now / WRITTEN_OF_EACH;
        progress(&format!(
            "{}: {delivered} of {messages}, {:.0} a second, {} MiB",
            way.title(),
            rate(delivered, begun.elapsed()),
            resident / 1_024
        ));
        if done {
            return Ok((at_a_quarter.unwrap_or(resident), resident, most));
        }
        if now > told {
            (told, moved) = (now, Instant::now());
        } else if moved.elapsed() > PATIENCE {
            return Err(Failure::plain(format!("{delivered} of {messages} messages, and nothing moves")));
        }
    }
}

fn rate(messages: u64, took: Duration) -> f64 {
    f64::from(u32::try_from(messages).unwrap_or(u32::MAX)) / took.as_secs_f64().max(1e-9)
}

impl Carried {
    /// Every message accepted once and delivered once, and nothing else.
    fn is_well(&self) -> bool {
        let Counts { submitted, accepted, refused, unknown, returned, arrived, failed, latency: _ } =
            self.counts;
        [submitted, accepted, arrived].iter().all(|count| *count == self.messages)
            && [refused, unknown, returned, failed].iter().all(|count| *count == 0)
    }
}

fn table(all: &[Carried], data: &Path) -> String {
    let place = data.canonicalize().unwrap_or_else(|_| data.to_owned());
    let mut text = format!(
        "Machine: {}, data on {}. The carrier's double runs on the same cores.\n\n\
         | what | window | messages | seconds | a second | resident MiB: at a quarter / end / most | sent and delivered once each |\n\
         |---|---:|---:|---:|---:|---:|---|\n",
        machine::line(),
        machine::file_system(&place)
    );
    for one in all {
        let (quarter, end, most) = one.resident;
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.1} | {:.0} | {} / {} / {} | {} |",
            one.way.title(),
            one.window,
            one.messages,
            one.took.as_secs_f64(),
            rate(one.messages, one.took),
            quarter / 1_024,
            end / 1_024,
            most / 1_024,
            if one.is_well() { "all" } else { "**not all**" }
        );
    }
    text
}
