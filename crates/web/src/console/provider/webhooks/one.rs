//! One endpoint: how it stands, what was sent to it, what is said of it, its secrets, and its end.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::terms::{DeliveryId, ProviderId};
use heyan_domain::webhooks::{Endpoint, WebhookAction};
use heyan_store::tables::Page;
use heyan_store::views::DeliverySeen;
use serde::Deserialize;

use super::form::Typed;
use super::{PATH, carry_out, delivery_state, find, kinds, path, result, standing};
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::parts::{Cell, Column, Confirm, Empty, Facts, FormPart, Heading, Pager, Table};
use crate::console::provider::terms::word;
use crate::console::table::{PROVIDER_ADMIN, Route, action, page};
use crate::console::{Blocks, Flash, Problem, Shell};
use crate::texts::Texts;
use crate::webhooks::Message;

/// Deliveries on a page.
const PAGE_ROWS: usize = 25;
/// Failed deliveries that are sent once more at once.
const MOST_REPLAYED: usize = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/provider/webhooks/{endpoint}", PROVIDER_ADMIN, show),
        action("/console/provider/webhooks/{endpoint}", PROVIDER_ADMIN, change),
        action("/console/provider/webhooks/{endpoint}/{deed}", PROVIDER_ADMIN, act),
    ]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    before: String,
    /// Anything: only those that have failed.
    failed: String,
}

type Deliveries = Page<DeliverySeen, DeliveryId>;

/// What the page shows beside the endpoint.
struct Below<'b> {
    deliveries: &'b Deliveries,
    asked: &'b Asked,
    typed: &'b Typed,
    wrong: Option<&'b str>,
}

async fn read(
    app: &App,
    provider: &ProviderId,
    endpoint: &Endpoint,
    asked: &Asked,
) -> Result<Deliveries, Problem> {
    let (provider, id) = (provider.clone(), endpoint.id);
    let (failed, before) = (!asked.failed.is_empty(), DeliveryId::parse(&asked.before));
    let read = app
        .readers
        .read(move |reader| reader.webhook_deliveries(&provider, Some(id), failed, before, PAGE_ROWS));
    read.await.map_err(|_| Problem::System)
}

