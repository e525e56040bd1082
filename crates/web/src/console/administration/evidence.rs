//! The evidence of the verification: who was asked, who has verified when, with how many attempts and messages.

use heyan_domain::Timestamp;
use heyan_domain::event::EventKind;
use heyan_domain::filing::draft::Head;
use heyan_domain::rulebook::RuleSet;
use heyan_domain::terms::{Phone, VerificationId};
use heyan_domain::verification::{Message, MessageState, Verification, VerificationState};

use super::case::Case;
use super::names::{roles, term};
use crate::app::App;
use crate::console::parts::{Alert, Cell, Column, Empty, Facts, Heading, Table, Tone};
use crate::console::shell::Blocks;
use crate::texts::Texts;

const fn tone(state: VerificationState) -> Tone {
    match state {
        VerificationState::Passed => Tone::Success,
        VerificationState::WaitingToSend | VerificationState::Open => Tone::Info,
        VerificationState::Failed | VerificationState::Expired => Tone::Error,
        VerificationState::Cancelled(_) => Tone::Plain,
    }
}

const fn message_tone(state: MessageState) -> Tone {
    match state {
        MessageState::Delivered => Tone::Success,
        MessageState::Queued | MessageState::Submitted => Tone::Info,
        MessageState::Failed => Tone::Error,
        MessageState::Unknown => Tone::Warning,
    }
}

/// The names of the heads who get messages at a phone, as filed or on record.
fn names_at(case: &Case, phone: &Phone) -> String {
    let filed = case.view.body.draft.heads().map(|(_, head)| head);
    let services = case.services.iter().flatten().chain(&case.view.service);
    let on_record = services.filter_map(|record| record.head.as_ref());
    let entity = case.entity.as_ref().and_then(|record| record.head.as_ref());
    let mut names: Vec<&str> = Vec::new();
    for head in filed.chain(on_record).chain(entity).filter(|head: &&Head| head.phone() == Some(phone)) {
        if !names.contains(&head.name.as_str()) {
            names.push(&head.name);
        }
    }
    names.join(" ")
}

fn passed_at(case: &Case, id: VerificationId) -> Option<Timestamp> {
    let passed = case.events.iter().find(|one| one.kind == EventKind::Passed && one.verification == Some(id));
    passed.map(|event| event.at)
}

fn used(t: &Texts, used: u8, limit: Option<u8>) -> String {
    match limit {
        Some(limit) => t.with("adm-used-of", &[("used", &used.to_string()), ("limit", &limit.to_string())]),
        None => used.to_string(),
    }
}

fn facts(t: &Texts, case: &Case, one: &Verification, rule: Option<&RuleSet>, now: Timestamp) -> Facts {
    let party = case.view.body.rounds.last().and_then(|round| round.party(one.id.ordinal()));
    let state = one.shown_state(now);
    let state = Cell::tag(tone(state), term(t, "verification", state.as_str()));
    let mut facts = Facts::new().cell(t.get("adm-state"), state);
    if let Some(party) = party {
        let names = names_at(case, &party.phone);
        facts = facts.text(t.get("adm-person"), if names.is_empty() { t.get("adm-unknown") } else { names });
        facts = facts.text(t.get("adm-phone"), party.phone.masked());
    }
    if let Some(at) = passed_at(case, one.id) {
        facts = facts.text(t.get("adm-passed-at"), t.date_time(at));
    }
    if let Some(at) = one.deadline_at {
        facts = facts.text(t.get("adm-deadline"), t.date_time(at));
    }
    facts
        .text(t.get("adm-attempts"), used(t, one.attempts_used, rule.map(|rule| rule.attempts.limit)))
        .text(t.get("adm-resends"), used(t, one.resends_used, rule.map(|rule| rule.manual_resend.limit)))
}

fn messages<'m>(t: &Texts, caption: String, messages: impl Iterator<Item = &'m Message>) -> Table {
    let columns = vec![
        Column::number(t.get("adm-message-no")),
        Column::text(t.get("adm-message-kind")),
        Column::text(t.get("adm-state")),
        Column::text(t.get("adm-message-written")),
        Column::text(t.get("adm-message-state-at")),
    ];
    let empty = Empty { title: t.get("adm-no-messages"), hint: t.get("adm-no-messages-hint"), action: None };
    messages.fold(Table::new(caption, columns, empty), |table, message| {
        let reached = message.finished_at.or(message.submitted_at).unwrap_or(message.created_at);
        table.row(vec![
            Cell::number(message.id.no().into()),
            Cell::text(term(t, "message", message.kind.as_str())),
            Cell::tag(message_tone(message.state), term(t, "sent", message.state.as_str())),
            Cell::text(t.date_time(message.created_at)),
            Cell::text(t.date_time(reached)),
        ])
    })
}

/// Everyone asked in the latest round.
pub(super) fn show<'a>(blocks: Blocks<'a>, app: &App, case: &Case) -> Blocks<'a> {
    let t = blocks.texts();
    let rule = case.view.filing.ruleset.and_then(|number| app.rules.pinned(number));
    let rule = rule.as_deref();
    let mut blocks = blocks.part(&Heading { text: t.get("adm-evidence-title") });
    let mut asked = false;
    for one in case.view.current() {
        asked = true;
        let who = roles(t, one.roles);
        // Two may have the same role: what tells their tables apart is the phone.
        let party = case.view.body.rounds.last().and_then(|round| round.party(one.id.ordinal()));
        let phone = party.map(|party| party.phone.masked()).unwrap_or_default();
        let caption = t.with("adm-messages-of", &[("who", &who), ("phone", &phone)]);
        blocks = blocks
            .part(&Heading { text: who })
            .part(&facts(t, case, one, rule, app.clock.now()))
            .part(&messages(t, caption, case.view.messages_of(one)));
    }
    if asked { blocks } else { blocks.part(&Alert::new(Tone::Warning, t.get("adm-nobody-asked"))) }
}
