//! Everything that has happened to a filing, as a table (FIL-11).

use heyan_domain::event::{Actor, Event};
use heyan_domain::filing::RoundBody;

use super::terms;
use crate::console::parts::{Cell, Column, Empty, Table};
use crate::texts::Texts;

fn actor(t: &Texts, actor: &Actor) -> String {
    match actor {
        Actor::Provider => t.get("provider-actor-provider"),
        Actor::Person => t.get("provider-actor-person"),
        Actor::Administration(province) => {
            t.one("provider-actor-administration", "province", terms::province(t, *province))
        }
        Actor::Clock => t.get("provider-actor-clock"),
        Actor::Carrier => t.get("provider-actor-carrier"),
    }
}

/// What else is known of an event, and about whom it is.
fn detail(t: &Texts, event: &Event, rounds: &[RoundBody]) -> Vec<String> {
    let mut lines = Vec::new();
    let person = event.verification.and_then(|id| rounds.iter().find_map(|round| round.party(id.ordinal())));
    if let Some(person) = person {
        let (roles, phone) = (terms::roles(t, person.roles), person.phone.masked());
        lines.push(t.with("provider-person", &[("roles", &roles), ("phone", &phone)]));
    }
    let data = &event.data;
    if let Some(reason) = data.reason {
        lines.push(terms::reason(t, reason));
    }
    if let Some(no) = data.message_no {
        lines.push(t.one("provider-message-no", "no", no));
    }
    if let Some(used) = data.attempts_used {
        lines.push(t.one("provider-attempts-so-far", "used", used));
    }
    if let Some(at) = data.deadline_at {
        lines.push(t.one("provider-deadline-now", "at", t.date_time(at)));
    }
    if let Some(round) = data.round {
        lines.push(t.one("provider-round-no", "no", round));
    }
    if let Some(ruleset) = &data.ruleset {
        lines.push(t.one("provider-ruleset", "name", ruleset));
    }
    lines.extend(data.warnings.iter().map(|warning| terms::word(t, "warning", warning)));
    lines
}

/// The events, in order; `caption` is a key of the texts.
pub(super) fn table<'e>(
    t: &Texts,
    caption: &str,
    events: impl Iterator<Item = &'e Event>,
    rounds: &[RoundBody],
) -> Table {
    let columns = vec![
        Column::text(t.get("provider-when")),
        Column::text(t.get("provider-what")),
        Column::text(t.get("provider-by-whom")),
        Column::text(t.get("provider-more")),
    ];
    let empty = Empty { title: t.get("provider-nothing-yet"), hint: String::new(), action: None };
    events.fold(Table::new(t.get(caption), columns, empty), |table, event| {
        table.row(vec![
            Cell::text(t.date_time(event.at)),
            Cell::text(terms::word(t, "event", event.kind.as_str())),
            Cell::text(actor(t, &event.actor)),
            Cell::lines(detail(t, event, rounds)),
        ])
    })
}