fn log(t: &Texts, endpoint: &Endpoint, below: &Below<'_>) -> (Table, Pager) {
    let heads = [
        "webhooks-event-at",
        "webhooks-event",
        "webhooks-delivery-state",
        "webhooks-last-try",
        "webhooks-tries",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty {
        title: t.get(if below.asked.failed.is_empty() {
            "webhooks-log-none"
        } else {
            "webhooks-log-none-failed"
        }),
        hint: t.get("webhooks-log-none-hint"),
        action: None,
    };
    let table = Table::new(t.get("webhooks-log"), columns, empty);
    let table = below.deliveries.items.iter().fold(table, |table, seen| {
        let delivery = &seen.delivery;
        let last =
            delivery.tries.last().map_or_else(|| t.get("provider-none"), |tried| result(t, tried.result));
        table.row(vec![
            Cell::link(
                format!("{}/deliveries/{}", path(endpoint.id), delivery.id),
                t.date_time(delivery.created_at),
            ),
            Cell::text(word(t, "event", seen.kind.as_str())),
            delivery_state(t, delivery.state),
            Cell::text(last),
            Cell::text(delivery.tries.len().to_string()),
        ])
    });
    let filter = if below.asked.failed.is_empty() { "" } else { "failed=1&" };
    let own = path(endpoint.id);
    let first =
        (!below.asked.before.is_empty()).then(|| (format!("{own}?{filter}"), t.get("provider-first-page")));
    let next =
        below.deliveries.next.map(|id| (format!("{own}?{filter}before={id}"), t.get("provider-next-page")));
    (table, Pager { label: t.get("provider-pages"), first, next })
}

fn facts(t: &Texts, endpoint: &Endpoint) -> Facts {
    let mut facts = Facts::new()
        .text(t.get("webhooks-id"), endpoint.id.to_string())
        .cell(t.get("webhooks-standing"), standing(t, endpoint))
        .text(t.get("webhooks-kinds"), kinds(t, endpoint).join(&t.get("provider-and")))
        .text(t.get("webhooks-made-at"), t.date_time(endpoint.made_at));
    if let Some(since) = endpoint.failing_since {
        facts = facts.text(t.get("webhooks-failing-since"), t.date_time(since));
    }
    if let Some(off) = endpoint.off {
        facts = facts.text(t.get("webhooks-off-since"), t.date_time(off.at));
    }
    for secret in &endpoint.secrets {
        let since = t.one("webhooks-secret-since", "time", t.date_time(secret.made_at));
        facts = facts.text(t.get("webhooks-secret"), since);
    }
    facts
}

fn respond(app: &App, staff: &Staff, endpoint: &Endpoint, below: &Below<'_>) -> Response {
    let url = endpoint.terms.url.as_str().to_owned();
    let shell = Shell::with_heading(app, staff, url).with_error(below.wrong.is_some());
    let t = shell.t;
    let own = path(endpoint.id);
    let confirm = |deed: &str, line: &str, button: &str, danger| Confirm {
        path: format!("{own}/{deed}"),
        csrf: staff.csrf.clone(),
        lines: vec![t.get(line)],
        fields: Vec::new(),
        button: t.get(button),
        danger,
        back: (PATH.to_owned(), t.get("provider-back")),
    };
    let change = FormPart::new(own.clone(), &staff.csrf, t.get("webhooks-change"));
    let change = below.typed.fields(t, change, below.wrong).back(PATH, t.get("provider-back"));
    let (table, pager) = log(t, endpoint, below);
    let is_all = below.asked.failed.is_empty();
    let other = if is_all {
        (format!("{own}?failed=1"), "webhooks-only-failed")
    } else {
        (own.clone(), "webhooks-all")
    };
    let links = super::super::links::Links::default().link(other.0, t.get(other.1));
    let switch = if endpoint.off.is_some() {
        confirm("on", "webhooks-switch-on-line", "webhooks-switch-on", false)
    } else {
        confirm("off", "webhooks-switch-off-line", "webhooks-switch-off", true)
    };
    let status = if below.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut page = Blocks::new(shell)
        .part(&facts(t, endpoint))
        .part(&Heading { text: t.get("webhooks-test") })
        .part(&confirm("test", "webhooks-test-line", "webhooks-test", false))
        .part(&Heading { text: t.get("webhooks-log") })
        .part(&links)
        .part(&table)
        .part(&pager);
    if !is_all && !below.deliveries.items.is_empty() {
        page = page.part(&confirm("replay", "webhooks-replay-failed-line", "webhooks-replay-failed", false));
    }
    page = page
        .part(&Heading { text: t.get("webhooks-change") })
        .part(&change)
        .part(&Heading { text: t.get("webhooks-renew") })
        .part(&confirm("secret", "webhooks-renew-line", "webhooks-renew", false));
    if endpoint.secrets.len() > 1 {
        page = page.part(&confirm("drop", "webhooks-drop-line", "webhooks-drop", true));
    }
    page.part(&Heading {
        text: t.get(if endpoint.off.is_some() { "webhooks-switch-on" } else { "webhooks-switch-off" }),
    })
    .part(&switch)
    .part(&Heading { text: t.get("webhooks-remove") })
    .part(&confirm("remove", "webhooks-remove-line", "webhooks-remove", true))
    .respond_with(status)
}

async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return Problem::Unreadable.into_response() };
    let found = async {
        let endpoint = find(&app, &provider, &id).await?;
        let deliveries = read(&app, &provider, &endpoint, &asked).await?;
        Ok::<_, Problem>((endpoint, deliveries))
    };
    match found.await {
        Ok((endpoint, deliveries)) => {
            let typed = Typed::of(&endpoint);
            let below = Below { deliveries: &deliveries, asked: &asked, typed: &typed, wrong: None };
            respond(&app, &staff, &endpoint, &below)
        }
        Err(problem) => problem.into_response(),
    }
}

