//! `/console/provider/filings/{filing}/act/{deed}`: submit to 初审, report, reverify, withdraw, each after a page that asks once more.
//!
//! The form carries the version that was read, the last event that was seen, and a key: sent twice it does one thing,
//! by the same means as the API's `Idempotency-Key`.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::{Action, Command, Expected, Outcome, Refusal};
use heyan_domain::event::{Event, EventKind};
use heyan_domain::filing::FilingState;
use heyan_domain::filing::initial_review::{
    HandOn, InitialReviewAction, InitialReviewRefusal, InitialReviewRule,
};
use heyan_domain::terms::ProviderId;
use heyan_store::views::FilingView;
use rand::RngExt as _;
use serde::Deserialize;

use super::{changed, own, terms, wrong};
use crate::api::request_once;
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::parts::Confirm;
use crate::console::{Blocks, Flash, Problem, Shell, texts};
use crate::people::hex;

/// What a button does to a filing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Deed {
    /// 提交初审.
    Submit,
    /// 提交管局.
    Report,
    /// 重新核验.
    Reverify,
    /// Takes it back.
    Withdraw,
}

impl Deed {
    pub const ALL: &'static [Self] = &[Self::Submit, Self::Report, Self::Reverify, Self::Withdraw];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Report => "report",
            Self::Reverify => "reverify",
            Self::Withdraw => "withdraw",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|deed| deed.as_str() == text)
    }

    /// Whether it is offered for a filing, by the provider's rule of 初审. What comes back unedited was reviewed before.
    pub fn fits(self, view: &FilingView, rule: InitialReviewRule) -> bool {
        let skips = rule == InitialReviewRule::Skipped;
        let passed = view.initial_review.as_ref().is_some_and(|review| review.passed.is_some());
        match (self, &view.filing.state) {
            (Self::Submit, FilingState::Draft | FilingState::Returned { edited: true, .. }) => !skips,
            (Self::Report, FilingState::Draft | FilingState::Returned { edited: true, .. }) => skips,
            (Self::Report, FilingState::InitialReview) => passed,
            (Self::Report | Self::Reverify, FilingState::Returned { edited: false, .. })
            | (
                Self::Withdraw,
                FilingState::Draft
                | FilingState::InitialReview
                | FilingState::Verifying(_)
                | FilingState::Returned { .. },
            ) => true,
            (Self::Submit | Self::Report | Self::Reverify | Self::Withdraw, _) => false,
        }
    }

    fn action(self, by: &Staff, provider: ProviderId, view: &FilingView, version: u32) -> Action {
        let (filing, expected) = (view.filing.id, Expected::Version(version));
        let hand_on = |provider, to| {
            let action = InitialReviewAction::HandOn { by: by.named(), provider, filing, expected, to };
            Action::InitialReview(Box::new(action))
        };
        match self {
            Self::Submit => hand_on(provider, HandOn::InitialReview),
            Self::Report => hand_on(provider, HandOn::Report),
            Self::Reverify => Action::Reverify { provider, filing, expected },
            Self::Withdraw => Action::Withdraw { provider, filing },
        }
    }
}

/// A key for one form.
pub(super) fn new_key(app: &App) -> String {
    app.draw(|rng| hex(&rng.random::<[u8; 16]>()))
}

/// A command under the key of its form.
pub(super) fn once(staff: &Staff, route: &str, key: &str, body: &[u8], action: Action) -> Command {
    let request = request_once(&staff.account.to_string(), route, key, body);
    Command { action, request: Some(request) }
}

/// The last event of a filing.
pub(super) fn last(events: &[Event]) -> i64 {
    events.last().map_or(0, |event| event.id.number())
}

/// Whether more has happened since an event than that messages have gone their way.
fn has_news(events: &[Event], seen: i64) -> bool {
    let on_its_way = [EventKind::MessageSubmitted, EventKind::MessageDelivered, EventKind::MessageFailed];
    events.iter().any(|event| event.id.number() > seen && !on_its_way.contains(&event.kind))
}

