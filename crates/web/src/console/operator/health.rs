//! `/console/operator`: whether the system works, and what waits in it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_store::views::System;

use super::chart::Bars;
use super::{bytes, time_or};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Alert, Cell, Facts, Heading, Statistics, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};
use crate::texts::Texts;

const PATH: &str = "/console/operator";
/// From so many milliseconds on a due command is late enough to be looked at (DDL-04: begun within a second).
const LATE_MS: i64 = 5_000;

pub(super) fn routes() -> Vec<Route> {
    vec![page(PATH, OVERSEERS, show).in_menu("menu-health")]
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let now = app.clock.now();
    let Ok(system) = app.readers.read(move |reader| reader.system(now)).await else {
        return Problem::System.into_response();
    };
    let shell = Shell::new(&app, &staff, "health-title");
    let t = shell.t;
    let blocks = Blocks::new(shell);
    let blocks = warnings(&app, t, now, &system).into_iter().fold(blocks, |blocks, one| blocks.part(&one));
    blocks
        .live(|live| live.part(&waiting(&app, t, now, &system)))
        .part(&Heading { text: t.get("health-groups") })
        .part(&groups(&app, t))
        .part(&Heading { text: t.get("health-keys") })
        .part(&keys(&app, t))
        .part(&Heading { text: t.get("health-data") })
        .part(&data(&app, t, now, &system))
        .respond()
}

/// How late the work that is due is.
fn lateness_ms(now: Timestamp, system: &System) -> i64 {
    system.due_since.map_or(0, |since| now.since_ms(since).max(0))
}

fn warnings(app: &App, t: &Texts, now: Timestamp, system: &System) -> Vec<Alert> {
    let mut found = Vec::new();
    if !app.engine.is_healthy() {
        found
            .push(Alert::new(Tone::Error, t.get("health-engine-broken")).more(t.get("health-engine-advice")));
    }
    if app.ring.rotation.refused.load(Ordering::Relaxed) {
        found.push(Alert::new(Tone::Error, t.get("health-keys-refused")));
    }
    if let Some(change) = app.ring.rotation.waiting() {
        found.push(Alert::new(Tone::Warning, t.one("keys-waits", "key", change.key.0)));
    }
    if lateness_ms(now, system) >= LATE_MS {
        found.push(Alert::new(Tone::Warning, t.get("health-late")));
    }
    found
}

fn waiting(app: &App, t: &Texts, now: Timestamp, system: &System) -> Statistics {
    let healthy = app.engine.is_healthy();
    let engine =
        if healthy { ("health-engine-works", Tone::Success) } else { ("health-engine-fails", Tone::Error) };
    let late = lateness_ms(now, system);
    let late_tone = if late >= LATE_MS { Tone::Warning } else { Tone::Plain };
    let commands = app.engine.waiting().to_string();
    Statistics::new()
        .item(t.get("health-engine"), t.get(engine.0), None, engine.1)
        .item(t.get("health-commands"), commands, None, Tone::Plain)
        .item(
            t.get("health-outbox"),
            system.outbox.to_string(),
            Some("/console/operator/messages".to_owned()),
            Tone::Plain,
        )
        .item(t.get("health-due"), system.due.to_string(), None, late_tone)
        .item(t.get("health-lateness"), t.one("health-seconds", "seconds", late / 1_000), None, late_tone)
}

fn groups(app: &App, t: &Texts) -> Bars {
    let statistics = app.engine.statistics();
    let load = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let (groups, commands) = (load(&statistics.groups), load(&statistics.commands));
    let tenths = commands.saturating_mul(10).checked_div(groups).unwrap_or_default();
    let values = [
        ("groups", groups.to_string()),
        ("commands", commands.to_string()),
        ("mean", format!("{}.{}", tenths / 10, tenths % 10)),
        ("replayed", load(&statistics.replayed_groups).to_string()),
        ("failed", load(&statistics.failed_commands).to_string()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let summary = t.with("health-groups-summary", &values);
    let heads = [t.get("health-group-size"), t.get("health-group-count"), t.get("chart-share")];
    let bars = Bars::new(t.get("health-groups"), heads, summary);
    statistics.group_sizes.iter().enumerate().fold(bars, |bars, (at, counter)| {
        let up_to = 1_u64 << at;
        bars.bar(t.one("health-up-to", "size", up_to), load(counter))
    })
}

fn keys(app: &App, t: &Texts) -> Facts {
    let keys = app.ring.current();
    let rotation = &app.ring.rotation;
    let (values, done) =
        (rotation.values.load(Ordering::Relaxed), rotation.values_done.load(Ordering::Relaxed));
    let progress = if values == 0 {
        t.get("health-rekey-none")
    } else if done >= values {
        t.get("health-rekey-done")
    } else {
        t.with("health-rekey-goes-on", &[("done", &done.to_string()), ("values", &values.to_string())])
    };
    let refused = if rotation.refused.load(Ordering::Relaxed) {
        Cell::tag(Tone::Error, t.get("health-key-file-refused"))
    } else {
        Cell::tag(Tone::Success, t.get("health-key-file-taken"))
    };
    Facts::new()
        .text(t.get("health-key-active"), keys.active().0.to_string())
        .text(t.get("health-key-count"), keys.check_values().len().to_string())
        .text(t.get("health-rekey"), progress)
        .cell(t.get("health-key-file"), refused)
}

fn data(app: &App, t: &Texts, now: Timestamp, system: &System) -> Facts {
    let mode = if app.sandbox.is_some() { "health-mode-sandbox" } else { "health-mode-production" };
    Facts::new()
        .text(t.get("health-mode"), t.get(mode))
        .text(t.get("health-clock"), t.date_time(now))
        .text(t.get("health-next-due"), time_or(t, system.next_due, "health-nothing-due"))
        .text(t.get("health-size"), bytes(system.database_bytes))
        .text(t.get("health-filings"), system.filings.to_string())
        .text(t.get("health-events"), system.events.to_string())
        .text(t.get("health-version"), env!("CARGO_PKG_VERSION"))
}
