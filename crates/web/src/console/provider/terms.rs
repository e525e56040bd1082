//! Words of the glossary, as people read them.

use heyan_domain::Timestamp;
use heyan_domain::filing::{FilingState, ReturnReason};
use heyan_domain::terms::{FilingKind, Province, Roles};
use heyan_domain::verification::{MessageState, VerificationState};
use heyan_domain::working_days::DueDate;
use heyan_store::views::FilingView;

use crate::console::parts::{Cell, Choice, Tone};
use crate::texts::Texts;

/// Every state in which a filing is found, by its name on the wire, in the order of its life.
pub(super) const STATES: &[&str] =
    &["draft", "initial_review", "verifying", "in_review", "returned", "approved", "rejected", "withdrawn"];

/// The text behind a word of the wire: `provider-<group>-<word>`; kinds and roles are among the terms of all pages.
pub(super) fn word(t: &Texts, group: &str, wire: &str) -> String {
    let place = if matches!(group, "kind" | "role") { "" } else { "provider-" };
    t.get(&format!("{place}{group}-{}", wire.replace(['_', '.'], "-")))
}

pub(super) fn kind(t: &Texts, kind: FilingKind) -> String {
    word(t, "kind", kind.as_str())
}

pub(super) fn province(t: &Texts, province: Province) -> String {
    t.get(&format!("province-{}", province.pinyin()))
}

pub(super) fn reason(t: &Texts, reason: ReturnReason) -> String {
    word(t, "reason", reason.as_str())
}

pub(super) fn roles(t: &Texts, roles: Roles) -> String {
    let names: Vec<String> = roles.iter().map(|role| word(t, "role", role.as_str())).collect();
    names.join(&t.get("provider-and"))
}

/// A filing's state as a coloured word.
pub(super) fn state(t: &Texts, state: &FilingState) -> Cell {
    let tone = match state {
        FilingState::Draft | FilingState::Withdrawn { .. } => Tone::Plain,
        FilingState::InitialReview | FilingState::Verifying(None) | FilingState::InReview { .. } => {
            Tone::Info
        }
        FilingState::Verifying(Some(_)) => Tone::Warning,
        FilingState::Returned { .. } | FilingState::Rejected { .. } => Tone::Error,
        FilingState::Approved { .. } => Tone::Success,
    };
    let failing = matches!(state, FilingState::Verifying(Some(_)));
    Cell::tag(tone, word(t, "state", if failing { "failing" } else { state.as_str() }))
}

/// When a filing has to be reported again (FIL-08); what is over stands out.
pub(super) fn report_due(t: &Texts, now: Timestamp, due: DueDate) -> Cell {
    let at = t.date_time(due.at);
    if now > due.at {
        return Cell::tag(Tone::Error, t.one("provider-report-overdue", "at", at));
    }
    let left = t.one("provider-left", "left", t.time_left(now, due.at));
    let provisional = due.provisional.then(|| t.get("provider-report-provisional"));
    Cell::lines([at, left].into_iter().chain(provisional).collect())
}

/// A verification's state as a coloured word.
pub(super) fn verification(t: &Texts, state: VerificationState) -> Cell {
    let tone = match state {
        VerificationState::WaitingToSend | VerificationState::Cancelled(_) => Tone::Plain,
        VerificationState::Open => Tone::Info,
        VerificationState::Passed => Tone::Success,
        VerificationState::Failed | VerificationState::Expired => Tone::Error,
    };
    Cell::tag(tone, word(t, "verification", state.as_str()))
}

pub(super) fn message(t: &Texts, state: MessageState) -> String {
    word(t, "message", state.as_str())
}

/// Choices of words of the wire, the first of them "all" or "none" if given.
pub(super) fn choices<'w>(
    t: &Texts,
    group: &str,
    first: Option<String>,
    words: impl Iterator<Item = &'w str>,
) -> Vec<Choice> {
    let first = first.map(|label| Choice { value: String::new(), label });
    let rest = words.map(|wire| Choice { value: wire.to_owned(), label: word(t, group, wire) });
    first.into_iter().chain(rest).collect()
}

/// Every province, by its pinyin.
pub(super) fn provinces(t: &Texts, first: Option<String>) -> Vec<Choice> {
    let first = first.map(|label| Choice { value: String::new(), label });
    let rest =
        Province::ALL.iter().map(|one| Choice { value: one.pinyin().to_owned(), label: province(t, *one) });
    first.into_iter().chain(rest).collect()
}

/// What a filing is about, in a line: the organiser, else its services, else the record it refers to.
pub(super) fn subject(view: &FilingView) -> String {
    let draft = &view.body.draft;
    let entity = draft.entity.as_ref().and_then(|entity| entity.name.clone());
    let service = || draft.services.iter().find_map(|service| service.name.clone());
    let service_no = || draft.reference.service_no.as_ref().map(ToString::to_string);
    let entity_no = || draft.reference.entity_no.as_ref().map(ToString::to_string);
    entity.or_else(service).or_else(service_no).or_else(entity_no).unwrap_or_default()
}

/// What a filing is called: the provider's own number, else its id.
pub(super) fn number(view: &FilingView) -> String {
    view.filing.order_no.clone().unwrap_or_else(|| view.filing.id.to_string())
}

/// The path of a filing's page.
pub(super) fn path(view: &FilingView) -> String {
    format!("{}/{}", super::FILINGS, view.filing.id)
}

/// A value as it stands in an address.
pub(in crate::console) fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let each = text
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    each.collect::<Vec<_>>().concat()
}
