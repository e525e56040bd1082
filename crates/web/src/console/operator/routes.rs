//! `/console/operator/routes`: the routes to carriers, how each of them is, and running one empty.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::{Action, Outcome, Refusal};
use heyan_domain::routes::{DrainRoute, Drained};
use heyan_store::database::StoreError;
use serde::Deserialize;

use super::{may_change, read_only};
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::parts::{Alert, Cell, Column, Empty, Heading, Lines, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OPERATOR, OVERSEERS, Route, action, page};
use crate::routes::{RouteShown, Standing, unserved};
use crate::texts::Texts;

pub(super) const PATH: &str = "/console/operator/routes";
const STANDING: &str = "/console/operator/routes/standing";

pub(super) fn routes() -> Vec<Route> {
    vec![page(PATH, OVERSEERS, show).in_menu("menu-routes"), action(STANDING, OPERATOR, set)]
}

fn carriers(t: &Texts, carriers: &[&str]) -> String {
    let names: Vec<String> = carriers.iter().map(|carrier| t.get(&format!("carrier-{carrier}"))).collect();
    names.join(&t.get("routes-comma"))
}

fn standing(t: &Texts, route: &RouteShown) -> Cell {
    let (tone, key) = match route.standing() {
        Standing::Draining => (Tone::Warning, "routes-draining"),
        Standing::Drained => (Tone::Plain, "routes-drained"),
        Standing::Down => (Tone::Error, "routes-down"),
        Standing::Paused => (Tone::Error, "routes-paused"),
        Standing::Slow => (Tone::Warning, "routes-slow"),
        Standing::Works => (Tone::Success, "routes-works"),
    };
    Cell::tag(tone, t.get(key))
}

/// What the standing means, and what is known of its cause.
fn about(t: &Texts, route: &RouteShown) -> Vec<String> {
    let (answers, slow) = route.answers;
    let answers = [("answers", answers.to_string()), ("slow", slow.to_string())];
    let answers = answers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let line = match route.standing() {
        Standing::Draining => t.one("routes-draining-about", "count", route.in_use.0),
        Standing::Drained => t.get("routes-drained-about"),
        Standing::Down => t.get("routes-down-about"),
        Standing::Paused => t.get("routes-paused-about"),
        Standing::Slow => t.with("routes-slow-about", &answers),
        Standing::Works => t.with("routes-works-about", &answers),
    };
    std::iter::once(line).chain(route.why_down.clone()).collect()
}

fn standings(t: &Texts, app: &App, routes: &[RouteShown]) -> Table {
    let words = ["routes-name", "routes-standing", "routes-about", "routes-carriers"];
    let numbers = ["routes-weight", "routes-in-use"];
    let columns = words.iter().map(|key| Column::text(t.get(key)));
    let columns = columns.chain(numbers.iter().map(|key| Column::number(t.get(key)))).collect();
    let hint = if app.sandbox.is_some() { "routes-none-sandbox" } else { "routes-none-production" };
    let empty = Empty { title: t.get("routes-none"), hint: t.get(hint), action: None };
    routes.iter().fold(Table::new(t.get("routes-list"), columns, empty), |table, route| {
        let (used, most) = route.in_use;
        table.row(vec![
            Cell::text(route.name.clone()),
            standing(t, route),
            Cell::lines(about(t, route)),
            Cell::text(carriers(t, &route.carriers)),
            Cell::text(format!("{} × {}/8", route.weight, route.level)),
            Cell::text(format!("{used}/{most}")),
        ])
    })
}

fn counts(t: &Texts, routes: &[RouteShown]) -> Table {
    let numbers = [
        "routes-submitted",
        "routes-accepted",
        "routes-refused",
        "routes-unknown",
        "routes-delivered",
        "routes-failed",
    ];
    let columns = numbers.iter().map(|key| Column::number(t.get(key)));
    let columns = std::iter::once(Column::text(t.get("routes-name"))).chain(columns).collect();
    let empty = Empty { title: t.get("routes-none"), hint: String::new(), action: None };
    routes.iter().fold(Table::new(t.get("routes-counts"), columns, empty), |table, route| {
        table.row(vec![
            Cell::text(route.name.clone()),
            Cell::number(route.submitted),
            Cell::number(route.accepted),
            Cell::number(route.refused),
            Cell::number(route.unknown),
            Cell::number(route.delivered),
            Cell::number(route.failed),
        ])
    })
}

