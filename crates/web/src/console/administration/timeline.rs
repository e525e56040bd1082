//! What has happened, as a table.

use heyan_domain::event::{Actor, Event, EventData};

use super::names::term;
use crate::console::parts::{Cell, Column, Empty, Table};
use crate::texts::Texts;

fn actor(t: &Texts, actor: &Actor) -> String {
    match actor {
        Actor::Provider => t.get("adm-actor-provider"),
        Actor::Person => t.get("adm-actor-person"),
        Actor::Administration(_) => t.get("adm-actor-administration"),
        Actor::Clock => t.get("adm-actor-clock"),
        Actor::Carrier => t.get("adm-actor-carrier"),
    }
}

fn more(t: &Texts, data: &EventData) -> Vec<String> {
    let reason = data.reason.map(|reason| term(t, "reason", reason.as_str()));
    let round = data.round.map(|no| t.one("adm-more-round", "no", no));
    let attempts = data.attempts_used.map(|used| t.one("adm-more-attempts", "used", used));
    let message = data.message_no.map(|no| t.one("adm-more-message", "no", no));
    let carrier = data.carrier_code.as_ref().map(|code| t.one("adm-more-carrier", "code", code));
    let shell = data.shell.then(|| t.get("adm-warning-shell"));
    [reason, round, attempts, message, carrier, shell].into_iter().flatten().collect()
}

/// The events, the newest last.
pub(super) fn table<'e>(t: &Texts, caption: String, events: impl Iterator<Item = &'e Event>) -> Table {
    let columns = ["when", "what", "who", "more"].map(|one| Column::text(term(t, "column", one))).to_vec();
    let empty = Empty { title: t.get("adm-no-events"), hint: t.get("adm-no-events-hint"), action: None };
    events.fold(Table::new(caption, columns, empty), |table, event| {
        table.row(vec![
            Cell::text(t.date_time(event.at)),
            Cell::text(term(t, "event", event.kind.as_str())),
            Cell::text(actor(t, &event.actor)),
            Cell::lines(more(t, &event.data)),
        ])
    })
}
