//! `/console/operator/messages`: what waits for a carrier, and what carriers have said.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use heyan_store::tables::CountedBy;
use heyan_store::views::Counted;

use super::chart::share;
use super::numbers::{Sums, day_name, since};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Cell, Column, Empty, Heading, Statistics, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};

/// Days in the table.
const DAYS: u16 = 14;
const COUNTED: [(Counted, &str); 5] = [
    (Counted::MessageAccepted, "messages-accepted"),
    (Counted::MessageArrived, "messages-arrived"),
    (Counted::MessageFailed, "messages-failed"),
    (Counted::Resent, "messages-resent"),
    (Counted::NoonResent, "messages-noon"),
];

pub(super) fn routes() -> Vec<Route> {
    vec![page("/console/operator/messages", OVERSEERS, show).in_menu("menu-messages")]
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let now = app.clock.now();
    let filter = since(now, DAYS);
    let read = app
        .readers
        .read(move |reader| Ok((reader.counts()?.outbox, reader.daily_counts(&filter, CountedBy::Day)?)));
    let Ok((outbox, counts)) = read.await else { return Problem::System.into_response() };
    let sums = Sums::new(counts);
    let (accepted, arrived) = (sums.total(Counted::MessageAccepted), sums.total(Counted::MessageArrived));
    let failed = sums.total(Counted::MessageFailed);
    let shell = Shell::new(&app, &staff, "messages-title");
    let t = shell.t;
    let bad = if failed == 0 { Tone::Plain } else { Tone::Warning };
    let (route, routes_page) = match &app.routes {
        Some(routes) => {
            (t.one("messages-routes", "count", routes.shown().len()), Some(super::routes::PATH.to_owned()))
        }
        None if app.sandbox.is_some() => (t.get("messages-loopback"), None),
        None => (t.get("messages-no-route"), None),
    };
    let numbers = Statistics::new()
        .item(t.get("health-outbox"), outbox.to_string(), None, Tone::Plain)
        .item(t.get("messages-accepted"), accepted.to_string(), None, Tone::Plain)
        .item(t.get("messages-arrived"), arrived.to_string(), None, Tone::Plain)
        .item(t.get("messages-arrived-share"), format!("{} %", share(arrived, accepted)), None, Tone::Plain)
        .item(t.get("messages-failed"), failed.to_string(), None, bad)
        .item(t.get("messages-route"), route, routes_page, Tone::Plain);
    let columns = COUNTED.iter().map(|(_, key)| Column::number(t.get(key)));
    let columns = std::iter::once(Column::text(t.get("funnel-day"))).chain(columns).collect();
    let empty = Empty { title: t.get("messages-none"), hint: t.get("funnel-none-hint"), action: None };
    let table = sums.names().fold(Table::new(t.get("messages-days"), columns, empty), |table, day| {
        let counts = COUNTED.iter().map(|(what, _)| Cell::number(sums.of(day, *what)));
        table.row(std::iter::once(Cell::text(day_name(day))).chain(counts).collect())
    });
    Blocks::new(shell)
        .intro("messages-intro")
        .live(|live| live.part(&numbers))
        .part(&Heading { text: t.get("messages-days") })
        .part(&table)
        .respond()
}
