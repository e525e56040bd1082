//! What can be done after a return, each with the page that begins it (RET-06).

use heyan_domain::filing::initial_review::InitialReviewRule;
use heyan_domain::filing::{follow_up, remedies};
use heyan_domain::registry::ServiceRecord;
use heyan_domain::rulebook::{Remedy, RemedyAction};
use heyan_domain::terms::{FilingKind, Phone};
use heyan_store::views::FilingView;

use super::deed::Deed;
use super::terms::{self, encode};
use crate::app::App;
use crate::auth::Staff;
use crate::texts::{Language, Texts};

/// One way out.
#[derive(Debug)]
pub(super) struct Way {
    pub title: String,
    pub steps: Vec<String>,
    /// The phone on record, masked, where it is that person who has to act (RET-02).
    pub recorded: Option<String>,
    /// Path and words of the page that begins it.
    pub action: Option<(String, String)>,
}

/// The form of a follow-up filing, with what is known of it already. Numbers of records are public.
fn prefilled(action: RemedyAction, view: &FilingView) -> Option<String> {
    let draft = &view.body.draft;
    let next = follow_up(action, draft)?;
    let kind = next.of_kind.unwrap_or(draft.kind);
    let mut path = format!("{}?kind={kind}&province={}", super::NEW, next.province.pinyin());
    if next.same_reference {
        let entity_no = draft.reference.entity_no.as_ref().map(|no| ("entity_no", no.to_string()));
        let service_no = draft.reference.service_no.as_ref().map(|no| ("service_no", no.to_string()));
        for (name, value) in entity_no.into_iter().chain(service_no) {
            path.extend(["&", name, "="]);
            path.push_str(&encode(&value));
        }
    }
    let is_shell = view.service.as_ref().is_some_and(ServiceRecord::is_shell);
    if kind == FilingKind::CancelService && is_shell {
        path.push_str("&shell=on");
    }
    Some(path)
}

fn action(
    t: &Texts,
    action: RemedyAction,
    view: &FilingView,
    rule: InitialReviewRule,
) -> Option<(String, String)> {
    let own = terms::path(view);
    match action {
        RemedyAction::CorrectAndReport => Some((format!("{own}/correct"), t.get("provider-correct"))),
        RemedyAction::Reverify => {
            let fitting = [Deed::Reverify, Deed::Submit, Deed::Report];
            let deed = fitting.into_iter().find(|deed| deed.fits(view, rule))?.as_str();
            Some((format!("{own}/act/{deed}"), terms::word(t, "deed", deed)))
        }
        RemedyAction::ChangeAtRecordHolder => None,
        RemedyAction::CancelThenAddService | RemedyAction::ChangeThenCancel | RemedyAction::FileAgain => {
            Some((prefilled(action, view)?, terms::word(t, "remedy", action.as_str())))
        }
    }
}

fn way(t: &Texts, language: Language, remedy: &Remedy, view: &FilingView, rule: InitialReviewRule) -> Way {
    let recorded = view.service.as_ref().and_then(|service| service.head.as_ref()?.phone());
    let asked_on_record = view.filing.kind == FilingKind::AddAccess;
    Way {
        title: language.pick(remedy.title.zh.as_str(), &remedy.title.en).to_owned(),
        steps: language.pick(remedy.steps.zh.as_slice(), &remedy.steps.en).to_vec(),
        recorded: recorded.filter(|_| asked_on_record).map(Phone::masked),
        action: action(t, remedy.action, view, rule),
    }
}

/// Exactly what fits the filing; nothing while there is nothing to remedy.
pub(super) fn ways(
    app: &App,
    staff: &Staff,
    t: &Texts,
    view: &FilingView,
    rule: InitialReviewRule,
) -> Vec<Way> {
    let Some(pinned) = view.filing.ruleset.and_then(|number| app.rules.pinned(number)) else {
        return Vec::new();
    };
    let fitting = remedies(&pinned, &view.body.draft, &view.filing.state, view.service.as_ref());
    fitting.into_iter().map(|remedy| way(t, staff.visitor.language, remedy, view, rule)).collect()
}

/// The ways out of one filing, as a part of a page.
#[derive(Debug, askama::Template)]
#[template(path = "console/provider/remedies.html")]
pub(super) struct Ways {
    /// The words before the phone on record.
    pub recorded: String,
    /// In the order in which they should be tried.
    pub ways: Vec<Way>,
}
