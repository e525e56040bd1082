//! What can be done after a return, with the call that does it (RET-06).

use heyan_domain::filing::draft::Reference;
use heyan_domain::filing::{follow_up, remedies};
use heyan_domain::registry::ServiceRecord;
use heyan_domain::rulebook::{Remedy, RemedyAction, RuleSet};
use heyan_domain::terms::{FilingKind, Phone, Province};
use heyan_store::views::FilingView;
use serde::Serialize;

use super::Showing;

/// One way out.
#[derive(Serialize)]
pub(super) struct RemedyShown<'v> {
    code: &'v str,
    title: &'v str,
    steps: &'v [String],
    /// The phone that the registry holds for the service's head, for RET-02.
    record_phone_masked: Option<String>,
    action: ActionShown<'v>,
}

/// The call that a remedy begins with; `method` is null where it is made at another provider.
#[derive(Serialize)]
struct ActionShown<'v> {
    name: RemedyAction,
    method: Option<&'static str>,
    path: Option<String>,
    body: Option<Prefilled<'v>>,
}

/// What the body of a follow-up filing begins with.
#[derive(Serialize)]
struct Prefilled<'v> {
    kind: FilingKind,
    province: Province,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'v Reference>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    shell: bool,
}

fn prefilled(action: RemedyAction, view: &FilingView) -> Option<Prefilled<'_>> {
    let draft = &view.body.draft;
    let next = follow_up(action, draft)?;
    let named = draft.reference.entity_no.is_some() || draft.reference.service_no.is_some();
    let kind = next.of_kind.unwrap_or(draft.kind);
    let shell =
        kind == FilingKind::CancelService && view.service.as_ref().is_some_and(ServiceRecord::is_shell);
    let reference = (next.same_reference && named).then_some(&draft.reference);
    Some(Prefilled { kind, province: next.province, reference, shell })
}

fn action(action: RemedyAction, view: &FilingView) -> ActionShown<'_> {
    let own = format!("/v1/filings/{}", view.filing.id);
    let (method, path) = match action {
        RemedyAction::CorrectAndReport => (Some("PUT"), Some(own)),
        RemedyAction::Reverify => (Some("POST"), Some(format!("{own}/reverify"))),
        RemedyAction::ChangeAtRecordHolder => (None, None),
        RemedyAction::CancelThenAddService | RemedyAction::ChangeThenCancel | RemedyAction::FileAgain => {
            (Some("POST"), Some("/v1/filings".to_owned()))
        }
    };
    ActionShown { name: action, method, path, body: prefilled(action, view) }
}

impl<'v> RemedyShown<'v> {
    fn of(remedy: &'v Remedy, view: &'v FilingView, showing: &Showing<'_>) -> Self {
        let recorded = view.service.as_ref().and_then(|service| service.head.as_ref()?.phone());
        let asked_on_record = view.filing.kind == FilingKind::AddAccess;
        Self {
            code: &remedy.code,
            title: showing.language.pick(remedy.title.zh.as_str(), &remedy.title.en),
            steps: showing.language.pick(remedy.steps.zh.as_slice(), &remedy.steps.en),
            record_phone_masked: recorded.filter(|_| asked_on_record).map(Phone::masked),
            action: action(remedy.action, view),
        }
    }

    /// Exactly what fits the filing's kind and record; nothing while there is nothing to remedy.
    pub fn all(view: &'v FilingView, rule: Option<&'v RuleSet>, showing: &Showing<'_>) -> Vec<Self> {
        let Some(rule) = rule else { return Vec::new() };
        let fitting = remedies(rule, &view.body.draft, &view.filing.state, view.service.as_ref());
        fitting.into_iter().map(|remedy| Self::of(remedy, view, showing)).collect()
    }
}
