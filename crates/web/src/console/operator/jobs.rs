//! `/console/operator/jobs`: what the worker's tasks do, and messages that came to nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::time::{DAY_MS, MINUTE_MS};
use heyan_domain::verification::{Verification, VerificationState};
use heyan_store::audit::AuditState;
use heyan_store::database::StoreError;
use heyan_store::tables::{DeadLetter, Reader, ToErase};
use heyan_store::tasks::Task;
use heyan_store::views::System;

use super::time_or;
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Alert, Cell, Column, Empty, Heading, Statistics, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};
use crate::texts::Texts;

/// Messages of each kind on the page.
const MOST: usize = 50;
/// From so many minutes on a message in the outbox is stuck: it leaves within seconds otherwise.
const STUCK_MS: i64 = 10 * MINUTE_MS;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/console/operator/jobs", OVERSEERS, show).in_menu("menu-jobs")]
}

/// A message with the verification that it was for.
struct Letter {
    letter: DeadLetter,
    verification: Option<Verification>,
}

fn with_verifications(reader: &Reader, letters: Vec<DeadLetter>) -> Result<Vec<Letter>, StoreError> {
    let mut found = Vec::with_capacity(letters.len());
    for letter in letters {
        let id = letter.message.id.verification();
        let all = reader.verifications(id.filing())?;
        found.push(Letter { letter, verification: all.into_iter().find(|one| one.id == id) });
    }
    Ok(found)
}

struct Jobs {
    system: System,
    erase: ToErase,
    audit: AuditState,
    failed_today: i64,
    failed: Vec<Letter>,
    stuck: Vec<Letter>,
    /// Mails that wait, and since when the oldest does.
    mails: (u64, Option<Timestamp>),
    /// The same of events on their way to webhooks.
    webhooks: (u64, Option<Timestamp>),
    /// The same of files of records that came over the enterprise interface.
    uploads: (u64, Option<Timestamp>),
}

async fn read(app: &App, now: Timestamp) -> Result<Jobs, StoreError> {
    let ended_before = app.retention.ended_before(now);
    let read = app.readers.read(move |reader| {
        let failed = reader.failed_messages(MOST)?;
        let stuck = reader.stuck_messages(now.plus_ms(-STUCK_MS), MOST)?;
        Ok(Jobs {
            system: reader.system(now)?,
            erase: reader.count_to_erase(ended_before)?,
            audit: reader.audit_state()?,
            mails: reader.mails_waiting()?,
            webhooks: reader.webhooks_waiting()?,
            uploads: reader.enterprise_backlog()?,
            failed_today: reader.count_failed(now.plus_ms(-DAY_MS))?,
            failed: with_verifications(reader, failed)?,
            stuck: with_verifications(reader, stuck)?,
        })
    });
    read.await
}

/// What waits for a task, and since when the oldest of it does.
fn backlog(task: Task, jobs: &Jobs) -> (Option<i64>, Option<Timestamp>) {
    match task {
        Task::Dispatch => (Some(jobs.system.outbox), jobs.stuck.first().map(|one| one.letter.since)),
        Task::Deadlines => (Some(jobs.system.due), jobs.system.due_since),
        Task::Retention => (Some(jobs.erase.overdue), jobs.erase.since),
        Task::Audit => (Some(jobs.audit.entries.saturating_sub(jobs.audit.verified_up_to)), None),
        Task::Webhooks => (i64::try_from(jobs.webhooks.0).ok(), jobs.webhooks.1),
        Task::Enterprise => (i64::try_from(jobs.uploads.0).ok(), jobs.uploads.1),
        Task::Notices => (i64::try_from(jobs.mails.0).ok(), jobs.mails.1),
        Task::Tidy | Task::Statistics => (None, None),
    }
}

