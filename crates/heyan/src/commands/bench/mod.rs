//! `heyan bench`: requests per second and latency of the whole path, beside a handler of the same server that does
//! nothing. `docs/benchmarks.md` has the method.

mod carriers;
mod child;
mod client;
mod clock;
mod databases;
mod failover;
mod histogram;
mod load;
mod machine;
mod noon;
mod pages;
mod person;
mod prepare;
mod sameness;
mod server;
mod table;
mod uploads;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use self::child::{Ended, Server};
use self::load::{Call, Measured};
use self::prepare::Prepared;
use crate::cli::Bench;
use crate::failure::Failure;

/// What is measured, each on a copy of its own.
const CALLS: [Call; 3] = [Call::Verify, Call::Report, Call::Resend];

/// One call beside the handler that does nothing, a moment before, in the same process.
struct Pair {
    nothing: Measured,
    call: Measured,
    ended: Ended,
}

impl Pair {
    /// The call's requests per second over those of the handler that does nothing.
    fn ratio(&self) -> f64 {
        self.call.per_second() / self.nothing.per_second().max(1e-9)
    }
}

/// Everything measured at one number of open verifications.
struct Level {
    rows: u64,
    bytes: (u64, u64),
    noon: Vec<noon::Noon>,
    calls: Vec<(Call, Vec<Pair>)>,
}

/// Measures and prints the tables, or is the process under measure.
pub fn run(arguments: &Bench) -> Result<(), Failure> {
    if let Some(data) = &arguments.server {
        tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::new("warn"))
            .with_writer(std::io::stderr)
            .init();
        return match (&arguments.database, &arguments.copy) {
            (Some(address), Some(copy)) => databases::serve(data, address, copy, arguments.plain),
            _ => server::run(data, None),
        };
    }
    if arguments.runs == 0
        || arguments.connections == 0
        || arguments.seconds == 0
        || arguments.rows.contains(&0)
    {
        return Err(Failure::usage("nothing to measure", "give 1 or more for each of the numbers"));
    }
    if arguments.failover {
        return Ok(std::io::stdout().write_all(failover::table()?.as_bytes())?);
    }
    let temporary = match &arguments.data {
        Some(_) => None,
        None => Some(tempfile::tempdir()?),
    };
    let data = match (&arguments.data, &temporary) {
        (Some(data), _) => data.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => PathBuf::from("."),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if arguments.sameness {
        return sameness(&runtime, &data);
    }
    if arguments.pages {
        return pages(&runtime, &data, arguments.filings);
    }
    if arguments.uploads {
        return uploads(&runtime, &data);
    }
    if arguments.carriers {
        return carriers(&runtime, &data, arguments.messages, &arguments.window);
    }
    if let Some(address) = &arguments.database {
        return databases(&runtime, arguments, &data, address);
    }
    let mut levels = Vec::with_capacity(arguments.rows.len());
    for rows in &arguments.rows {
        levels.push(level(&runtime, arguments, &data, *rows)?);
    }
    let place = data.canonicalize().unwrap_or(data);
    let text = table::write(arguments, &levels, &place);
    std::io::stdout().write_all(text.as_bytes())?;
    let wrong: u64 = levels.iter().map(Level::wrong).sum();
    if wrong > 0 {
        return Err(Failure::plain(format!("{wrong} answers were wrong: these figures prove nothing")));
    }
    Ok(())
}

/// Whether known and unknown people are answered alike (SEC-06).
fn sameness(runtime: &Runtime, data: &Path) -> Result<(), Failure> {
    let rows = sameness::ROWS;
    let prepared = prepare::prepare(runtime, &data.join(format!("rows-{rows}")), rows)?;
    let copy = data.join("run");
    let (text, holds) = runtime.block_on(sameness::measure(&prepared, &copy))?;
    prepare::clear(&copy)?;
    std::io::stdout().write_all(text.as_bytes())?;
    if holds {
        return Ok(());
    }
    Err(Failure::plain("known and unknown people can be told apart: see the table"))
}

/// Whether large files of the enterprise interface hold verification up.
fn uploads(runtime: &Runtime, data: &Path) -> Result<(), Failure> {
    let rows = uploads::ROWS;
    let prepared = Arc::new(prepare::prepare(runtime, &data.join(format!("rows-{rows}")), rows)?);
    let copy = data.join("run");
    let (text, holds) = runtime.block_on(uploads::measure(&prepared, &copy))?;
    prepare::clear(&copy)?;
    std::io::stdout().write_all(text.as_bytes())?;
    if holds {
        return Ok(());
    }
    Err(Failure::plain("files hold verification up: see the table"))
}

