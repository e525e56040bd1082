//! A card for each person of the latest round (PRO-01). Never a code.

use heyan_domain::Timestamp;
use heyan_domain::filing::RoundBody;
use heyan_domain::rulebook::RuleSet;
use heyan_domain::verification::{Message, Verification};
use heyan_store::views::FilingView;

use super::terms;
use crate::console::parts::{Cell, Facts};
use crate::texts::Texts;

fn message(t: &Texts, message: &Message) -> String {
    let at = message.finished_at.or(message.submitted_at).unwrap_or(message.created_at);
    let values = [
        ("no", message.id.no().to_string()),
        ("kind", terms::word(t, "message-kind", message.kind.as_str())),
        ("state", terms::message(t, message.state)),
        ("at", t.date_time(at)),
    ];
    t.with("provider-message", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

fn of_limit(t: &Texts, used: u8, limit: Option<u8>) -> String {
    let limit = limit.map_or_else(|| t.get("provider-none"), |limit| limit.to_string());
    t.with("provider-of", &[("used", &used.to_string()), ("limit", &limit)])
}

/// Role and masked phone of a person.
pub(super) fn person(t: &Texts, round: Option<&RoundBody>, verification: &Verification) -> String {
    let party = round.and_then(|round| round.party(verification.id.ordinal()));
    let phone = party.map(|party| party.phone.masked()).unwrap_or_default();
    t.with("provider-person", &[("roles", &terms::roles(t, verification.roles)), ("phone", &phone)])
}

fn card(
    t: &Texts,
    view: &FilingView,
    one: &Verification,
    rule: Option<&RuleSet>,
    now: Timestamp,
) -> (String, Facts) {
    let state = one.shown_state(now);
    let deadline = one.deadline_at.map_or_else(|| t.get("provider-no-deadline"), |at| t.date_time(at));
    let left = one.deadline_at.filter(|_| one.is_open(now)).map(|at| t.time_left(now, at));
    let left = left.map(|left| t.one("provider-left", "left", left));
    let facts = Facts::new().cell(t.get("provider-state"), terms::verification(t, state));
    let facts = if one.disowned {
        facts.text(t.get("provider-not-mine"), t.get("provider-not-mine-stopped"))
    } else {
        facts
    };
    let facts = facts
        .cell(t.get("provider-deadline"), Cell::lines([Some(deadline), left].into_iter().flatten().collect()))
        .text(
            t.get("provider-attempts"),
            of_limit(t, one.attempts_used, rule.map(|rule| rule.attempts.limit)),
        )
        .text(
            t.get("provider-resends"),
            of_limit(t, one.resends_used, rule.map(|rule| rule.manual_resend.limit)),
        )
        .cell(
            t.get("provider-messages"),
            Cell::lines(view.messages_of(one).map(|each| message(t, each)).collect()),
        );
    (person(t, view.body.rounds.last(), one), facts)
}

/// A heading and a card for each.
pub(super) fn cards(
    t: &Texts,
    view: &FilingView,
    rule: Option<&RuleSet>,
    now: Timestamp,
) -> Vec<(String, Facts)> {
    view.current().map(|one| card(t, view, one, rule, now)).collect()
}