/// Back to the filing, with why nothing was done.
pub(super) fn not_done(app: &App, staff: &Staff, view: &FilingView, refusal: &Refusal) -> Response {
    let why = wrong::in_a_line(texts(staff.visitor.language), refusal, app.clock.now());
    Flash::error("provider-not-done").with("why", why).see_other(app, &terms::path(view))
}

pub(super) async fn ask(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path((id, deed)): Path<(String, String)>,
) -> Response {
    let Some(deed) = Deed::parse(&deed) else { return Problem::NotFound.into_response() };
    let (view, events) = match own::filing_with_events(&app, &provider, &id).await {
        Ok(found) => found,
        Err(problem) => return problem.into_response(),
    };
    let rule = match own::initial_review_rule(&app, &provider).await {
        Ok(rule) => rule,
        Err(problem) => return problem.into_response(),
    };
    if !deed.fits(&view, rule) {
        let unreviewed = deed == Deed::Report && Deed::Submit.fits(&view, rule);
        let refusal = if unreviewed {
            Refusal::InitialReview(InitialReviewRefusal::Required)
        } else {
            Refusal::State(view.filing.state.as_str())
        };
        return not_done(&app, &staff, &view, &refusal);
    }
    let t = texts(staff.visitor.language);
    let shell = Shell::with_heading(&app, &staff, terms::word(t, "deed", deed.as_str()));
    let number = terms::number(&view);
    let confirm = Confirm {
        path: format!("{}/act/{}", terms::path(&view), deed.as_str()),
        csrf: staff.csrf.clone(),
        lines: vec![
            format!("{number} · {} · {}", terms::kind(t, view.filing.kind), terms::subject(&view)),
            terms::word(t, "deed-means", deed.as_str()),
        ],
        fields: vec![
            ("version".to_owned(), view.filing.version.to_string()),
            ("seen".to_owned(), last(&events).to_string()),
            ("key".to_owned(), new_key(&app)),
        ],
        button: terms::word(t, "deed", deed.as_str()),
        danger: deed == Deed::Withdraw,
        back: (terms::path(&view), t.get("provider-back")),
    };
    Blocks::new(shell).part(&confirm).respond()
}

#[derive(Deserialize)]
pub(super) struct Sure {
    version: u32,
    seen: i64,
    key: String,
}

pub(super) async fn act(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path((id, deed)): Path<(String, String)>,
    sure: Result<Form<Sure>, FormRejection>,
) -> Response {
    let Some(deed) = Deed::parse(&deed) else { return Problem::NotFound.into_response() };
    let (view, events) = match own::filing_with_events(&app, &provider, &id).await {
        Ok(found) => found,
        Err(problem) => return problem.into_response(),
    };
    let Ok(Form(sure)) = sure else { return Problem::Unreadable.into_response() };
    let again = format!("{}/act/{}", terms::path(&view), deed.as_str());
    // A withdrawal needs no version, and somebody's verification does not change it; the page asks again all the same if
    // more than a message's way has happened since. What is withdrawn already is left to the engine, which knows a form
    // that was sent twice.
    let withdrawn = matches!(view.filing.state, FilingState::Withdrawn { .. });
    if deed == Deed::Withdraw && !withdrawn && has_news(&events, sure.seen) {
        return changed::page(&app, &staff, &view, &events, sure.seen, &again);
    }
    let action = deed.action(&staff, provider, &view, sure.version);
    let route = format!("POST {again}");
    match app.engine.execute(once(&staff, &route, &sure.key, deed.as_str().as_bytes(), action)).await {
        Ok(Outcome::Filing(_) | Outcome::Replayed(_)) => {
            if let Err(error) = app.settle().await {
                tracing::warn!(name: "console.not_settled", error = %error, "messages are not in the inbox yet");
            }
            let done = format!("provider-deed-done-{}", deed.as_str());
            Flash::success(&done).see_other(&app, &terms::path(&view))
        }
        Ok(Outcome::Refused(Refusal::Version(_))) => {
            changed::page(&app, &staff, &view, &events, sure.seen, &again)
        }
        Ok(Outcome::Refused(refusal)) => not_done(&app, &staff, &view, &refusal),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
