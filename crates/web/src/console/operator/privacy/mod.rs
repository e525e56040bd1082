//! `/console/operator/privacy`: how long personal data is kept, what is stored about somebody who asks, and erasing it
//! (SEC-13, PIPL art. 44 to 47).

mod erase;
mod find;

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::privacy::PERIODS;
use heyan_store::tables::ToErase;

use super::{may_change, read_only};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Cell, Column, Empty, Facts, Field, FormPart, Heading, Statistics, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OPERATOR, OVERSEERS, Route, action, page};
use crate::texts::Texts;

const PATH: &str = "/console/operator/privacy";

pub(super) fn routes() -> Vec<Route> {
    vec![
        page(PATH, OVERSEERS, show).in_menu("menu-privacy"),
        action("/console/operator/privacy/find", OPERATOR, find::show),
        page("/console/operator/privacy/filings/{filing}", OPERATOR, erase::show),
        action("/console/operator/privacy/filings/{filing}", OPERATOR, erase::act),
    ]
}

/// The form of a look-up. It is sent with POST, so that no phone is ever in an address or a log; what was typed wrongly
/// comes back, what was right is not shown again.
fn form(t: &Texts, staff: &Staff, typed: (&str, &str), wrong: (bool, bool)) -> FormPart {
    let phone = Field::text("phone", t.get("privacy-phone"), typed.0)
        .error(wrong.0.then(|| t.get("privacy-phone-wrong")));
    let id_last6 = Field::text("id_last6", t.get("privacy-last6"), typed.1)
        .hint(t.get("privacy-last6-hint"))
        .error(wrong.1.then(|| t.get("privacy-last6-wrong")));
    FormPart::new(format!("{PATH}/find"), &staff.csrf, t.get("privacy-find"))
        .heading(t.get("privacy-find-title"))
        .summary(t.get("form-problems"))
        .field(phone)
        .field(id_last6)
}

fn numbers(app: &App, t: &Texts, counted: &ToErase) -> Statistics {
    let late = if counted.overdue > 0 { Tone::Warning } else { Tone::Success };
    let days = t.one("kept-days", "days", app.retention.days());
    Statistics::new()
        .item(t.get("privacy-period"), days, None, Tone::Plain)
        .item(t.get("privacy-kept"), counted.kept.to_string(), None, Tone::Plain)
        .item(t.get("privacy-overdue"), counted.overdue.to_string(), None, late)
}

fn periods(app: &App, t: &Texts) -> Table {
    let heads = ["kept-what", "kept-for", "kept-how-long", "kept-ground"];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("operator-none"), hint: String::new(), action: None };
    PERIODS.iter().fold(Table::new(t.get("privacy-periods"), columns, empty), |table, kept| {
        let [what, purpose, ground] = t.kept(kept);
        let period = t.kept_for(kept, app.retention);
        table.row([what, purpose, period, ground].map(Cell::text).into())
    })
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let ended_before = app.retention.ended_before(app.clock.now());
    let Ok(counted) = app.readers.read(move |reader| reader.count_to_erase(ended_before)).await else {
        return Problem::System.into_response();
    };
    let shell = Shell::new(&app, &staff, "privacy-title");
    let t = shell.t;
    let blocks = Blocks::new(shell).intro("privacy-intro").part(&numbers(&app, t, &counted));
    let blocks = match counted.since {
        Some(since) => blocks.part(&Facts::new().text(t.get("privacy-since"), t.date_time(since))),
        None => blocks,
    };
    let blocks = if may_change(&staff) {
        blocks.part(&form(t, &staff, ("", ""), (false, false)))
    } else {
        blocks.part(&read_only(t))
    };
    blocks.part(&Heading { text: t.get("privacy-periods") }).part(&periods(&app, t)).respond()
}