fn tasks(app: &App, t: &Texts, jobs: &Jobs) -> Table {
    let heads = [
        "jobs-task",
        "jobs-began",
        "jobs-ended",
        "jobs-standing",
        "jobs-backlog",
        "jobs-oldest",
        "jobs-done",
        "jobs-failures",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("operator-none"), hint: String::new(), action: None };
    Task::ALL.iter().fold(Table::new(t.get("jobs-tasks"), columns, empty), |table, task| {
        let record = app.engine.tasks().of(*task);
        let (waiting, oldest) = backlog(*task, jobs);
        let standing = match (record.is_failing(), record.ended_at()) {
            (true, _) => Cell::tag(Tone::Error, t.get("jobs-failing")),
            (false, Some(_)) => Cell::tag(Tone::Success, t.get("jobs-works")),
            (false, None) => Cell::tag(Tone::Plain, t.get("jobs-not-yet")),
        };
        let name = task.as_str();
        table.row(vec![
            Cell::lines(vec![t.get(&format!("jobs-task-{name}")), t.get(&format!("jobs-task-{name}-does"))]),
            Cell::text(time_or(t, record.began_at(), "jobs-never")),
            Cell::text(time_or(t, record.ended_at(), "jobs-never")),
            standing,
            Cell::text(waiting.map_or_else(|| t.get("operator-none"), |count| count.to_string())),
            Cell::text(time_or(t, oldest, "operator-none")),
            Cell::text(record.done().to_string()),
            Cell::text(record.failures().to_string()),
        ])
    })
}

/// What can still be done about a message that came to nothing. A new one is for the person to ask for, or for the provider
/// to cause: a code is never sent again by somebody else.
fn advice(t: &Texts, verification: Option<&Verification>, now: Timestamp) -> String {
    let state = verification.map(|one| one.shown_state(now));
    t.get(match state {
        Some(VerificationState::Open) => "jobs-advice-resend",
        Some(VerificationState::WaitingToSend) => "jobs-advice-window",
        Some(VerificationState::Passed) => "jobs-advice-passed",
        Some(VerificationState::Failed | VerificationState::Expired | VerificationState::Cancelled(_))
        | None => "jobs-advice-over",
    })
}

fn letters(t: &Texts, caption: &str, none: &str, found: &[Letter], now: Timestamp) -> Table {
    let heads = [
        "jobs-since",
        "jobs-message",
        "unmask-filing",
        "jobs-kind",
        "jobs-route",
        "jobs-code",
        "jobs-advice",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get(none), hint: t.get("jobs-none-hint"), action: None };
    found.iter().fold(Table::new(t.get(caption), columns, empty), |table, one| {
        let message = &one.letter.message;
        let filing = message.id.verification().filing();
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| t.get("operator-none"));
        table.row(vec![
            Cell::text(t.date_time(one.letter.since)),
            Cell::text(message.id.to_string()),
            Cell::link(format!("/console/unmask/{filing}"), filing.to_string()),
            Cell::text(t.get(&format!("adm-message-{}", message.kind.as_str().replace('_', "-")))),
            Cell::text(or_none(&message.route)),
            Cell::text(or_none(&message.carrier_code)),
            Cell::text(advice(t, one.verification.as_ref(), now)),
        ])
    })
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let now = app.clock.now();
    let Ok(jobs) = read(&app, now).await else { return Problem::System.into_response() };
    let shell = Shell::new(&app, &staff, "jobs-title");
    let t = shell.t;
    let tone = |count: i64, bad| if count == 0 { Tone::Plain } else { bad };
    let stuck = i64::try_from(jobs.stuck.len()).unwrap_or(i64::MAX);
    let numbers = Statistics::new()
        .item(t.get("health-outbox"), jobs.system.outbox.to_string(), None, Tone::Plain)
        .item(t.get("jobs-stuck"), stuck.to_string(), None, tone(stuck, Tone::Error))
        .item(
            t.get("jobs-failed-today"),
            jobs.failed_today.to_string(),
            None,
            tone(jobs.failed_today, Tone::Warning),
        )
        .item(t.get("health-due"), jobs.system.due.to_string(), None, Tone::Plain);
    let mut blocks = Blocks::new(shell).intro("jobs-intro").part(&numbers);
    if Task::ALL.iter().any(|task| app.engine.tasks().of(*task).is_failing()) {
        blocks = blocks
            .part(&Alert::new(Tone::Error, t.get("jobs-some-failing")).more(t.get("health-engine-advice")));
    }
    if stuck > 0 {
        blocks = blocks.part(&Alert::new(Tone::Error, t.get("jobs-stuck-advice")));
    }
    blocks
        .part(&Heading { text: t.get("jobs-tasks") })
        .part(&tasks(&app, t, &jobs))
        .part(&Heading { text: t.get("jobs-failed") })
        .part(&letters(t, "jobs-failed", "jobs-failed-none", &jobs.failed, now))
        .part(&Heading { text: t.get("jobs-stuck") })
        .part(&letters(t, "jobs-stuck", "jobs-stuck-none", &jobs.stuck, now))
        .respond()
}
