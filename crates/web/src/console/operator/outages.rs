//! `/console/operator/outages`: stopping clocks for the time in which messages or the portal were out of order (DDL-06).

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::audit::Reason;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::outage::{MAX_ROUTE_CHARS, Outage, StoppedClocks};
use heyan_domain::proposals::{Obstacle, Payload, ProposalAction, ProposalAnswer};
use heyan_domain::terms::{ProviderId, Province};
use jiff::civil;
use serde::Deserialize;

use super::{may_change, proposals, read_only};
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::parts::{Cell, Choice, Column, Empty, Facts, Field, FormPart, Table};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OPERATOR, OVERSEERS, Route, action, page};
use crate::texts::Texts;

const PATH: &str = "/console/operator/outages";
const ROWS: u8 = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page(PATH, OVERSEERS, show).in_menu("menu-outages"),
        action("/console/operator/outages/propose", OPERATOR, propose),
    ]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    from: String,
    until: String,
    province: String,
    provider: String,
    route: String,
    reason: String,
}

/// Which field is wrong, and the words for it.
type Wrong = (&'static str, &'static str);

/// A time of Beijing as a browser sends it.
fn time(typed: &str) -> Option<Timestamp> {
    let at: civil::DateTime = typed.trim().replace(' ', "T").parse().ok()?;
    Timestamp::from_beijing(at)
}

impl Typed {
    fn read(&self) -> Result<(Outage, Reason), Wrong> {
        let route = self.route.trim();
        if route.chars().count() > MAX_ROUTE_CHARS {
            return Err(("route", "outages-route-wrong"));
        }
        let province = match self.province.as_str() {
            "" => None,
            pinyin => Some(Province::from_pinyin(pinyin).ok_or(("province", "outages-choice-wrong"))?),
        };
        let provider = match self.provider.as_str() {
            "" => None,
            id => Some(ProviderId::parse(id).ok_or(("provider", "outages-choice-wrong"))?),
        };
        let outage = Outage {
            from: time(&self.from).ok_or(("from", "outages-time-wrong"))?,
            until: time(&self.until).ok_or(("until", "outages-time-wrong"))?,
            province,
            provider,
            route: (!route.is_empty()).then(|| route.to_owned()),
        };
        Ok((outage, Reason::parse(&self.reason).ok_or(("reason", "proposals-reason-wrong"))?))
    }
}

fn province(t: &Texts, outage: &Outage) -> String {
    let name = |province: Province| t.get(&format!("province-{}", province.pinyin()));
    outage.province.map_or_else(|| t.get("outages-all"), name)
}

fn provider(t: &Texts, outage: &Outage) -> String {
    outage.provider.as_ref().map_or_else(|| t.get("outages-all"), |id| id.as_str().to_owned())
}

fn route(t: &Texts, outage: &Outage) -> String {
    outage.route.clone().unwrap_or_else(|| t.get("outages-all"))
}

/// What a proposal holds.
pub(super) fn facts(t: &Texts, outage: &Outage, facts: Facts) -> Facts {
    facts
        .text(t.get("outages-from"), t.date_time(outage.from))
        .text(t.get("outages-until"), t.date_time(outage.until))
        .text(t.get("outages-province"), province(t, outage))
        .text(t.get("outages-provider"), provider(t, outage))
        .text(t.get("outages-route"), route(t, outage))
}

fn table(t: &Texts, all: &[StoppedClocks]) -> Table {
    let heads = [
        "outages-from",
        "outages-until",
        "outages-province",
        "outages-provider",
        "outages-route",
        "outages-approved",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("outages-none"), hint: t.get("outages-none-hint"), action: None };
    all.iter().fold(Table::new(t.get("outages-list"), columns, empty), |table, one| {
        table.row(vec![
            Cell::link(proposals::path(one.proposal), t.date_time(one.outage.from)),
            Cell::text(t.date_time(one.outage.until)),
            Cell::text(province(t, &one.outage)),
            Cell::text(provider(t, &one.outage)),
            Cell::text(route(t, &one.outage)),
            Cell::text(t.date_time(one.approved_at)),
        ])
    })
}