/// How long the server needs for each page.
fn pages(runtime: &Runtime, data: &Path, filings: u64) -> Result<(), Failure> {
    let (text, fast) = runtime.block_on(pages::measure(data, filings))?;
    std::io::stdout().write_all(text.as_bytes())?;
    if fast {
        return Ok(());
    }
    Err(Failure::plain("pages are slower than they may be, or are not there: see the table"))
}

/// Both databases beside each other, one process and several.
fn databases(runtime: &Runtime, arguments: &Bench, data: &Path, address: &str) -> Result<(), Failure> {
    let (text, is_well) = databases::measure(runtime, arguments, data, address)?;
    std::io::stdout().write_all(text.as_bytes())?;
    if is_well {
        return Ok(());
    }
    Err(Failure::plain("answers were wrong: these figures prove nothing"))
}

/// How fast messages leave over a line.
fn carriers(runtime: &Runtime, data: &Path, messages: u64, windows: &[u16]) -> Result<(), Failure> {
    let prepared = prepare::prepare(runtime, &data.join(format!("rows-{messages}")), messages)?;
    let (text, is_well) = runtime.block_on(carriers::measure(&prepared, data, windows))?;
    std::io::stdout().write_all(text.as_bytes())?;
    if is_well {
        return Ok(());
    }
    Err(Failure::plain("messages were not sent and delivered once each: these figures prove nothing"))
}

impl Level {
    /// Answers that were not what they had to be, and messages missing from the outbox.
    fn wrong(&self) -> u64 {
        let pairs = self.calls.iter().flat_map(|(_, pairs)| pairs);
        let requests: u64 =
            pairs.map(|pair| pair.nothing.wrong + pair.call.wrong + pair.ended.groups.failed).sum();
        let messages: usize = self.noon.iter().map(|noon| noon.resends.abs_diff(noon.in_outbox)).sum();
        requests + u64::try_from(messages).unwrap_or(u64::MAX)
    }
}

/// Says on standard error how far it is; standard output is the tables'.
fn progress(text: &str) {
    // Whoever has closed standard error does not want to know.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn level(runtime: &Runtime, arguments: &Bench, data: &Path, rows: u64) -> Result<Level, Failure> {
    let prepared = Arc::new(prepare::prepare(runtime, &data.join(format!("rows-{rows}")), rows)?);
    let copy = data.join("run");
    let mut calls: Vec<(Call, Vec<Pair>)> = CALLS.iter().map(|call| (*call, Vec::new())).collect();
    let mut noon = Vec::with_capacity(arguments.runs);
    for run in 1..=arguments.runs {
        for (call, pairs) in &mut calls {
            prepared.copy_to(&copy)?;
            let pair = runtime.block_on(pair(arguments, &prepared, &copy, *call))?;
            progress(&format!(
                "run {run}, {rows} open, {}: {:.0} a second; doing nothing: {:.0}",
                call.name(),
                pair.call.per_second(),
                pair.nothing.per_second()
            ));
            pairs.push(pair);
        }
        prepared.copy_to(&copy)?;
        let batch = runtime.block_on(noon::measure(&copy))?;
        progress(&format!(
            "run {run}, {rows} open, noon: {} in {:.2} s",
            batch.resends,
            batch.took.as_secs_f64()
        ));
        noon.push(batch);
    }
    prepare::clear(&copy)?;
    Ok(Level { rows, bytes: prepared.bytes()?, noon, calls })
}

async fn pair(arguments: &Bench, prepared: &Arc<Prepared>, copy: &Path, call: Call) -> Result<Pair, Failure> {
    let server = Server::start(copy, None)?;
    let duration = Duration::from_secs(arguments.seconds);
    let (doors, nothing) = (server.addresses.doors, server.addresses.nothing);
    let nothing =
        load::measure(Call::Nothing, &[nothing], prepared, arguments.connections, duration, None).await?;
    let measured = load::measure(call, &[doors], prepared, arguments.connections, duration, None).await?;
    Ok(Pair { nothing, call: measured, ended: server.end()? })
}
