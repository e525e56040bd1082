//! A new filing, or the correction of one: the form, 检查并提交, submitted.
//!
//! All three send to one address; `do` says what for. Nothing is kept on the server meanwhile: the check page carries what
//! was typed in hidden fields, as the form of an expired session does.

mod filed;
mod plan;
mod show;
mod typed;

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::{Action, Expected, Outcome, Refusal};
use heyan_domain::event::Event;
use heyan_domain::filing::FilingState;
use heyan_domain::filing::draft::Draft;
use heyan_domain::filing::initial_review::{HandOn, InitialReviewAction};
use heyan_domain::filing::raw::FieldError;
use heyan_domain::terms::{FilingId, FilingKind, ProviderId, Province};
use heyan_store::views::FilingView;
use serde::Deserialize;

use super::deed::{last, once};
use super::wrong::{self, Wrong};
use super::{FILINGS, FORM, changed, own};
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::{Flash, Problem, texts};
pub(super) use filed::{Filed, FiledSection, filed, pointer_of, reasons};
use plan::Plan;
use show::Base;
pub(super) use show::asked;
use typed::Typed;

/// Whether a filing can be corrected.
pub(super) const fn can_correct(state: &FilingState) -> bool {
    matches!(state, FilingState::Draft | FilingState::Returned { .. })
}

/// What a new filing begins with, as a remedy or the first page says it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Begin {
    kind: String,
    province: String,
    entity_no: String,
    service_no: String,
    shell: String,
}

/// `GET /console/provider/new`: first kind and province, then the fields that they need.
pub(super) async fn new(
    State(app): State<Arc<App>>,
    OfProvider(staff, _): OfProvider,
    begin: Result<Query<Begin>, QueryRejection>,
) -> Response {
    let Ok(Query(begin)) = begin else { return Problem::Unreadable.into_response() };
    let (kind, province) = (begin.kind.parse::<FilingKind>().ok(), Province::from_pinyin(&begin.province));
    let (Some(kind), Some(province)) = (kind, province) else {
        return show::first_page(&app, &staff, &begin.kind, &begin.province);
    };
    let mut typed = Typed::default();
    typed.put("kind", kind.as_str());
    typed.put("province", province.pinyin());
    typed.put("reference.entity_no", begin.entity_no);
    typed.put("reference.service_no", begin.service_no);
    typed.put("shell", begin.shell);
    show::form(&app, &staff, Plan::of(kind), &typed, Base::default(), Vec::new())
}

/// `GET …/{filing}/correct`: what was filed, without phones and numbers of documents.
pub(super) async fn correct(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let (view, events) = match own::filing_with_events(&app, &provider, &id).await {
        Ok(found) => found,
        Err(problem) => return problem.into_response(),
    };
    if !can_correct(&view.filing.state) {
        return Flash::error("provider-not-correctable").see_other(&app, &super::terms::path(&view));
    }
    let draft = &view.body.draft;
    let mut typed = Typed::of_draft(draft);
    typed.put("filing", view.filing.id.to_string());
    typed.put("version", view.filing.version.to_string());
    typed.put("seen", last(&events).to_string());
    let base = Base { draft: Some(draft), sent_back: view.body.sent_back.as_ref() };
    show::form(&app, &staff, Plan::of(draft.kind), &typed, base, Vec::new())
}

/// What the form is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Another service.
    Add,
    /// Back from the check page.
    Edit,
    Check,
    /// Kept without a report.
    Save,
    Submit,
    /// Into 初审.
    Review,
}

impl Purpose {
    fn of(fields: &[(String, String)]) -> Self {
        let said = fields.iter().find(|(name, _)| name == "do").map(|(_, value)| value.as_str());
        match said {
            Some("add") => Self::Add,
            Some("edit") => Self::Edit,
            Some("save") => Self::Save,
            Some("submit") => Self::Submit,
            Some("review") => Self::Review,
            Some(_) | None => Self::Check,
        }
    }
}

/// A form as it came in, with the filing that it corrects.
struct Sent {
    app: Arc<App>,
    staff: Staff,
    provider: ProviderId,
    plan: Plan,
    typed: Typed,
    own: Option<(FilingView, Vec<Event>)>,
}