fn form(t: &Texts, app: &App, staff: &Staff, typed: &Typed, wrong: Option<Wrong>) -> FormPart {
    let error = |name: &str| wrong.filter(|(field, _)| *field == name).map(|(_, key)| t.get(key));
    let all = || Choice { value: String::new(), label: t.get("outages-all") };
    let named = |one: &Province| Choice {
        value: one.pinyin().to_owned(),
        label: t.get(&format!("province-{}", one.pinyin())),
    };
    let provinces = std::iter::once(all()).chain(Province::ALL.iter().map(named)).collect();
    let offered = app
        .providers
        .iter()
        .map(|one| Choice { value: one.id.as_str().to_owned(), label: one.support.name.clone() });
    let providers = std::iter::once(all()).chain(offered).collect();
    let time = |name: &str, key: &str, value: &str| {
        Field::date_time(name, t.get(key), value).hint(t.get("outages-time-hint")).error(error(name))
    };
    FormPart::new(format!("{PATH}/propose"), &staff.csrf, t.get("outages-propose"))
        .heading(t.get("outages-propose"))
        .summary(t.get("form-problems"))
        .field(time("from", "outages-from", &typed.from))
        .field(time("until", "outages-until", &typed.until))
        .field(
            Field::select("province", t.get("outages-province"), &typed.province, provinces)
                .error(error("province")),
        )
        .field(
            Field::select("provider", t.get("outages-provider"), &typed.provider, providers)
                .error(error("provider")),
        )
        .field(
            Field::text("route", t.get("outages-route"), &typed.route)
                .hint(t.get("outages-route-hint"))
                .error(error("route")),
        )
        .field(
            Field::area("reason", t.get("proposals-reason"), &typed.reason, ROWS)
                .hint(t.get("proposals-reason-hint"))
                .error(error("reason")),
        )
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    answer(&app, &staff, &Typed::default(), None).await
}

async fn answer(app: &App, staff: &Staff, typed: &Typed, wrong: Option<Wrong>) -> Response {
    let all = app.readers.read(|reader| reader.outages_since(Timestamp::default())).await;
    let Ok(all) = all else { return Problem::System.into_response() };
    let shell = Shell::new(app, staff, "outages-title").with_error(wrong.is_some());
    let t = shell.t;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let blocks = Blocks::new(shell).intro("outages-intro");
    let blocks = if may_change(staff) {
        blocks.part(&form(t, app, staff, typed, wrong))
    } else {
        blocks.part(&read_only(t))
    };
    blocks.part(&table(t, &all)).respond_with(status)
}

async fn propose(
    State(app): State<Arc<App>>,
    staff: Staff,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let (outage, reason) = match typed.read() {
        Ok(read) => read,
        Err(wrong) => return answer(&app, &staff, &typed, Some(wrong)).await,
    };
    let payload = Payload::StopClocks(outage);
    let wanted = ProposalAction::Propose { by: staff.account, payload, reason };
    match app.engine.execute(Action::Proposal(Box::new(wanted))).await {
        Ok(Outcome::Proposal(ProposalAnswer::Done(id))) => {
            Flash::success("versions-proposed-done").see_other(&app, &proposals::path(id))
        }
        Ok(Outcome::Proposal(ProposalAnswer::NotOperator)) => Problem::Forbidden.into_response(),
        Ok(Outcome::Proposal(ProposalAnswer::Obstacle(Obstacle::OutageKnown))) => {
            answer(&app, &staff, &typed, Some(("from", "outages-known"))).await
        }
        Ok(Outcome::Proposal(ProposalAnswer::Obstacle(_))) => {
            answer(&app, &staff, &typed, Some(("until", "outages-times-wrong"))).await
        }
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
