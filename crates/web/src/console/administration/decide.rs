//! What approving and rejecting have in common: the form, and what becomes of it.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::{Action, Command, Expected, Outcome, Refusal};
use heyan_domain::terms::{FilingId, Province};
use heyan_store::engine::EngineError;
use rand::RngExt as _;
use serde::Deserialize;

use super::case::Case;
use super::{changed, detail};
use crate::api::request_of;
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::problem::Problem;
use crate::texts::Texts;

/// The longest key that a form of ours carries.
const KEY_CHARS: usize = 32;

/// What every form of a decision carries beside the session's token.
#[derive(Clone, Deserialize)]
pub(super) struct Carried {
    /// The filing's version that was read (REV-01).
    version: u32,
    /// The last thing that had happened.
    seen: i64,
    /// The form's own number: sent twice, it is one decision.
    key: String,
}

impl Carried {
    /// For a form about a filing as it is now.
    pub fn of(app: &App, case: &Case) -> Self {
        let number: [u8; 16] = app.draw(|rng| rng.random());
        Self { version: case.view.filing.version, seen: case.seen(), key: crate::people::hex(&number) }
    }

    /// As a form has sent it.
    pub const fn sent(version: u32, seen: i64, key: String) -> Self {
        Self { version, seen, key }
    }

    /// As hidden fields.
    pub fn fields(&self) -> [(&'static str, String); 3] {
        [("version", self.version.to_string()), ("seen", self.seen.to_string()), ("key", self.key.clone())]
    }

    pub fn expected(&self) -> Expected {
        Expected::Version(self.version)
    }
}

/// A decision that is asked for.
pub(super) struct Asked<'a> {
    pub app: &'a App,
    pub staff: &'a Staff,
    pub province: Province,
    pub carried: &'a Carried,
    /// Which form it was.
    pub route: &'static str,
    /// What was typed into it.
    pub body: &'a str,
    /// What is said when it is done; a key of the texts.
    pub done: &'static str,
}

/// Why the registry does not take what was filed; the reviewer can still reject.
fn obstacle(t: &Texts, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Domain { domain, .. } => t.one("adm-obstacle-domain", "domain", domain),
        Refusal::EntityRegistered => t.get("adm-obstacle-registered"),
        Refusal::Exhausted => t.get("adm-obstacle-exhausted"),
        Refusal::Invalid(_)
        | Refusal::FilingNotFound
        | Refusal::State(_)
        | Refusal::Version(_)
        | Refusal::VersionUnsaid
        | Refusal::EntityHasOpenFiling(_)
        | Refusal::OrderNumber(_)
        | Refusal::PhoneOnRecord { .. }
        | Refusal::Access
        | Refusal::Claimed(_)
        | Refusal::PhoneMessages(_)
        | Refusal::InitialReview(_)
        | Refusal::BulkJobs
        | Refusal::Webhook(_)
        | Refusal::RequestReused => t.get("adm-obstacle-record"),
    }
}

impl Asked<'_> {
    /// Carries it out once, and leads on.
    pub async fn carry_out(self, id: FilingId, action: Action) -> Response {
        if self.carried.key.is_empty() || self.carried.key.len() > KEY_CHARS {
            return Problem::Unreadable.into_response();
        }
        let route = format!("{} {id}", self.route);
        let caller = format!("account {}", self.staff.account.number());
        let request = request_of(&caller, &route, &self.carried.key, self.body.as_bytes());
        let command = Command { action, request: Some(request) };
        let outcome = self.app.engine.execute(command).await;
        match outcome {
            Ok(Outcome::Filing(_) | Outcome::Replayed(_)) => {
                Flash::success(self.done).see_other(self.app, &format!("{}/filings/{id}", super::QUEUE))
            }
            Ok(Outcome::Refused(refusal)) => self.refused(id, refusal).await,
            Ok(
                Outcome::Verified(..)
                | Outcome::Resent(_)
                | Outcome::Disowned(_)
                | Outcome::Drawing(_)
                | Outcome::Captcha(_)
                | Outcome::Account(_)
                | Outcome::ApiKey(_)
                | Outcome::Webhook(_)
                | Outcome::Enterprise(_)
                | Outcome::Unmask(_)
                | Outcome::Proposal(_)
                | Outcome::Rules(_)
                | Outcome::Handed(_)
                | Outcome::Bulk(_)
                | Outcome::Previewed(_)
                | Outcome::Done,
            )
            | Err(EngineError::Busy | EngineError::Storage | EngineError::Stopped | EngineError::Fenced) => {
                Problem::System.into_response()
            }
        }
    }

    async fn refused(self, id: FilingId, refusal: Refusal) -> Response {
        if refusal == Refusal::FilingNotFound {
            return Problem::NotFound.into_response();
        }
        let case = match Case::of(self.app, &id.to_string(), self.province).await {
            Ok(case) => case,
            Err(problem) => return problem.into_response(),
        };
        match refusal {
            Refusal::Version(_) | Refusal::State(_) | Refusal::RequestReused => {
                changed::page(self.app, self.staff, &case, self.carried.seen)
            }
            Refusal::Claimed(_) => held(self.app, self.staff, &case),
            refusal => {
                let t = crate::console::texts(self.staff.visitor.language);
                let wrong = obstacle(t, &refusal);
                detail::page(self.app, self.staff, &case, Some(wrong), StatusCode::CONFLICT)
            }
        }
    }
}

/// Somebody else has it: who, and until when.
pub(super) fn held(app: &App, staff: &Staff, case: &Case) -> Response {
    let t = crate::console::texts(staff.visitor.language);
    let now = app.clock.now();
    let wrong = match case.held_by_another(staff, now) {
        Some((who, until)) => t.with("adm-held-by", &[("who", who), ("until", &t.time_from(now, until))]),
        None => t.get("adm-held-till-now"),
    };
    detail::page(app, staff, case, Some(wrong), StatusCode::CONFLICT)
}

/// The filing, if a decision about it can be prepared: it waits, and nobody else has it.
pub(super) async fn open(app: &App, staff: &Staff, province: Province, path: &str) -> Result<Case, Response> {
    let case = Case::of(app, path, province).await.map_err(Problem::into_response)?;
    if case.waiting().is_none() {
        return Err(changed::page(app, staff, &case, case.seen()));
    }
    if case.held_by_another(staff, app.clock.now()).is_some() {
        return Err(held(app, staff, &case));
    }
    Ok(case)
}
