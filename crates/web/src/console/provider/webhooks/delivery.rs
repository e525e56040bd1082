//! One delivery: what it tells of, each try, and sending it once more.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::terms::{DeliveryId, ProviderId};
use heyan_domain::webhooks::{Endpoint, WebhookAction};
use heyan_store::views::DeliverySeen;

use super::{carry_out, delivery_state, find, path, result};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Cards, Cell, Column, Confirm, Empty, Facts, Heading, Table};
use crate::console::provider::FILINGS;
use crate::console::provider::terms::word;
use crate::console::table::{PROVIDER_ADMIN, Route, action, page};
use crate::console::{Blocks, Problem, Shell};

const DELIVERY: &str = "/console/provider/webhooks/{endpoint}/deliveries/{delivery}";

pub(super) fn routes() -> Vec<Route> {
    vec![page(DELIVERY, PROVIDER_ADMIN, show), action(DELIVERY, PROVIDER_ADMIN, replay)]
}

async fn seen(
    app: &App,
    provider: &ProviderId,
    (endpoint, delivery): &(String, String),
) -> Result<(Endpoint, DeliverySeen), Problem> {
    let endpoint = find(app, provider, endpoint).await?;
    let id = DeliveryId::parse(delivery).ok_or(Problem::NotFound)?;
    let found =
        app.readers.read(move |reader| reader.webhook_delivery(id)).await.map_err(|_| Problem::System)?;
    let seen = found.filter(|seen| seen.delivery.endpoint == endpoint.id).ok_or(Problem::NotFound)?;
    Ok((endpoint, seen))
}

async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(ids): Path<(String, String)>,
) -> Response {
    let (endpoint, seen) = match seen(&app, &provider, &ids).await {
        Ok(found) => found,
        Err(problem) => return problem.into_response(),
    };
    let delivery = &seen.delivery;
    let shell = Shell::new(&app, &staff, "webhooks-delivery");
    let t = shell.t;
    let mut facts = Facts::new()
        .text(t.get("webhooks-url"), endpoint.terms.url.as_str())
        .text(t.get("webhooks-event"), word(t, "event", seen.kind.as_str()))
        .text(t.get("webhooks-message-id"), delivery.event.to_string())
        .cell(
            t.get("webhooks-filing"),
            Cell::link(format!("{FILINGS}/{}", seen.filing), seen.filing.to_string()),
        )
        .cell(t.get("webhooks-delivery-state"), delivery_state(t, delivery.state))
        .text(t.get("webhooks-event-at"), t.date_time(delivery.created_at));
    if let Some(at) = delivery.next_at {
        facts = facts.text(t.get("webhooks-next-try"), t.date_time(at));
    }
    let heads = ["webhooks-try-at", "webhooks-try-result"];
    let mut columns: Vec<Column> = heads.iter().map(|head| Column::text(t.get(head))).collect();
    columns.push(Column::number(t.get("webhooks-try-took")));
    let empty =
        Empty { title: t.get("webhooks-tries-none"), hint: t.get("webhooks-tries-none-hint"), action: None };
    let tries =
        delivery.tries.iter().fold(Table::new(t.get("webhooks-tries"), columns, empty), |table, tried| {
            table.row(vec![
                Cell::text(t.date_time(tried.at)),
                Cell::text(result(t, tried.result)),
                Cell::number(tried.took_ms.into()),
            ])
        });
    let own = path(endpoint.id);
    let page = Blocks::new(shell).part(&facts).part(&Heading { text: t.get("webhooks-tries") }).part(&tries);
    if endpoint.off.is_some() {
        return page.part(&Cards::new().link(own, t.get("provider-back"))).respond();
    }
    let confirm = Confirm {
        path: format!("{own}/deliveries/{}", delivery.id),
        csrf: staff.csrf.clone(),
        lines: vec![t.get("webhooks-replay-line")],
        fields: Vec::new(),
        button: t.get("webhooks-replay"),
        danger: false,
        back: (own, t.get("provider-back")),
    };
    page.part(&Heading { text: t.get("webhooks-replay") }).part(&confirm).respond()
}

async fn replay(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(ids): Path<(String, String)>,
) -> Response {
    let done = async {
        let (endpoint, seen) = seen(&app, &provider, &ids).await?;
        let id = seen.delivery.id;
        let wanted = WebhookAction::Replay(vec![id]);
        let (flash, _) = carry_out(&app, &staff, &provider, wanted, "webhooks-replayed").await?;
        Ok(flash.see_other(&app, &format!("{}/deliveries/{id}", path(endpoint.id))))
    };
    done.await.unwrap_or_else(|problem: Problem| problem.into_response())
}