/// Who has drained what, and the buttons of those who may.
fn service(t: &Texts, staff: &Staff, routes: &[RouteShown], drained: &BTreeMap<String, Drained>) -> Table {
    let may_change = may_change(staff);
    let action = may_change.then_some("routes-action");
    let heads = std::iter::once("routes-name").chain(action).chain(["routes-use"]);
    let columns = heads.map(|key| Column::text(t.get(key))).collect();
    let empty = Empty { title: t.get("routes-none"), hint: String::new(), action: None };
    routes.iter().fold(Table::new(t.get("routes-service"), columns, empty), |table, route| {
        let told = drained.get(&route.name).map_or_else(
            || t.get("routes-in-service"),
            |one| {
                let values = [("time", t.date_time(one.since)), ("name", one.by.name.clone())];
                t.with("routes-drained-by", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
            },
        );
        let mut cells = vec![Cell::text(route.name.clone())];
        if may_change {
            let (to, label) = if drained.contains_key(&route.name) {
                ("in_service", "routes-take-back")
            } else {
                ("drained", "routes-drain")
            };
            let fields = [("route", route.name.as_str()), ("to", to)];
            let label = t.one(label, "route", &route.name);
            cells.push(Cell::button(STANDING, &staff.csrf, &fields, label));
        }
        cells.push(Cell::text(told));
        table.row(cells)
    })
}

async fn drained(app: &App) -> Result<BTreeMap<String, Drained>, StoreError> {
    let rows = app.readers.read(heyan_store::tables::Reader::drained_routes).await?;
    Ok(rows.into_iter().collect())
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let routes = app.routes.as_ref().map(|routes| routes.shown()).unwrap_or_default();
    let Ok(drained) = drained(&app).await else { return Problem::System.into_response() };
    let shell = Shell::new(&app, &staff, "routes-title");
    let t = shell.t;
    let mut blocks = Blocks::new(shell).intro("routes-intro");
    let unserved = unserved(&routes);
    if !unserved.is_empty() {
        let alert = Alert::new(Tone::Error, t.one("routes-unserved", "carriers", carriers(t, &unserved)));
        blocks = blocks.part(&alert.more(t.get("routes-unserved-more")));
    }
    if routes.is_empty() {
        return blocks.part(&standings(t, &app, &routes)).respond();
    }
    blocks = blocks.live(|live| {
        let live = live.part(&standings(t, &app, &routes));
        live.part(&Heading { text: t.get("routes-counts") }).part(&counts(t, &routes))
    });
    blocks = blocks.part(&Heading { text: t.get("routes-service") });
    blocks = if may_change(&staff) {
        blocks.part(&Lines { lines: vec![t.get("routes-service-hint")] })
    } else {
        blocks.part(&read_only(t))
    };
    blocks.part(&service(t, &staff, &routes, &drained)).respond()
}

/// What a button of the page sends.
#[derive(Deserialize)]
struct Wanted {
    route: String,
    to: Service,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Service {
    Drained,
    InService,
}

async fn set(
    State(app): State<Arc<App>>,
    staff: Staff,
    wanted: Result<Form<Wanted>, FormRejection>,
) -> Response {
    let Ok(Form(Wanted { route, to })) = wanted else { return Problem::Unreadable.into_response() };
    let Some(routes) = app.routes.as_ref() else { return Problem::NotFound.into_response() };
    if !routes.shown().iter().any(|one| one.name == route) {
        return Problem::NotFound.into_response();
    }
    let asked = DrainRoute { by: staff.account, route: route.clone(), drained: to == Service::Drained };
    match app.engine.execute(Action::DrainRoute(Box::new(asked))).await {
        Ok(Outcome::Done) => {}
        Ok(Outcome::Refused(Refusal::Access)) => return Problem::Forbidden.into_response(),
        Ok(_) | Err(_) => return Problem::System.into_response(),
    }
    // Two who press at once: what counts is what is written last.
    let Ok(drained) = drained(&app).await else { return Problem::System.into_response() };
    routes.drain(&route, drained.contains_key(&route));
    let key = match to {
        Service::Drained => "routes-drain-done",
        Service::InService => "routes-take-back-done",
    };
    Flash::success(key).with("route", route).see_other(&app, PATH)
}
