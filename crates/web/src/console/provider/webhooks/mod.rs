//! `/console/provider/webhooks`: the own provider's servers that are told of events, and what was sent to them, for its
//! admins. A secret is shown once, on the page that making it leads to.

mod add;
mod delivery;
mod form;
mod list;
mod one;

use heyan_domain::decide::{Action, Outcome, Refusal};
use heyan_domain::terms::{EndpointId, ProviderId};
use heyan_domain::webhooks::{
    By, DeliveryState, Endpoint, MAX_ENDPOINTS, OffReason, TryResult, WebhookAction, WebhookAnswer,
    WebhookRefusal,
};
use heyan_signing::webhook::secret_text;

use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Cell, Tone};
use crate::console::table::Route;
use crate::console::{Flash, Problem};
use crate::texts::Texts;

pub(super) const PATH: &str = "/console/provider/webhooks";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), add::routes(), one::routes(), delivery::routes()].into_iter().flatten().collect()
}

/// The words for why something about webhooks is refused.
pub(super) const fn words(refusal: WebhookRefusal) -> &'static str {
    match refusal {
        WebhookRefusal::EndpointNotFound | WebhookRefusal::DeliveryNotFound => "webhooks-gone",
        WebhookRefusal::TooMany => "webhooks-too-many",
        WebhookRefusal::Off => "webhooks-is-off",
    }
}

/// The endpoint that a path names; another provider's is not there.
async fn find(app: &App, provider: &ProviderId, id: &str) -> Result<Endpoint, Problem> {
    let id = EndpointId::parse(id).ok_or(Problem::NotFound)?;
    let provider = provider.clone();
    let all = app.readers.read(move |reader| reader.webhooks_of(&provider)).await;
    all.map_err(|_| Problem::System)?.into_iter().find(|endpoint| endpoint.id == id).ok_or(Problem::NotFound)
}

fn path(id: EndpointId) -> String {
    format!("{PATH}/{id}")
}

/// What it is told of, in words.
fn kinds(t: &Texts, endpoint: &Endpoint) -> Vec<String> {
    if endpoint.terms.kinds.is_empty() {
        return vec![t.get("webhooks-all-kinds")];
    }
    endpoint.terms.kinds.iter().map(|kind| super::terms::word(t, "event", kind.as_str())).collect()
}

fn standing(t: &Texts, endpoint: &Endpoint) -> Cell {
    match (endpoint.off, endpoint.failing_since) {
        (Some(off), _) => {
            let (tone, key) = match off.reason {
                OffReason::ByHand => (Tone::Plain, "webhooks-off-by-hand"),
                OffReason::Gone => (Tone::Error, "webhooks-off-gone"),
                OffReason::Failing => (Tone::Error, "webhooks-off-failing"),
            };
            Cell::tag(tone, t.get(key))
        }
        (None, Some(_)) => Cell::tag(Tone::Warning, t.get("webhooks-fails")),
        (None, None) => Cell::tag(Tone::Success, t.get("webhooks-on")),
    }
}

fn delivery_state(t: &Texts, state: DeliveryState) -> Cell {
    match state {
        DeliveryState::Waiting => Cell::tag(Tone::Info, t.get("webhooks-waiting")),
        DeliveryState::Delivered => Cell::tag(Tone::Success, t.get("webhooks-delivered")),
        DeliveryState::Failed => Cell::tag(Tone::Error, t.get("webhooks-failed")),
    }
}

/// What came of a try, in words.
fn result(t: &Texts, result: TryResult) -> String {
    match result {
        TryResult::Status(status) => t.one("webhooks-try-status", "status", status),
        TryResult::Unreachable => t.get("webhooks-try-unreachable"),
        TryResult::TooSlow => t.get("webhooks-try-too-slow"),
        TryResult::TooLong => t.get("webhooks-try-too-long"),
        TryResult::NotPublic => t.get("webhooks-try-not-public"),
    }
}

/// Carries something out; gives the page's message and, where one was made, the endpoint.
async fn carry_out(
    app: &App,
    staff: &Staff,
    provider: &ProviderId,
    wanted: WebhookAction,
    done: &'static str,
) -> Result<(Flash, Option<EndpointId>), Problem> {
    let by = By::Staff(staff.account);
    let action = Action::Webhook { provider: provider.clone(), by, action: Box::new(wanted) };
    match app.engine.execute(action).await {
        Ok(Outcome::Webhook(WebhookAnswer::Secret(id, secret))) => {
            Ok((Flash::success(done).with("secret", secret_text(secret.expose())), Some(id)))
        }
        Ok(Outcome::Webhook(WebhookAnswer::Done)) => Ok((Flash::success(done), None)),
        Ok(Outcome::Refused(Refusal::Webhook(
            WebhookRefusal::EndpointNotFound | WebhookRefusal::DeliveryNotFound,
        ))) => Err(Problem::NotFound),
        Ok(Outcome::Refused(Refusal::Webhook(refusal))) => {
            Ok((Flash::error(words(refusal)).with("limit", MAX_ENDPOINTS.to_string()), None))
        }
        Ok(_) | Err(_) => Err(Problem::System),
    }
}
