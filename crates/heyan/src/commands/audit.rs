//! `heyan audit` (SEC-12). Reads beside a running server or without one, and writes nothing.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

use heyan_store::audit::{AuditReport, AuditRow, Head, PublicKeys};
use heyan_store::keys::{KeyFile, KeySet, Ring};
use heyan_store::location::Location;
use heyan_store::tables::{AuditFilter, Reader};

use crate::cli::{AuditCommand, AuditHead, AuditList, AuditVerify, KeyPlace, location};
use crate::failure::Failure;

/// Entries read at once.
const PAGE: usize = 1_000;

/// Checks, prints or points to the audit log.
pub fn run(command: &AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::Verify(arguments) => verify(arguments),
        AuditCommand::Head(arguments) => head(arguments),
        AuditCommand::List(arguments) => list(arguments),
    }
}

fn keys(place: &KeyPlace) -> Result<KeyFile, Failure> {
    Ok(KeyFile::read(&place.keys())?)
}

fn reader(location: &Location, ring: Ring) -> Result<Reader, Failure> {
    let reader = Reader::beside(location.clone(), Arc::new(ring))?;
    reader.ok_or_else(|| {
        Failure::new(
            format!("there is no data in {location}"),
            "name the directory of the data with --data, or its database with --database",
        )
    })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn verify(arguments: &AuditVerify) -> Result<(), Failure> {
    // Nothing personal is in the log, so whoever has the public keys needs no others.
    let (ring, keys) = if arguments.public_keys.is_empty() {
        let file = keys(&arguments.place)?;
        (Ring::new(&file), PublicKeys::of(&KeySet::new(&file)))
    } else {
        let texts = arguments.public_keys.iter().map(String::as_str);
        let keys = PublicKeys::parse(texts).ok_or_else(|| {
            Failure::usage(
                "a public key is not one",
                "give it as `heyan audit head` prints it: 1:… with 64 digits",
            )
        })?;
        (Ring::default(), keys)
    };
    let progress = |done: i64, of: i64| progress(done, of);
    let report = reader(&arguments.place.location()?, ring)?.verify_audit(&keys, arguments.head, progress)?;
    println!("{}", summary(&report));
    match report.broken {
        None => Ok(()),
        Some(broken) => Err(Failure::new(
            format!("the audit log is not whole: {broken}"),
            "keep the file as it is for whoever looks into it; a backup made earlier shows what was there",
        )),
    }
}

/// On a terminal only: it is for whoever waits.
fn progress(done: i64, of: i64) {
    let mut out = std::io::stderr().lock();
    if out.is_terminal() {
        let percent = done.saturating_mul(100).checked_div(of).unwrap_or(100);
        // Whoever waits may have gone.
        let _ = write!(out, "\r{done} of {of} entries ({percent} %)")
            .and_then(|()| if done >= of { writeln!(out) } else { out.flush() });
    }
}

fn summary(report: &AuditReport) -> String {
    let head = report.head;
    let signed = match &report.last_checkpoint {
        None => "no checkpoint yet".to_owned(),
        Some(last) => format!(
            "{} checkpoints, the last one of entry {}, signed {} with key {}",
            report.checkpoints, last.head.no, last.at, last.key.0
        ),
    };
    let unsigned = head.no - report.last_checkpoint.as_ref().map_or(0, |last| last.head.no);
    format!("{} entries are whole\nhead {head}\n{signed}; {unsigned} entries after it", head.no)
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn head(arguments: &AuditHead) -> Result<(), Failure> {
    let file = keys(&arguments.place)?;
    let ring = Ring::new(&file);
    let public = PublicKeys::of(&ring.current());
    let state = reader(&arguments.place.location()?, ring)?.audit_state()?;
    println!("head {}", state.head);
    for key in public.texts() {
        println!("public key {key}");
    }
    Ok(())
}

fn list(arguments: &AuditList) -> Result<(), Failure> {
    let reader = reader(&location(&arguments.data, arguments.database.as_deref())?, Ring::default())?;
    let filter = AuditFilter {
        since: arguments.since,
        actor: arguments.actor.clone(),
        action: arguments.action,
        ..AuditFilter::default()
    };
    let mut out = std::io::stdout().lock();
    let mut before = None;
    loop {
        let page = reader.audit(&filter, before, PAGE)?;
        for row in page.items {
            let text = if arguments.json { row.line } else { tsv(&row) };
            match writeln!(out, "{text}") {
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
                written => written?,
            }
        }
        match page.next {
            Some(next) => before = Some(next),
            None => return Ok(()),
        }
    }
}

/// Number, time, who, what, to what, what else is known (JSON), why. Nothing in it holds a tab or a line feed.
fn tsv(row: &AuditRow) -> String {
    let entry = &row.entry;
    let data = serde_json::to_string(&entry.data).unwrap_or_default();
    let reason = entry.reason.as_ref().map(ToString::to_string).unwrap_or_default();
    let fields = [
        row.no.to_string(),
        entry.at.to_string(),
        entry.actor.to_string(),
        entry.action.to_string(),
        entry.subject.to_string(),
        data,
        reason,
    ];
    fields.map(|field| field.replace(char::is_control, " ")).join("\t")
}

/// Reads a head that was published.
pub fn parse_head(text: &str) -> Result<Head, String> {
    Head::parse(text)
        .ok_or_else(|| "expected a head as `heyan audit head` prints it: 17:… with 64 digits".to_owned())
}
