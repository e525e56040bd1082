//! `/console/provider/waiting`: who has to verify by when, with a text to remind them by.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::terms::FilingId;
use heyan_store::tables::DeadlinePlace;
use heyan_store::views::FilingView;
use serde::Deserialize;

use super::{PAGE_ROWS, WAITING, list, own, terms, verifiers};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Empty, Pager};
use crate::console::{Blocks, Problem, Shell};
use crate::texts::Texts;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct After {
    after: String,
}

impl After {
    fn place(&self) -> Option<DeadlinePlace> {
        let (at, filing) = self.after.split_once('.')?;
        Some(DeadlinePlace { at: Timestamp::from_ms(at.parse().ok()?), filing: FilingId::parse(filing)? })
    }
}

/// One person.
#[derive(Debug)]
struct Person {
    name: String,
    when: String,
    reminder: Option<String>,
}

/// One filing with the people who are missing.
#[derive(Debug)]
struct Missing {
    path: String,
    title: String,
    people: Vec<Person>,
}

#[derive(Debug, askama::Template)]
#[template(path = "console/provider/waiting.html")]
struct List {
    filings: Vec<Missing>,
    reminder: String,
}

fn people(app: &App, t: &Texts, view: &FilingView, now: Timestamp) -> Vec<Person> {
    let round = view.body.rounds.last();
    let rule = view.filing.ruleset.and_then(|number| app.rules.pinned(number));
    let host = rule.map(|rule| rule.portal_host(view.filing.province).to_owned()).unwrap_or_default();
    let person = |one: &heyan_domain::verification::Verification| {
        let label = round.and_then(|round| round.party(one.id.ordinal())).map(|party| party.label.clone());
        let reminder = one.deadline_at.map(|at| {
            let (label, at) = (label.unwrap_or_default(), t.date_time(at));
            t.with("provider-reminder", &[("label", &label), ("at", &at), ("host", &host)])
        });
        let when = one.deadline_at.map_or_else(
            || t.get("provider-no-deadline"),
            |at| t.with("provider-by", &[("at", &t.date_time(at)), ("left", &t.time_left(now, at))]),
        );
        let when = if one.disowned { format!("{when} · {}", t.get("provider-not-mine")) } else { when };
        Person { name: verifiers::person(t, round, one), when, reminder }
    };
    view.current().filter(|one| one.is_open(now)).map(person).collect()
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    after: Result<Query<After>, QueryRejection>,
) -> Response {
    let Ok(Query(after)) = after else { return Problem::Unreadable.into_response() };
    let place = after.place();
    let found = list::found(&app, provider, move |standings| standings.page_by_deadline(place, PAGE_ROWS));
    let page = match found.await {
        Ok(page) => page,
        Err(error) => return own::failed(&error).into_response(),
    };
    let shell = Shell::new(&app, &staff, "provider-waiting-title");
    let t = shell.t;
    let now = shell.now;
    let missing = page.items.iter().map(|view| Missing {
        path: terms::path(view),
        title: format!(
            "{} · {} · {}",
            terms::number(view),
            terms::kind(t, view.filing.kind),
            terms::subject(view)
        ),
        people: people(&app, t, view, now),
    });
    let filings: Vec<Missing> = missing.collect();
    let key = |place: DeadlinePlace| format!("{WAITING}?after={}.{}", place.at.as_ms(), place.filing);
    let pager = Pager {
        label: t.get("provider-pages"),
        first: place.map(|_| (WAITING.to_owned(), t.get("provider-first-page"))),
        next: page.next.map(|place| (key(place), t.get("provider-next-page"))),
    };
    let blocks = Blocks::new(shell).intro("provider-waiting-intro");
    if filings.is_empty() {
        let (title, hint) = (t.get("provider-nobody-waits"), t.get("provider-nobody-waits-hint"));
        return blocks.part(&Empty { title, hint, action: None }).part(&pager).respond();
    }
    blocks.part(&List { filings, reminder: t.get("provider-reminder-label") }).part(&pager).respond()
}
