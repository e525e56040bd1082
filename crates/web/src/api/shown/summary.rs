//! A filing as its provider sees it.

use heyan_domain::Timestamp;
use heyan_domain::filing::draft::Reference;
use heyan_domain::filing::{FilingState, ReturnReason};
use heyan_domain::mark;
use heyan_domain::registry::{EntityNo, ServiceNo};
use heyan_domain::rulebook::RuleSet;
use heyan_domain::rules::Rules;
use heyan_domain::terms::{FilingId, FilingKind, Initiator, ProviderId, Province};
use heyan_store::views::FilingView;
use serde::Serialize;

use super::RoundShown;
use super::content::{EntityShown, ServiceShown};
use super::remedy::RemedyShown;
use crate::api::etag;
use crate::app::App;
use crate::portal::progress_path;
use crate::texts::Language;

/// What a view is made with, beside the filing.
pub(in crate::api) struct Showing<'a> {
    pub app: &'a App,
    /// The rules that rounds are pinned to.
    pub rules: &'a Rules,
    pub now: Timestamp,
    pub language: Language,
}

/// A filing in a list. Members that have no value are null, never absent.
#[derive(Serialize)]
pub(in crate::api) struct Summary<'v> {
    id: FilingId,
    etag: String,
    provider: &'v ProviderId,
    provider_order_no: Option<&'v str>,
    kind: FilingKind,
    province: Province,
    initiator: Initiator,
    shell: bool,
    state: &'static str,
    created_at: Timestamp,
    round: Option<RoundShown<'v>>,
    r#return: Option<ReturnShown<'v>>,
    pending_return: Option<PendingReturn>,
    remedies: Vec<RemedyShown<'v>>,
    entity_no: Option<&'v EntityNo>,
    service_nos: Option<&'v [ServiceNo]>,
    support: Option<SupportShown<'v>>,
}

/// A filing by itself: the summary, and what was filed.
#[derive(Serialize)]
pub(in crate::api) struct Detail<'v> {
    #[serde(flatten)]
    summary: Summary<'v>,
    reference: &'v Reference,
    entity: Option<EntityShown<'v>>,
    services: Vec<ServiceShown<'v>>,
    remark: Option<&'v str>,
}

/// Why a filing came back or ended without approval.
#[derive(Serialize)]
struct ReturnShown<'v> {
    reason: ReturnReason,
    at: Timestamp,
    detail: Option<&'v str>,
}

/// The round has failed, and the return is still to come (FIL-05).
#[derive(Serialize)]
struct PendingReturn {
    reason: ReturnReason,
    at: Timestamp,
}

/// Whom people are told to ask (PRO-06).
#[derive(Serialize)]
struct SupportShown<'v> {
    name: &'v str,
    phone: Option<&'v str>,
    link: Option<&'v str>,
    hours: Option<&'v str>,
}

fn returned(view: &FilingView) -> Option<ReturnShown<'_>> {
    let (reason, at) = view.filing.state.returned()?;
    let detail = view.body.rejection.as_deref().filter(|_| reason == ReturnReason::Rejected);
    Some(ReturnShown { reason, at, detail })
}

fn pending_return(state: &FilingState) -> Option<PendingReturn> {
    match state {
        FilingState::Verifying(Some(failure)) => {
            Some(PendingReturn { reason: failure.reason, at: failure.return_at })
        }
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(None)
        | FilingState::InReview { .. }
        | FilingState::Returned { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => None,
    }
}

/// The set that the latest round is pinned to (FIL-02).
fn rule<'v>(view: &FilingView, showing: &Showing<'v>) -> Option<&'v RuleSet> {
    let pinned = showing.rules.pinned(view.filing.ruleset?);
    pinned.map(|rule| &**rule)
}

impl<'v> Summary<'v> {
    pub fn of(view: &'v FilingView, showing: &Showing<'v>) -> Self {
        let (filing, body) = (&view.filing, &view.body);
        let rule = rule(view, showing);
        let numbers = body.numbers.as_ref();
        mark!("PRO-06");
        let support = showing.app.provider(&filing.provider).map(|provider| &provider.support);
        Self {
            id: filing.id,
            etag: etag::of(filing.version),
            provider: &filing.provider,
            provider_order_no: filing.order_no.as_deref(),
            kind: filing.kind,
            province: filing.province,
            initiator: body.draft.initiator,
            shell: body.draft.shell,
            state: filing.state.as_str(),
            created_at: filing.created_at,
            round: RoundShown::of(view, rule, showing),
            r#return: returned(view),
            pending_return: pending_return(&filing.state),
            remedies: RemedyShown::all(view, rule, showing),
            entity_no: numbers.map(|numbers| &numbers.entity_no),
            service_nos: numbers.map(|numbers| numbers.service_nos.as_slice()),
            support: support.map(|support| SupportShown {
                name: &support.name,
                phone: support.phone.as_deref(),
                link: support.link.as_deref(),
                hours: support.hours.as_deref(),
            }),
        }
    }
}

impl<'v> Detail<'v> {
    pub fn of(view: &'v FilingView, showing: &Showing<'v>) -> Self {
        let draft = &view.body.draft;
        Self {
            summary: Summary::of(view, showing),
            reference: &draft.reference,
            entity: draft.entity.as_ref().map(EntityShown::of),
            services: draft.services.iter().map(ServiceShown::of).collect(),
            remark: draft.remark.as_deref(),
        }
    }
}

/// The detail, with what only the filing's own provider gets.
#[derive(Serialize)]
pub(in crate::api) struct ProviderDetail<'v> {
    #[serde(flatten)]
    detail: Detail<'v>,
    progress_url: String,
    report_due_at: Option<Timestamp>,
    report_due_provisional: Option<bool>,
}

impl<'v> ProviderDetail<'v> {
    /// `base_url` is where this server is reached, for the applicant's link.
    pub fn of(view: &'v FilingView, base_url: &str, showing: &Showing<'v>) -> Self {
        mark!("PRO-03");
        let due = view.filing.report_due;
        Self {
            detail: Detail::of(view, showing),
            progress_url: format!("{base_url}{}", progress_path(&showing.app.ring, view.filing.id)),
            report_due_at: due.map(|due| due.at),
            report_due_provisional: due.map(|due| due.provisional),
        }
    }
}
