//! `heyan bench --database`: a file of SQLite and a server of PostgreSQL beside each other, in one run: one process, several over
//! one database, and a program of the usual kind on the same tables.

mod copies;
mod plain;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use self::copies::{COPY, Copies, address};
use super::child::{Ended, OnServer, Server};
use super::load::{self, Call, Measured};
use super::prepare::{self, Prepared};
use super::table::{groups, median};
use super::{CALLS, Pair, machine, progress, server};
use crate::cli::Bench;
use crate::failure::Failure;

/// Processes over one database, where there are several.
const SEVERAL: usize = 3;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum On {
    File,
    Server { processes: usize },
    Plain,
}

impl On {
    const ALL: [Self; 4] =
        [Self::File, Self::Server { processes: 1 }, Self::Server { processes: SEVERAL }, Self::Plain];

    fn name(self) -> String {
        match self {
            Self::File => "SQLite".to_owned(),
            Self::Server { processes: 1 } => "PostgreSQL, one process".to_owned(),
            Self::Server { processes } => format!("PostgreSQL, {processes} processes"),
            Self::Plain => "PostgreSQL, a transaction a request".to_owned(),
        }
    }

    const fn calls(self) -> &'static [Call] {
        match self {
            Self::File | Self::Server { .. } => &CALLS,
            Self::Plain => &[Call::Verify],
        }
    }
}

/// Is the process under measure, over a copy on the server.
pub(super) fn serve(data: &Path, on: &str, copy: &str, plain: bool) -> Result<(), Failure> {
    let config = address(on, copy)?;
    if plain {
        let runtime = Runtime::new()?;
        return runtime.block_on(plain::serve(data, &config));
    }
    server::run(data, Some(config.into()))
}

/// One line of the table: what was measured, on what, each run.
struct Line {
    on: On,
    call: Call,
    runs: Vec<Pair>,
}

/// Measures and writes the table; also whether all answers were right.
pub(super) fn measure(
    runtime: &Runtime,
    arguments: &Bench,
    data: &Path,
    on: &str,
) -> Result<(String, bool), Failure> {
    let copies = runtime.block_on(Copies::on(on))?;
    let mut text = format!(
        "Machine: {}, data on {}. {}.\n\nCommand: `heyan bench --database … --rows {} --connections {} --seconds {} --runs {}`. \
         Load generator and database run on the same cores as the server.\n\n\
         | open verifications | on | call | requests/s | of doing nothing | p50 / p99 ms | commands a commit group | wrong answers |\n\
         |---:|---|---|---:|---:|---:|---|---:|\n",
        machine::line(),
        machine::file_system(&data.canonicalize().unwrap_or_else(|_| data.to_owned())),
        runtime.block_on(copies.described())?,
        arguments.rows.iter().map(u64::to_string).collect::<Vec<_>>().join(","),
        arguments.connections,
        arguments.seconds,
        arguments.runs,
    );
    let mut wrong = 0;
    let mut sums = String::new();
    for rows in &arguments.rows {
        let prepared = Arc::new(prepare::prepare(runtime, &data.join(format!("rows-{rows}")), *rows)?);
        let lines = runtime.block_on(level(arguments, data, on, &copies, &prepared))?;
        write_lines(&mut text, *rows, &lines);
        write_sums(&mut sums, *rows, &lines);
        let pairs = lines.iter().flat_map(|line| &line.runs);
        wrong +=
            pairs.map(|pair| pair.nothing.wrong + pair.call.wrong + pair.ended.groups.failed).sum::<u64>();
        for line in &lines {
            if let Some(example) = line.runs.iter().find_map(|pair| pair.call.example.as_ref()) {
                let _ = writeln!(
                    sums,
                    "\nA wrong answer to {} on {}: `{example}`",
                    line.call.name(),
                    line.on.name()
                );
            }
        }
    }
    text.push_str(&sums);
    Ok((text, wrong == 0))
}

