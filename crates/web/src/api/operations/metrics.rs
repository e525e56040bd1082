//! `GET /metrics`: counts for Prometheus, in its text format.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::time::DAY_MS;
use heyan_store::audit::AuditState;
use heyan_store::engine::Statistics;
use heyan_store::keys::Ring;
use heyan_store::tables::ToErase;
use heyan_store::tasks::{Task, TaskLog, TaskRecord};

use crate::api::Shared;
use crate::api::problem::Problem;

fn one(text: &mut String, name: &str, kind: &str, help: &str, value: impl std::fmt::Display) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
}

fn engine(text: &mut String, statistics: &Statistics) {
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let counter = "counter";
    one(text, "heyan_commands_total", counter, "Commands carried out.", read(&statistics.commands));
    let failed = read(&statistics.failed_commands);
    one(text, "heyan_commands_failed_total", counter, "Commands that could not be written.", failed);
    let replayed = read(&statistics.replayed_groups);
    one(text, "heyan_groups_replayed_total", counter, "Groups replayed one by one.", replayed);
    let name = "heyan_group_commands";
    let _ = writeln!(text, "# HELP {name} Commands in one commit group.\n# TYPE {name} histogram");
    let mut below = 0_u64;
    for (power, bucket) in statistics.group_sizes.iter().enumerate() {
        below = below.saturating_add(read(bucket));
        let _ = writeln!(text, "{name}_bucket{{le=\"{}\"}} {below}", 1_u64 << power);
    }
    let (groups, commands) = (read(&statistics.groups), read(&statistics.commands));
    let _ =
        writeln!(text, "{name}_bucket{{le=\"+Inf\"}} {groups}\n{name}_sum {commands}\n{name}_count {groups}");
}

fn keys(text: &mut String, ring: &Ring) {
    let (gauge, rotation) = ("gauge", &ring.rotation);
    one(
        text,
        "heyan_key_active",
        gauge,
        "Id of the key that seals what is written.",
        ring.current().active().0,
    );
    let refused = u8::from(rotation.refused.load(Ordering::Relaxed));
    one(text, "heyan_key_file_refused", gauge, "Whether a changed key file is not taken up.", refused);
    let (values, done) =
        (rotation.values.load(Ordering::Relaxed), rotation.values_done.load(Ordering::Relaxed));
    one(text, "heyan_rekey_values", gauge, "Values to look through since the last rotation.", values);
    one(text, "heyan_rekey_values_done", gauge, "Those looked through and sealed anew.", done);
}

/// The audit log's chain, and what waits to be erased.
fn custody(text: &mut String, audit: &AuditState, erase: &ToErase, now: Timestamp) {
    let gauge = "gauge";
    let ok = u8::from(audit.broken.is_none());
    one(
        text,
        "heyan_audit_chain_ok",
        gauge,
        "Whether the audit log is as it was written, as far as was looked.",
        ok,
    );
    one(text, "heyan_audit_entries", "counter", "Entries of the audit log.", audit.entries);
    one(
        text,
        "heyan_audit_verified_entries",
        gauge,
        "Entries looked at in the present round.",
        audit.verified_up_to,
    );
    if let Some(last) = &audit.last_checkpoint {
        let seconds = now.since_ms(last.at).max(0) / 1_000;
        one(text, "heyan_audit_checkpoint_age_seconds", gauge, "Time since the last signed head.", seconds);
    }
    one(
        text,
        "heyan_retention_kept_filings",
        gauge,
        "Ended filings whose personal data is still kept.",
        erase.kept,
    );
    let help = "Those whose time is over, counted up to 10,000.";
    one(text, "heyan_retention_overdue_filings", gauge, help, erase.overdue);
}

/// How providers' webhooks are, over all of them.
struct Hooks {
    /// Those that work, fail, and are off.
    endpoints: [u64; 3],
    /// Deliveries that wait, and since when the oldest does.
    waiting: (u64, Option<Timestamp>),
}

impl Hooks {
    fn write(&self, text: &mut String, now: Timestamp) {
        let name = "heyan_webhook_endpoints";
        let _ = writeln!(text, "# HELP {name} Endpoints for webhooks.\n# TYPE {name} gauge");
        for (state, count) in ["working", "failing", "off"].iter().zip(self.endpoints) {
            let _ = writeln!(text, "{name}{{state=\"{state}\"}} {count}");
        }
        let (waiting, oldest) = self.waiting;
        one(
            text,
            "heyan_webhook_deliveries_waiting",
            "gauge",
            "Events on their way to them, counted up to 10,000.",
            waiting,
        );
        let seconds = oldest.map_or(0, |at| now.since_ms(at).max(0) / 1_000);
        let help = "For how long the oldest of those has waited.";
        one(text, "heyan_webhook_oldest_delivery_seconds", "gauge", help, seconds);
    }
}

/// What the worker's tasks have done.
fn tasks(text: &mut String, log: &TaskLog) {
    type Value = fn(&TaskRecord) -> u64;
    let metrics: [(&str, &str, &str, Value); 3] = [
        (
            "heyan_task_done_total",
            "counter",
            "Messages, commands, filings, rows or entries seen to.",
            TaskRecord::done,
        ),
        ("heyan_task_failures_total", "counter", "Times that a task could not go on.", TaskRecord::failures),
        ("heyan_task_failing", "gauge", "Whether its last time was one of them.", |one| {
            u64::from(one.is_failing())
        }),
    ];
    for (name, kind, help, value) in metrics {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for task in Task::ALL {
            let _ = writeln!(text, "{name}{{task=\"{}\"}} {}", task.as_str(), value(log.of(task)));
        }
    }
}

/// 200 with the counts.
pub(super) async fn handle(State(api): State<Arc<Shared>>) -> Result<Response, Problem> {
    let now = api.app.clock.now();
    let (ended_before, day_ago) = (api.app.retention.ended_before(now), now.plus_ms(-DAY_MS));
    let read = api.app.readers.read(move |reader| {
        let (counts, audit) = (reader.counts()?, reader.audit_state()?);
        let hooks = Hooks { endpoints: reader.webhook_standings()?, waiting: reader.webhooks_waiting()? };
        Ok((counts, audit, reader.count_to_erase(ended_before)?, reader.count_failed(day_ago)?, hooks))
    });
    let (counts, audit, erase, failed, hooks) = read.await?;
    let mut text = String::new();
    api.metrics.write(&mut text);
    engine(&mut text, api.app.engine.statistics());
    let waiting = api.app.engine.waiting();
    let healthy = u8::from(api.app.engine.is_healthy());
    one(&mut text, "heyan_commands_waiting", "gauge", "Commands that wait.", waiting);
    one(&mut text, "heyan_engine_healthy", "gauge", "Whether the last group could be written.", healthy);
    keys(&mut text, &api.app.ring);
    hooks.write(&mut text, now);
    one(&mut text, "heyan_outbox_messages", "gauge", "Messages no carrier has accepted.", counts.outbox);
    one(&mut text, "heyan_filings_total", "counter", "Filings ever made.", counts.filings);
    one(&mut text, "heyan_events_total", "counter", "Events ever written.", counts.events);
    one(
        &mut text,
        "heyan_messages_failed_day",
        "gauge",
        "Messages failed for good within a day, up to 10,000.",
        failed,
    );
    custody(&mut text, &audit, &erase, now);
    tasks(&mut text, api.app.engine.tasks());
    if let Some(routes) = &api.app.routes {
        super::routes::write(&mut text, &routes.shown());
    }
    let mut response = text.into_response();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}