async fn change(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let changed = async {
        let endpoint = find(&app, &provider, &id).await?;
        match typed.read(&app) {
            Ok(terms) => {
                let wanted = WebhookAction::Change(endpoint.id, terms);
                let (flash, _) = carry_out(&app, &staff, &provider, wanted, "webhooks-changed").await?;
                Ok(flash.see_other(&app, &path(endpoint.id)))
            }
            Err(wrong) => {
                let asked = Asked::default();
                let deliveries = read(&app, &provider, &endpoint, &asked).await?;
                let below =
                    Below { deliveries: &deliveries, asked: &asked, typed: &typed, wrong: Some(wrong) };
                Ok(respond(&app, &staff, &endpoint, &below))
            }
        }
    };
    changed.await.unwrap_or_else(|problem: Problem| problem.into_response())
}

/// Sends a message that tells of nothing, and says what came of it.
async fn test(app: &App, endpoint: &Endpoint) -> Flash {
    let now = app.clock.now();
    let (tried, _) = app.webhooks.send(now, endpoint, &Message::test(endpoint.id, now)).await;
    let (key, shown) = match (tried.result.is_taken(), tried.result) {
        (true, _) => return Flash::success("webhooks-tested").with("took", tried.took_ms.to_string()),
        (false, heyan_domain::webhooks::TryResult::Status(status)) => {
            ("webhooks-tested-status", status.to_string())
        }
        (false, heyan_domain::webhooks::TryResult::Unreachable) => {
            ("webhooks-tested-unreachable", String::new())
        }
        (false, heyan_domain::webhooks::TryResult::TooSlow) => ("webhooks-tested-too-slow", String::new()),
        (false, heyan_domain::webhooks::TryResult::TooLong) => ("webhooks-tested-too-long", String::new()),
        (false, heyan_domain::webhooks::TryResult::NotPublic) => {
            ("webhooks-tested-not-public", String::new())
        }
    };
    Flash::error(key).with("status", shown)
}

async fn act(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path((id, deed)): Path<(String, String)>,
) -> Response {
    let done = async {
        let endpoint = find(&app, &provider, &id).await?;
        let (wanted, done, then) = match deed.as_str() {
            "test" => return Ok(test(&app, &endpoint).await.see_other(&app, &path(endpoint.id))),
            "secret" => (WebhookAction::Renew(endpoint.id), "webhooks-renewed", path(endpoint.id)),
            "drop" => (WebhookAction::DropOld(endpoint.id), "webhooks-dropped", path(endpoint.id)),
            "on" => (WebhookAction::Switch(endpoint.id, true), "webhooks-switched-on", path(endpoint.id)),
            "off" => (WebhookAction::Switch(endpoint.id, false), "webhooks-switched-off", path(endpoint.id)),
            "remove" => (WebhookAction::Remove(endpoint.id), "webhooks-removed", PATH.to_owned()),
            "replay" => {
                let (of, id) = (provider.clone(), endpoint.id);
                let failed = app
                    .readers
                    .read(move |reader| reader.webhook_deliveries(&of, Some(id), true, None, MOST_REPLAYED));
                let failed = failed.await.map_err(|_| Problem::System)?;
                let ids = failed.items.iter().map(|seen| seen.delivery.id).collect();
                (WebhookAction::Replay(ids), "webhooks-replayed", path(endpoint.id))
            }
            _ => return Err(Problem::NotFound),
        };
        let (flash, _) = carry_out(&app, &staff, &provider, wanted, done).await?;
        Ok(flash.see_other(&app, &then))
    };
    done.await.unwrap_or_else(|problem: Problem| problem.into_response())
}
