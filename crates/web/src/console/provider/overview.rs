//! `/console/provider`: how many filings stand where, and what is due.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::Role;
use heyan_domain::time::HOUR_MS;
use heyan_domain::webhooks::{Endpoint, OffReason};

use super::links::Links;
use super::own::failed;
use super::terms::{STATES, word};
use super::{FILINGS, INITIAL_REVIEW, NEW, OVERVIEW, RETURNED, WAITING};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Heading, Statistics, Tone};
use crate::console::{Blocks, Shell};

/// What is due within this is shown as urgent.
const URGENT_MS: i64 = 4 * HOUR_MS;

struct Numbers {
    due: usize,
    returned_today: usize,
    in_initial_review: usize,
    report_overdue: usize,
    /// Endpoints for webhooks that fail or were switched off because they did.
    troubled: usize,
    by_state: Vec<(&'static str, usize)>,
}

pub(super) async fn show(State(app): State<Arc<App>>, OfProvider(staff, provider): OfProvider) -> Response {
    let now = app.clock.now();
    let of = provider.clone();
    let read = app.readers.standings(provider, move |standings, reader| {
        let troubled = |endpoint: &Endpoint| {
            endpoint.off.map_or(endpoint.failing_since.is_some(), |off| off.reason != OffReason::ByHand)
        };
        Ok(Numbers {
            troubled: reader.webhooks_of(&of)?.iter().filter(|endpoint| troubled(endpoint)).count(),
            due: standings.count_due_before(now.plus_ms(URGENT_MS)),
            returned_today: standings.count_since("returned", now.beijing_midnight()),
            in_initial_review: standings.count("initial_review"),
            report_overdue: standings.count_report_overdue(now),
            by_state: STATES.iter().map(|state| (*state, standings.count(state))).collect(),
        })
    });
    let numbers = match read.await {
        Ok(numbers) => numbers,
        Err(error) => return failed(&error).into_response(),
    };
    let shell = Shell::new(&app, &staff, "provider-overview-title");
    let t = shell.t;
    let tone = |count: usize, tone: Tone| if count == 0 { Tone::Plain } else { tone };
    let (due, returned) = (numbers.due, numbers.returned_today);
    let (waiting, overdue) = (numbers.in_initial_review, numbers.report_overdue);
    let urgent = Statistics::new()
        .item(t.get("provider-due"), due.to_string(), Some(WAITING.to_owned()), tone(due, Tone::Warning))
        .item(
            t.get("provider-returned-today"),
            returned.to_string(),
            Some(RETURNED.to_owned()),
            tone(returned, Tone::Error),
        )
        .item(
            t.get("provider-in-initial-review"),
            waiting.to_string(),
            Some(INITIAL_REVIEW.to_owned()),
            tone(waiting, Tone::Info),
        )
        .item(
            t.get("provider-report-overdue-count"),
            overdue.to_string(),
            Some(RETURNED.to_owned()),
            tone(overdue, Tone::Error),
        )
        .item(
            t.get("webhooks-troubled"),
            numbers.troubled.to_string(),
            matches!(staff.role, Role::ProviderAdmin(_)).then(|| super::webhooks::PATH.to_owned()),
            tone(numbers.troubled, Tone::Error),
        );
    let by_state = numbers.by_state.iter().fold(Statistics::new(), |all, (state, count)| {
        let path = format!("{FILINGS}?state={state}");
        all.item(word(t, "state", state), count.to_string(), Some(path), Tone::Plain)
    });
    let links =
        Links::default().main(NEW, t.get("menu-provider-new")).link(OVERVIEW, t.get("provider-reload"));
    Blocks::new(shell)
        .live(|live| live.part(&urgent).part(&Heading { text: t.get("provider-by-state") }).part(&by_state))
        .part(&links)
        .respond()
}
