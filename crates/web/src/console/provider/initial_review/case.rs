//! One filing in 初审, as its pages read it, and what becomes of what is decided there.

use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Outcome, Refusal};
use heyan_domain::event::Event;
use heyan_domain::filing::FilingState;
use heyan_domain::filing::initial_review::{InitialReview, InitialReviewAction};
use heyan_domain::terms::ProviderId;
use heyan_store::views::FilingView;

use super::super::{changed, deed, own, terms, wrong};
use super::INITIAL_REVIEW;
use crate::app::App;
use crate::auth::Staff;
use crate::console::{Flash, Problem, texts};
use crate::texts::Texts;

/// See the module.
pub(super) struct Case {
    pub view: FilingView,
    /// Everything that has happened, in order.
    pub events: Vec<Event>,
    /// Its place in 初审.
    pub review: InitialReview,
}

/// Who has it, in words.
pub(in super::super) fn standing(t: &Texts, review: &InitialReview, now: Timestamp) -> String {
    if let Some(passed) = &review.passed {
        return t.one("initial-passed-by", "who", &passed.by.name);
    }
    match review.held(now) {
        Some(claim) => {
            let until = t.time_from(now, claim.until);
            t.with("initial-held-by", &[("who", claim.by.name.as_str()), ("until", &until)])
        }
        None => t.get("initial-free"),
    }
}

impl Case {
    /// The filing that a path names. One that is not in 初审 (any more) leads to its own page, where its state is shown.
    pub async fn of(app: &App, provider: &ProviderId, id: &str) -> Result<Self, Response> {
        let found = own::filing_with_events(app, provider, id).await;
        let (view, events) = found.map_err(Problem::into_response)?;
        let review = view.initial_review.clone();
        match review.filter(|_| view.filing.state == FilingState::InitialReview) {
            Some(review) => Ok(Self { view, events, review }),
            None => Err(Flash::error("initial-gone").see_other(app, &terms::path(&view))),
        }
    }

    /// The same for what decides: nobody else may have it, and it may not have passed.
    pub async fn open(app: &App, staff: &Staff, provider: &ProviderId, id: &str) -> Result<Self, Response> {
        let case = Self::of(app, provider, id).await?;
        let now = app.clock.now();
        match case.review.held(now).filter(|claim| claim.by.account != staff.account) {
            Some(claim) => Err(case.not_done(app, staff, &Refusal::Claimed(claim.until))),
            None => Ok(case),
        }
    }

    /// The path of its page, or of a page below it.
    pub fn path(&self, below: &str) -> String {
        format!("{INITIAL_REVIEW}/{}{below}", self.view.filing.id)
    }

    /// What it is called in headings.
    pub fn name(&self) -> String {
        let number = self.view.filing.order_no.clone();
        let number = number.unwrap_or_else(|| self.view.filing.id.to_string());
        format!("{number} · {}", terms::subject(&self.view))
    }

    /// The last thing that has happened.
    pub fn seen(&self) -> i64 {
        deed::last(&self.events)
    }

    /// Back to its page, with why nothing was done.
    pub fn not_done(&self, app: &App, staff: &Staff, refusal: &Refusal) -> Response {
        let why = wrong::in_a_line(texts(staff.visitor.language), refusal, app.clock.now());
        Flash::error("provider-not-done").with("why", why).see_other(app, &self.path(""))
    }
}

/// What a form about a filing carries beside the session's token.
pub(super) struct Carried {
    pub version: u32,
    pub seen: i64,
    pub key: String,
}

impl Carried {
    /// For a form about a filing as it is now.
    pub fn of(app: &App, case: &Case) -> Self {
        Self { version: case.view.filing.version, seen: case.seen(), key: deed::new_key(app) }
    }

    /// As hidden fields.
    pub fn fields(&self) -> [(&'static str, String); 3] {
        [("version", self.version.to_string()), ("seen", self.seen.to_string()), ("key", self.key.clone())]
    }
}

/// A decision that is asked for.
pub(super) struct Asked<'a> {
    pub app: &'a App,
    pub staff: &'a Staff,
    pub provider: &'a ProviderId,
    pub carried: &'a Carried,
    /// Which form it was.
    pub form: &'static str,
    /// What was typed into it.
    pub body: &'a [u8],
    /// What is said when it is done; a key of the texts.
    pub done: &'static str,
}

impl Asked<'_> {
    /// Carries it out once: a form that is sent twice does one thing.
    pub async fn carry_out(self, id: &str, action: InitialReviewAction) -> Response {
        let route = format!("POST {INITIAL_REVIEW}/{id}/{}", self.form);
        let action = Action::InitialReview(Box::new(action));
        let command = deed::once(self.staff, &route, &self.carried.key, self.body, action);
        match self.app.engine.execute(command).await {
            Ok(Outcome::Filing(filing)) => self.done(&filing.to_string()).await,
            Ok(Outcome::Replayed(_)) => self.done(id).await,
            Ok(Outcome::Refused(refusal)) => self.refused(id, &refusal).await,
            Ok(_) | Err(_) => Problem::System.into_response(),
        }
    }

    async fn done(&self, id: &str) -> Response {
        if let Err(error) = self.app.settle().await {
            tracing::warn!(name: "console.not_settled", error = %error, "messages are not in the inbox yet");
        }
        Flash::success(self.done).see_other(self.app, &format!("{}/{id}", super::super::FILINGS))
    }

    async fn refused(&self, id: &str, refusal: &Refusal) -> Response {
        let (view, events) = match own::filing_with_events(self.app, self.provider, id).await {
            Ok(found) => found,
            Err(problem) => return problem.into_response(),
        };
        let again = format!("{INITIAL_REVIEW}/{id}");
        match (refusal, &view.initial_review) {
            (Refusal::Version(_) | Refusal::State(_) | Refusal::RequestReused, _) | (_, None) => {
                changed::page(self.app, self.staff, &view, &events, self.carried.seen, &again)
            }
            (refusal, Some(_)) => {
                let t = texts(self.staff.visitor.language);
                let why = wrong::in_a_line(t, refusal, self.app.clock.now());
                Flash::error("provider-not-done").with("why", why).see_other(self.app, &again)
            }
        }
    }
}
