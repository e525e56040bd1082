//! `heyan bench --pages`: how long the server needs for every page, with so many filings in the database.
//!
//! Time is measured in the process, from the request's way into the router to the last byte of the body: sessions, gate,
//! database, template and compression are in it, the network is not.

mod addresses;
mod beside;
mod fill;
mod objects;
mod programs;
mod visitor;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use heyan_domain::accounts::RoleKind;
use heyan_web::app::DEMO_ACCOUNTS;

use self::addresses::{Address, Kind};
use self::visitor::Visitor;
use super::{histogram::Histogram, machine, prepare, progress};
use crate::failure::Failure;

/// Times that each page is asked for, once it is warm.
const TIMES: u32 = 200;
/// A page that needs longer than this for all of them is asked for as often as fits, and ten times at least.
const PATIENCE: Duration = Duration::from_secs(2);
const AT_LEAST: u32 = 10;
/// So many pages on from the first, a list is asked for again: by index that costs what the first page does.
const PAGES_ON: usize = 50;
/// What a page may cost at the median.
const AIM_MS: f64 = 20.0;

/// What one address came to.
struct Measured {
    name: String,
    who: &'static str,
    kind: Kind,
    status: u16,
    rows: usize,
    bytes: usize,
    first: Duration,
    times: Histogram,
}

impl Measured {
    fn median_ms(&self) -> f64 {
        self.times.per_mille_ms(500)
    }

    /// Whether it was no page at all.
    const fn is_wrong(&self) -> bool {
        self.status >= 400
    }

    /// Whether it breaks the promise that is made about pages.
    fn is_slow(&self) -> bool {
        self.kind == Kind::Page && self.median_ms() > AIM_MS
    }
}

/// Fills a database with so many filings, asks for every page, and writes the table; whether every page is there
/// and keeps the aim is the second value.
pub(super) async fn measure(data: &Path, filings: u64) -> Result<(String, bool), Failure> {
    let place = data.join("pages");
    prepare::clear(&place)?;
    let (world, objects) = fill::fill(&place, filings).await?;
    let router = heyan_web::router(std::sync::Arc::clone(&world.app));
    let provider = Visitor::with_key(router.clone(), "test_tencent");
    let progress_path = progress_path(&provider, &objects).await?;
    let mut all: Vec<Measured> = Vec::new();
    for role in RoleKind::ALL {
        let Some(account) = DEMO_ACCOUNTS.iter().find(|account| account.role == *role) else { continue };
        let visitor = Visitor::signed_in(router.clone(), account).await?;
        for address in addresses::of_role(account.role, &objects) {
            for measured in with_later_pages(&visitor, &address, account.role.as_str()).await? {
                keep_slower(&mut all, measured);
            }
        }
    }
    for (who, key, addresses) in addresses::without_session(&objects, &progress_path) {
        let visitor = Visitor::with_key(router.clone(), key);
        for address in addresses {
            for measured in with_later_pages(&visitor, &address, who).await? {
                keep_slower(&mut all, measured);
            }
        }
    }
    world.app.engine.stop();
    all.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    let good = !all.iter().any(|measured| measured.is_slow() || measured.is_wrong());
    Ok((table(&all, filings, &objects.counts), good))
}

/// The applicants' link of the filing under way, as its provider is told it.
async fn progress_path(provider: &Visitor, objects: &objects::Objects) -> Result<String, Failure> {
    let told = provider.get(&format!("/v1/filings/{}", objects.verifying)).await?.body;
    let told: serde_json::Value = serde_json::from_str(&told)?;
    let url = told.get("progress_url").and_then(serde_json::Value::as_str).unwrap_or_default();
    url.find("/progress/")
        .and_then(|at| url.get(at..))
        .map(str::to_owned)
        .ok_or_else(|| Failure::plain("the filing has no progress link"))
}

/// Of one page that several roles see, the one that waits longest stands in the table.
fn keep_slower(all: &mut Vec<Measured>, measured: Measured) {
    match all.iter_mut().find(|other| other.name == measured.name) {
        Some(other) if other.median_ms() < measured.median_ms() => *other = measured,
        Some(_) => {}
        None => all.push(measured),
    }
}

async fn with_later_pages(
    visitor: &Visitor,
    address: &Address,
    who: &'static str,
) -> Result<Vec<Measured>, Failure> {
    let (measured, next) = one(visitor, address, who).await?;
    let mut all = vec![measured];
    let Some(mut path) = next else { return Ok(all) };
    let mut pages = 1;
    while pages < PAGES_ON {
        let Some(next) = visitor.get(&path).await?.next() else { break };
        path = next;
        pages += 1;
    }
    let later = Address { name: format!("{}, {pages} pages on", address.name), path, kind: address.kind };
    all.push(one(visitor, &later, who).await?.0);
    Ok(all)
}

async fn one(
    visitor: &Visitor,
    address: &Address,
    who: &'static str,
) -> Result<(Measured, Option<String>), Failure> {
    let cold = visitor.get(&address.path).await?;
    if cold.status >= 400 {
        progress(&format!("{} as {who} is answered {}", address.path, cold.status));
    }
    let mut times = Histogram::new();
    let begun = Instant::now();
    for done in 0..TIMES {
        if done >= AT_LEAST && begun.elapsed() > PATIENCE {
            break;
        }
        times.add(visitor.get(&address.path).await?.took);
    }
    let measured = Measured {
        name: address.name.clone(),
        who,
        kind: address.kind,
        status: cold.status,
        rows: cold.body.matches("<tr").count(),
        bytes: cold.body.len(),
        first: cold.took,
        times,
    };
    if measured.is_slow() {
        progress(&format!("{} as {who}: {:.1} ms", address.path, measured.median_ms()));
    }
    Ok((measured, cold.next()))
}

fn table(all: &[Measured], filings: u64, counts: &[(&'static str, u64)]) -> String {
    let counts: Vec<String> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    let mut text = format!(
        "Machine: {}.\n\nCommand: `heyan bench --pages --filings {filings}`. In the database: {}.\n\n\
         | page | slowest for | status | table rows | KiB | median ms | p99 ms | first ms |\n\
         |---|---|---:|---:|---:|---:|---:|---:|\n",
        machine::line(),
        counts.join(", "),
    );
    for measured in all {
        let mark = if measured.is_slow() { "**" } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {}`{}` | {} | {} | {} | {} | {mark}{:.1}{mark} | {:.1} | {:.1} |",
            measured.kind.label(),
            measured.name,
            measured.who,
            measured.status,
            measured.rows,
            measured.bytes.div_ceil(1_024),
            measured.median_ms(),
            measured.times.per_mille_ms(990),
            measured.first.as_secs_f64() * 1_000.0,
        );
    }
    let pages: Vec<&Measured> = all.iter().filter(|measured| measured.kind == Kind::Page).collect();
    let slow = pages.iter().filter(|measured| measured.is_slow()).count();
    let most = pages.iter().map(|measured| measured.median_ms()).fold(0.0, f64::max);
    let _ = writeln!(
        text,
        "\n{} of {} pages stay within {AIM_MS} ms at the median; the slowest has {most:.1} ms.",
        pages.len() - slow,
        pages.len()
    );
    text
}