/// `POST /console/provider/form`.
pub(super) async fn sent(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    fields: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let Ok(Form(fields)) = fields else { return Problem::Unreadable.into_response() };
    let purpose = Purpose::of(&fields);
    let mut typed = Typed::new(fields);
    let Ok(kind) = typed.text("kind").parse::<FilingKind>() else {
        return show::first_page(&app, &staff, typed.text("kind"), typed.text("province"));
    };
    let own = match typed.said("filing") {
        Some(id) => match own::filing_with_events(&app, &provider, &id).await {
            Ok(found) => Some(found),
            Err(problem) => return problem.into_response(),
        },
        None => None,
    };
    if purpose == Purpose::Add {
        let more = typed.services().saturating_add(1).min(typed::MAX_FORM_SERVICES);
        typed.put("count", more.to_string());
    }
    // Only the check page gives a key; without one, nobody has checked.
    let purpose = match purpose {
        Purpose::Save | Purpose::Submit | Purpose::Review if typed.text("key").is_empty() => Purpose::Check,
        Purpose::Add | Purpose::Edit | Purpose::Check | Purpose::Save | Purpose::Submit | Purpose::Review => {
            purpose
        }
    };
    let sent = Sent { app, staff, provider, plan: Plan::of(kind), typed, own };
    match purpose {
        Purpose::Add | Purpose::Edit => sent.form(Vec::new()),
        Purpose::Check => sent.check().await,
        Purpose::Save => sent.carry_out(HandOn::Keep).await,
        Purpose::Submit => sent.carry_out(HandOn::Report).await,
        Purpose::Review => sent.carry_out(HandOn::InitialReview).await,
    }
}

impl Sent {
    fn base(&self) -> Base<'_> {
        let body = self.own.as_ref().map(|(view, _)| &view.body);
        Base { draft: body.map(|body| &body.draft), sent_back: body.and_then(|body| body.sent_back.as_ref()) }
    }

    fn form(&self, wrong: Vec<Wrong>) -> Response {
        show::form(&self.app, &self.staff, self.plan, &self.typed, self.base(), wrong)
    }

    fn faulty(&self, refusal: &Refusal) -> Response {
        let t = texts(self.staff.visitor.language);
        self.form(wrong::refusal(t, refusal, self.app.clock.now()))
    }

    fn draft(&self) -> Result<Box<Draft>, Vec<FieldError>> {
        self.typed.raw(self.plan, self.base().draft).parse().map(Box::new)
    }

    /// Who will have to verify, by the report's own steps.
    async fn check(&self) -> Response {
        let draft = match self.draft() {
            Ok(draft) => draft,
            Err(errors) => return self.faulty(&Refusal::Invalid(errors)),
        };
        let rule = match own::initial_review_rule(&self.app, &self.provider).await {
            Ok(rule) => rule,
            Err(problem) => return problem.into_response(),
        };
        let filing = self.own.as_ref().map(|(view, _)| view.filing.id);
        let action = Action::Preview { provider: self.provider.clone(), filing, draft };
        match self.app.engine.execute(action).await {
            Ok(Outcome::Previewed(preview)) => {
                let found = (&preview, rule);
                show::check(&self.app, &self.staff, self.plan, &self.typed, self.base(), found)
            }
            Ok(Outcome::Refused(refusal)) => self.faulty(&refusal),
            Ok(_) | Err(_) => Problem::System.into_response(),
        }
    }

    /// Under the key of the form: sent twice it does one thing.
    async fn carry_out(&self, to: HandOn) -> Response {
        let draft = match self.draft() {
            Ok(draft) => draft,
            Err(errors) => return self.faulty(&Refusal::Invalid(errors)),
        };
        let version = Expected::Version(self.typed.text("version").parse().unwrap_or(0));
        let filing = self.own.as_ref().map(|(view, _)| (view.filing.id, version));
        let route = match filing {
            Some((filing, _)) => format!("POST {FORM} {filing}"),
            None => format!("POST {FORM}"),
        };
        let (by, provider) = (self.staff.named(), self.provider.clone());
        let action = InitialReviewAction::File { by, provider, filing, draft, to };
        let body: Vec<(&str, &str)> = self.typed.all().collect();
        let body = serde_json::to_vec(&(to, body)).unwrap_or_default();
        let action = Action::InitialReview(Box::new(action));
        let command = once(&self.staff, &route, self.typed.text("key"), &body, action);
        let done = match to {
            HandOn::Keep => "provider-saved",
            HandOn::InitialReview => "initial-submitted",
            HandOn::Report => "provider-reported",
        };
        match self.app.engine.execute(command).await {
            Ok(Outcome::Filing(id)) => self.to(id, done).await,
            Ok(Outcome::Replayed(stored)) => match stored.filing {
                Some(id) => self.to(id, done).await,
                None => Problem::System.into_response(),
            },
            Ok(Outcome::Refused(refusal)) => self.refused(&refusal),
            Ok(_) | Err(_) => Problem::System.into_response(),
        }
    }

    async fn to(&self, id: FilingId, done: &str) -> Response {
        if let Err(error) = self.app.settle().await {
            tracing::warn!(name: "console.not_settled", error = %error, "messages are not in the inbox yet");
        }
        Flash::success(done).see_other(&self.app, &format!("{FILINGS}/{id}"))
    }

    fn refused(&self, refusal: &Refusal) -> Response {
        if let (Refusal::Version(_), Some((view, events))) = (refusal, &self.own) {
            let seen = self.typed.text("seen").parse().unwrap_or(0);
            let again = format!("{}/correct", super::terms::path(view));
            return changed::page(&self.app, &self.staff, view, events, seen, &again);
        }
        self.faulty(refusal)
    }
}