async fn level(
    arguments: &Bench,
    data: &Path,
    on: &str,
    copies: &Copies,
    prepared: &Arc<Prepared>,
) -> Result<Vec<Line>, Failure> {
    let template = copies.template(prepared).await?;
    let all = On::ALL.iter().flat_map(|on| on.calls().iter().map(|call| (*on, *call)));
    let mut lines: Vec<Line> = all.map(|(on, call)| Line { on, call, runs: Vec::new() }).collect();
    for run in 1..=arguments.runs {
        for line in &mut lines {
            let directory = data.join("run");
            let pair = if line.on == On::File {
                prepared.copy_to(&directory)?;
                let child = Server::start(&directory, None)?;
                pair(arguments, prepared, line.call, vec![child]).await?
            } else {
                copies.copy(&template).await?;
                let children = children(&directory, on, prepared, line.on)?;
                pair(arguments, prepared, line.call, children).await?
            };
            progress(&format!(
                "run {run}, {} open, {}, {}: {:.0} a second; doing nothing: {:.0}",
                prepared.rows(),
                line.on.name(),
                line.call.name(),
                pair.call.per_second(),
                pair.nothing.per_second()
            ));
            line.runs.push(pair);
            prepare::clear(&directory)?;
        }
    }
    copies.drop(COPY).await?;
    Ok(lines)
}

/// The processes under measure, each with a directory of its own.
fn children(directory: &Path, on: &str, prepared: &Prepared, what: On) -> Result<Vec<Server>, Failure> {
    let (processes, plain) = match what {
        On::Server { processes } => (processes, false),
        On::File | On::Plain => (1, true),
    };
    prepare::clear(directory)?;
    let at = OnServer { address: on, copy: COPY, plain };
    (1..=processes)
        .map(|no| {
            let own = directory.join(no.to_string());
            prepared.equip(&own)?;
            Server::start(&own, Some(&at))
        })
        .collect()
}

async fn pair(
    arguments: &Bench,
    prepared: &Arc<Prepared>,
    call: Call,
    children: Vec<Server>,
) -> Result<Pair, Failure> {
    let duration = Duration::from_secs(arguments.seconds);
    let nothing: Vec<_> = children.iter().map(|child| child.addresses.nothing).collect();
    let doors: Vec<_> = children.iter().map(|child| child.addresses.doors).collect();
    let (one, many) = (nothing.get(..1).unwrap_or_default(), arguments.connections);
    let nothing = load::measure(Call::Nothing, one, prepared, many, duration, None).await?;
    let measured = load::measure(call, &doors, prepared, many, duration, None).await?;
    let mut ended = Ended { groups: server::Groups::default(), resident_kib: None };
    for child in children {
        ended.groups.add(&child.end()?.groups);
    }
    Ok(Pair { nothing, call: measured, ended })
}

fn write_lines(text: &mut String, rows: u64, lines: &[Line]) {
    let nothing: Vec<&Measured> =
        lines.iter().flat_map(|line| &line.runs).map(|pair| &pair.nothing).collect();
    if let Some(nothing) = median(&nothing, |measured| measured.per_second()) {
        write_line(text, &format!("{rows} | | do nothing"), nothing, "", "");
    }
    for line in lines {
        let Some(pair) = median(&line.runs, Pair::ratio) else { continue };
        let ratio = format!("{:.1} %", pair.ratio() * 100.0);
        let groups = if line.on == On::Plain { "one each".to_owned() } else { groups(&pair.ended.groups) };
        let head = format!("{rows} | {} | {}", line.on.name(), line.call.name());
        write_line(text, &head, &pair.call, &ratio, &groups);
    }
}

fn write_line(text: &mut String, head: &str, measured: &Measured, ratio: &str, groups: &str) {
    let wrong = if measured.wrong == 0 { "none".to_owned() } else { format!("**{}**", measured.wrong) };
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "| {head} | {:.0} | {ratio} | {:.1} / {:.1} | {groups} | {wrong} |",
        measured.per_second(),
        measured.latencies.per_mille_ms(500),
        measured.latencies.per_mille_ms(990),
    );
}

/// What the figures are for, run by run: each is compared with the other of the same run.
fn write_sums(text: &mut String, rows: u64, lines: &[Line]) {
    let verify = |on: On| lines.iter().find(|line| line.on == on && line.call == Call::Verify);
    let mut times = |what: &str, of: On, to: On| {
        let (Some(of), Some(to)) = (verify(of), verify(to)) else { return };
        let runs = of.runs.iter().zip(&to.runs);
        let runs =
            runs.map(|(of, to)| format!("{:.2}", of.call.per_second() / to.call.per_second().max(1e-9)));
        let _ = writeln!(
            text,
            "\n{rows} open, verify, {what}, run by run: {}",
            runs.collect::<Vec<_>>().join(", ")
        );
    };
    let one = On::Server { processes: 1 };
    times("one process on PostgreSQL ÷ a transaction a request", one, On::Plain);
    times("three processes on one database ÷ one", On::Server { processes: SEVERAL }, one);
    times("PostgreSQL ÷ SQLite, one process", one, On::File);
}
